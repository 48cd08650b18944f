"""The least time on a device: by hand, and where memory stops binding; the devices that ship."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

import archcalc
from archcalc.costs.devices import find_device, shipped_devices
from archcalc.costs.moved import Moves
from archcalc.costs.roofline import Rates
from archcalc.errors import SpecError

HERE = Path(__file__).parent
PRODUCT = HERE.parents[1]
COLUMNS = {
    "float32": "fp32",
    "tf32": "tf32",
    "float16": "fp16",
    "bfloat16": "bf16",
    "float8": "fp8",
    "int8": "int8",
    "int4": "int4",
}


def test_a_layer_takes_the_longer_of_the_two() -> None:
    """100 operations and 10 bytes a second: 2 x 30 operations take 0.6 s, 7 bytes 0.7 s, 6 bytes as long as they."""
    rates = Rates(Fraction(100), Fraction(10))
    assert rates.balance == 10
    assert (rates.seconds(Moves(30, 7)), rates.bound(Moves(30, 7))) == (Fraction(7, 10), "memory")
    assert (rates.seconds(Moves(30, 5)), rates.bound(Moves(30, 5))) == (Fraction(6, 10), "compute")
    assert rates.bound(Moves(30, 6)) == "compute"
    assert (rates.seconds(Moves(0)), rates.bound(Moves(0))) == (0, None)


def test_alexnets_first_linear_layer_binds_by_memory_up_to_a_batch_of_51() -> None:
    """torchvision's fc6 is 9216 -> 4096: 37,748,736 multiply-adds, 37,752,832 weights, 13,312 numbers read and given.

    A T4 computes 8.1e12 operations in float32 and moves 320e9 bytes a second: 25.3125 operations a byte. At batch B it
    moves 4 x (37,752,832 + 13,312 B) bytes and computes 75,497,472 B operations: memory binds as long as
    75,497,472 B < 25.3125 x 4 x (37,752,832 + 13,312 B), that is B < 3,822,474,240 / 74,149,632 = 51.55.
    """
    found = {}
    for batch in (1, 51, 52, 1024):
        layers = {one["path"]: one for one in archcalc.time("alexnet", device="T4", batch=batch)["layers"]}
        found[batch] = layers["linear1"]
    assert [one["bound"] for one in found.values()] == ["memory", "memory", "compute", "compute"]
    assert found[1]["bytes"] == 4 * (37_752_832 + 13_312)
    assert found[1]["seconds"] == pytest.approx(4 * (37_752_832 + 13_312) / 320e9, rel=1e-15)
    assert found[1024]["seconds"] == pytest.approx(1024 * 75_497_472 / 8.1e12, rel=1e-15)


def test_the_first_convolution_binds_by_computation() -> None:
    """conv1 is 3 -> 64, kernel 11: 64 x 363 x 55 x 55 multiply-adds; it reads 3 x 224 x 224 and gives 64 x 55 x 55."""
    (conv, *_) = archcalc.time("alexnet", device="T4")["layers"]
    assert conv["macs"] == 64 * 363 * 55 * 55
    assert conv["bytes"] == 4 * (3 * 224 * 224 + 64 * 363 + 64 + 64 * 55 * 55)
    assert (conv["bound"], conv["seconds"]) == ("compute", 2 * conv["macs"] / 8.1e12)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("fuse", [True, False])
@pytest.mark.parametrize("spec, dtype", [("resnet50", "bfloat16"), ("gpt2", "float16"), ("mobilenet_v2", "float32")])
def test_recomputed_from_its_own_layers(spec: str, dtype: str, fuse: bool) -> None:
    found = archcalc.time(spec, device="h100", dtype=dtype, fuse=fuse, batch=2, efficiency=0.5)
    peak, bandwidth = found["peak"] * 0.5, found["bandwidth"]
    layers = found["layers"]
    for one in layers:
        computing, moving = 2 * one["macs"] / peak, one["bytes"] / bandwidth
        assert one["seconds"] == pytest.approx(max(computing, moving), rel=1e-12)
        assert one["bound"] == (None if not one["seconds"] else "compute" if computing >= moving else "memory")
    assert found["seconds"] == pytest.approx(sum(one["seconds"] for one in layers), rel=1e-9)
    assert found["seconds"] == pytest.approx(found["compute_seconds"] + found["memory_seconds"], rel=1e-12)
    assert found["macs"] == sum(one["macs"] for one in layers) == archcalc.load(spec, batch=2).macs
    assert found["bytes"] == sum(one["bytes"] for one in layers)
    bounds = [one["bound"] for one in layers]
    assert (found["compute_bound"], found["memory_bound"]) == (bounds.count("compute"), bounds.count("memory"))


def test_fused_layers_move_nothing_and_the_others_no_more() -> None:
    fused, alone = (archcalc.time("resnet50", device="h100", fuse=fuse)["layers"] for fuse in (True, False))
    assert {one["type"] for one in fused if one["fused"]} == {"batch_norm", "relu"}
    for one, other in zip(fused, alone, strict=True):
        assert one["bytes"] == (0 if one["fused"] else other["bytes"])
    assert not any(one["fused"] for one in alone)


# Devices


def test_figures_of_devices_are_those_of_their_sources() -> None:
    """devices.csv: dense peaks in 10^12 operations a second, GB/s and GB, from datasheets and makers' pages."""
    with open(HERE / "devices.csv", encoding="utf-8", newline="") as file:
        truth = {row["name"]: row for row in csv.DictReader(file)}
    devices = shipped_devices()
    assert sorted(devices) == sorted(truth)
    for name, device in devices.items():
        row = truth[name]
        assert device.peaks, name
        for dtype, peak in device.peaks.items():
            assert peak == Fraction(row[COLUMNS[dtype]]) * 10**12, (name, dtype)
        assert device.bandwidth == Fraction(row["bandwidth_GBps"]) * 10**9, name
        assert device.memory in (None, Fraction(row["memory_GB"]) * 10**9), name
        assert device.source, name


