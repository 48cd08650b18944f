"""``archcalc memory`` as a user calls it: what it prints, by hand, and its exit statuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.cli import main

NET = """\
name: net
input: [4, 8, 8]
layers:
  - conv: {out: 8, kernel: 3, padding: 1, norm: batch_norm, act: relu}
    name: stem
  - residual:
      - conv: {out: 8, kernel: 3, padding: 1}
        name: inner
      - dropout: 0.5
    name: body
  - global_avg_pool
  - linear: 10
    name: head
"""
# In elements: the input 256, then 512 for what stem gives and 512 for what inner gives, 512 for their sum, 8, 10.


@pytest.fixture(autouse=True)
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")


def asked(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> dict[str, Any]:
    assert main(["memory", "net.yaml", *arguments, "--format", "json"]) == status
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_peak_and_what_is_alive_there(capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, "--dtype", "int8")
    assert found["peak_memory"] == 3 * 512
    assert found["peak_at"] == {"path": "body/add", "file": "net.yaml", "line": 6}
    alive = [(one["path"], one["bytes"], one["line"]) for one in found["alive"]]
    assert alive == [("stem", 512, 4), ("body/inner", 512, 7), ("body/add", 512, 6)]
    curve = {step["path"]: step["bytes"] for step in found["curve"]}
    assert curve == {
        **{"stem": 256 + 512, "stem/norm": 512, "stem/act": 512},
        **{"body/inner": 1024, "body/dropout1": 1024, "body/add": 1536},
        **{"global_avg_pool1": 512 + 8, "head": 18},
    }
    assert found["order"] == {"peak_memory": 1536, "optimal": True, "lower_bound": 1536, "steps": None}
    assert (found["weights_bytes"], found["buffers_bytes"]) == (288 + 8 + 16 + 576 + 8 + 90, 17)


TWO_BRANCHES = """\
name: two
input: {a: [4, 4], b: [4, 4]}
layers:
  - {linear: 60, from: a, name: wide}
  - {linear: 60, from: b, name: broad}
  - {linear: 2, from: wide, name: left}
  - {linear: 2, from: broad, name: right}
  - add: [left, right]
"""


@pytest.mark.parametrize("states, said", [("0", "the least found"), ("1000", "the optimal order")])
def test_an_order_is_called_optimal_only_with_a_proof(
    states: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Left before broad: 240 bytes of one wide tensor are alive at once, not of both."""
    Path("net.yaml").write_text(TWO_BRANCHES, encoding="utf-8")
    assert main(["memory", "net.yaml", "--dtype", "int8", "--max-states", states]) == 0
    text = capsys.readouterr().out
    assert f"{said} needs" in text
    assert ("optimal" in text) == ("no order needs less than" not in text) == (said == "the optimal order")


def test_without_anything_in_place_norms_and_activations_have_memory_of_their_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = asked(capsys, "--dtype", "int8", "--in-place", "no")
    curve = [step["bytes"] for step in found["curve"]]
    # stem and its norm, the norm and the relu; the relu stays for the sum while inner and its dropout pass
    assert curve == [768, 1024, 1024, 1024, 1536, 1536, 520, 18]


def test_batch_and_type_multiply(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys)["peak_memory"] == 1536 * 4
    assert asked(capsys, "--batch", "3", "--dtype", "fp16")["peak_memory"] == 1536 * 2 * 3
    found = asked(capsys, "--activations", "int4")
    assert (found["peak_memory"], found["activations"], found["dtype"]) == (1536 // 2, "int4", "float32")


def test_the_arena_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "--dtype", "int8", "--align", "1")["arena"] == 1536
    assert asked(capsys, "--dtype", "int8", "--align", "1000")["arena"] == 3000


def test_a_map_says_where_each_tensor_lies(capsys: pytest.CaptureFixture[str]) -> None:
    rows = asked(capsys, "--dtype", "int8", "--map")["map"]
    # Three of 512 that are alive at once, of equal ones the last made first; then the input below stem, and the small.
    assert [(one["path"], one["offset"], one["bytes"]) for one in rows] == [
        ("input", 0, 256),
        *[("stem", 1024, 512), ("body/inner", 512, 512), ("body/add", 0, 512)],
        *[("global_avg_pool1", 512, 8), ("head", 0, 10)],
    ]
    assert (rows[1]["first"], rows[1]["last"]) == ("stem", "body/add")


def test_banks_are_filled_and_what_fits_in_none_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, "--dtype", "int8", "--banks", "fast=1KiB, slow=600B")
    assert found["banks"] == [{"name": "fast", "size": 1024, "used": 1024}, {"name": "slow", "size": 600, "used": 512}]
    assert found["unplaced"] == []
    found = asked(capsys, "--dtype", "int8", "--banks", "fast=1KiB,slow=500B", status=1)
    (left,) = found["unplaced"]
    assert (left["path"], left["bytes"], left["at"]["path"]) == ("stem", 512, "body/add")
    assert [one["path"] for one in left["alive"]] == ["stem", "body/inner", "body/add"]
    assert main(["memory", "net.yaml", "--banks", "fast=1KiB"]) == 1
    assert "no bank has room for" in capsys.readouterr().out


