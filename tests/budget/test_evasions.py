"""Pull requests that would pass a budget without keeping it: each is told, and none passes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from repository import Repository, net, params

from archcalc.api import check
from archcalc.errors import SpecError

GROWTH = {"max_increase": {"params": "0"}}


def refused(*specs: str, **options: object) -> list[str]:
    with pytest.raises(SpecError) as caught:
        check(*specs, **options)
    return [diagnostic.message for diagnostic in caught.value.diagnostics]


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
