"""thop, as Ultralytics goes on with it."""

from typing import Any

from archcalc.analysis.conventions.groups import PRODUCTS, SLICE_NORMS
from archcalc.analysis.conventions.networks import DENSENETS, NO_POOL, SWINS_V2
from archcalc.analysis.conventions.quantities import (
    INPUT,
    OFFSETS,
    OUTPUT,
    by_mode,
    either,
    given,
    norm,
    read,
    steps,
    unit_operations,
    weights,
)
from archcalc.analysis.conventions.rule import MACS, Convention, Rule, done, of
from archcalc.dims import maximum, volume
from archcalc.graph.inference import Applied


def fused_attention(applied: Applied) -> Any:
    """Multiply-adds and a softmax of 3 S - 1 operations for each query and head, S being the keys it sees."""
    layer: Any = applied.layer
    query = applied.inputs[0]
    return done(applied, "mac") + 3 * done(applied, "exp") - layer.heads * volume(query[:-1])


def recurrent(applied: Applied) -> Any:
    return steps(applied) * (weights(applied, "") + unit_operations(applied, lstm=8))


def softmax(applied: Applied) -> Any:
    """An exponential and a division an element, and the additions of a sum: a slice's elements less one."""
    layer: Any = applied.layer
    x = applied.inputs[0]
    axis = layer.axis % len(x)
    slices = volume([size for other, size in enumerate(x) if other != axis])
    return 2 * read(applied) + maximum(x[axis] - 1, 0) * slices


FUSED = Rule("M+3S", "multiply-adds + 3 x pairs a head - queries a head", fused_attention)
RECURRENT = Rule("(P+u)·t", "weights and biases, and 1 (gru 7, lstm 8) a unit, in every time step", recurrent)
WINDOWS = Rule("W", "elements that the windows read", lambda applied: done(applied, "add") + given(applied))

CONVENTION = Convention(
    "thop",
    unit="multiply-adds",
    counts="multiply-adds, norms, average pools, softmax, upsampling that interpolates",
    source="ultralytics-thop 2.2.3, profile.py and vision/basic_hooks.py",
    rules={
        **of(MACS, *PRODUCTS),
        "deformable convolution": OFFSETS,
        "attention": either(FUSED, MACS),
        "recurrent": RECURRENT,
        **of(norm(4, 2), "batch norm", *SLICE_NORMS, "RMS norm"),
        "prelu": INPUT,
        "softmax": Rule("3I", "3 x input elements - slices", softmax),
        "log softmax": 3 * INPUT,
        **of(WINDOWS + OUTPUT, "average pool", "global average pool"),
        "upsampling": by_mode({"linear": 5, "bilinear": 11, "bicubic": 259, "trilinear": 31}),
    },
    wrong={
        **NO_POOL,
        "average pools are functions there, which are not counted": f"{DENSENETS} mobilenet_v2 inception_v3",
        "the softmax of its attention is a function, which is not counted": SWINS_V2,
    },
)
