"""Limits on a step of training: train_memory, kept_bytes, backward_macs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import archcalc
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


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return str(path)


def test_what_is_used_is_what_train_says(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    limits = ["train_memory=1MB", "kept_bytes=1MB", "kept_bytes=1MB @bfloat16", "backward_macs=1M"]
    assert main(["check", net, *(f"--max={limit}" for limit in limits), "--format", "json"]) == 0
    used = [one["used"] for one in json.loads(capsys.readouterr().out)["results"]]
    found, half = archcalc.train(net), archcalc.train(net, precision="bfloat16")
    backward = found["backward_weight_macs"] + found["backward_input_macs"]
    assert used == [found["total_bytes"], found["kept_bytes"], half["kept_bytes"], backward]
    # the convolution's input and the relu's output, the linear layer's input: 4 bytes each
    assert found["kept_bytes"] == 4 * (3 * 64 + 4 * 64 + 4)


@pytest.mark.parametrize(
    "dtype, precision", [("float32", "float32"), ("float16", "mixed"), ("bfloat16", "bfloat16"), ("int8", "float32")]
)
def test_every_command_trains_in_the_precision_of_the_type(
    net: str, dtype: str, precision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = archcalc.train(net, precision=precision)
    expected = {"kept_bytes": found["kept_bytes"], "train_memory": found["total_bytes"]}
    for name, value in expected.items():
        assert main(["check", net, "--dtype", dtype, f"--max={name}=1MB", "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["results"][0]["used"] == value
        assert main(["explain", net, "--dtype", dtype, "--figure", name, "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["layers"][0]["cells"][0]["value"] == value
        assert archcalc.formula(net, vars="H", dtype=dtype, figure=name)(H=8)[name] == value
    assert main(["diff", net, net, "--dtype", dtype, "--format", "json"]) == 0
    totals = json.loads(capsys.readouterr().out)["training"]
    assert {name: totals[name]["new"] for name in expected} == expected


def test_one_that_does_not_hold_names_the_line_that_costs_most(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", net, "--max", "kept_bytes=1kB"]) == 1
    said = capsys.readouterr().out
    assert "1,808" in said
    assert f"{net}:4" in said


@pytest.mark.parametrize(
    "limit, said",
    [
        ("train_memory=1G", "train_memory is in bytes: 1G of what?"),
        ("train_memory=1G", "write B, such as 256KiB or 256KiB @bfloat16"),
        ("train_memory=1GB @int8", "train_memory is in float32, @bfloat16, or mixed with @float16, not @int8"),
        ("kept_bytes=1GB @float64", "kept_bytes is in float32, @bfloat16, or mixed with @float16, not @float64"),
        ("backward_macs=1MB", "backward_macs is a number, not bytes"),
        ("backward_macs=1M @int8", "backward_macs has no width: @int8"),
    ],
)
def test_units(limit: str, said: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", net, "--max", limit]) == 2
    assert said in capsys.readouterr().err
