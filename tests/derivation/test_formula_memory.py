"""The closed form of a peak: what memory says at every size of its interval, and less than it says just outside."""

from __future__ import annotations

from pathlib import Path

import pytest

import archcalc
from archcalc.cli import main
from archcalc.derivation.formula_memory import sides_of, turns

# At width w, in elements: 300 + 100w at a, 100w + w*w at b, w*w + 5 at c: that at b leads from 18 on, that at a before.
SQUARES = """
name: net
input: [10, 30]
vars: {width: 40}
layers:
  - {linear: 10*width, name: a}
  - reshape: [100*width]
  - {linear: width*width, name: b}
  - {linear: 5, name: c}
"""
# The image halves with every step, rounded up.
IMAGE = """
name: net
input: [3, 20, 20]
vars: {width: 4}
layers:
  - conv: {out: width, kernel: 3, stride: 2, padding: 1, norm: batch_norm, act: relu}
    name: a
  - conv: {out: 4*width, kernel: 3, stride: 2, padding: 1}
    name: b
  - conv: {out: 40, kernel: 1}
    name: c
"""


@pytest.mark.parametrize(
    "text, name, variable",
    [(SQUARES, "width", True), (IMAGE, "width", True), (IMAGE, "H", False)],
    ids=["squares", "image width", "image height"],
)
def test_it_is_the_peak_on_its_interval_and_less_outside(
    text: str, name: str, variable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(text, encoding="utf-8")
    peak = archcalc.formula("net.yaml", vars=name, figure="peak_memory")["peaks"]["peak_memory"]
    held = peak["intervals"][name]
    assert peak["at"] == archcalc.memory("net.yaml")["peak_memory"]
    for size in range(1, 64):
        asked = {"settings": {name: size}} if variable else {"inputs": (3, size, 20)}
        found = archcalc.memory("net.yaml", **asked)["peak_memory"]
        closed = eval(peak["python"], {name: size, "math": __import__("math")})
        if held["least"] <= size <= (held["most"] or size):
            assert closed == found, size
        elif size in (held["least"] - 1, (held["most"] or 0) + 1):
            assert closed < found, size
        else:
            assert closed <= found, size


def test_where_the_sum_of_squares_begins_to_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(SQUARES, encoding="utf-8")
    peak = archcalc.formula("net.yaml", vars="width", figure="peak_memory")["peaks"]["peak_memory"]
    assert peak["where"] == {"path": "b", "file": "net.yaml", "line": 8}
    assert peak["intervals"] == {"width": {"least": 18, "most": None, "exact": True}}  # w*w >= 300


def test_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(SQUARES, encoding="utf-8")
    assert main(["formula", "net.yaml", "--vars", "width", "--figure", "peak_memory"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "Peak memory (bytes) 4·width² + 400·width = 22,400 bytes, at b (net.yaml:8), the step that needs most" in said
    )
    assert "for width from 18 on" in said
    for wrong in (["--figure", "params"], ["--figure", "peak_memory", "--format", "python"]):
        assert main(["formula", "net.yaml", "--vars", "width", *wrong]) == 2


@pytest.mark.parametrize(
    "found, at, least, most",
    [
        ([0], 5, 1, None),
        ([-7, 1], 9, 7, None),  # x - 7
        ([7, -1], 3, 1, 7),
        ([-60, 17, -1], 8, 5, 12),  # (x - 5)(12 - x)
        ([60, -17, 1], 2, 1, 5),  # below 0 from 6 to 11
        ([60, -17, 1], 30, 12, None),
        ([-1000, 300, -30, 1], 40, 10, None),  # (x - 10)^3
        ([100, -20, 1], 4, 1, None),  # (x - 10)^2, never below 0
        ([99, -20, 1], 4, 1, 9),  # below 0 at 10 alone
        ([10**12, -1], 1, 1, 10**12),
    ],
)
def test_where_a_polynomial_is_not_below_0(found: list[int], at: int, least: int, most: int | None) -> None:
    assert sides_of(found, at) == (least, most)


def test_turns_of_random_polynomials() -> None:
    import random

    pick = random.Random(0)
    for _ in range(300):
        found = [pick.randint(-50, 50) for _ in range(pick.randint(1, 5))]
        values = [sum(c * x**power for power, c in enumerate(found)) for x in range(1, 200)]
        at = next((x for x in range(1, 200) if values[x - 1] >= 0), None)
        if at is None:
            continue
        after = next((x for x in range(at, 200) if values[x - 1] < 0), None)
        least, most = sides_of(found, at)
        assert least == at
        assert most == (None if after is None else after - 1) or (after is None and most is not None and most >= 199)
        assert all(mark > 0 for mark in turns(found))


def test_without_steps_it_is_of_the_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text("name: net\ninput: [3, 8]\nlayers:\n  - relu:\n    repeat: 0\n", encoding="utf-8")
    peak = archcalc.formula("net.yaml", vars="T", figure="peak_memory")["peaks"]["peak_memory"]
    assert (peak["text"], peak["at"], peak["where"]) == ("32·T", 96, None)
    assert main(["formula", "net.yaml", "--vars", "T", "--figure", "peak_memory"]) == 0
    assert "= 96 bytes, of the inputs that it gives out" in capsys.readouterr().out
