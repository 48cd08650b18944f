"""thop, as Ultralytics goes on with it."""

from typing import Any

from archcalc.conventions.einsum import pair_products
from archcalc.conventions.groups import PRODUCTS, SLICE_NORMS
from archcalc.conventions.networks import DENSENETS, FUNCTIONS, NO_POOL, OWN_NORM, SWINS_V2
from archcalc.conventions.quantities import (
    INPUT,
    OFFSETS,
    OUTPUT,
    by_mode,
    either,
    given,
    is_trailing,
    norm,
    read,
    steps,
    unit_operations,
    weights,
)
from archcalc.conventions.rule import MACS, Convention, Rule, done, of
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


def trailing(applied: Applied) -> Any:
    return NORM.count(applied) if is_trailing(applied) else 0


def unprojected(applied: Applied) -> Any:
    """A recurrent layer as if it had no projection."""
    layer: Any = applied.layer
    directions = len(layer.directions())
    rows = next(shape[0] for name, shape, _ in applied.weights if name.startswith("weight_hh"))
    widths = applied.inputs[0][-1] + (layer.layers - 1) * layer.hidden * directions + layer.layers * layer.hidden
    matrices = directions * rows * widths
    return steps(applied) * (matrices + weights(applied, "bias") + unit_operations(applied, lstm=8))


POOLS = {"average pools are functions there, which are not counted": f"{DENSENETS} mobilenet_v2 inception_v3"}
NORM = norm(4, 2)
FUSED = Rule("M+3S", "multiply-adds + 3 x pairs a head - queries a head", fused_attention)
RECURRENT = Rule("(P+u)·t", "weights and biases, and 1 (gru 7, lstm 8) a unit, in every time step", recurrent)
WINDOWS = Rule("W", "elements that the windows read", lambda applied: done(applied, "add") + given(applied))

CONVENTION = Convention(
    "thop",
    version="2.2.3",
    unit="multiply-adds",
    counts="multiply-adds, norms, average pools, softmax, upsampling that interpolates",
    source="ultralytics-thop 2.2.3, profile.py and vision/basic_hooks.py",
    rules={
        **of(MACS, *PRODUCTS),
        "deformable convolution": OFFSETS,
        "einsum": Rule("Me", "elements of the product of two tensors, 0 for more", pair_products),
        "attention": either(FUSED, MACS),
        "recurrent": RECURRENT,
        **of(NORM, "batch norm", *SLICE_NORMS, "RMS norm"),
        "prelu": INPUT,
        "softmax": Rule("3I", "3 x input elements - slices", softmax),
        "log softmax": 3 * INPUT,
        **of(WINDOWS + OUTPUT, "average pool", "global average pool"),
        "upsampling": by_mode({"linear": 5, "bilinear": 11, "bicubic": 259, "trilinear": 31}),
    },
    wrong={
        **NO_POOL,
        **POOLS,
        "the softmax of its attention is a function, which is not counted": SWINS_V2,
    },
    notes=("Before 2.2.0 other rules held: see 'archcalc count thop@2.1.1'.",),
)

OLDER = Convention(
    "thop@2.1.1",
    version="2.1.1",
    unit="multiply-adds",
    counts="multiply-adds of modules, batch, layer and instance norms, average pools, softmax, upsampling",
    source="ultralytics-thop 2.1.1, profile.py and vision/basic_hooks.py",
    rules={
        **of(MACS, "convolution", "transposed convolution", "linear", "convolutional LSTM", "custom"),
        "deformable convolution": OFFSETS,
        "recurrent": Rule(RECURRENT.sign, f"{RECURRENT.words}, as without a projection", unprojected),
        **of(NORM, "batch norm", "instance norm"),
        "layer norm": Rule("4I", f"{NORM.words}, where trailing axes are normalised", trailing),
        "prelu": INPUT,
        "softmax": CONVENTION.rules["softmax"],
        "average pool": OUTPUT,
        "global average pool": INPUT + OUTPUT,
        "upsampling": by_mode({"nearest": 1, "linear": 5, "bilinear": 11, "bicubic": 259, "trilinear": 31}),
    },
    wrong={
        **NO_POOL,
        **POOLS,
        **OWN_NORM,
        **FUNCTIONS,
        "the projections of its attention are modules, which are counted": "maxvit_t",
    },
)