@pytest.mark.parametrize(
    "banks, message",
    [
        ("fast", "a bank is NAME=SIZE, not 'fast'"),
        ("fast=1k", "the size of a bank is in bytes: fast=1k of what?"),
        ("fast=5%", "the size of a bank is in bytes"),
        ("fast=lots", "'lots' is not an amount"),
        ("a=1B,a=2B", "two banks are called 'a'"),
    ],
)
def test_banks_that_are_wrong(banks: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["memory", "net.yaml", "--banks", banks]) == 2
    assert message in capsys.readouterr().err


def test_a_wrong_type_of_activations(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["memory", "net.yaml", "--activations", "int9"]) == 2
    assert "--activations is one of" in capsys.readouterr().err


def test_the_curve_as_csv_in_full_or_folded(capsys: pytest.CaptureFixture[str]) -> None:
    main(["memory", "net.yaml", "--dtype", "int8", "--format", "csv"])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["bytes"] for row in rows] == ["768", "512", "512", "1024", "1024", "1536", "520", "18"]
    main(["memory", "net.yaml", "--dtype", "int8", "--format", "csv", "--depth", "1"])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    folded = {row["path"]: row["bytes"] for row in rows}
    assert folded == {"stem": "768", "body": "1536", "global_avg_pool1": "520", "head": "18"}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_every_format_tells_the_same(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["memory", "maxvit", "--dtype", "int8", "--format", form]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for fact in ("4,816,896 bytes", "4,214,784 bytes", "12.5 %"):
        assert fact in said


def test_python_has_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    printed = asked(capsys, "--dtype", "int8", "--banks", "a=1MB", "--map", "--align", "4")
    found = archcalc.memory("net.yaml", dtype="int8", banks={"a": "1MB"}, map=True, align=4)
    assert json.loads(json.dumps(found)) == printed


def test_a_table_of_indices_and_weights_that_are_read_as_they_are(tmp_path: Path) -> None:
    text = """
name: words
input: {shape: [5], dtype: int64}
layers:
  - embedding: {entries: 100, out: 6}
  - parameter: [5, 6]
    name: positions
  - add: [embedding1, positions]
"""
    (tmp_path / "words.yaml").write_text(text, encoding="utf-8")
    found = archcalc.memory("words.yaml", activations="float16")
    # indices of 8 bytes; vectors of 2 bytes an element; positions lie in the weights
    assert [step["bytes"] for step in found["curve"]] == [40 + 60, 60, 60 + 60]


def test_a_network_of_nothing_but_its_input(tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("name: none\ninput: [3]\nlayers: [{relu: , when: false}]\n", encoding="utf-8")
    found = archcalc.memory("none.yaml", dtype="int8")
    assert (found["peak_memory"], found["peak_at"], found["curve"]) == (3, None, [])


def test_of_many_tensors_at_the_peak_the_largest_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred of 1 to 100 elements, read by one sum at the end: 20 are listed, and 1 to 81 together with the last."""
    steps = "".join(f"  - {{linear: {width}, from: z, name: s{width}}}\n" for width in range(1, 101))
    names = ", ".join(f"s{width}" for width in range(1, 101))
    text = f"name: many\ninput: [4]\nlayers:\n  - {{linear: 4, name: z}}\n{steps}  - concat: [{names}]\n    name: all\n"
    (tmp_path / "many.yaml").write_text(text, encoding="utf-8")
    assert main(["memory", "many.yaml", "--dtype", "int8"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:2] == ["all", "5,050"] for line in lines)
    assert any(line.split()[:3] == ["81", "more", f"{sum(range(1, 82)):,}"] for line in lines)
    assert len(archcalc.memory("many.yaml")["alive"]) == 101


def test_sizes_longer_than_the_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """900 digits leave a path no column: its end is shown all the same."""
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["memory", "resnet8", "--batch", "9" * 900, "--color"]) == 0
    assert "alive at the peak" in capsys.readouterr().out


def test_too_many_tensors_alive_are_told_with_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While d runs, the input and what a, b, c and d make exist."""
    monkeypatch.chdir(tmp_path)
    steps = "".join(f"  - {{linear: 4, from: input, name: {name}}}\n" for name in "abcd")
    Path("net.yaml").write_text(f"name: net\ninput: [4]\nlayers:\n{steps}  - add: [a, b, c, d]\n", encoding="utf-8")
    monkeypatch.setattr("archcalc.costs.arena.MOST_PAIRS", 10)
    for asked in (["memory", "net.yaml", "--map"], ["memory", "net.yaml", "--banks", "a=1KiB"]):
        assert main(asked) == 2
        said = capsys.readouterr().err
        assert "'net' has too many tensors alive at once to say where each lies\n --> net.yaml:7:6" in said
        assert "5 tensors while d runs" in said
    for limit in ("arena=1MiB", "peak_memory=1MiB"):
        assert main(["check", "net.yaml", "--max", limit]) == (2 if limit.startswith("arena") else 0)
    assert "5 tensors while d runs" in "".join(capsys.readouterr())
