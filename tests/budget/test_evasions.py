"""Pull requests that would pass a budget without keeping it: each is told, and none passes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from repository import Repository, net, params

from archcalc.api import check, report
from archcalc.errors import SpecError

GROWTH = {"max_increase": {"params": "0"}}


def refused(*specs: str, **options: object) -> list[str]:
    with pytest.raises(SpecError) as caught:
        check(*specs, **options)
    return [diagnostic.message for diagnostic in caught.value.diagnostics]


def verdicts() -> list[bool] | None:
    """Whether each limit holds; None for errors."""
    try:
        return [result.ok for result in check()]
    except SpecError:
        return None


@pytest.fixture
def grown(repository: Repository) -> Repository:
    """net.yaml with 4 channels in main and 40 in the checkout."""
    repository.put("net.yaml", net(4))
    repository.commit()
    repository.git("checkout", "-qb", "topic")
    repository.put("net.yaml", net(40))
    repository.commit()
    return repository


def test_it_fails_as_it_should(grown: Repository) -> None:
    [found] = check("net.yaml", base="main", **GROWTH)
    assert (found.ok, found.base, found.used) == (False, params(4), params(40))


@pytest.mark.sampled(3)
@pytest.mark.parametrize("base", ["main", "refs/heads/main", "HEAD"])
@pytest.mark.parametrize("text", [net(40), "garbage", "{}"])
def test_a_file_that_is_called_as_the_base(grown: Repository, base: str, text: str) -> None:
    grown.put(base, text)
    assert refused("net.yaml", base=base, **GROWTH) == [f"'{base}' is a file and a commit"]


def test_a_file_that_is_called_as_a_commit(grown: Repository) -> None:
    commit = grown.git("rev-parse", "main").strip()
    grown.put(commit, net(40))
    assert refused("net.yaml", base=commit, **GROWTH) == [f"'{commit}' is a file and a commit"]


def test_a_file_as_base_says_that_it_is_one(grown: Repository) -> None:
    grown.put("older", net(40))
    assert refused("net.yaml", base="older", **GROWTH) == ["no commit 'older', and a file is named as such"]
    assert check("net.yaml", base="./older", **GROWTH)[0].ok
    grown.put("older.yaml", net(40))
    assert check("net.yaml", base="older.yaml", **GROWTH)[0].ok


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "other",
    ["refs/tags/main", "refs/heads/origin/main", "refs/tags/origin/main", "refs/main", "main"],
)
def test_a_ref_that_is_called_as_the_base(grown: Repository, other: str) -> None:
    """Git takes the first that it finds, and a branch or a tag of a request may come first."""
    grown.git("update-ref", "refs/remotes/origin/main", "main")
    head = grown.git("rev-parse", "HEAD")
    place = grown.root / ".git" / other
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(head)
    base = "origin/main" if "origin" in other else "main"
    for ref in (base, f"{base}~0", f"{base}^{{commit}}"):
        assert refused("net.yaml", base=ref, **GROWTH) == [f"'{ref}' names several commits here: a branch, a tag, ..."]
    [found] = check("net.yaml", base="refs/remotes/origin/main" if "origin" in other else "refs/heads/main", **GROWTH)
    assert (found.ok, found.base) == (False, params(4))


def test_a_ref_of_one_commit_under_two_names(grown: Repository) -> None:
    grown.git("tag", "main", "main")
    assert not check("net.yaml", base="main", **GROWTH)[0].ok


@pytest.mark.parametrize("kind", ["commit", "tree", "blob"])
def test_an_object_in_place_of_the_bases(grown: Repository, kind: str) -> None:
    name = {"commit": "{}", "tree": "{}^{{tree}}", "blob": "{}:net.yaml"}[kind]
    old, new = (grown.git("rev-parse", name.format(ref)).strip() for ref in ("main", "topic"))
    grown.git("replace", old, new)
    [found] = check("net.yaml", base="main", **GROWTH)
    assert (found.ok, found.base) == (False, params(4))


def test_a_network_that_takes_another_name_since_its_report(repository: Repository) -> None:
    repository.put("other.yaml", net(40).replace("name: net", "name: other"))
    repository.put("net.yaml", net(4))
    (repository.root.parent / "report.json").write_text(json.dumps([report("net.yaml"), report("other.yaml")]))
    for name in ("new", "other"):  # "other" is larger
        repository.put("net.yaml", net(40).replace("name: net", f"name: {name}"))
        for spec in ("net.yaml", "./net.yaml"):
            [found] = check(spec, base="../report.json", **GROWTH)
            assert (found.ok, found.base, found.used) == (False, params(4), params(40))
    repository.put("moved.yaml", net(40))  # and its name stayed
    assert check("moved.yaml", base="../report.json", **GROWTH)[0].base == params(4)


@pytest.mark.parametrize("standing", [False, True])
@pytest.mark.parametrize("link", ["nets", "parts"])
def test_a_link_in_place_of_a_folder(repository: Repository, link: str, standing: bool) -> None:
    """What main has by the name that is checked is the older version, wherever the link leads: to what it has too."""
    spec = f"{link}/net.yaml" if link == "nets" else "net.yaml"
    repository.put("net.yaml", "name: net\ninput: [3, 8, 8]\nimport: [parts/part.yaml]\nlayers: [part]\n")

    def put(folder: str, width: int) -> None:
        for name in ("net", "part"):
            repository.put(f"{folder}/{name}.yaml", net(width).replace("net", name))

    put(link, 4)
    if standing:
        put("large", 40)
    repository.commit("base")
    repository.git("branch", "base")
    repository.git("rm", "-rq", link)
    put("large", 40)
    (repository.root / link).symlink_to("large")
    repository.commit("link")
    [found] = check(spec, base="base", **GROWTH)
    assert (found.ok, found.base, found.used) == (False, params(4), params(40))


def test_a_link_in_place_of_a_folder_whose_files_import_one_another(repository: Repository) -> None:
    """The files of both folders are alike but for the innermost: the link leads to a network that main has too."""
    for folder, width in (("nets", 4), ("large", 40)):
        repository.put(f"{folder}/net.yaml", "name: net\ninput: [3, 8, 8]\nimport: [part.yaml]\nlayers: [part]\n")
        repository.put(f"{folder}/part.yaml", "name: part\ninput: [3, 8, 8]\nimport: [inner.yaml]\nlayers: [inner]\n")
        repository.put(f"{folder}/inner.yaml", net(width).replace("net", "inner"))
    repository.commit("base")
    repository.git("branch", "base")
    repository.git("rm", "-rq", "nets")
    (repository.root / "nets").symlink_to("large")
    repository.commit("link")
    [found] = check("nets/net.yaml", base="base", **GROWTH)
    assert (found.ok, found.base, found.used) == (False, params(4), params(40))


def test_a_file_that_is_called_as_a_shipped_one(repository: Repository) -> None:
    repository.put("archcalc:a.yaml", net(4))
    repository.commit()
    repository.put("archcalc:a.yaml", net(40))
    [found] = check("archcalc:a.yaml", base="HEAD", **GROWTH)
    assert (found.ok, found.base) == (False, params(4))


@pytest.mark.parametrize("count", ["mac", "torch"])
def test_both_sides_are_counted_in_one_way(repository: Repository, count: str) -> None:
    """``torch`` counts a multiply-add as two: what the request says of counting must not halve its own growth."""
    other = "torch" if count == "mac" else "mac"
    repository.put("net.yaml", f"count: {other}\n" + net(4))
    repository.commit()
    repository.put("net.yaml", f"count: {count}\n" + net(5))
    [found] = check("net.yaml", base="HEAD", max_increase={"ops": "24%"})
    assert found.base is not None
    assert (found.ok, found.used * 4) == (False, found.base * 5)


def test_a_spec_in_a_submodule_is_held_against_the_commit_that_the_base_pins(
    repository: Repository, tmp_path: Path
) -> None:
    library = Repository(tmp_path / "library")
    library.put("net.yaml", net(4))
    library.commit()
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root), "lib")
    repository.commit()
    repository.git("checkout", "-qb", "topic")
    inside = Repository(repository.root / "lib", create=False)
    inside.put("net.yaml", net(40))
    inside.commit()  # the submodule's own main has it now
    repository.commit("bump")
    [found] = check("lib/net.yaml", base="main", **GROWTH)
    assert (found.ok, found.base, found.used) == (False, params(4), params(40))
    # Where git cannot read the repository around it, the submodule's own main is no base in its place.
    with open(repository.root / ".git/config", "a", encoding="utf-8") as configuration:
        configuration.write("[include]\n\tpath = config\n")
    [message] = refused("lib/net.yaml", base="main", **GROWTH)
    assert message == "git cannot read the repository in '.'"


def test_a_base_whose_object_is_missing(grown: Repository) -> None:
    oid = grown.git("rev-parse", "main:net.yaml").strip()
    (grown.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    [message] = refused("net.yaml", base="main", **GROWTH)
    assert message == "main has 'net.yaml', and git cannot read it as a file"


def test_a_base_that_is_a_link_out_of_the_repository(repository: Repository) -> None:
    os.symlink("../outside.yaml", repository.root / "net.yaml")
    repository.commit()
    (repository.root / "net.yaml").unlink()
    repository.put("net.yaml", net(40))
    [message] = refused("net.yaml", base="HEAD", **GROWTH)
    assert message == "HEAD has 'net.yaml', and git cannot read it as a file"


def test_a_line_end_in_the_name(repository: Repository) -> None:
    repository.put("a\nb.yaml", net(4))
    repository.commit()
    repository.put("a\nb.yaml", net(40))
    [message] = refused("a\nb.yaml", base="HEAD", **GROWTH)
    assert "git cannot read it" in message


def test_a_variable_that_only_the_request_has(grown: Repository) -> None:
    grown.put("net.yaml", net(4).replace("out: 4", "out: width").replace("layers:", "vars: {width: 4}\nlayers:"))
    [message] = refused("net.yaml", base="main", settings={"width": "40"}, **GROWTH)
    assert "width" in message


def test_a_spec_that_is_not_there_is_new(grown: Repository) -> None:
    grown.put("other.yaml", net(40))
    [found] = check("other.yaml", base="main", **GROWTH)
    assert (found.ok, found.new, found.note) == (True, True, "new since main")


# What a glob leaves out

BUDGETS = "budgets:\n  - {specs: 'nets/**/*.yaml', max: {params: 1k}}\n"
LARGE = net(400)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "text",
    [
        LARGE.replace("layers:", "? layers\n:"),
        LARGE.replace("layers:", "&x layers:"),
        LARGE.replace("layers:", '"layers":'),
        LARGE.replace("layers:", "'layers' :"),
        LARGE.replace("layers:", "!!str layers:"),
        LARGE.replace("layers:", '"l\\u0061yers":'),
        "  " + LARGE.replace("\n", "\n  "),
        "{name: net, input: [3, 8, 8], layers: [{conv: {out: 400, kernel: 3}}]}",
        "--- # a document\n" + LARGE.replace("layers:", "layers   :"),
    ],
)
@pytest.mark.parametrize("blocks", ["", "blocks: {one: {layers: [relu]}}\n"])
def test_however_layers_are_written_a_spec_is_a_spec(repository: Repository, text: str, blocks: str) -> None:
    repository.put("nets/net.yaml", text if text.startswith(("{", " ", "---")) else blocks + text)
    repository.put("archcalc.yaml", BUDGETS)
    assert verdicts() in ([False], None)  # over its limit, or an error of how it is written


def test_blocks_alone_are_no_spec(repository: Repository) -> None:
    repository.put("nets/lib.yaml", "name: lib\nblocks: {one: {layers: [relu]}}\n")
    repository.put("nets/net.yaml", net(4))
    repository.put("archcalc.yaml", BUDGETS)
    assert len(check()) == 1


def test_links_that_take_the_place_of_a_spec(repository: Repository) -> None:
    repository.put("archcalc.yaml", BUDGETS)
    repository.put("nets/net.yaml", net(4))
    repository.put("elsewhere/large.yaml", LARGE)
    os.symlink("nowhere.yaml", repository.root / "nets/dangling.yaml")
    assert refused() == ["'nets/dangling.yaml' is a link that leads nowhere"]
    (repository.root / "nets/dangling.yaml").unlink()
    (repository.root.parent / "outside").mkdir()
    (repository.root.parent / "outside/net.yaml").write_text(net(1))
    os.symlink("../../outside/net.yaml", repository.root / "nets/out.yaml")
    assert refused() == [f"'nets/out.yaml' lies outside the project ({repository.root})"]
    (repository.root / "nets/out.yaml").unlink()
    os.symlink("../../outside", repository.root / "nets/out")
    assert refused() == [f"'nets/out' lies outside the project ({repository.root})"]
    (repository.root / "nets/out").unlink()
    os.symlink("../elsewhere", repository.root / "nets/in")
    os.symlink("..", repository.root / "nets/loop")
    assert sorted(result.ok for result in check()) == [False, True]


def test_a_pattern_holds_the_specs_that_have_such_a_layer(repository: Repository) -> None:
    """A head that one of several specs calls otherwise is not held, and that is said; in a base it was, that too."""
    entry = "  - {specs: 'nets/*.yaml', layers: {head: {params: 1k}}}\n"
    repository.put("archcalc.yaml", f"budgets:\n{entry}")
    for name, head in (("one", "head"), ("two", "heads")):
        text = net(4).replace("name: net", f"name: {name}") + f"  - linear: 400\n    name: {head}\n"
        repository.put(f"nets/{name}.yaml", text)
    found = check()
    assert [(one.name, one.what, one.ok) for one in found] == [("one", "params of head", False)]
    [note] = [one for one in found.notes if "matches" in one.message]
    assert (note.message, note.span and note.span.line) == ("'head' matches no layer of two", 1)
    assert note.message in [one.message for one in check("nets/two.yaml", max={"params": "1G"}).notes]
    repository.commit()
    assert check(base="HEAD").loosened == []
    repository.put("nets/one.yaml", (repository.root / "nets/one.yaml").read_text().replace("head", "top"))
    assert refused() == ["'head' matches no layer of one, two"]
    repository.put("nets/two.yaml", (repository.root / "nets/two.yaml").read_text().replace("heads", "head"))
    said = "one: max of params of head was 1k, is none: its pattern matches no layer any more"
    assert list(map(str, check(base="HEAD").loosened)) == [said]


@pytest.mark.parametrize(
    "step", ["custom: {out: [-90000], params: 0, macs: 0}", "custom: {out: [-1, -1], params: 0, macs: 0}"]
)
def test_nothing_costs_less_than_nothing(repository: Repository, step: str) -> None:
    repository.put("net.yaml", f"name: net\ninput: [3, 8, 8]\nlayers:\n  - {step}\n  - linear: 10\n")
    [message] = refused("net.yaml", max={"params": "1k"})
    assert "0 or more" in message


@pytest.mark.parametrize("limit", ["21๙", "२१", "１２", "1e٣", "1,٠٠٠"])
def test_digits_are_those_of_ascii(repository: Repository, limit: str) -> None:
    repository.put("net.yaml", net(4))
    assert refused("net.yaml", max={"params": limit})


@pytest.mark.parametrize("name", ["net.yaml", "archcalc.yaml"])
def test_no_line_of_what_lies_outside_the_project_is_shown(repository: Repository, name: str) -> None:
    (repository.root.parent / "secret").write_text("password: hunter2\n")
    repository.put("net.yaml", net(4))
    (repository.root / name).unlink(missing_ok=True)
    os.symlink("../secret", repository.root / name)
    with pytest.raises(SpecError) as caught:
        check("net.yaml", max={"params": "1k"})
    [found] = caught.value.diagnostics
    assert found.message.endswith(f"is a link that leads out of the project ({repository.root})")
    assert found.span is None


def test_an_import_ends_in_yaml(repository: Repository) -> None:
    """A hook that runs when YAML is committed must see every file that counts."""
    repository.put("blocks.txt", "name: lib\nblocks: {one: {layers: [relu]}}\n")
    repository.put("net.yaml", net(4).replace("layers:", "import: [blocks.txt]\nlayers:") + "  - one\n")
    assert "an import ends in .yaml or .yml, not 'blocks.txt'" in refused("net.yaml", max={"params": "1k"})


# A name is held by itself, whatever it leads to


def test_a_link_in_place_of_a_spec(repository: Repository) -> None:
    """The file that it leads to is new, and has no growth: the name has."""
    repository.put("archcalc.yaml", "budgets: [{specs: nets/*.yaml, max_increase: {params: 0}}]\n")
    repository.put("nets/net.yaml", net(4))
    repository.commit()
    (repository.root / "nets/net.yaml").unlink()
    repository.put("nets/a.yaml", net(40))
    os.symlink("a.yaml", repository.root / "nets/net.yaml")
    assert {result.spec_file: result.ok for result in check(base="HEAD")} == {
        "nets/a.yaml": True,
        "nets/net.yaml": False,
    }


def test_a_link_to_a_folder_that_another_path_leads_to(repository: Repository) -> None:
    repository.put("archcalc.yaml", "budgets: [{specs: nets/**/*.yaml, max_increase: {params: 0}}]\n")
    repository.put("nets/sub/net.yaml", net(4))
    repository.commit()
    (repository.root / "nets/sub/net.yaml").unlink()
    (repository.root / "nets/sub").rmdir()
    repository.put("nets/a/net.yaml", "# other\n" * 99 + net(40))
    os.symlink("a", repository.root / "nets/sub")
    os.symlink("../..", repository.root / "nets/a/loop")
    found = {result.spec_file: result.ok for result in check(base="HEAD")}
    assert found == {"nets/a/net.yaml": True, "nets/sub/net.yaml": False}


def test_links_that_lead_to_many_files_again(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archcalc.budget.files.MOST_AGAIN", 3)
    repository.put("archcalc.yaml", BUDGETS)
    repository.put("nets/a/net.yaml", net(4))
    for number in range(3):
        os.symlink("a", repository.root / f"nets/b{number}")
    assert len(check()) == 4
    os.symlink("a", repository.root / "nets/b3")
    assert refused() == ["links lead to more than 3 files a second time"]


def test_a_working_directory_that_is_a_link_now(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell says by which name it entered."""
    budgets = "budgets: [{specs: '*.yaml', max_increase: {params: 0}}]\n"
    repository.put("models/archcalc.yaml", budgets.replace("params: 0", "params: 0}, max: {params: 1k"))
    repository.put("models/net.yaml", net(4))
    repository.commit()
    repository.git("rm", "-qr", "models")
    repository.put("new/archcalc.yaml", budgets)
    repository.put("new/net.yaml", "# another\n" * 99 + net(40))
    os.symlink("new", repository.root / "models")
    monkeypatch.chdir(repository.root / "models")
    monkeypatch.setenv("PWD", str(repository.root / "models"))
    found = check(base="HEAD")
    assert [result.ok for result in found] == [False]
    assert list(map(str, found.loosened)) == ["net: max of params was 1k, is none"]
    monkeypatch.setenv("PWD", str(repository.root))
    assert check(base="HEAD")[0].new


def test_a_convention_that_the_caller_names_and_the_request_changes(repository: Repository) -> None:
    own = "name: own\nunit: multiply-adds\ncounts: multiply-adds\noperations: {mac: 2}\n"
    repository.put("my.yaml", own)
    repository.put("net.yaml", net(4))
    repository.commit()
    repository.put("my.yaml", "# the same\n" + own)
    options = {"base": "HEAD", "count": "my.yaml", "max": {"ops": "8k"}}
    assert check("net.yaml", **options).loosened == []
    repository.put("my.yaml", own.replace("mac: 2", "mac: 0"))
    assert list(map(str, check("net.yaml", **options).loosened)) == [
        "count was as HEAD:my.yaml says, is as my.yaml says"
    ]
