"""Cases of norms."""

from __future__ import annotations

from .draw import Draw, Made, generator


@generator("batch_norm")
def batch_norm(draw: Draw) -> Made:
    arguments, inputs = channel_norm(draw)
    return {**arguments, **draw.given(scale=draw.flag(), bias=draw.flag(), counter=draw.flag())}, inputs


@generator("instance_norm")
def channel_norm(draw: Draw) -> Made:
    x = draw.shape(0, 6) if draw.chance(0.4) else (draw.size(6), *(draw.one_of(0, 1, 1, 3) for _ in range(2)))
    return draw.given(affine=draw.flag(), track=draw.flag()), [x]


@generator("layer_norm")
def layer_norm(draw: Draw) -> Made:
    arguments, inputs = rms_norm(draw)
    return {**arguments, **draw.given(bias=draw.flag())}, inputs


@generator("rms_norm")
def rms_norm(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    return draw.given(axis=draw.some_axes(len(x)), affine=draw.flag()), [x]


@generator("group_norm")
def group_norm(draw: Draw) -> Made:
    groups = draw.counted(1, 2, 3, 4)
    channels = abs(groups) * draw.randint(1, 3) + draw.chance(0.3)
    return {"groups": groups, **draw.given(affine=draw.flag())}, [(channels, *draw.shape(0, 4))[draw.chance(0.03) :]]


@generator("local_response_norm")
def local_response_norm(draw: Draw) -> Made:
    return {"size": draw.counted(1, 2, 3, 5, 9, bad=0.1)}, [draw.shape(0, 5)]
