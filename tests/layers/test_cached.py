"""What each layer type keeps of the past of a sequence that is made token by token: decided for every type."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.graph.inference import Applied
from archcalc.layers import FAMILY, find

from .test_cases import CASES

NOTHING = ""
WINDOWED = "inputs"
"""Along each axis with a window of several positions the last that the next position reads too."""

KEPT = {
    **dict.fromkeys("conv depthwise_conv deform_conv unfold".split(), WINDOWED),
    **dict.fromkeys("max_pool avg_pool lp_pool".split(), WINDOWED),
    **dict.fromkeys(["attention", "scaled_dot_product_attention"], "keys values"),
    **dict.fromkeys("rnn gru conv_gru selective_scan".split(), "state"),
    **dict.fromkeys(["lstm", "conv_lstm"], "state cell"),
}


def kept(name: str, arguments: dict[str, Any], *inputs: Any) -> list[Any]:
    applied = Applied(find(name)(**arguments), tuple(map(tuple, inputs)))
    return [*applied.layer.cache(*applied.inputs)]


@pytest.mark.parametrize("name", FAMILY)
def test_every_type_is_decided(name: str) -> None:
    rows = [row for row in CASES[FAMILY[name]].ACCEPTED if row[0] == name]
    found = set()
    for _, arguments, inputs, *_ in rows:
        shapes = inputs if inputs and isinstance(inputs[0], (list, tuple)) else [inputs]
        reads = () if find(name).reads == (0,) else shapes
        found |= {one.name for one in kept(name, arguments, *reads)}
    assert found == {*KEPT.get(name, NOTHING).split()}


@pytest.mark.parametrize(
    "name, arguments, inputs, expected",
    [
        # the projected heads of keys and values, of 3 and 5 numbers, of at most 4 tokens
        (
            "attention",
            dict(heads=4, kv_heads=2, head_dim=3, value_dim=5, window=4),
            [[9, 8]],
            [("keys", 0, 0, [2, 3], 4, False), ("values", 0, 0, [2, 5], 4, False)],
        ),
        ("attention", dict(heads=2), [[7, 9, 8]], [("keys", 0, 1, [7, 2, 4], None, False)]),
        (
            "attention",
            dict(heads=2),
            [[9, 8], [6, 8], [6, 4]],
            [("keys", 1, 0, [2, 4], None, False), ("values", 2, 0, [2, 4], None, False)],
        ),
        (
            "scaled_dot_product_attention",
            dict(enable_gqa=True, window=3),
            [[8, 9, 4], [2, 9, 4], [2, 9, 6]],
            [("keys", 1, 1, [2, 4], 3, False), ("values", 2, 1, [2, 6], 3, False)],
        ),
        # a state of each layer, as narrow as a projection makes it; a reversed direction begins at the end
        ("gru", dict(hidden=5, layers=3), [[9, 8]], [("state", 0, 0, [3, 5], None, True)]),
        (
            "lstm",
            dict(hidden=5, projection=2),
            [[9, 8]],
            [("state", 0, 0, [1, 2], None, True), ("cell", 0, 0, [1, 5], None, True)],
        ),
        ("rnn", dict(hidden=5, bidirectional=True), [[9, 8]], []),
        ("conv_gru", dict(out=2, kernel=3, stride=2), [[9, 3, 8, 8]], [("state", 0, 0, [2, 4, 4], None, True)]),
        (
            "selective_scan",
            {},
            [[9, 8], [9, 8], [9, 3], [9, 3]],
            [("state", 0, 0, [8, 3], None, True)],
        ),
        # two of three inputs again, a step of 2 between them
        (
            "conv",
            dict(out=4, kernel=[3, 1], dilation=2, padding=2),
            [[8, 20, 6]],
            [("inputs", 0, 1, [8, 4, 6], None, True)],
        ),
    ],
)
def test_what_is_kept(name: str, arguments: dict[str, Any], inputs: Any, expected: list[Any]) -> None:
    found = kept(name, arguments, *inputs)
    told = [(one.name, one.number, one.axis, list(one.shape), one.most, one.state) for one in found]
    assert told[: len(expected)] == expected
    assert bool(told) == bool(expected)


def test_a_step_compares_what_is_kept_and_projects_it_no_more() -> None:
    """After 6 tokens: 4 * 64 for the new one's projections, and 7 pairs, each scored and read over 8 numbers."""
    layer = find("attention")(heads=2, causal=True)
    after, inputs = layer.after(6, (1, 8))
    assert after.ops(*inputs, (1, 8))["mac"] == 4 * 64 + 2 * 8 * 7
    assert layer.ops((1, 8), (1, 8))["mac"] == 4 * 64 + 2 * 8
    scaled, inputs = find("scaled_dot_product_attention")(causal=True, window=4).after(6, (1, 8), (1, 8), (1, 5))
    assert inputs == ((1, 8), (7, 8), (7, 5))
    assert scaled.ops(*inputs, (1, 5))["mac"] == 4 * (8 + 5)
