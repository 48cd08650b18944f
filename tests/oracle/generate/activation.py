"""Cases of activations."""

from __future__ import annotations

from archcalc.layers import CONTENTS

from .draw import Draw, Made, generator

WITH_ARGUMENTS = ("leaky_relu", "prelu", "softmax", "log_softmax", "glu")


@generator(*(name for name in CONTENTS["activation"].split() if name not in WITH_ARGUMENTS))
def elementwise(draw: Draw) -> Made:
    return {}, [draw.shape(0, 5)]


@generator("leaky_relu")
def leaky_relu(draw: Draw) -> Made:
    return draw.given(slope=draw.one_of(0.2, 0, 1, -0.5)), [draw.shape(0, 4)]


@generator("prelu")
def prelu(draw: Draw) -> Made:
    return draw.given(channels=draw.one_of(1, "all")), [draw.shape(0, 4)]


@generator("softmax", "log_softmax")
def softmax(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    return draw.given(axis=draw.axis(len(x), bad=0.3)), [x]


@generator("glu")
def glu(draw: Draw) -> Made:
    x = [size * (2 if draw.chance(0.6) else 1) for size in draw.shape(0, 4)]
    act = draw.one_of("sigmoid", "tanh", "relu", "silu", "gelu", "identity")
    return draw.given(axis=draw.axis(len(x)), act=act), [tuple(x)]
