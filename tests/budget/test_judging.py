"""Limits held against networks: what is used, what is allowed, and against which base. Figures by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from repository import Repository, net, params

import archcalc
from archcalc.api import check, report
from archcalc.errors import SpecError

FAMILY = """\
name: family
input: [3, 8, 8]
vars: {width: 4}
variants: {small: {width: 2}, large: {width: 8}}
layers:
  - conv: {out: width, kernel: 3}
    name: stem
  - conv: {out: 2*width, kernel: 1, bias: false}
    name: head
"""
# stem: 28 w parameters, 27 * 36 w multiply-adds; head: 2 w^2 parameters, 72 w^2 multiply-adds
STEM = {width: 28 * width for width in (2, 4, 8)}
TOTAL = {width: 28 * width + 2 * width**2 for width in (2, 4, 8)}


def figures(*specs: str, **options: object) -> list[tuple]:
    return [(one.name, one.what, one.used, one.ok) for one in check(*specs, **options)]


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / ".git").mkdir()  # what is above this directory is not the project's
    (tmp_path / "family.yaml").write_text(FAMILY)
    return tmp_path


@pytest.mark.parametrize(
    "metric, limit, used, ok",
    [
        ("params", 144, 144, True),
        ("params", 143, 144, False),
        ("params", "0.144k", 144, True),
        ("params", "143.9", 144, False),
        ("trainable", "1k", 144, True),
        ("frozen", 0, 0, True),
        ("macs", "5.04k", 27 * 36 * 4 + 72 * 16, True),
        ("layers", 1, 2, False),
        ("activations", 1000, 36 * 4 + 36 * 8, True),
        ("weights", "576B", 4 * 144, True),
        ("weights", "143B @int8", 144, False),
        ("weights", "72B @int4", 72, True),
        ("weights_bytes", 576, 576, True),
    ],
)
def test_max(family: Path, metric: str, limit: str | int, used: int, ok: bool) -> None:
    assert figures("family.yaml", max={metric: limit}) == [("family", metric, used, ok)]


def test_min(family: Path) -> None:
    assert [one.ok for one in check("family.yaml", min={"params": 144, "macs": "6k"})] == [True, False]


def test_settings_of_the_call_win(family: Path) -> None:
    (family / "archcalc.yaml").write_text(
        "budgets:\n  - {specs: family.yaml, set: {width: 8}, batch: 2, max: {macs: 1M}, dtype: int8}\n"
    )

    def macs(width: int) -> int:
        return 27 * 36 * width + 72 * width**2

    assert check()[0].used == 2 * macs(8)
    assert check(settings={"width": "2"})[0].used == 2 * macs(2)
    assert check(batch=1)[0].used == macs(8)


def test_one_entry_covers_a_family(family: Path) -> None:
    (family / "archcalc.yaml").write_text(
        "budgets:\n  - {specs: '*.yaml', variants: [small, large], max: {params: 100}, layers: {st*: {params: 56}}}\n"
    )
    assert figures() == [
        ("family:small", "params", TOTAL[2], True),
        ("family:small", "params of st*", STEM[2], True),
        ("family:large", "params", TOTAL[8], False),
        ("family:large", "params of st*", STEM[8], False),
    ]
    assert figures("family.yaml:small") == figures()[:2]
    assert figures("family.yaml", variant="large") == figures()[2:]
    with pytest.raises(SpecError, match=r"family\.yaml has no variant 'nothing'"):
        check("family.yaml:nothing")


def test_entries_for_two_variants_of_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("archcalc.yaml").write_text(
        "budgets:\n  - {specs: resnet50, max: {params: 30M}}\n  - {specs: resnet18, max: {params: 11M}}\n"
    )
    assert figures() == [
        ("resnet:resnet50", "params", 25_557_032, True),
        ("resnet:resnet18", "params", 11_689_512, False),
    ]


def test_layers_sum_what_a_pattern_matches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("archcalc.yaml").write_text(
        "budgets:\n  - specs: resnet18\n    layers:\n"
        "      '**/norm': {params: 1}\n      '**': {params: 12M, layers: 1000}\n      '*': {params: 1k}\n"
    )
    rows = report("resnet18")["layers"]
    top = sum(row["params"] for row in rows if "/" not in row["path"])
    found = {(one.path, one.metric): one.used for one in check()[1:]}
    assert found["**", "params"] == 11_689_512  # torchvision's resnet18
    assert found["**", "layers"] == len(rows)
    assert found["*", "params"] == top
    assert check()[1].ok


def test_a_specs_own_budget_and_the_files(family: Path) -> None:
    (family / "archcalc.yaml").write_text("budgets:\n  - {specs: family.yaml, max: {params: 1k}}\n")
    (family / "family.yaml").write_text(FAMILY + "budget: {max: {macs: 1k}, variants: large}\n")
    found = check()
    assert [(one.name, one.metric, one.ok, one.file, one.line) for one in found] == [
        ("family", "params", True, "archcalc.yaml", 2),
        ("family:large", "macs", False, "family.yaml", 10),
    ]
    assert [one.metric for one in check("family.yaml")] == ["params", "macs"]


def test_globs_leave_out_what_is_no_spec(family: Path) -> None:
    for path in ("a/one.yaml", "a/b/two.yaml", ".hidden/three.yaml", "a/notes.txt"):
        (family / path).parent.mkdir(parents=True, exist_ok=True)
        (family / path).write_text(net(4))
    (family / "a/blocks.yaml").write_text("name: blocks\nblocks:\n  up: {layers: [relu]}\n")
    os.symlink("..", family / "a/loop")
    (family / "archcalc.yaml").write_text("budgets:\n  - {specs: '**/*.yaml', max: {params: 1k}}\n")
    assert sorted(one.spec_file for one in check()) == ["a/b/two.yaml", "a/one.yaml", "family.yaml"]
    (family / "archcalc.yaml").write_text("budgets:\n  - {specs: [a/*.yaml, ./family.yaml], max: {params: 1k}}\n")
    assert sorted(one.spec_file for one in check()) == ["a/one.yaml", "family.yaml"]


def test_archcalc_yaml_is_found_upwards_and_its_globs_count_from_it(family: Path, monkeypatch) -> None:
    (family / "archcalc.yaml").write_text("budgets:\n  - {specs: '*.yaml', max: {params: 1k}}\n")
    (family / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(family / "deep/er")
    assert [one.used for one in check()] == [TOTAL[4]]


def test_a_check_that_cannot_fail_is_no_check(family: Path) -> None:
    with pytest.raises(SpecError, match=r"no archcalc\.yaml from the working directory upwards"):
        check()
    with pytest.raises(SpecError, match=r"no budget matches 'family\.yaml'"):
        check("family.yaml")
    with pytest.raises(SpecError, match="max_increase needs base"):
        check("family.yaml", max_increase={"params": "1%"})


def test_level_and_message(family: Path) -> None:
    for level, failed in (("error", True), ("warn", False), ("off", False)):
        (family / "archcalc.yaml").write_text(
            f"budgets:\n  - {{specs: family.yaml, max: {{params: 1}}, level: {level}, message: ask Ada}}\n"
        )
        [found] = check()
        assert (found.ok, found.failed, found.message) == (False, failed, "ask Ada")
        assert str(found).endswith(": ask Ada")


def test_the_line_that_costs_most(family: Path) -> None:
    [found] = check("family.yaml:large", max={"params": 1})
    assert found.place == ("family.yaml", 6)  # the stem: 224, the head: 128
    [found] = check("family.yaml:large", max={"macs": 1}, settings={"width": "64"})
    assert found.place == ("family.yaml", 8)


def test_python(family: Path) -> None:
    """The four lines that the README shows."""
    for result in archcalc.check("family.yaml", max={"params": "5M"}):
        assert result.ok, result
    [found] = archcalc.check("family.yaml", max={"params": 100})
    assert str(found) == "family: params: 144 is over the limit of 100 (144.0 %)"


# Against a base


def allowed(path: str, base: str, **limits: str) -> list[tuple]:
    found = check(path, base=base, max_increase=limits)
    return [(one.base, one.used, one.ok, one.new) for one in found]


def test_growth(repository: Repository) -> None:
    repository.put("net.yaml", net(100))
    repository.commit()
    repository.put("net.yaml", net(101))  # 2,800 -> 2,828: exactly 1 %
    for limit, ok in (("1%", True), ("0.99%", False), ("28B", None), ("0.028k", True), ("0.027k", False), ("0", False)):
        if ok is not None:
            assert allowed("net.yaml", "HEAD", params=limit) == [(2800, 2828, ok, False)], limit
    [found] = check("net.yaml", base="HEAD", max_increase={"params": "2%"})
    assert (found.limit, found.share) == (2856, 0.5)
    repository.put("net.yaml", net(99))
    assert allowed("net.yaml", "HEAD", params="0") == [(2800, 2772, True, False)]


def test_the_line_that_grew_most_is_not_the_one_that_costs_most(repository: Repository) -> None:
    repository.put("family.yaml", FAMILY)
    repository.commit()
    repository.put("family.yaml", FAMILY.replace("2*width", "3*width"))
    [found] = check("family.yaml", base="HEAD", max_increase={"params": "0"})
    assert (found.base, found.used, found.place) == (TOTAL[4], TOTAL[4] + 16, ("family.yaml", 8))
    [found] = check("family.yaml", max={"params": 1})
    assert found.place == ("family.yaml", 6)


def test_rename_new_file_and_deleted_file(repository: Repository) -> None:
    repository.put("a b/old näme.yaml", net(4) + "# a line that stays\n" * 9)
    repository.put("gone.yaml", FAMILY)
    repository.commit()
    repository.git("mv", "a b/old näme.yaml", "new name.yaml")
    repository.put("new name.yaml", net(5) + "# a line that stays\n" * 9)
    repository.put("fresh.yaml", net(6))
    (repository.root / "gone.yaml").unlink()
    repository.git("add", "-A")
    repository.put("archcalc.yaml", "budgets:\n  - {specs: '*.yaml', max_increase: {params: 1%}}\n")
    found = {one.spec_file: one for one in check(base="HEAD")}
    assert set(found) == {"new name.yaml", "fresh.yaml"}
    renamed, fresh = found["new name.yaml"], found["fresh.yaml"]
    assert (renamed.base, renamed.ok, renamed.new) == (params(4), False, False)
    assert (fresh.base, fresh.ok, fresh.new, fresh.note) == (None, True, True, "new since HEAD")


IMPORTING = "name: net\ninput: [3, 8, 8]\nimport: [lib.yaml]\nlayers: [up]\n"
LIBRARY = "name: lib\nblocks:\n  up: {{layers: [{{conv: {{out: {width}, kernel: 3}}}}]}}\n"


def test_a_changed_import_of_a_spec_that_did_not_change(repository: Repository) -> None:
    repository.put("net.yaml", IMPORTING)
    repository.put("lib.yaml", LIBRARY.format(width=4))
    repository.commit()
    assert allowed("net.yaml", "HEAD", params="0") == [(params(4), params(4), True, False)]
    repository.put("lib.yaml", LIBRARY.format(width=5))
    assert allowed("net.yaml", "HEAD", params="0") == [(params(4), params(5), False, False)]
    [found] = check("net.yaml", base="HEAD", max_increase={"params": "0"})
    assert found.place == ("lib.yaml", 3)


def test_a_file_does_not_stand_for_a_shipped_spec(repository: Repository) -> None:
    """A name without an ending is that of a shipped spec, whatever lies beside it."""
    repository.put("net.yaml", "name: net\ninput: [1, 32, 32]\nimport: [lenet5]\nlayers: [lenet5]\n")
    [found] = check("net.yaml", max={"params": "1M"})
    repository.put("lenet5", LIBRARY.format(width=4))
    assert check("net.yaml", max={"params": "1M"})[0].used == found.used


def test_a_base_is_the_merge_base(repository: Repository) -> None:
    """What main did after the branch began is not the branch's growth."""
    repository.put("net.yaml", net(4))
    repository.commit()
    repository.git("checkout", "-qb", "topic")
    repository.put("net.yaml", net(5))
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.put("net.yaml", net(50))
    repository.commit()
    repository.git("checkout", "-q", "topic")
    assert allowed("net.yaml", "main", params="1k") == [(params(4), params(5), True, False)]
    repository.git("checkout", "-q", "--detach")
    assert allowed("net.yaml", "main", params="0") == [(params(4), params(5), False, False)]


