"""Peaks and arenas that others published or measured.

MLPerf Tiny: mlcommons/tiny@1afd2c9's float32 models in tflite-micro 0.dev20261023182759 (print_allocations, x86-64,
reference kernels): what its greedy planner allots, the head of its arena. Of the DS-CNN it lacks a kernel: that one is
computed from the file. Others: petewarden/ml_memory_analyser@0e7eee2 (RAM required by TensorFlow Lite models, int8) and
huggingface.co/STMicroelectronics/mobilenetv1@794388c (internal RAM of the STM32N6, KiB).
"""

from __future__ import annotations

from typing import Any

import pytest

import archcalc

from .networks import network_of


@pytest.mark.parametrize(
    "name, live_peak, arena",
    [
        ("anomaly-autoencoder", 3_072, 3_072),
        ("resnet8", 196_608, 196_608),
        ("ds-cnn", 64_000, 64_000),
        ("visual-wake-words", 221_184, 294_912),
    ],
)
def test_mlperf_tiny_in_tflite_micro(name: str, live_peak: int, arena: int) -> None:
    found = archcalc.memory(name)
    assert (found["peak_memory"], found["arena"]) == (live_peak, arena)
    assert found["order"]["optimal"]


@pytest.mark.parametrize(
    "spec, asked, peak",
    [
        ("mobilenet_v2", {}, 1_505_280),
        ("mobilenet_v3_large", {}, 1_003_520),
        ("mobilenet_v1_0.5", {}, 588 * 1024),
        ("mobilenet_v1_0.25", {}, 294 * 1024),
    ],
)
def test_published_peaks(spec: str, asked: dict[str, Any], peak: int) -> None:
    assert archcalc.memory(spec, dtype="int8", **asked)["peak_memory"] == peak


def test_a_block_of_resnet_v2() -> None:
    """ResNet v2 101 at 300 x 300 in TensorFlow Lite, 4,320,000 bytes: three tensors of 75 x 75 x 256."""
    text = """
name: resnet_v2
input: [3, 300, 300]
layers:
- conv: {out: 64, kernel: 7, stride: 2, padding: 3}
- max_pool: {kernel: 3, stride: 2, padding: 1}
- batch_norm
- relu
- residual:
    layers: [{conv: {out: 64, kernel: 1}}, {conv: {out: 64, kernel: 3, padding: 1}}, {conv: {out: 256, kernel: 1}}]
    shortcut: [{conv: {out: 256, kernel: 1}}]
"""
    from archcalc.costs.lifetimes import Asked
    from archcalc.costs.memory import Memory

    assert Memory(network_of(text), Asked("int8")).peak == 4_320_000


def test_a_randomly_wired_network_needs_an_order_of_its_own() -> None:
    found = archcalc.memory("randwire", dtype="int8")
    order = found["order"]
    assert order["optimal"]
    assert order["lower_bound"] == order["peak_memory"] < found["peak_memory"] * 2 // 3
    assert order["steps"] is not None
    assert sorted(order["steps"]) == sorted(step["path"] for step in found["curve"])
