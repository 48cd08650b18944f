"""Shipped specs at other sizes than their own: each takes them, or says which it would take.

sizes.csv: multiply-adds of torchvision 0.28.0 on one image of that size in eval mode, its flop_counter total (PyTorch
2.13.0) divided by 2.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from archcalc.api import report
from archcalc.api.reference import shipped_specs
from archcalc.errors import SpecError

with open(Path(__file__).with_name("sizes.csv"), encoding="utf-8") as file:
    MEASURED = list(csv.DictReader(file))

IMAGES = [
    (spec["name"], shape)
    for spec in shipped_specs()["specs"]
    if len(spec["inputs"]) == 1 and len(shape := next(iter(spec["inputs"].values()))) == 3
]
ONE_SIZE = {"levit", "vit", "maxvit", "masked-autoencoder"}
"""The size is a variable: of the positions that are learned, or of the windows."""
SOME_SIZES = set(
    "attention-unet dcgan-discriminator efficientdet hrnet image-encoder lenet5 unet yolov3 yolov8".split()
)
"""What is halved and doubled again meets what was not; a score is one number; height and width are variables."""


@pytest.mark.sampled(4)
@pytest.mark.parametrize("row", MEASURED, ids=lambda row: f"{row['name']}-{row['input']}")
def test_as_torchvision_at_another_size(row: dict[str, str]) -> None:
    shape = tuple(map(int, row["input"].split("x")))
    found = report(row["name"], inputs={None: shape}, count="mac")
    assert found["totals"]["macs"] == int(row["macs"])


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name, shape", IMAGES, ids=lambda one: one if isinstance(one, str) else "")
def test_an_odd_size_is_taken_or_the_right_ones_are_told(name: str, shape: list[int]) -> None:
    odd = (shape[0] + 37, shape[1] + 23, 3) if name == "exam-table" else (shape[0], shape[1] + 37, shape[2] + 23)
    if name not in ONE_SIZE | SOME_SIZES:
        assert report(name, inputs={None: odd})["totals"]["macs"] > 0
        return
    with pytest.raises(SpecError) as caught:
        report(name, inputs={None: odd})
    if name in ONE_SIZE:
        assert [one.help for one in caught.value.diagnostics] == [f"settings size={odd[1]}"]
