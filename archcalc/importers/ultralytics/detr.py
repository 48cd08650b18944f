"""RT-DETR: Lv et al. 2023, "DETRs beat YOLOs on real-time object detection"; its backbone is PaddlePaddle's PP-HGNet 2,
its decoder attends as Zhu et al. 2021, "Deformable DETR", section 4.1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from archcalc.importers.graphs.graph import Value
from archcalc.importers.ultralytics.blocks import kind, rep_conv
from archcalc.importers.ultralytics.builder import Builder
from archcalc.importers.ultralytics.heads import stored

DIM, QUERIES, HEADS, POINTS, LAYERS, INNER = 256, 300, 8, 4, 6, 1024


@contextmanager
def acting(b: Builder, act: str) -> Iterator[None]:
    """Convolutions inside have this activation."""
    before, b.act = b.act, act
    try:
        yield
    finally:
        b.act = before


def hg_stem(b: Builder, x: Value, middle: int, out: int) -> Value:
    with b.module("HGStem"), acting(b, "relu"):
        behind = [[0, 1], [0, 1]]
        x = b.add("pad", b.conv(x, middle, 3, 2), padding=behind)
        y = b.add("pad", b.conv(x, middle // 2, 2, padding=0), padding=behind)
        y = b.conv(y, middle, 2, padding=0)
        pooled = b.add("max_pool", x, kernel=2, stride=1)
        return b.conv(b.conv(b.concat(pooled, y), middle, 3, 2), out)


def hg_block(
    b: Builder, x: Value, middle: int, out: int, kernel: int, n: int, light: bool = False, shortcut: bool = False
) -> Value:
    whole = shortcut and x.shape[0] == out
    with b.module(kind("HGBlockLight" if light else "HGBlock", n, whole)), acting(b, "relu"):
        parts = [x]
        for _ in range(n):
            if light:
                parts.append(b.depthwise(b.conv(parts[-1], middle, act=False), kernel))
            else:
                parts.append(b.conv(parts[-1], middle, kernel))
        y = b.conv(b.conv(b.concat(*parts), out // 2), out)
        return b.add("add", x, y) if whole else y


def rep_c3(b: Builder, x: Value, out: int, n: int) -> Value:
    with b.module(kind("RepC3", n)):
        y = b.conv(x, out)
        for _ in range(n):
            y = rep_conv(b, y, out)
        return b.add("add", y, b.conv(x, out))


def aifi(b: Builder, x: Value, inner: int, heads: int) -> Value:
    """A layer of an encoder on the places of a map."""
    with b.module("AIFI"):
        width, *size = x.shape
        tokens = tokens_of(b, x)
        # sines of a row and of a column, each times a quarter as many frequencies as there are channels
        angles = 2 * tokens.shape[0] * (width // 4)
        places = b.add("custom", tokens, out=[*tokens.shape], params=0, macs=angles)
        told = b.add("add", tokens, places)
        y = b.add("layer_norm", b.add("add", tokens, b.add("attention", told, told, tokens, heads=heads)))
        y = b.add("layer_norm", b.add("add", y, perceptron(b, y, "gelu", inner, width)))
        return b.add("unflatten", b.add("transpose", y, axis=[0, 1]), axis=1, sizes=size)


def tokens_of(b: Builder, x: Value) -> Value:
    """[C, H, W] -> [H * W, C]"""
    return b.add("transpose", b.add("flatten", x, start=1), axis=[0, 1])


def perceptron(b: Builder, x: Value, act: str, *widths: int) -> Value:
    """Linear layers, with an activation between them."""
    *inside, out = widths
    for width in inside:
        x = b.add(act, b.add("linear", x, out=width))
    return b.add("linear", x, out=out)


def boxes_of(b: Builder, x: Value) -> Value:
    with b.module("Boxes"):
        return perceptron(b, x, "relu", DIM, DIM, 4)


def decoder(b: Builder, maps: Sequence[Value], count: int) -> list[Value]:
    """Boxes and classes of 300 objects. Queries are the places that look most like one; which do hangs on values."""
    stored(b, "denoising", [], lambda apart, _: apart.add("parameter", shape=[count, DIM]))
    projected = [b.add("batch_norm", b.add("conv", x, out=DIM, kernel=1, bias=False)) for x in maps]
    memory = b.concat(*(tokens_of(b, x) for x in projected))
    encoded = b.add("layer_norm", b.add("linear", memory, out=DIM))
    with b.module("Classes"):
        scores = b.add("linear", encoded, out=count)
    found = [b.add("sigmoid", scores)]
    queries = b.add("slice", encoded, axis=0, stop=min(QUERIES, encoded.shape[0]))
    place = boxes_of(b, queries)
    told = None
    for number in range(LAYERS):
        hidden = b.node("linear", [b.add("sigmoid", place)], out=2 * DIM)
        mapped = b.node("linear", [b.add("relu", hidden.outputs[0])], out=DIM)
        if told:
            hidden.weights, mapped.weights = told[0].weights, told[1].weights
        told = told or (hidden, mapped)
        queries = decoder_layer(b, queries, mapped.outputs[0], memory, len(maps))
        place = b.add("add", boxes_of(b, queries), place)
        if number < LAYERS - 1:  # scores of all layers but the last are for training alone
            stored(b, "training_scores", [queries], lambda apart, read: apart.add("linear", read[0], out=count))
    with b.module("Classes"):
        return [b.add("sigmoid", place), b.add("sigmoid", b.add("linear", queries, out=count)), *found]


def decoder_layer(b: Builder, x: Value, position: Value, memory: Value, levels: int) -> Value:
    with b.module("DecoderLayer"):
        told = b.add("add", x, position)
        x = b.add("layer_norm", b.add("add", x, b.add("attention", told, told, x, heads=HEADS)))
        x = b.add("layer_norm", b.add("add", x, sampled(b, b.add("add", x, position), memory, levels)))
        return b.add("layer_norm", b.add("add", x, perceptron(b, x, "relu", INNER, DIM)))


def sampled(b: Builder, x: Value, memory: Value, levels: int) -> Value:
    """Each head weighs a few points of each map, which are sampled between places: nothing that counts."""
    with b.module("DeformableAttention"):
        values = b.add("linear", memory, out=DIM)
        points = HEADS * levels * POINTS
        b.add("linear", x, out=2 * points)
        weights = b.add("unflatten", b.add("linear", x, out=points), axis=-1, sizes=[HEADS, levels * POINTS])
        b.add("softmax", weights)
        taken = b.add("slice", values, axis=0, stop=x.shape[0])
        return b.add("linear", taken, out=DIM)
