"""A user's own convention counts what its file says, by arithmetic on the elementary operations."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from archcalc.api import report
from archcalc.cli import main
from archcalc.dims.decimals import Decimals

# For one sample of 8 positions: the convolution 4*2 * 8 = 64 multiply-adds and 4*8 = 32 bias additions, the norm 32 mul
# and 32 add, relu 32 cmp, softmax 32 each of exp, add, div and cmp.
NET = """\
name: net
input: [2, 8]
layers:
  - conv: {out: 4, kernel: 1, norm: batch_norm, act: relu}
  - softmax
"""
MAC, BIAS, EACH = 64, 32, 32


@pytest.mark.parametrize(
    "convention, total",
    [
        ("operations: {mac: 1}", MAC),
        ("operations: {mac: 2, add: 1}", 2 * MAC + BIAS + 2 * EACH),
        ("operations: {mac: 2, add: 1, mul: 1, div: 1, exp: 1, cmp: 1}", 2 * MAC + BIAS + (2 + 1 + 4) * EACH),
        ("operations: {exp: 16, div: 8}", 24 * EACH),
        ("operations: {mac: 1, add: 1}\nkinds: {batch norm: out}", MAC + BIAS + EACH),
        ("operations: {mac: 1}\nkinds: {softmax: {exp: 4}}", MAC + 4 * EACH),
        ("kinds: {softmax: {exp: 4}}", 4 * EACH),
        ("kinds: {convolution: out, relu: {cmp: 3}}", 3 * EACH),
        ("base: mac", MAC),
        ("base: torch\nkinds: {relu: {cmp: 1}}", 2 * MAC + EACH),
        ("base: ptflops", MAC + BIAS + (2 + 2 + 1) * EACH),
        ("base: ptflops\nkinds: {batch norm: out}", MAC + BIAS + (2 + 1) * EACH),
        ("base: ptflops\noperations: {exp: 5}\nkinds: {softmax: in}", MAC + BIAS + (2 + 2 + 5) * EACH),
    ],
)
def test_total(convention: str, total: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    (tmp_path / "my.yaml").write_text(f"name: mine\nunit: cycles\n{convention}\n", encoding="utf-8")
    found = report("net.yaml", count="my.yaml", batch=5)
    assert found["totals"]["ops"] == 5 * total
    assert (found["convention"], found["unit"]) == ("mine", "cycles")
    assert found["totals"]["macs"] == 5 * MAC


def test_decimal_weights_are_exact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """64 * 4.6 = 294.4, 96 * 0.9 = 86.4, 32 * 12345678901234567.1 = 395061724839506147.2: no float has these digits."""
    net, energy, total = str(tmp_path / "net.yaml"), str(tmp_path / "pj.yaml"), "395061724839506528.0"
    Path(net).write_text(NET, encoding="utf-8")
    Path(energy).write_text("unit: pJ\noperations: {mac: 4.6, add: 0.9, exp: 12345678901234567.1}", encoding="utf-8")
    assert report(net, count=energy)["totals"]["ops"] == 395061724839506528

    def printed(*command: str) -> str:
        assert main([*command, "--count", energy]) == 0
        return capsys.readouterr().out

    found = printed("show", net, "--format", "json")
    assert json.loads(found, parse_float=str)["totals"]["ops"] == total
    assert "ops counted as 'pj': 395,061,724,839,506,528.0 pJ; multiply-adds alone 64" in printed("show", net)
    assert ",969.6\n" in printed("show", net, "--batch", "3", "--format", "csv")  # (64 * 4.6 + 32 * 0.9) * 3
    assert "969.6" in printed("explain", net, "conv1", "--batch", "3")
    assert "395,061,724,839,506,528.0" in printed("explain", net)
    assert "395,061,724,839,506,528.0" in printed("show", net, "--format", "html")
    assert main(["show", net, "--count", f"mac,{energy}"]) == 0
    assert "395,061,724,839,506,528.0" in capsys.readouterr().out
    assert main(["check", net, "--count", energy, "--max", f"ops={total}"]) == 0
    assert main(["check", net, "--count", energy, "--max", "ops=395061724839506527.9"]) == 1


@pytest.mark.parametrize("one", ["0.1", "4.60", "7", "123.456"])
@pytest.mark.parametrize("other", ["0.2", "10", "0.0", "99.99"])
def test_decimals_are_what_fractions_are(one: str, other: str) -> None:
    a, b = Decimals.read(one), Decimals.read(other)
    x, y = Fraction(one), Fraction(other)
    assert Fraction(str(a + b)) == x + y
    assert Fraction(str(a - b)) == x - y
    assert Fraction(str(a * 7)) == Fraction(str(7 * a)) == 7 * x
    assert Fraction(str(3 - a)) == 3 - x
    assert (a < b, a == b, bool(b), a // 2) == (x < y, x == y, bool(y), x // 2)
    assert abs(-a) == a
    assert hash(a) == hash(Decimals(a.units * 10, a.places + 1))
