"""Closed forms of training: what train says at every size for which they hold."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from specs.write_index import shipped

import archcalc
from archcalc.cli import main

# Of T tokens a sample: an input of 8 and the sums after each of two residuals are kept, with what is inside.
DECODER = """\
name: decoder
input: [6, 8]
vars: {depth: 5, width: 8}
layers:
  - linear: width
  - repeat: depth
    steps:
      - residual: [layer_norm, {attention: {heads: 2}}]
      - residual: [layer_norm, {linear: {out: 4*width, act: gelu}}, {linear: width}]
  - layer_norm
  - linear: 3
"""
# Two that PyTorch keeps otherwise of a single sample, or of one channel a group.
SHUFFLED = """\
name: shuffled
input: [3, 8, 8]
vars: {width: 4}
layers:
  - conv: {out: 2*width, kernel: 3, stride: 2, padding: 1, norm: batch_norm, act: relu}
  - channel_shuffle: 2
  - map: [{linear: width}, sigmoid]
  - dropout: 0.5
  - flatten
  - linear: 5
"""
EXPERTS = """\
name: experts
input: [4, 8]
vars: {width: 8}
layers:
  - experts: {count: 4, active: 2, layers: [{linear: 2*width}, silu, {linear: 8}]}
  - {linear: width, trainable: false}
  - square
"""
NETS = {
    "decoder": (DECODER, {"depth": (1, 2, 4), "width": (2, 6), "T": (1, 5), "batch": (2,)}),
    "shuffled": (SHUFFLED, {"width": (1, 2, 3), "H": (1, 2, 9), "batch": (1, 2, 5)}),
    "experts": (EXPERTS, {"width": (1, 4), "T": (1, 4), "batch": (1, 2)}),
}


def trained(spec: str, sizes: dict[str, int], **given: Any) -> dict[str, int]:
    """What train says, by the names of figures."""
    settings = {name: str(size) for name, size in sizes.items() if name in ("depth", "width")}
    axes = {"T": (sizes.get("T", 0), 8), "H": (3, sizes.get("H", 0), 8)}
    inputs = next((axes[name] for name in axes if name in sizes), None)
    found = archcalc.train(spec, settings=settings, inputs=inputs, batch=sizes["batch"], **given)
    backward = found["backward_weight_macs"] + found["backward_input_macs"]
    return {"kept_bytes": found["kept_bytes"], "train_memory": found["total_bytes"], "backward_macs": backward}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(
    "figure, dtype, precision",
    [
        ("kept_bytes", "float32", "float32"),
        ("train_memory", "float16", "mixed"),
        ("backward_macs", "float32", "float32"),
    ],
)
def test_it_is_what_train_says(name: str, figure: str, dtype: str, precision: str, tmp_path: Path) -> None:
    text, sizes = NETS[name]
    path = tmp_path / "net.yaml"
    path.write_text(text, encoding="utf-8")
    found = archcalc.formula(str(path), vars=",".join(sizes), figure=figure, dtype=dtype)
    held = 0
    for values in product(*sizes.values()):
        at = dict(zip(sizes, values, strict=True))
        try:
            closed = found(**at)
        except ValueError:  # it says that it does not hold there
            continue
        assert closed[figure] == trained(str(path), at, precision=precision)[figure], at
        held += 1
    assert held >= 4


def test_of_a_published_network() -> None:
    """86,121,984 bytes of one sample of ResNet-50, of which batch norms' means and deviations are none of a sample's.

    53 batch norms of 26,560 channels in all keep 2 numbers of 4 bytes a channel.
    """
    found = archcalc.formula("resnet50", vars="batch", figure="kept_bytes")["figures"]["kept_bytes"]
    assert found["text"] == f"{86_121_984 - 8 * 26_560}·batch + {8 * 26_560}"
    assert found["unit"] == "bytes"


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(spec["name"] for spec in shipped().values() if "layers" in spec))
def test_of_shipped_networks_at_another_batch(name: str) -> None:
    """Derived at 2 samples, and equal at 3."""
    found = archcalc.formula(name, vars="batch", figure="train_memory")
    assert found(batch=3)["train_memory"] == archcalc.train(name, batch=3)["total_bytes"]


def test_layers_have_their_shares(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(DECODER, encoding="utf-8")
    found = archcalc.formula(str(path), vars="T", figure="kept_bytes", layers=True)
    layers = archcalc.train(str(path))["layers"]
    assert [one["path"] for one in found["layers"]] == [one["path"] for one in layers]
    for one, other in zip(found["layers"], layers, strict=True):
        assert eval(one["figures"]["kept_bytes"]["python"], {"T": 6}) == other["kept_bytes"], one["path"]


def test_repetitions_without_a_number_are_one_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of each: two layer norms, queries and so on; the first linear layer's input is 8 wide and kept once."""
    path = tmp_path / "net.yaml"
    path.write_text(DECODER, encoding="utf-8")
    assert main(["formula", str(path), "--vars", "depth", "--figure", "backward_macs", "--layers"]) == 0
    said = capsys.readouterr().out
    row = next(line for line in said.splitlines() if line.startswith("steps1/*/residual2/linear1 "))
    assert row.rstrip().endswith(f"{2 * 6 * 8 * 32}·depth")
    assert "Holds for every whole depth above 0." in said


