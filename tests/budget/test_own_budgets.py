"""A ``budget:`` of a spec that no archcalc.yaml names: held where there is no archcalc.yaml, else told."""

from __future__ import annotations

import pytest
from repository import Repository, net, params

from archcalc.api import check
from archcalc.budget import own
from archcalc.cli import main
from archcalc.errors import SpecError

OWN = "budget: {max: {params: 20}}\n"


def spec(name: str, budget: str = OWN) -> str:
    return budget + net(4).replace("name: net", f"name: {name}")


@pytest.fixture
def project(repository: Repository) -> Repository:
    repository.put("nets/deep/own.yaml", spec("own"))
    repository.put("nets/free.yaml", spec("free", "# no budget\n"))
    repository.put(".hidden/own.yaml", spec("hidden"))
    repository.put("vendor/archcalc.yaml", "budgets: [{specs: net.yaml, max: {params: 1M}}]\n")
    repository.put("vendor/net.yaml", spec("vendored"))
    return repository


def test_without_a_file_of_budgets_each_is_held(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert [(one.name, one.used, one.ok) for one in check()] == [("own", params(4), False)]
    assert main(["check"]) == 1
    assert "over budget: own: params: 112 is over the limit of 20" in capsys.readouterr().out
    assert [(one.bound, one.ok) for one in check(min={"params": 1})] == [("min", True), ("max", False)]


def test_beside_a_file_of_budgets_that_does_not_name_it_it_is_told(project: Repository) -> None:
    project.put("archcalc.yaml", "budgets: [{specs: nets/*.yaml, max: {params: 1M}}]\n")
    found = check()
    assert [(one.name, one.ok) for one in found] == [("free", True)]
    [note] = found.notes
    assert note.message == "nets/deep/own.yaml: nothing holds the budget: that stands there"
    assert note.span is not None
    assert (note.span.source.name, note.span.line) == ("nets/deep/own.yaml", 0)
    assert main(["check", "--strict"]) == 2
    project.put("archcalc.yaml", "budgets: [{specs: nets/**/*.yaml, max: {params: 1M}}]\n")
    assert check().notes == []
    assert sorted((one.name, one.written, one.ok) for one in check()) == [
        ("free", "1M", True),
        ("own", "1M", True),
        ("own", "20", False),
    ]
    assert check("nets/free.yaml").notes == []


def test_a_file_that_only_speaks_of_budgets_is_none(repository: Repository) -> None:
    repository.put("net.yaml", spec("net", "# budget: {max: {params: 1}}\n"))
    repository.put("compose.yml", "services: {x: {budget: 5}}\nbudget: 3\n")
    with pytest.raises(SpecError, match=r"no archcalc\.yaml .* and no spec with budget: below"):
        check()


def test_what_is_taken_out_of_a_spec_is_told(project: Repository) -> None:
    project.put("nets/other.yaml", spec("other", OWN.replace("20", "1k")))
    project.commit()
    assert check(base="HEAD").loosened == []
    project.put("nets/deep/own.yaml", spec("own", ""))
    assert list(map(str, check(base="HEAD").loosened)) == ["own: max of params was 20, is none"]
    (project.root / "nets/deep/own.yaml").unlink()
    said = ["nets/deep/own.yaml: was held to max params 20, is gone"]
    assert list(map(str, check(base="HEAD").loosened)) == said


def test_the_walk_is_bounded(project: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_FILES", 1)
    project.put("a.yaml", spec("a"))
    with pytest.raises(SpecError, match="more than 1 files"):
        check()


def test_what_an_entry_excepts_is_not_held(repository: Repository) -> None:
    for name in ("a", "b", "old_a"):
        repository.put(f"nets/{name}.yaml", spec(name, ""))
    entry = "budgets: [{specs: 'nets/*.yaml', except: [nets/old_*.yaml], max: {params: 1M}}]\n"
    repository.put("archcalc.yaml", entry)
    assert [one.name for one in check()] == ["a", "b"]
    repository.commit()
    assert check(base="HEAD").loosened == []
    repository.put("archcalc.yaml", entry.replace("nets/old_*.yaml", "nets/old_*.yaml, nets/b.yaml"))
    assert [one.name for one in check()] == ["a"]
    [one] = check(base="HEAD").loosened
    assert str(one) == "nets/b.yaml: max of params was 1M, is none: archcalc.yaml does not name the spec"
    (repository.root / "nets/old_a.yaml").unlink()
    repository.put("archcalc.yaml", entry.replace("except: [nets/old_*.yaml], ", ""))
    assert check(base="HEAD").loosened == []  # what is gone was not held
