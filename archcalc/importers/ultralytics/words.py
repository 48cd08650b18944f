"""Classes by words: Cheng et al. 2024, "YOLO-World", section 3.3, and Wang et al. 2025, "YOLOE"."""

from __future__ import annotations

from collections.abc import Sequence

from archcalc.importers.graphs.graph import Value
from archcalc.importers.ultralytics.blocks import bottleneck, kind
from archcalc.importers.ultralytics.builder import Builder
from archcalc.importers.ultralytics.heads import box_width, boxes, class_width, classes, detected, expected, stored


def visual_prompts(b: Builder, maps: Sequence[Value], width: int, embedded: int) -> None:
    """What looks at a region that somebody points at."""
    narrow = 16
    parts = [b.conv(b.conv(x, width, 3), width, 3) for x in maps]
    for x in maps:
        b.conv(x, width)
    joined = b.graph.input("joined", (3 * width, *maps[0].shape[1:]))
    b.conv2d(joined, embedded)
    b.conv2d(joined, narrow, 3, padding=1)
    mask = b.conv2d(b.graph.input("mask", (1, *maps[0].shape[1:])), narrow, 3, padding=1)
    b.conv2d(b.conv(b.concat(mask, mask), narrow, 3), narrow, 3, padding=1)
    b.graph.outputs += parts


def text_adapter(b: Builder, embedded: int) -> None:
    """A gated feed-forward layer beside a shortcut."""
    words = b.graph.input("words", (embedded,))
    gates = b.add("linear", words, out=4 * embedded)
    b.add("linear", b.halves(gates)[0], out=embedded)


def detect_words(b: Builder, maps: Sequence[Value], text: Value, bins: int, legacy: bool, twice: bool) -> list[Value]:
    """As detect, but a place has an embedding, which is held against those of words."""
    count, embedded = text.shape
    deep = class_width(maps, count)
    scored = detected(b, maps, bins, twice, lambda x: contrasted(b, classes(b, x, deep, embedded, legacy), text))
    stored(b, "visual_prompts", maps, lambda apart, read: visual_prompts(apart, read, deep, embedded))
    stored(b, "text_adapter", [], lambda apart, read: text_adapter(apart, embedded))
    return scored


def contrasted(b: Builder, x: Value, text: Value, normed: bool = True) -> Value:
    """[embedded, H, W] and [classes, embedded] -> [classes, places], scaled and shifted by a number each."""
    with b.module("Contrast" if normed else "ContrastPlain"):
        places = b.add("flatten", b.add("batch_norm", x) if normed else x, start=1)
        scaled = b.add("mul", b.add("matmul", text, places), b.add("parameter", shape=[1, 1]))
        return b.add("add", scaled, b.add("parameter", shape=[1, 1]))


def c2f_attention(b: Builder, x: Value, out: int, n: int, embedded: int, heads: int, text: Value) -> Value:
    """C2f, and a map that each head weighs by the word that fits a place best."""
    with b.module(kind("C2fAttn", n)):
        width = out // 2
        parts = b.halves(b.conv(x, 2 * width))
        for _ in range(n):
            parts = [*parts, bottleneck(b, parts[-1], width, False, e=1.0)]
        return b.conv(b.concat(*parts, weighed(b, parts[-1], embedded, heads, text)), out)


def weighed(b: Builder, x: Value, embedded: int, heads: int, text: Value) -> Value:
    with b.module("MaxSigmoidAttention"):
        width, *size = x.shape
        words = b.add("linear", text, out=embedded)
        words = b.add("transpose", b.add("unflatten", words, axis=1, sizes=[heads, -1]), axis=[0, 1])
        y = x if embedded == width else b.conv(x, embedded, act=False)
        y = b.add("flatten", b.add("unflatten", y, axis=0, sizes=[heads, -1]), start=2)
        best = b.add("max", b.add("matmul", words, y), axis=1, keep=True)
        weights = b.add("sigmoid", b.add("add", best, b.add("parameter", shape=[heads, 1, 1])))
        mapped = b.add(
            "flatten", b.add("unflatten", b.conv(x, width, 3, act=False), axis=0, sizes=[heads, -1]), start=2
        )
        return b.add("reshape", b.add("mul", weights, mapped), shape=[width, *size])


def image_pooling(
    b: Builder, maps: Sequence[Value], embedded: int, text: Value, heads: int = 8, side: int = 3
) -> Value:
    """Words that have looked at nine places of each map."""
    with b.module("ImagePoolingAttention"):
        pooled = [b.add("adaptive_max_pool", b.conv2d(x, embedded), size=side) for x in maps]
        seen = b.add("transpose", b.concat(*(b.add("flatten", x, start=1) for x in pooled), axis=1), axis=[0, 1])
        asks, knows, says = (b.add("linear", b.add("layer_norm", x), out=embedded) for x in (text, seen, seen))
        found = b.add("scaled_dot_product_attention", asks, knows, says, heads=heads)
        return b.add("add", text, b.add("linear", found, out=text.shape[1]))


def world_detect(b: Builder, maps: Sequence[Value], count: int, text: Value, bins: int, normed: bool) -> list[Value]:
    width, deep = box_width(maps, bins), class_width(maps, count)
    with b.module("Detect"):
        sides = [boxes(b, x, width, bins) for x in maps]
        named = [contrasted(b, classes(b, x, deep, text.shape[1], True), text, normed) for x in maps]
    found = b.concat(*sides, axis=1)
    return [expected(b, found, bins) if bins > 1 else found, b.add("sigmoid", b.concat(*named, axis=1))]
