"""What a causal mask leaves, counted pair by pair, and how the projections are named."""

from __future__ import annotations

from itertools import product

import pytest

from archcalc.graph.inference import Applied
from archcalc.layers import find


def pairs_seen(queries: int, keys: int, window: int) -> int:
    """Pairs of a query and a key not later than it, of at most ``window`` keys a query; the queries end the keys."""
    first = keys - queries
    return sum(min(window, sum(key <= first + query for key in range(keys))) for query in range(queries))


@pytest.mark.parametrize("queries, keys, window", [*product((1, 4, 9), (1, 4, 9), (None, 1, 3, 20))])
def test_causal_attention(queries, keys, window):
    layer = find("attention")(heads=2, causal=True, window=window)
    inputs = (3, queries, 8), (3, keys, 8), (3, keys, 8)
    applied = Applied(layer, inputs)
    each_query = min(keys, window or keys)
    projections = applied.ops["mac"] - 3 * 2 * queries * each_query * 8
    assert projections == 3 * (2 * queries + 2 * keys) * 64
    expected = projections + 3 * 2 * 8 * pairs_seen(queries, keys, window or keys)
    assert layer.causal_macs(*inputs, applied.outputs[0]) == expected


@pytest.mark.parametrize("queries, cache, window", [*product((1, 4, 9), (0, 1, 7), (None, 1, 3, 20))])
def test_queries_come_after_a_cache(queries, cache, window):
    layer = find("attention")(heads=2, causal=True, window=window, cache=cache)
    keys = queries + cache
    applied = Applied(layer, ((3, queries, 8),))
    projections = 3 * 4 * queries * 64
    assert applied.ops["mac"] == projections + 3 * 2 * 8 * queries * min(keys, window or keys)
    expected = projections + 3 * 2 * 8 * pairs_seen(queries, keys, window or keys)
    assert layer.causal_macs((3, queries, 8), applied.outputs[0]) == expected


def test_four_new_queries_on_ten_keys():
    """The last of 4 queries sees all 10 keys, the first 7 of them: 34 pairs of 40."""
    layer = find("scaled_dot_product_attention")(causal=True)
    inputs = (1, 4, 8), (1, 10, 8), (1, 10, 16)
    applied = Applied(layer, inputs)
    assert (applied.ops["mac"], layer.causal_macs(*inputs, applied.outputs[0])) == (960, 816)


@pytest.mark.parametrize("queries, keys, window", [*product((1, 4, 9), (1, 4, 9), (None, 1, 3, 20))])
def test_causal_scaled_dot_product_attention(queries, keys, window):
    layer = find("scaled_dot_product_attention")(causal=True, window=window)
    inputs = (3, queries, 8), (3, keys, 8), (3, keys, 5)
    expected = 3 * pairs_seen(queries, keys, window or keys) * (8 + 5)
    assert layer.causal_macs(*inputs, Applied(layer, inputs).outputs[0]) == expected


@pytest.mark.parametrize("name, inputs", [("attention", [(4, 8)]), ("scaled_dot_product_attention", [(4, 8)] * 3)])
def test_without_a_mask_nothing_is_causal(name, inputs):
    layer = find(name)(heads=2)
    assert layer.causal_macs(*inputs, (4, 8)) is None


@pytest.mark.parametrize(
    "arguments, inputs, names",
    [
        (dict(), [(4, 8)], "in_proj_weight in_proj_bias out_proj.weight out_proj.bias"),
        (dict(), [(4, 8), (5, 8), (5, 8)], "in_proj_weight in_proj_bias out_proj.weight out_proj.bias"),
        (dict(bias=False), [(4, 8), (5, 6), (5, 8)], "q_proj_weight k_proj_weight v_proj_weight out_proj.weight"),
        (dict(bias=False), [(4, 8), (5, 8), (5, 6)], "q_proj_weight k_proj_weight v_proj_weight out_proj.weight"),
        (dict(qkv_bias=False), [(4, 8)], "in_proj_weight out_proj.weight out_proj.bias"),
        (
            dict(bias=False, qk_norm="rms_norm"),
            [(4, 8)],
            "in_proj_weight q_norm.weight k_norm.weight out_proj.weight",
        ),
        (
            dict(bias=False, qk_norm="layer_norm"),
            [(4, 8)],
            "in_proj_weight q_norm.weight q_norm.bias k_norm.weight k_norm.bias out_proj.weight",
        ),
        (
            dict(bias=False, position_bias=9),
            [(4, 8)],
            "in_proj_weight relative_position_bias out_proj.weight",
        ),
    ],
)
def test_weights_are_named_as_in_pytorch(arguments, inputs, names):
    weights = find("attention")(heads=2, **arguments).weights(*inputs)
    assert " ".join(name for name, _ in weights) == names


def test_queries_share_the_heads_of_keys():
    weights = dict(find("attention")(heads=4, kv_heads=2, head_dim=3).weights((4, 8)))
    assert weights["in_proj_weight"] == [(4 + 2 * 2) * 3, 8]
    assert weights["out_proj.weight"] == [8, 12]


@pytest.mark.parametrize(
    "name, arguments, inputs, expected",
    [
        (
            "attention",
            dict(heads=4, kv_heads=2, head_dim=3, value_dim=5, cache=7),
            [(6, 9, 8)],
            dict(query=[6, 4, 9, 3], key=[6, 2, 9, 3], value=[6, 2, 9, 5], scores=[6, 4, 9, 16], read=[6, 4, 9, 5]),
        ),
        (
            "attention",
            dict(heads=2, window=3),
            [(9, 8), (5, 6), (5, 7)],
            dict(query=[2, 9, 4], key=[2, 5, 4], value=[2, 5, 4], scores=[2, 9, 3], read=[2, 9, 4]),
        ),
        ("scaled_dot_product_attention", dict(), [(6, 9, 8), (6, 5, 8), (6, 5, 3)], dict(scores=[6, 9, 5])),
        ("scaled_dot_product_attention", dict(heads=2), [(9, 8), (5, 8), (5, 4)], dict(scores=[2, 9, 5])),
        ("linear", dict(out=3), [(9, 8)], {}),
    ],
)
def test_inner_tensors(name, arguments, inputs, expected):
    assert dict(find(name)(**arguments).inner(*inputs)) == expected
