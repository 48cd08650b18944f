"""Limits on one spec that is asked for in several ways, and specs of one name, are told apart in rows and messages."""

from __future__ import annotations

import pytest
from repository import Repository, net

from archcalc.api import check
from archcalc.cli import main


@pytest.mark.parametrize(
    "settings, expected",
    [
        (["", "input: [3, 16, 16], "], ["net", "net (input 3x16x16)"]),
        (["batch: 2, dtype: int8, ", "batch: 4, dtype: int8, "], ["net (batch 2)", "net (batch 4)"]),
        (["set: {w: 3}, ", "set: {w: 5}, "], ["net (set w=3)", "net (set w=5)"]),
        (["count: torch, ", "dtype: int8, "], ["net (count torch)", "net (dtype int8)"]),
        (["batch: 2, ", "batch: 2, "], ["net", "net"]),
    ],
)
def test_by_how_the_spec_is_asked_for(
    repository: Repository, settings: list[str], expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("net.yaml", net(4).replace("out: 4", "out: w").replace("layers:", "vars: {w: 4}\nlayers:"))
    entries = "".join(f"  - {{specs: net.yaml, {one}max: {{macs: 1}}}}\n" for one in settings)
    repository.put("archcalc.yaml", f"budgets:\n{entries}")
    assert [one.name for one in check()] == expected
    for form in ("table", "markdown", "github", "html"):
        assert main(["check", "--format", form]) == 1
        out = capsys.readouterr().out.replace("%3A", ":")
        assert all(name in out for name in expected)


def test_by_the_file_where_names_are_the_same(repository: Repository) -> None:
    repository.put("one/net.yaml", net(4))
    repository.put("two/net.yaml", net(8))
    repository.put("archcalc.yaml", "budgets: [{specs: '*/net.yaml', max: {params: 1M}}]\n")
    repository.commit()
    assert [one.name for one in check()] == ["net (one/net.yaml)", "net (two/net.yaml)"]
    repository.put("archcalc.yaml", "budgets: [{specs: '*/net.yaml', max: {params: 2M}}]\n")
    said = "max of params was 1M, is 2M"
    loosened = list(map(str, check(base="HEAD").loosened))
    assert loosened == [f"net (one/net.yaml): {said}", f"net (two/net.yaml): {said}"]


def test_a_limit_that_is_too_low_is_under(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.put("net.yaml", net(4))
    assert main(["check", "net.yaml", "--min", "params=1k"]) == 1
    out = capsys.readouterr().out
    assert "under budget: net: params: 112 is under the limit of 1k (11.2 %)\n" in out