def test_repetitions_of_which_the_first_keeps_more(tmp_path: Path) -> None:
    """The input needs no gradient, so the first square keeps nothing: 4 numbers of each of the others."""
    path = tmp_path / "net.yaml"
    path.write_text("name: net\ninput: [4]\nvars: {depth: 3}\nlayers:\n  - square:\n    repeat: depth\n  - linear: 1\n")
    found = archcalc.formula(str(path), vars="depth", figure="kept_bytes")
    for depth in (1, 2, 5):
        assert (
            found(depth=depth)["kept_bytes"] == archcalc.train(str(path), settings={"depth": str(depth)})["kept_bytes"]
        )


@pytest.mark.parametrize("form", ["text", "latex", "python", "sympy", "json"])
def test_every_format_has_it(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("name: net\ninput: [4]\nvars: {width: 3}\nlayers:\n  - linear: width\n  - linear: 1\n", "utf-8")
    asked = ["formula", str(path), "--vars", "width,batch", "--batch", "7", "--figure", "kept_bytes", "--format", form]
    assert main(asked) == 0
    said = capsys.readouterr().out
    if form == "json":
        found = json.loads(said)
        assert found["figures"]["kept_bytes"]["text"] == "4·batch·width + 16·batch"
        assert found["figures"]["kept_bytes"]["at"] == 7 * 28
        assert [one["kind"] for one in found["variables"]] == ["variable", "batch"]
        assert found["batch"] == 7
    elif form == "python":
        scope: dict[str, Any] = {}
        exec(said, scope)
        assert scope["figures"](3, 7)["kept_bytes"] == 7 * 28
    else:
        assert "ept activations (bytes)" in said or "kept_bytes" in said


def test_a_variable_called_batch_is_that_variable(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("name: net\ninput: [4]\nvars: {batch: 3}\nlayers:\n  - linear: batch\n", "utf-8")
    found = archcalc.formula(str(path), vars="batch", figure="kept_bytes", batch=5)
    assert (found["variables"][0]["kind"], found["variables"][0]["at"]) == ("variable", 3)
    assert found["figures"]["kept_bytes"]["text"] == str(5 * 16)


def test_a_peak_of_a_batch_without_a_number(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("name: net\ninput: [4]\nlayers:\n  - linear: 3\n", "utf-8")
    peak = archcalc.formula(str(path), vars="batch", figure="peak_memory")["peaks"]["peak_memory"]
    assert peak["text"] == "28·batch"


def test_another_figure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "resnet50", "--vars", "H", "--figure", "kept_byte"]) == 2
    assert "did you mean 'kept_bytes'?" in capsys.readouterr().err
