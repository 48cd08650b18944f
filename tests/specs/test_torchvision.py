"""The 80 classification models of torchvision 0.29.1, each found by its name.

torchvision.csv: parameters counted on the instantiated model, multiply-adds from torch.utils.flop_counter (its total
divided by 2) on one image in eval mode, GoogLeNet and Inception v3 without their auxiliary classifiers;
published_gmacs is what torchvision's own weight tables publish.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from archcalc.api import report

with open(Path(__file__).with_name("torchvision.csv"), encoding="utf-8") as file:
    MODELS = list(csv.DictReader(file))


def test_there_are_80() -> None:
    assert len({model["name"] for model in MODELS}) == 80


@pytest.mark.sampled(8)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["name"])
def test_parameters_and_multiply_adds_to_the_unit(model: dict[str, str]) -> None:
    found = report(model["name"], count="mac")
    assert "x".join(map(str, found["input"]["shape"])) == model["input"]
    assert (found["totals"]["params"], found["totals"]["macs"]) == (int(model["params"]), int(model["macs"]))
    assert float(model["published_gmacs"]) == pytest.approx(found["totals"]["macs"] / 1e9, abs=0.00051)  # 3 digits