def test_a_base_that_cannot_be_sized_is_told(repository: Repository) -> None:
    repository.put("net.yaml", net(4).replace("conv", "cnov"))
    repository.commit()
    repository.put("net.yaml", net(4))
    with pytest.raises(SpecError) as caught:
        check("net.yaml", base="HEAD", max_increase={"params": "0"})
    [found] = caught.value.diagnostics
    assert (found.span.source.name, found.message) == ("HEAD:net.yaml", "unknown layer 'cnov'")


def test_a_variant_that_is_new(repository: Repository) -> None:
    """The spec is not new: what cannot be compared is not passed."""
    repository.put("family.yaml", FAMILY.replace(", large: {width: 8}", ""))
    repository.commit()
    repository.put("family.yaml", FAMILY)
    [small] = check("family.yaml:small", base="HEAD", max_increase={"params": "0"})
    assert (small.base, small.new) == (TOTAL[2], False)
    with pytest.raises(SpecError, match="no variant 'large'"):
        check("family.yaml:large", base="HEAD", max_increase={"params": "0"})


def test_equal_blobs_are_neither_read_nor_sized_again(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    from archcalc.budget import baseline
    from archcalc.sources import git

    for number in range(10):
        repository.put(f"net{number}.yaml", net(number + 1))
    repository.put("archcalc.yaml", "budgets:\n  - {specs: '*.yaml', max_increase: {params: 1k}}\n")
    repository.commit()
    repository.put("net3.yaml", net(9))
    read, sized = [], []
    contents, older_size = git.Repository.contents, baseline.older_size
    monkeypatch.setattr(git.Repository, "contents", lambda self, oid: read.append(oid) or contents(self, oid))
    monkeypatch.setattr(baseline, "older_size", lambda new, old: sized.append(old.source.name) or older_size(new, old))
    assert len(check(base="HEAD")) == 10
    assert len(read) == 1
    assert sized == ["HEAD:net3.yaml"]


def test_line_ends_of_the_work_tree_do_not_matter(repository: Repository) -> None:
    repository.put("net.yaml", net(4))
    repository.commit()
    (repository.root / "net.yaml").write_bytes(b"\xef\xbb\xbf" + net(4).replace("\n", "\r\n").encode())
    assert allowed("net.yaml", "HEAD", params="0") == [(params(4), params(4), True, False)]


@pytest.mark.parametrize("form", ["object", "array", "lines"])
def test_a_report_as_base(repository: Repository, form: str) -> None:
    repository.put("net.yaml", net(4))
    older = [report("net.yaml"), report("resnet18")]
    text = {
        "object": json.dumps(older[0]),
        "array": json.dumps(older),
        "lines": "\n".join(map(json.dumps, older)),
    }[form]
    repository.put("report.json", text)
    repository.put("net.yaml", net(5))
    assert allowed("net.yaml", "report.json", params="1%") == [(params(4), params(5), False, False)]
    assert allowed("vgg16", "report.json", params="1%")[0][3]
    with pytest.raises(SpecError, match=r"report\.json was made with batch 1, this check with 2"):
        check("net.yaml", base="report.json", max_increase={"macs": "1%"}, batch=2)


def test_a_spec_as_base(repository: Repository) -> None:
    repository.put("old.yaml", net(4))
    repository.put("net.yaml", net(5))
    assert allowed("net.yaml", "old.yaml", params="1%") == [(params(4), params(5), False, False)]
    with pytest.raises(SpecError, match=r"base=old\.yaml is one spec, and several are checked"):
        check("net.yaml", "old.yaml", base="old.yaml", max_increase={"params": "1%"})


REPORT = json.dumps(
    {"schema": "archcalc.report/1", "spec": "net", "variant": None, "file": "net.yaml", "batch": 1, "set": {}}
    | {"convention": "mac", "dtype": "float32", "totals": {}, "layers": []}
)


@pytest.mark.parametrize("text", ["{}", "[1]", "{", '{"schema": "archcalc.check/1"}', "[" * 100_000, REPORT])
def test_no_report(repository: Repository, text: str) -> None:
    repository.put("net.yaml", net(4))
    repository.put("report.json", text)
    with pytest.raises(SpecError, match=r"report\.json"):
        check("net.yaml", base="report.json", max_increase={"params": "1%"})


@pytest.mark.parametrize("ref", ["--output=x", "$(touch x)", "", "nope", "-"])
def test_a_base_that_is_none(repository: Repository, ref: str) -> None:
    repository.put("net.yaml", net(4))
    repository.commit()
    before = sorted(os.listdir())
    with pytest.raises(SpecError):
        check("net.yaml", base=ref, max_increase={"params": "1%"})
    assert sorted(os.listdir()) == before


def test_shipped_specs_do_not_change(repository: Repository) -> None:
    repository.put("x", "")
    repository.commit()
    assert allowed("resnet18", "HEAD", params="0") == [(11_689_512, 11_689_512, True, False)]


def test_weights_against_a_report_of_another_width(repository: Repository) -> None:
    repository.put("net.yaml", net(4))
    repository.put("report.json", json.dumps(report("net.yaml", dtype="int8")))
    for metric in ("weights", "weights_bytes"):
        assert allowed("net.yaml", "report.json", **{metric: "0"}) == [(4 * 112, 4 * 112, True, False)]


def test_a_budget_with_very_many_errors(repository: Repository) -> None:
    limits = ", ".join(f"m{number}: 1" for number in range(500))
    repository.put("net.yaml", net(4) + f"budget: {{max: {{{limits}}}}}\n")
    with pytest.raises(SpecError, match="unknown metric 'm0'"):
        check("net.yaml")


def test_a_spec_named_twice_is_checked_once(repository: Repository) -> None:
    repository.put("net.yaml", net(4))
    assert len(check("net.yaml", "./net.yaml", max={"params": 1})) == 1


def test_without_base_a_relative_limit_is_said_not_to_be_judged(repository: Repository) -> None:
    repository.put("net.yaml", net(4) + "budget: {max_increase: {params: 1%}}\n")
    [found] = check("net.yaml")
    assert (found.ok, found.limit, found.note) == (True, None, "not judged: base says against what")
