"""What is said of how figures go with a number is true of every step, in every figure."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("numpy")

from archcalc.building.load import Shared
from archcalc.report.figures import FIGURES
from archcalc.request import Request
from archcalc.sweep.fit.monotone import FALLS, RISES, NotShown, ways
from archcalc.sweep.grid import Grid
from archcalc.sweep.sweep import Sweep
from archcalc.sweep.varying import read_varying

from .variants import SPECS, paths, varying

STEPS = 60


def shown(path: Path, text: str, figures: list[str]) -> int:
    """How many figures are shown to go in one way with one number; each is computed at every step."""
    request, shared = Request(path), Shared()
    request.shared = {(request.located().source, request.allow_import): shared}
    read = read_varying([text], request, shared)
    count = 0
    for figure in figures:
        sweep = Sweep(request, read, Grid([one.axis for one in read]), [figure], shared)
        try:
            way = ways(sweep.recording(()), read[0].name, read[0].axis.values.ranges[0], [figure])[figure]
        except NotShown:
            continue
        count += 1
        for chunk in sweep.chunks():
            assert chunk.fits.all(), (text, figure, chunk.status.tolist())
            values = chunk.figures[figure].tolist()
            if way == RISES:
                assert all(one <= other for one, other in pairwise(values)), (text, figure)
            elif way == FALLS:
                assert all(one >= other for one, other in pairwise(values)), (text, figure)
            else:
                assert len({*values}) == 1, (text, figure)
    return count


def numbers(path: Path) -> list[str]:
    """A range for each number of a spec, in steps that its groups and heads may divide."""
    found = []
    for text in varying(path, random.Random(0)):
        name, _, values = text.partition("=")
        if ".." in values:
            low, high = (int(value) for value in values.split(".."))
            step = max((high - low) // STEPS, 1)
            found += [f"{name}={max(low, 1)}..{max(high, 1)}:{step}", f"{name}=48..{48 * STEPS}:48"]
    return found


@pytest.mark.parametrize("name", ["classification/vgg", "teaching/lstm-stacked"])
def test_a_few_numbers(name: str) -> None:
    path = SPECS / f"{name}.yaml"
    assert sum(shown(path, text, ["params", "macs"]) for text in numbers(path)) > 2


@pytest.mark.slow
@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_every_number_of_every_spec(path: Path) -> None:
    for text in numbers(path):
        shown(path, text, [*FIGURES])
