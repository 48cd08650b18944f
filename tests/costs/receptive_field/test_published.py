"""Receptive fields of torchvision's networks, layer by layer, and those that papers print.

``torchvision.csv`` was derived from torchvision 0.29.1 through torch.fx, by a closed form and by brute force over the
positions of an input of 4,096, and for six networks by PyTorch's gradients too. ``start`` is the first input position
that output 0 sees. A network's name stands once, before its layers.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from archcalc.request import Request

from .fields import fields, of, rows

TYPES = {
    "conv": "Conv2d",
    "depthwise_conv": "Conv2d",
    "max_pool": "MaxPool2d",
    "avg_pool": "AvgPool2d",
    "concat": "cat",
    "add": "add",
}


def networks() -> dict[str, list[tuple[str, str, int, int, int]]]:
    found: dict[str, list[tuple[str, str, int, int, int]]] = {}
    name = ""
    with Path(__file__).with_name("torchvision.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["network"] or name
            numbers = int(row["size"]), int(row["stride"]), int(row["start"])
            found.setdefault(name, []).append((row["layer"], row["kind"], *numbers))
    return found


TORCHVISION = networks()


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", TORCHVISION)
@pytest.mark.parametrize("axis", [1, 2])
def test_every_layer_of_torchvision(name, axis):
    net = Request(name).network()
    ours = [(TYPES[kind], told) for _, kind, told in rows(net, axis) if kind in TYPES]
    theirs = TORCHVISION[name]
    if name.startswith("densenet"):  # torch.cat has a single tensor where a block begins, behind a pool
        before = ["", *(kind for _, kind, *_ in theirs)]
        theirs = [row for row, kind in zip(theirs, before, strict=False) if row[1] != "cat" or "Pool" not in kind]
    for (kind, told), (layer, their_kind, *numbers) in zip(ours, theirs, strict=True):
        assert (kind, told.size, told.stride, told.start) == (their_kind, *numbers), layer


@pytest.mark.parametrize(
    ("spec", "layer", "size"),
    [  # Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", section 4
        ("alexnet", "max_pool3", 195),
        ("vgg16", "stage1/4/max_pool1", 212),
        ("inception_v3", "inception_c1/1/concat1", 1311),
    ],
)
def test_published(spec, layer, size):
    assert fields(Request(spec).network())[layer].size == size


def test_mobilenet_v1():
    """The same table: 315. A separable convolution is a depthwise one of 3 and a pointwise one."""
    strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
    layers = "  - conv: {out: 8, kernel: 3, stride: 2, padding: 1}\n"
    for stride in strides:
        layers += f"  - depthwise_conv: {{kernel: 3, stride: {stride}, padding: 1}}\n  - conv: {{out: 8, kernel: 1}}\n"
    assert of(layers, "[3, 224, 224]").size == 315


@pytest.mark.parametrize(("place", "size"), [("first", 483), ("second", 427), ("last", 483)])
def test_resnet_50_by_where_a_bottleneck_strides(place, size):
    """The stride in the 3x3 (torchvision) or in a 1x1; table 1 has 483 for the resnet_v1_50 of TF-Slim."""
    stem = "  - conv: {out: 8, kernel: 7, stride: 2, padding: 3}\n  - max_pool: {kernel: 3, stride: 2, padding: 1}\n"
    layers = stem
    for stage, blocks in enumerate([3, 4, 6, 3]):
        for block in range(blocks):
            # TF-Slim strides in the last block of a stage, so its 3x3 see with the old stride
            strided = (stage < 3 and block == blocks - 1) if place == "last" else (stage > 0 and block == 0)
            steps = {"first": [2, 1, 1], "second": [1, 2, 1], "last": [1, 2, 1]}[place] if strided else [1, 1, 1]
            layers += "  - residual:\n      layers:\n"
            for kernel, stride in zip([1, 3, 1], steps, strict=True):
                layers += f"        - conv: {{out: 8, kernel: {kernel}, stride: {stride}, padding: {kernel // 2}}}\n"
            layers += f"      shortcut: [{{conv: {{out: 8, kernel: 1, stride: {max(steps)}}}}}]\n"
    assert of(layers, "[3, 224, 224]").size == size
