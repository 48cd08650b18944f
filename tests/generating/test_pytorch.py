"""A step of shipped decoders costs what flop_counter counts of it in PyTorch, at three contexts each."""

from __future__ import annotations

import csv
from functools import partial
from itertools import groupby

import pytest
from loading import network

from archcalc.costs.generating import Generating
from archcalc.costs.sequences import find_sequence
from archcalc.request import Request

from .decoders import decoder
from .record import RECORDED


def recorded() -> dict[str, dict[int, int]]:
    with RECORDED.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    by_spec = groupby(rows, key=lambda row: row["spec"])
    return {spec: {int(row["context"]): int(row["macs"]) for row in steps} for spec, steps in by_spec}


@pytest.mark.parametrize("spec, steps", recorded().items())
def test_steps_as_recorded(spec: str, steps: dict[int, int]) -> None:
    made = Generating(find_sequence(Request(spec).network()).trace)
    assert {context: made.macs(context) for context in steps} == steps


@pytest.mark.torch
@pytest.mark.slow
def test_the_record_is_what_pytorch_counts() -> None:
    pytest.importorskip("torch")
    from .pytorch import STEPS, macs

    found = {spec: {context: macs(step, context) for context in at} for spec, (step, at) in STEPS.items()}
    assert found == recorded()


@pytest.mark.torch
@pytest.mark.slow
def test_steps_of_random_decoders() -> None:
    pytest.importorskip("torch")
    from .pytorch import macs, random_step

    for seed in range(300):
        one = decoder(seed)
        made = Generating(find_sequence(network(one.text)).trace)
        for context in (0, one.length, 100):
            assert made.macs(context) == macs(partial(random_step, one), context), one.text
