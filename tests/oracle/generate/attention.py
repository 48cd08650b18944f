"""Cases of attention: on one sequence, and on queries, keys and values of other lengths and widths."""

from __future__ import annotations

from typing import Any

from .draw import Draw, Made, generator


def sequences(draw: Draw, width: int) -> list[tuple[int, ...]]:
    """One sequence, or three: mostly of shapes that fit."""
    lead = draw.shape(0, 2, 3) if draw.chance(0.3) else ()
    query = (*lead, draw.size(6), width)
    if draw.chance(0.5):
        return [query if draw.chance(0.92) else draw.changed(query)]
    steps = draw.size(6)
    key, value = ((*lead, steps, width if draw.chance(0.6) else draw.size(9)) for _ in range(2))
    return [query, *(draw.changed(x) if draw.chance(0.1) else x for x in (key, value))]


@generator("attention")
def attention(draw: Draw) -> Made:
    kv_heads = draw.one_of(1, 2)
    heads = kv_heads * draw.one_of(1, 2, 3)
    inputs = sequences(draw, heads * draw.randint(1, 4) + (draw.chance(0.12) and draw.randint(1, 2)))
    arguments: dict[str, Any] = {"heads": 0 if draw.chance(0.02) else heads, **draw.given(bias=draw.flag())}
    if draw.chance(0.5):  # what torch.nn.MultiheadAttention has no argument for
        arguments |= draw.given(
            head_dim=draw.counted(1, 2, 3, 5),
            kv_heads=kv_heads + draw.chance(0.1),
            out=draw.counted(1, 4, 9),
            qkv_bias=draw.flag(),
            causal=draw.flag(),
            window=draw.counted(1, 2, 3, 8),
            cache=draw.one_of(0, 1, 5, -1),
            value_dim=draw.counted(1, 2, 4),
            k_bias=draw.flag(),
            qk_norm=draw.one_of("rms_norm", "layer_norm"),
            position_bias=draw.one_of(0, 1, 9, -1),
        )
    return arguments, inputs


@generator("scaled_dot_product_attention")
def scaled_dot_product_attention(draw: Draw) -> Made:
    heads = draw.counted(1, 2, 3, bad=0.03)
    lead = draw.shape(0, 2, 3)
    if draw.chance(0.3):
        return grouped_queries(draw, lead)
    keys, width, read = draw.size(6), draw.size(4), draw.size(4)
    shapes = [(draw.size(6), width), (keys, width), (keys, read)]
    wide = draw.chance(0.4)
    inputs = []
    for steps, size in shapes:
        x = (*lead, steps, size * (max(heads, 1) if wide else 1))
        inputs.append(draw.changed(x) if draw.chance(0.1) else x)
    given = {"heads": heads} if wide or draw.chance(0.1) else {}
    return {**given, **draw.given(causal=draw.flag(), window=draw.counted(1, 2, 3, 8))}, inputs


def grouped_queries(draw: Draw, lead: tuple[int, ...]) -> Made:
    """Keys and values of fewer heads, on an axis of their own or in their width; mostly with enable_gqa."""
    kv_heads = draw.one_of(1, 2, 3)
    heads = kv_heads * draw.one_of(1, 2, 3) + draw.chance(0.1)
    queries, keys, width, read = draw.size(6), draw.size(6), draw.size(4), draw.size(4)
    given = {"enable_gqa": True} if draw.chance(0.9) else {}
    shapes = [(heads, queries, width), (kv_heads, keys, width), (kv_heads, keys, read)]
    if draw.chance(0.4):
        given["heads"] = heads
        shapes = [(steps, number * size) for number, steps, size in shapes]
    inputs = [(*lead, *x) for x in shapes]
    masks = draw.given(causal=draw.flag(), window=draw.counted(1, 2, 3, 8))
    return {**given, **masks}, [draw.changed(x) if draw.chance(0.05) else x for x in inputs]
