"""The styles: tensors as blocks, cards for a paper; and six pictures whole, as a person looked at them.

``python -m tests.regenerate snapshots`` writes them anew: look at each before it is kept.
"""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archcalc import draw
from archcalc.errors import SpecError
from archcalc.render.pictures import tensors
from archcalc.render.pictures.looks import Asked
from archcalc.render.pictures.marks import Rect, Text

from .drawing import drawn, scene
from .rules import faults, overlap, text_area

FOLDER = Path(__file__).parent / "golden"
GOLDEN: dict[str, dict[str, Any]] = {
    "resnet50": {},
    "transformer": {},
    "yolov8n": {"depth": 2},
    "mixture-of-experts": {"color": "macs", "horizontal": True},
    "lstm-gates": {"style": "paper"},
    "unet": {"style": "tensors"},
}


@pytest.mark.parametrize("spec", GOLDEN)
def test_golden(spec: str) -> None:
    path, text = FOLDER / f"{spec}.svg", draw(spec, **GOLDEN[spec])
    if os.environ.get("ARCHCALC_SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("spec", ["unet", "vgg16", "resnet18", "lenet5"])
def test_tensors(spec: str) -> None:
    """Blocks stand from left to right, each as high as its image by the root; no words stand on others."""
    found = scene(spec)
    blocks, _ = tensors.arranged(found)
    assert all(after.x >= before.x + before.wide for before, after in pairwise(blocks))
    for block in blocks:
        assert block.high == max(5, 9 * block.shape[1] ** 0.5)
        assert block.wide == max(3, 1.7 * block.shape[0] ** 0.5)
    picture = tensors.draw(found, Asked(style="tensors"))
    words = [(mark.text, text_area(mark)) for mark in picture.marks if isinstance(mark, Text)]
    assert not [(one, other) for one, a in words for other, b in words if a != b and overlap(a, b)]
    assert all(right <= picture.width and left >= 0 for _, (left, _, right, _) in words)
    assert not [mark for mark in picture.marks if isinstance(mark, Rect) and mark.x + mark.width > picture.width]


def test_skips_arch_over_what_they_pass() -> None:
    found = scene("unet")
    blocks, at = tensors.arranged(found)
    skips = tensors.skipped(blocks, at)
    assert len(skips) == 4
    for (start, stop), height in zip(skips, tensors.lifted(blocks, skips), strict=True):
        assert height > max(block.high / 2 + block.deep for block in blocks[start : stop + 1])


def test_tensors_are_of_images_and_vectors() -> None:
    with pytest.raises(SpecError, match="'source_tokens' gives 100×512, and only images and vectors are blocks"):
        draw("transformer", style="tensors")
    with pytest.raises(SpecError, match="width is for cards"):
        draw("unet", style="tensors", width=900)


@pytest.mark.parametrize("spec", ["transformer", "resnet50"])
def test_paper_has_no_figures_and_no_fault(spec: str) -> None:
    assert faults(*drawn(scene(spec, 2), Asked(style="paper"))) == []
    text = draw(spec, style="paper")
    assert " params" not in text
    assert " MACs" not in text
