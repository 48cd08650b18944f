"""Networks whose kept bytes tell where PyTorch leaves what a layer computes: channels last, or in one piece.

A linear layer along the channels leaves them last in memory; two group norms of what is not in one piece keep a copy
each. Each was found by a random network, made as small as it goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Step = dict[str, Any]

CHANNELS_LAST = {1: [2, 6], 2: [2, 6, 6], 3: [2, 4, 4, 4]}
"""What a network reads, by its axes of space."""

EVERYWHERE: list[Step] = [
    {"batch_norm": None},
    {"rms_norm": {"axis": 0}},
    {"rms_norm": None},
    {"avg_pool": {"kernel": 2}},
    {"max_pool": {"kernel": 2}},
    {"lp_pool": {"kernel": 2}},
    {"adaptive_avg_pool": 2},
    {"adaptive_max_pool": 2},
    {"upsample": {"scale": 2, "mode": "nearest"}},
    {"pad": {"padding": 1, "mode": "constant"}},
    {"pad": {"padding": 0, "mode": "constant"}},
    {"pad": {"padding": 1, "mode": "replicate"}},
    {"conv": {"out": 4, "kernel": 1}},
    {"conv": {"out": 4, "kernel": 2, "padding": "same"}},
    {"conv_transpose": {"out": 4, "kernel": 2}},
    {"concat": {"axis": 0}, "from": ["s0", "s0"]},
    {"stack": {"axis": 1}, "from": ["s0", "s0"]},
    {"stack": {"axis": -1}, "from": ["s0", "s0"]},
]
OF_TWO_AXES_OR_MORE: list[Step] = [{"pixel_unshuffle": 2}, {"pixel_shuffle": 2}]

OTHERS: list[tuple[str, list[int], list[Step]]] = [
    ("matmul", [2, 4, 4, 4], [{"from": "s0", "pixel_unshuffle": 2}, {"matmul": ["s1", "s1"]}]),
    ("rms_norm", [2, 6, 6], [{"from": "s0", "rms_norm": {"axis": 1}}, {"matmul": ["s1", "s1"]}]),
    (
        "gru",
        [2, 6, 6],
        [
            {"from": "s0", "select": {"axis": 2, "index": 0}},
            {"from": "s1", "adaptive_avg_pool": 3},
            {"from": "s2", "instance_norm": None},
            {"from": "s2", "gru": {"hidden": 2}},
        ],
    ),
    (
        "batch_norm",
        [2, 6, 6],
        [
            {"from": "s0", "transpose": [0, 1]},
            {"from": "s1", "softmax": None},
            {"from": "s2", "transpose": [0, 1]},
            {"from": "s3", "expand": [3, -1, -1, -1]},
            {"from": "s4", "batch_norm": None},
            {"from": "s5", "transpose": [1, 2]},
            {"from": "s6", "group_norm": 1},
            {"from": "s6", "group_norm": 1},
        ],
    ),
    (
        "upsample",
        [2, 6, 6],
        [
            {"from": "s0", "slice": {"axis": 1, "start": 0, "stop": 1}},
            {"from": "s1", "upsample": {"scale": 2, "mode": "nearest"}},
            {"from": "s2", "group_norm": 1},
            {"from": "s2", "group_norm": 1},
        ],
    ),
    (
        "adaptive_avg_pool",
        [2, 4, 4, 4],
        [
            {"from": "s0", "adaptive_avg_pool": 1},
            {"from": "s1", "upsample": {"scale": 2, "mode": "nearest"}},
            {"from": "s2", "group_norm": 1},
            {"from": "s2", "group_norm": 1},
        ],
    ),
]


def places() -> Iterator[tuple[str, str]]:
    """The layer type that each is about, and its spec."""
    for axes, shape in CHANNELS_LAST.items():
        for step in EVERYWHERE + (OF_TWO_AXES_OR_MORE if axes > 1 else []):
            name = next(key for key in step if key != "from")
            norms = [{"from": "s1", "group_norm": 1}, {"from": "s1", "group_norm": 1}]
            yield name, spec(shape, [{"from": "s0", **step}, *norms])
    for name, shape, steps in OTHERS:
        yield name, spec(shape, steps)


def spec(shape: list[int], steps: list[Step]) -> str:
    named = [{"linear": {"out": 4, "axis": 0}}, *steps]
    lines = [f"  - {json.dumps({**step, 'name': f's{number}'})}" for number, step in enumerate(named)]
    return "\n".join([f"input: {json.dumps(shape)}", "layers:", *lines]) + "\n"
