"""The line that a limit on a figure of a whole network names: what costs most, or what grew most."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archcalc.cli import main

NET = """\
name: net
vars: {{T: 8}}
input: [T, 8]
layers:
  - attention: {{heads: 8, kv_heads: {small}, causal: true}}
  - repeat: {times}
    steps:
      - attention: {{heads: 8, kv_heads: 4, causal: true}}
  - linear: 5000
"""


@pytest.mark.parametrize("metric", ["kv_cache", "kv_cache@50", "train_memory", "kept_bytes", "time@t4", "bytes"])
@pytest.mark.parametrize(("small", "times", "line"), [(4, 3, 5), (1, 4, 8)])
def test_growth_names_the_line_that_grew(
    metric: str, small: int, times: int, line: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first layer grew, or a fourth repetition came; the linear layer and the repeated ones cost more."""
    assert [line] == places(tmp_path, capsys, small, times, metric)


def places(folder: Path, capsys: pytest.CaptureFixture[str], small: int, times: int, metric: str) -> list[int]:
    old, new = folder / "old.yaml", folder / "net.yaml"
    old.write_text(NET.format(small=1, times=3), encoding="utf-8")
    new.write_text(NET.format(small=small, times=times), encoding="utf-8")
    ended = main(["check", str(new), "--base", str(old), f"--max-increase={metric}=0%", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["results"]
    assert ended == 1
    return [one["at"]["line"] for one in found]


def test_training_memory_is_most_where_parameters_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """16 bytes for each of 45,000 parameters of the last layer; the first keeps 32,000 bytes and has 72 parameters."""
    net = tmp_path / "net.yaml"
    text = "name: n\ninput: [1000, 8]\nlayers:\n  - linear: 8\n  - slice: {axis: 0, stop: 1}\n  - linear: 5000\n"
    net.write_text(text, encoding="utf-8")
    assert main(["check", str(net), "--max", "train_memory=1B", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["results"][0]["at"]["line"] == 6
