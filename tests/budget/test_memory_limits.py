"""Limits on memory: read, judged, and what is said of a peak that is too high, and of what made it so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from repository import Repository

import archcalc
from archcalc.cli import main

NET = """\
name: kws
input: [1, 96, 96]
layers:
  - conv: {out: 16, kernel: 3, stride: 2, padding: 1, norm: batch_norm, act: relu}
    name: stem
  - residual: [{conv: {out: 16, kernel: 3, padding: 1, norm: batch_norm, act: relu}}]
    name: body
  - inverted_residual: {mid: 48, out: 24, stride: 2}
  - global_avg_pool
  - linear: 10
"""
BUDGET = """\
budgets:
  - specs: net.yaml
    dtype: int8
    max: {peak_memory: 192KiB, arena: 256KiB, banks: {dtcm: 128KiB, sram: 512KiB}}
"""
# stem, body/conv1 and body/add: 48 x 48 positions of 16 channels each, 36 KiB; in the block 48 channels of 48 x 48
# beside their input, 108 + 36 KiB, which is the peak.
PEAK = (48 + 16) * 48 * 48


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    (tmp_path / "old.yaml").write_text(NET, encoding="utf-8")
    (tmp_path / "archcalc.yaml").write_text(BUDGET, encoding="utf-8")


def widened() -> None:
    """The change that breaks the budget: stem and body of 32 channels, so that three of 72 KiB are alive at once."""
    text = NET.replace("out: 16, kernel: 3, stride", "out: 32, kernel: 3, stride").replace("{out: 16", "{out: 32")
    Path("net.yaml").write_text(text, encoding="utf-8")


def results(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> list[dict[str, Any]]:
    assert main(["check", *arguments, "--format", "json"]) == status
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["results"]
    return found


def test_within_the_budget(capsys: pytest.CaptureFixture[str]) -> None:
    used = {one["metric"]: (one["used"], one["limit"], one["peak"]) for one in results(capsys)}
    assert used == {
        "peak_memory": (PEAK, 192 * 1024, None),
        "arena": (PEAK, 256 * 1024, None),
        "banks": (PEAK, 640 * 1024, None),
    }


def test_a_change_that_breaks_it_is_told_with_what_is_alive_and_the_line_that_grew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    widened()
    first, *_ = results(capsys, "--base", "old.yaml", status=1)
    size = 32 * 48 * 48
    assert (first["used"], first["at"]) == (3 * size, {"file": "net.yaml", "line": 6})
    peak = first["peak"]
    assert peak["at"]["path"] == "body/add"
    assert [(one["path"], one["bytes"], one["line"]) for one in peak["alive"]] == [
        *[("stem", size, 4), ("body/conv1", size, 6), ("body/add", size, 6)]
    ]
    assert peak["grew"] == {
        **{"path": "stem", "bytes": size, "was": size // 2, "until": None},
        **{"file": "net.yaml", "line": 4},
    }


@pytest.mark.parametrize("form", ["markdown", "github", "table", "html", "junit", "sarif"])
def test_every_format_says_it(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    widened()
    assert main(["check", "--base", "old.yaml", "--format", form]) == 1
    said = capsys.readouterr().out.replace("\\_", "_").replace("%3A", ":")
    for fact in (
        "the peak is at body/add (net.yaml:6)",
        "alive there: stem 72.0 KiB (net.yaml:4)",
        "net.yaml:4 grew most: stem, 36.0 KiB before",
    ):
        assert fact in said


def test_of_an_arena_the_live_peak_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    """Three tensors of 8 x 8 x 8 bytes are alive at once, and the arena has room for four: the last sum lies beside
    what is freed. Alone the sum of what is alive would seem to be wrong."""
    net = "- residual: [{conv: {out: 8, kernel: 1}}, {conv: {out: 8, kernel: 1}}]\n    repeat: 2\n"
    Path("net.yaml").write_text(
        f"name: kws\ninput: [8, 8, 8]\nlayers:\n  - conv: {{out: 8, kernel: 1}}\n  {net}", "utf-8"
    )
    assert main(["check", "net.yaml", "--dtype", "int8", "--max", "arena=1.9KiB"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "arena: 2.0 KiB (2,048 B) is over the limit" in said
    assert "the live peak, 1.5 KiB, is at residual1/0/conv2 (net.yaml:5)" in said


def test_the_annotation_stands_at_the_step_where_the_peak_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Inside a shipped block that is the line that calls it."""
    main(["check", "net.yaml", "--max", "peak_memory=1KiB", "--format", "github"])
    assert "::error file=net.yaml,line=8," in capsys.readouterr().out


