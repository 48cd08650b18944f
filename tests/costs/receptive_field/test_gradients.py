"""Random networks: what single positions see is what has a gradient in PyTorch, at every position of the output.

Recorded answers are always compared (``python -m tests.regenerate gradients`` writes them), live ones where PyTorch is
installed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from loading import network

from archcalc.costs.receptive_field.exact import Along, Positions
from archcalc.costs.receptive_field.field import Sees, told
from archcalc.costs.receptive_field.part import over
from archcalc.costs.receptive_field.walk import Walk
from archcalc.errors import SpecError
from archcalc.graph.network import Network

from .random_networks import spec

RECORDED = [json.loads(line) for line in Path(__file__).with_name("gradients.jsonl").read_text().splitlines()]


NOTHING = Along(None, ())
"""Of an output that sees nothing at all: it lies in a padding, or in the gaps of a transposed window."""


def compare(net: Network, expected: Any) -> int:
    """Compare both axes; how many were known."""
    seen = Positions(net).of(net.outputs[0])
    known = 0
    for axis in (1, 2):
        field = seen.get((0, axis), NOTHING)
        if field is NOTHING:
            assert not any(expected[f"1 of {axis}"])
            known += 1
        elif field is not None:
            intervals = [None if one is None else list(one) for one in field.intervals]
            assert intervals == expected[f"{field.axis} of {axis}"], axis
            known += 1
    return known


@pytest.mark.parametrize("number", range(len(RECORDED)))
def test_recorded_gradients(number):
    assert compare(network(RECORDED[number]["spec"]), RECORDED[number]["seen"]) == 2


def held(seeds: range) -> None:
    pytest.importorskip("torch")
    from .gradients import seen

    known = 0
    for seed in seeds:
        net = network(spec(seed))
        known += compare(net, seen(net))
    assert known >= 1.99 * len(seeds)  # an image and its transpose added up are unknown


@pytest.mark.torch
@pytest.mark.parametrize("start", range(0, 40, 10))
def test_gradients(start):
    held(range(start, start + 10))


@pytest.mark.torch
@pytest.mark.slow
@pytest.mark.parametrize("start", range(100, 1100, 50))
def test_gradients_of_a_thousand_networks(start):
    held(range(start, start + 50))


@pytest.mark.sampled(3)
@pytest.mark.parametrize("start", range(0, 120, 20))
def test_size_is_the_most_that_a_position_sees_and_start_is_where_the_first_one_begins(start):
    """On an input so large that the middle of the output sees no padding; and what is seen is never more than told."""
    compared = 0
    for seed in range(start, start + 20):
        found = re.sub(r"input: \[.*\]", "input: [4, 120, 130]", spec(seed))
        if "size" in found or "adaptive" in found or "crop: " in found or "start: -" in found or "reflect" in found:
            continue  # an output of a few positions, or of those at the end, or what is mirrored into a padding
        try:
            net = network(found)
        except SpecError:
            continue
        exact, fields = Positions(net).of(net.outputs[0]), Walk(net).outputs[0]
        for axis in (1, 2):
            one, field = exact[0, axis], fields[0, axis]
            assert one is not None
            assert isinstance(field, Sees)
            sizes = [last - first + 1 for first, last in filter(None, one.intervals)]
            assert max(sizes) == told(field, len(one.intervals)).size
            for position, interval in enumerate(one.intervals):
                most = over([part.at(position) for part in field.parts])
                assert interval is None or (most and most[0] <= interval[0] and interval[1] <= most[1])
            compared += 1
    assert compared >= 4
