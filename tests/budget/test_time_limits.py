"""Limits on the least time on a device, and on the bytes that layers move."""

from __future__ import annotations

import json
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from repository import Repository

import archcalc
from archcalc.api.reference import schema
from archcalc.cli import main

NET = """\
name: net
input: [3, 8, 8]
layers:
  - conv: {out: 4, kernel: 3, padding: 1, act: relu}
    name: stem
  - global_avg_pool
  - linear: 2
"""
BOARD = "peaks: {float32: 1M, int8: 4M}\nbandwidth: 1MB\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A million operations and a million bytes a second: test_time.py derives 14,928,000 ns."""
    folder = tmp_path / "project"
    (folder / "boards").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "net.yaml").write_text(NET, encoding="utf-8")
    (folder / "boards/edge.yaml").write_text(BOARD, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def results(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    assert main(["check", *arguments, "--format", "json"]) == status
    return json.loads(capsys.readouterr().out)["results"]


def budget(text: str) -> None:
    Path("archcalc.yaml").write_text(f"budgets:\n  - specs: net.yaml\n    {text}\n", encoding="utf-8")


def test_what_is_used_is_what_time_says(capsys: pytest.CaptureFixture[str]) -> None:
    limits = ["time@boards/edge.yaml=15ms", "time@h100=1us", "time@h100=1us @bfloat16", "bytes=4kB", "bytes=4kB @int8"]
    found = results(capsys, "net.yaml", *(f"--max={limit}" for limit in limits))
    h100, half = (archcalc.time("net.yaml", device="h100", dtype=dtype) for dtype in ("float32", "bfloat16"))
    nanoseconds = [ceil(one["seconds"] * 1e9) for one in (h100, half)]
    bytes_moved = [archcalc.time("net.yaml", device="h100", dtype=dtype)["bytes"] for dtype in ("float32", "int8")]
    assert [one["used"] for one in found] == [14_928_000, *nanoseconds, *bytes_moved]
    assert [one["limit"] for one in found] == [15_000_000, 1000, 1000, 4000, 4000]
    # 4 * (192 + 112 + 256) + 4 * (256 + 4) + 4 * (4 + 10 + 2), and a quarter of it
    assert bytes_moved == [3344, 836]


def test_a_budgets_dtype_is_the_type(capsys: pytest.CaptureFixture[str]) -> None:
    budget("dtype: int8\n    max: {time@boards/edge.yaml: 5ms}")
    (found,) = results(capsys)
    # 13,824 operations at 4 million a second, 260 and 16 bytes at a million
    assert found["used"] == 13_824 * 250 + 276_000


def test_one_that_does_not_hold_names_the_line_that_takes_longest(capsys: pytest.CaptureFixture[str]) -> None:
    budget("max: {time@boards/edge.yaml: 14.9ms}\n    message: the camera waits")
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "14.9 ms (14,928,000 ns) is over the limit of 14.9ms (100.2 %)" in " ".join(said.split())
    assert "net.yaml:4 costs most" in " ".join(said.split())
    assert main(["check", "net.yaml", "--max", "bytes=3kB"]) == 1
    assert "3.3 KiB (3,344 B) is over the limit of 3kB" in " ".join(capsys.readouterr().out.split())


def test_growth(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.yaml").write_text(NET.replace("out: 4", "out: 2"), encoding="utf-8")
    limits = ["--max-increase=time@boards/edge.yaml=10ms", "--max-increase=time@boards/edge.yaml=1%"]
    held, over = results(capsys, "net.yaml", "--base", "./old.yaml", *limits, status=1)
    old = archcalc.time("old.yaml", device="boards/edge.yaml")["seconds"]
    assert held["base"] == over["base"] == ceil(round(old * 1e9, 3))
    assert (held["ok"], over["ok"]) == (True, False)


def test_update_writes_nanoseconds(capsys: pytest.CaptureFixture[str]) -> None:
    budget("max: {time@boards/edge.yaml: 1s, bytes: 1MB}")
    assert main(["check", "--update"]) == 0
    capsys.readouterr()
    assert "{time@boards/edge.yaml: 14928000ns, bytes: 3344B}" in Path("archcalc.yaml").read_text("utf-8")
    assert [one["share"] for one in results(capsys)] == [1, 1]


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "text, place, said",
    [
        ("max: {time@h101: 5ms}", "3:11", "did you mean 'h100'?"),
        ("max: {time@boards/edge.yml: 5ms}", "3:11", "no file 'boards/edge.yml' beside archcalc.yaml"),
        ("max: {time@../outside.yaml: 5ms}", "3:11", "'../outside.yaml' lies outside the project"),
        ("max: {time@boards/link.yaml: 5ms}", "3:11", "'boards/link.yaml' lies outside the project"),
        ("max: {time@boards/wrong.yaml: 5ms}", "boards/wrong.yaml:1:18", "the peak of float32 is above 0"),
        ("max: {time@: 5ms}", "3:11", "no device ''"),
        ("max: {time@h100: 5}", "3:22", "time@h100 is a time: 5 of what?"),
        ("max: {time@h100: 5MB}", "3:22", "write s, ms, us or ns, such as 5ms"),
        ("max: {time@h100: 5mss}", "3:22", "unknown unit 'mss'"),
        ("max: {time@h100: [5]}", "3:22", "max of time@h100 takes an amount"),
        ("max: {params: 5ms}", "3:19", "params is no time: 5ms"),
        ("max: {bytes: 5M}", "3:18", "bytes is in bytes: 5M of what?"),
        ("max_increase: {time@h100: 5}", "3:31", "write 5ms, or a share of the base such as 1%"),
        ("max: {time@TPU-v4: 5ms}", "3:24", "has no peak of float32: it has those of bfloat16, int8"),
        ("layers: {stem: {time@h100: 5ms}}", "3:32", "time@h100 is of a whole network, not of some of its layers"),
        ("layers: {stem: {bytes: 5MB}}", "3:28", "bytes is of a whole network, not of some of its layers"),
    ],
)
def test_what_is_refused(text: str, place: str, said: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project.parent / "outside.yaml").write_text(BOARD, encoding="utf-8")
    (project / "boards/link.yaml").symlink_to(project.parent / "outside.yaml")
    (project / "boards/wrong.yaml").write_text("peaks: {float32: 0}\nbandwidth: 1MB\n", encoding="utf-8")
    budget(text)
    assert main(["check"]) == 2
    told = capsys.readouterr().err
    assert said in told
    place = place if ".yaml" in place else f"archcalc.yaml:{place}"
    assert place in told


def test_a_specs_own_budget_names_a_device_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("boards/net.yaml").write_text(NET + "budget: {max: {time@edge.yaml: 15ms}}\n", encoding="utf-8")
    (found,) = results(capsys, "boards/net.yaml")
    assert (found["metric"], found["used"]) == ("time@edge.yaml", 14_928_000)


def test_an_editor_takes_it() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft7Validator(schema("budgets"))
    assert validator.is_valid({"budgets": [{"specs": "a.yaml", "max": {"time@h100": "5ms", "bytes": "1MB"}}]})
    assert not validator.is_valid({"budgets": [{"specs": "a.yaml", "max": {"time": "5ms"}}]})
    assert not validator.is_valid({"budgets": [{"specs": "a.yaml", "max": {"time@": "5ms"}}]})


SAME = "time@edge.yaml: 20ms"


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "before, after, board, told",
    [
        (SAME, SAME, BOARD, ""),
        (SAME, "time@edge.yaml: 19ms", BOARD, ""),
        (SAME, "time@edge.yaml: 21ms", BOARD, "max of time@edge.yaml was 20ms, is 21ms"),
        ("time@h100: 1us", "time@H100-SXM: 1us", BOARD, ""),
        ("time@h100: 1us", "time@h200: 1us", BOARD, "max of time@h100 was 1us, is none"),
        ("bytes: 4kB", "bytes: 5kB", BOARD, "max of bytes was 4kB, is 5kB"),
        (
            SAME,
            SAME,
            BOARD.replace("1MB", "9MB"),
            "max of time@edge.yaml was 20ms, of 14,928,000, is 20ms, of 13,955,556",
        ),
    ],
)
def test_what_loosens_a_limit(repository: Repository, before: str, after: str, board: str, told: str) -> None:
    """A limit, or the file of its device, is another one than in the base.

    Nine times the bandwidth: the pool's 1,040 bytes take 115,556 ns, and the head computes 16 operations longer than
    its 64 bytes take: 13,824,000 + 115,556 + 16,000 ns.
    """
    entry = "budgets: [{{specs: net.yaml, max: {{{}}}}}]\n"
    repository.put("net.yaml", NET)
    repository.put("edge.yaml", BOARD)
    repository.put("archcalc.yaml", entry.format(before))
    repository.commit()
    repository.put("archcalc.yaml", entry.format(after))
    repository.put("edge.yaml", board)
    assert [one.sentence() for one in archcalc.check(base="HEAD").loosened] == ([told] if told else [])
