"""``count: my.yaml`` of a budget: relative to the file that says it, and held to its project."""

from __future__ import annotations

from pathlib import Path

import pytest
from repository import Repository, net

from archcalc.api import check
from archcalc.cli import main
from archcalc.errors import SpecError

MACS = 4 * 6 * 6 * 3 * 3 * 3
"""Of ``net(4)``: four kernels of 3x3x3 on 6x6 places."""
EDGE = "name: edge\noperations: {mac: 3}\n"
BUDGETS = "budgets:\n  - {{specs: net.yaml, count: {}, max: {{ops: 1k}}}}\n"


@pytest.fixture
def project(repository: Repository) -> Repository:
    repository.put("net.yaml", net(4))
    repository.put("edge.yaml", EDGE)
    return repository


def used(*specs: str, **options: object) -> list[int]:
    return [result.used for result in check(*specs, **options)]  # type: ignore[arg-type]


def test_on_the_command_line(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "net.yaml", "--max", f"ops={3 * MACS}", "--count", "edge.yaml"]) == 0
    assert main(["check", "net.yaml", "--max", f"ops={3 * MACS - 1}", "--count", "edge.yaml"]) == 1
    assert f"{3 * MACS:,}" in capsys.readouterr().out


def test_it_is_relative_to_archcalc_yaml(project: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    project.put("archcalc.yaml", BUDGETS.format("ways/edge.yaml"))
    project.put("ways/edge.yaml", EDGE)
    (project.root / "deep").mkdir()
    monkeypatch.chdir(project.root / "deep")
    assert used() == [3 * MACS]


def test_it_is_relative_to_the_spec_whose_budget_says_it(project: Repository) -> None:
    project.put("models/net.yaml", net(4) + "budget: {count: ways/edge.yaml, max: {ops: 1k}}\n")
    project.put("models/ways/edge.yaml", EDGE.replace("3", "5"))
    assert used("models/net.yaml") == [5 * MACS]


def test_of_a_commit_it_is_the_commits(project: Repository) -> None:
    project.put("old.yaml", net(4) + "budget: {count: edge.yaml, max: {ops: 1k}}\n")
    project.commit()
    project.put("edge.yaml", EDGE.replace("3", "7"))
    assert used("HEAD:old.yaml") == [3 * MACS]
    assert used("old.yaml") == [7 * MACS]


def test_the_base_is_counted_as_the_head(project: Repository) -> None:
    project.put("archcalc.yaml", "budgets:\n  - {specs: net.yaml, count: edge.yaml, max_increase: {ops: 1}}\n")
    project.put("net.yaml", net(2))
    project.commit()
    project.put("net.yaml", net(4))
    project.put("edge.yaml", EDGE.replace("3", "10"))
    project.put("archcalc.yaml", "budgets:\n  - {specs: net.yaml, count: edge.yaml, max_increase: {ops: 100%}}\n")
    [result] = check(base="HEAD")
    assert (result.base, result.used, result.ok) == (5 * MACS, 10 * MACS, True)


def test_the_command_line_wins(project: Repository) -> None:
    project.put("archcalc.yaml", BUDGETS.format("edge.yaml"))
    assert used(count="mac") == [MACS]


def test_entries_of_one_file_are_one_way(project: Repository) -> None:
    entry = "  - {specs: net.yaml, count: edge.yaml, max: {params: 1M}}\n"
    project.put("archcalc.yaml", f"budgets:\n{entry}{entry}")
    assert used(max={"ops": "1M"}).count(3 * MACS) == 1


@pytest.mark.parametrize(
    "count, file, message",
    [
        ("none.yaml", "archcalc.yaml:2", "no file 'none.yaml' beside archcalc.yaml"),
        ("../out.yaml", "archcalc.yaml:2", "'../out.yaml' lies outside the project"),
        ("link.yaml", "archcalc.yaml:2", "'link.yaml' lies outside the project"),
        ("bad.yaml", "bad.yaml:2", "a convention has no key 'opertions'"),
    ],
)
def test_what_is_wrong_with_it_is_told_once(project: Repository, count: str, file: str, message: str) -> None:
    outside = Path(project.root).parent / "out.yaml"
    outside.write_text(EDGE, encoding="utf-8")
    (project.root / "link.yaml").symlink_to(outside)
    project.put("bad.yaml", EDGE.replace("operations", "opertions"))
    project.put("archcalc.yaml", BUDGETS.format(count))
    with pytest.raises(SpecError) as raised:
        check()
    told = [str(one) for one in raised.value.diagnostics if message in one.message]
    assert len(told) == 1
    assert told[0].startswith(file)


def test_allow_import_lets_it_reach_further(project: Repository) -> None:
    (Path(project.root).parent / "out.yaml").write_text(EDGE, encoding="utf-8")
    project.put("archcalc.yaml", BUDGETS.format("../out.yaml"))
    assert used(allow_import=[".."]) == [3 * MACS]


@pytest.mark.parametrize("wrong", [{"count": "mac,flop"}, {"count": "flops"}, {"batch": 0}, {"dtype": "int9"}], ids=str)
def test_a_wrong_option_is_told_once_for_all_specs(project: Repository, wrong: dict[str, object]) -> None:
    project.put("other.yaml", net(3))
    project.put("archcalc.yaml", "budgets:\n  - {specs: [net.yaml, other.yaml], max: {params: 1M}}\n")
    with pytest.raises(SpecError) as raised:
        check(**wrong)  # type: ignore[arg-type]
    assert len(raised.value.diagnostics) == 1
    assert raised.value.file is None