def test_an_h100_as_its_datasheet_has_it() -> None:
    """Dense: the datasheet's 1,979 TFLOPS of bfloat16 are with sparsity."""
    device = find_device("h100")
    assert (device.name, device.peaks["bfloat16"], device.bandwidth) == ("H100-SXM", 989_400 * 10**9, 3_350 * 10**9)


@pytest.mark.parametrize("word, name", [("h100-sxm", "H100-SXM"), ("tpu-V5E", "TPU-v5e"), ("v100", "V100-SXM2")])
def test_names_in_any_case(word: str, name: str) -> None:
    assert find_device(word).name == name


@pytest.mark.parametrize(
    "word, help",
    [
        ("a100", "there are A100-SXM-80GB, A100-SXM-40GB, A100-PCIe-80GB"),
        ("mi300", "did you mean 'MI300X'?"),
        ("h101", "did you mean 'h100'?"),
        ("", "'archcalc devices' lists those that ship"),
        ("toaster", "or a file of your own, my.yaml"),
    ],
)
def test_no_such_device(word: str, help: str) -> None:
    with pytest.raises(SpecError) as raised:
        find_device(word)
    (error,) = raised.value.diagnostics
    assert f"no device '{word}'" in error.message
    assert help in f"{error.help} {error.label}"


def test_a_bound_is_called_nothing_else() -> None:
    """A bound from below is no prediction of how long a run takes: the product has no word for that."""
    word = "laten" + "cy"
    roots = [PRODUCT / "archcalc", PRODUCT / "specs", PRODUCT / ".github"]
    files = [path for root in roots for path in root.rglob("*") if path.suffix not in (".pyc", ".png", ".svg")]
    files += [PRODUCT / "README.md", PRODUCT / "CHANGELOG.md"]
    assert [str(path) for path in files if path.is_file() and word in path.read_text("utf-8").lower()] == []
