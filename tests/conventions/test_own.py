"""A user's own convention counts what its file says, by arithmetic on the elementary operations."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcalc.api import report

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
