"""Cases of dense maps, tables and tensors that read nothing."""

from __future__ import annotations

from .draw import Draw, Made, generator


@generator("linear")
def linear(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    given = {"axis": draw.axis(len(x))} if draw.chance(0.3) else {}
    return {"out": draw.counted(1, 3, 5, 16, bad=0.1), **given, **draw.given(bias=draw.flag())}, [x]


@generator("bilinear")
def bilinear(draw: Draw) -> Made:
    lead = draw.shape(0, 3)
    left, right = (*lead, draw.size(5)), (*lead, draw.size(5))
    if draw.chance(0.25):
        right = draw.changed(right)
    if draw.chance(0.05):
        left = ()
    return {"out": draw.counted(1, 3, 5), **draw.given(bias=draw.flag())}, [left, right]


@generator("maxout")
def maxout(draw: Draw) -> Made:
    return {
        "out": draw.counted(1, 3, 5, bad=0.08),
        **draw.given(pieces=draw.counted(1, 2, 3, 5), bias=draw.flag()),
    }, [draw.shape(0, 3)]


@generator("embedding")
def embedding(draw: Draw) -> Made:
    return {"entries": draw.counted(1, 7, 20, bad=0.05), "out": draw.counted(1, 4, 9, bad=0.05)}, [draw.shape(0, 4)]


@generator("embedding_bag")
def embedding_bag(draw: Draw) -> Made:
    x = draw.shape(0, 3) if draw.chance(0.2) else draw.shape(1, 1)
    return {"entries": draw.counted(1, 7, 20, bad=0.05), "out": draw.counted(1, 4, 9, bad=0.05)}, [x]


@generator("parameter")
def parameter(draw: Draw) -> Made:
    return {"shape": [-1 if draw.chance(0.08) else size for size in draw.shape(0, 4)]}, []


@generator("constant")
def constant(draw: Draw) -> Made:
    arguments, inputs = parameter(draw)
    return {**arguments, **draw.given(dtype=draw.one_of("float16", "int64", "bool", "complex64", "float8"))}, inputs


@generator("layer_scale")
def layer_scale(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    return draw.given(axis=draw.axis(len(x), bad=0.3)), [x]