def test_a_tensor_that_lives_longer_is_told_with_the_line_that_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing grew: a sum at the end holds what stem gives through the block."""
    text = NET.replace("mid: 48, out: 24, stride: 2", "mid: 48, out: 16, stride: 1")
    Path("old.yaml").write_text(text, encoding="utf-8")
    Path("net.yaml").write_text(
        text.replace("  - global_avg_pool\n", "  - add: [prev, stem]\n    name: long\n  - global_avg_pool\n"), "utf-8"
    )
    found = [one for one in results(capsys, "--base", "old.yaml", status=1) if one["metric"] == "peak_memory"]
    grew = found[0]["peak"]["grew"]
    assert (grew["path"], grew["until"], grew["line"]) == ("stem", "long", 9)
    main(["check", "--base", "old.yaml"])
    assert "net.yaml:9 lets stem live longer than in the base, to long" in capsys.readouterr().out


def test_growth(capsys: pytest.CaptureFixture[str]) -> None:
    widened()
    more = ("net.yaml", "--base", "old.yaml", "--max-increase", "peak_memory=10%", "--max", "arena=1MB @int16")
    found = {one["kind"]: one for one in results(capsys, *more, "--dtype", "int8", status=1) if "--" in one["file"]}
    assert (found["max_increase"]["base"], found["max_increase"]["used"]) == (PEAK, 3 * 32 * 48 * 48)
    assert not found["max_increase"]["ok"]
    assert found["max"]["used"] == 2 * 258_048  # twice the arena of bytes


def test_growth_against_a_report_needs_what_it_is_computed_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["show", "old.yaml", "--format", "json", "-o", "report.json"])
    assert main(["check", "net.yaml", "--base", "./report.json", "--max-increase", "peak_memory=1%"]) == 2
    assert "does not hold what its memory is computed from" in capsys.readouterr().err
    widened()
    assert main(["check", "--base", "./report.json"]) == 1  # a limit that needs no base holds or not as ever


def test_banks_that_have_no_room(capsys: pytest.CaptureFixture[str]) -> None:
    banks = "banks=a=40KiB,b=100KiB"
    (found,) = [one for one in results(capsys, "net.yaml", "--max", banks, status=1) if one["written"] == banks[6:]]
    assert found["limit"] == 140 * 1024
    assert found["used"] == sum(one["bytes"] for one in found["peak"]["alive"]) > found["limit"]
    assert "inverted_residual1/conv1" in [one["path"] for one in found["peak"]["alive"]]


PAIR = """\
name: pair
input: [1, 8, 8]
layers:
  - conv: {out: 4, kernel: 3, padding: same}
    name: wide
  - conv: {out: 3, kernel: 3, padding: same}
    name: next
"""
# input 64, wide 256 and next 192 elements: with float32 256, 1,024 and 768 bytes; wide and next are alive together


@pytest.mark.parametrize(
    "banks, said",
    [
        ({"a": "1792B"}, None),
        ({"a": "1KiB", "b": "768B"}, None),
        ({"a": "1791B"}, "next (768 B) does not fit: a has 767 B free in one piece while it is alive, 1 B too few"),
        (
            {"a": "512B", "b": "1100B"},
            "next (768 B) does not fit: a has 512 B free in one piece while it is alive, 256 B",
        ),
        # together they have more than is alive, and no room in one piece
        (
            {"a": "767B", "b": "1100B"},
            "next (768 B) does not fit: a has 767 B free in one piece while it is alive, 1 B",
        ),
        ({"a": "1023B"}, "wide (1,024 B) does not fit: a has 1,023 B free in one piece while it is alive, 1 B too few"),
    ],
)
def test_what_does_not_fit_into_banks_and_by_how_much(banks: dict[str, str], said: str | None) -> None:
    Path("pair.yaml").write_text(PAIR, encoding="utf-8")
    text = ",".join(f"{name}={size}" for name, size in banks.items())
    (result,) = [one for one in archcalc.check("pair.yaml", max={"banks": text}) if one.metric == "banks"]
    assert (result.ok, result.used) == (said is None, 1792)
    assert said is None or said in str(result)


def test_banks_of_the_same_sum_hold_less_in_fewer_pieces(repository: Repository) -> None:
    def entry(banks: str) -> str:
        return f"budgets: [{{specs: pair.yaml, max: {{banks: {banks}}}}}]\n"

    repository.put("pair.yaml", PAIR)
    repository.put("archcalc.yaml", entry("{a: 1KiB, b: 1KiB}"))
    repository.commit()
    repository.put("archcalc.yaml", entry("{a: 2KiB}"))
    assert list(map(str, archcalc.check(base="HEAD").loosened)) == ["pair: max of banks was a=1KiB,b=1KiB, is a=2KiB"]
    repository.put("archcalc.yaml", entry("{a: 1KiB, b: 800B}"))
    assert archcalc.check(base="HEAD").loosened == []


def test_update_writes_what_is_used_and_leaves_banks() -> None:
    widened()
    assert main(["check", "--update"]) == 0
    text = Path("archcalc.yaml").read_text(encoding="utf-8")
    assert f"{{peak_memory: {3 * 32 * 48 * 48}B, arena: 258048B, banks: {{dtcm: 128KiB, sram: 512KiB}}}}" in text


def test_python_tells_it_too() -> None:
    (result,) = [one for one in archcalc.check("net.yaml", max={"peak_memory": "1KiB"}) if not one.ok]
    assert result.peak is not None
    assert "peak_memory: 576.0 KiB (589,824 B) is over the limit of 1KiB" in str(result)


@pytest.mark.parametrize(
    "limit, message",
    [
        ("--max peak_memory=5M", "peak_memory is in bytes: 5M of what?"),
        ("--max peak_memory=50%", "a share says nothing without a base"),
        ("--max macs=5M@int8", "macs has no width: @int8"),
        ("--min banks=a=1B", "banks are the most that there is: min takes none"),
        ("--max banks=a", "a bank is NAME=SIZE, not 'a'"),
        ("--max banks=a=3k", "the size of a bank is in bytes: a=3k of what?"),
    ],
)
def test_limits_that_are_wrong(limit: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "net.yaml", *limit.split()]) == 2
    assert message in capsys.readouterr().err


def test_a_peak_is_of_a_whole_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = 'budgets: [{specs: net.yaml, layers: {"stem": {peak_memory: 5KiB}}}]\n'
    (tmp_path / "archcalc.yaml").write_text(text, encoding="utf-8")
    assert main(["check"]) == 2
    assert "peak_memory is of a whole network, not of some of its layers" in capsys.readouterr().err
