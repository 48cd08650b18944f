"""The heads: for each map boxes and classes, and what else is asked of a place. Decoding is left out but for the
expectation over the distances to a box's sides, which is a convolution that does not train (Li et al. 2020)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archcalc.importers.graphs.graph import Value
from archcalc.importers.ultralytics.builder import Builder


def boxes(b: Builder, x: Value, width: int, bins: int) -> Value:
    with b.module("Boxes"):
        return b.add("flatten", b.conv2d(b.conv(b.conv(x, width, 3), width, 3), 4 * bins), start=1)


def classes(b: Builder, x: Value, width: int, count: int, legacy: bool) -> Value:
    with b.module("Classes"):
        if legacy:
            return b.conv2d(b.conv(b.conv(x, width, 3), width, 3), count)
        y = b.conv(b.depthwise(x, 3), width)
        return b.conv2d(b.conv(b.depthwise(y, 3), width), count)


def extra(b: Builder, x: Value, width: int, count: int) -> Value:
    with b.module("Extra"):
        return b.add("flatten", b.conv2d(b.conv(b.conv(x, width, 3), width, 3), count), start=1)


def detect(b: Builder, maps: Sequence[Value], count: int, bins: int, legacy: bool, twice: bool = False) -> list[Value]:
    """Boxes as distributions over ``bins`` distances, and classes. ``twice``: a second head for one box an object."""
    deep = class_width(maps, count)
    return detected(b, maps, bins, twice, lambda x: b.add("flatten", classes(b, x, deep, count, legacy), start=1))


def box_width(maps: Sequence[Value], bins: int) -> int:
    """How wide the layers before boxes are."""
    width: int = max(16, maps[0].shape[0] // 4, 4 * bins)
    return width


def class_width(maps: Sequence[Value], count: int) -> int:
    """How wide the layers before so many classes are."""
    width: int = max(maps[0].shape[0], min(count, 100))
    return width


def detected(
    b: Builder, maps: Sequence[Value], bins: int, twice: bool, scored: Callable[[Value], Value]
) -> list[Value]:
    """Boxes and what is ``scored`` for each place of each map."""
    width = box_width(maps, bins)
    found: list[Value] = []
    for _ in range(1 + twice):
        with b.module("Detect"):
            sides = [boxes(b, x, width, bins) for x in maps]
            named = [scored(x) for x in maps]
        side = b.concat(*sides, axis=1)
        found = [*found, side, b.add("sigmoid", b.concat(*named, axis=1))]
    if bins > 1:
        found[-2] = expected(b, found[-2], bins)
    return found


def expected(b: Builder, x: Value, bins: int) -> Value:
    """[4 * bins, places] -> [4, places]: the mean distance to each side."""
    apart = b.add("permute", b.add("unflatten", x, axis=0, sizes=[4, bins]), order=[1, 0, 2])
    node = b.node("conv", [b.add("softmax", apart, axis=0)], out=1, kernel=1, bias=False)
    node.frozen = True
    return b.add("squeeze", node.outputs[0], axis=0)


def stored(b: Builder, name: str, maps: Sequence[Value], build: Callable[[Builder, list[Value]], object]) -> None:
    """Numbers of a part that the file's network has and does not run: as many as its layers would hold."""
    apart = Builder(b.graph.name)
    apart.span, apart.place, apart.act = b.span, b.place, b.act
    build(apart, [apart.graph.input(f"x{number}", x.shape) for number, x in enumerate(maps)])
    sizes = apart.graph.totals()
    for type, count in (("parameter", sizes["params"]), ("constant", sizes["buffers"])):
        if count:
            b.node(type, [], shape=[count]).name = name


def semantic_segment(b: Builder, maps: Sequence[Value], count: int) -> Value:
    """A map of classes. The second, of the coarser map, is for training alone."""
    width = maps[0].shape[0]

    def classes_of(b: Builder, x: Value) -> Value:
        return b.conv2d(b.conv(x, width, 3), count)

    for coarse in maps[1:]:
        stored(b, "training_head", [coarse], lambda apart, read: classes_of(apart, read[0]))
    return classes_of(b, maps[0])


def with_extra(b: Builder, maps: Sequence[Value], width: int, count: int) -> Value:
    found = [extra(b, x, max(maps[0].shape[0] // 4, width), count) for x in maps]
    return b.concat(*found, axis=1)


def proto(b: Builder, x: Value, width: int, count: int) -> Value:
    """Masks that objects are sums of, at twice the resolution (Bolya et al. 2019)."""
    with b.module("Proto"):
        y = b.add("conv_transpose", b.conv(x, width, 3), out=width, kernel=2, stride=2)
        return b.conv(b.conv(y, width, 3), count)


def fine_proto(b: Builder, maps: Sequence[Value], width: int, count: int, classes_of: int) -> Value:
    """Masks of all maps at once. A map of classes is for training alone."""
    y = maps[0]
    for x in maps[1:]:
        y = b.add("add", y, b.add("upsample", b.conv(x, y.shape[0]), size=[*y.shape[1:]]))
    y = b.conv(y, width, 3)

    def map_of_classes(apart: Builder, read: list[Value]) -> None:
        apart.conv2d(apart.conv(apart.conv(read[0], width, 3), width, 3), classes_of)

    stored(b, "training_head", [y], map_of_classes)
    return proto(b, y, width, count)


def points(b: Builder, maps: Sequence[Value], numbers: int, spread: int) -> Value:
    """Points of an object at each place. How sure they are is for training alone."""
    width = max(maps[0].shape[0] // 4, numbers + spread)
    found = []
    for x in maps:
        with b.module("Points"):
            y = b.conv(b.conv(x, width, 3), width, 3)
            found.append(b.add("flatten", b.conv2d(y, numbers), start=1))
        stored(b, "training_spread", [y], lambda apart, read: apart.conv2d(read[0], spread))
    return b.concat(*found, axis=1)


def flow(b: Builder) -> None:
    """What tells how likely errors of points are (Li et al. 2021, residual log-likelihood): for training alone."""
    read = b.graph.input("error", (2,))
    for _ in range(12):
        y = read
        for out in (64, 64, 2):
            y = b.add("linear", y, out=out)
    b.add("constant", shape=[2 + 2 * 2 + 6 * 2])


def depth(b: Builder, maps: Sequence[Value], width: int) -> Value:
    """A distance for each place, from the coarsest map to the finest; two numbers calibrate it."""
    *finer, y = [b.conv(x, width) for x in maps]
    for x in reversed(finer):
        y = b.add("add", b.add("upsample", y, size=[*x.shape[1:]]), x)
        y = b.conv(b.conv(y, width, 3), width, 3)
    half = width // 2
    y = b.add("conv_transpose", b.conv(y, half, 3), out=half, kernel=2, stride=2)
    y = b.conv2d(b.conv(y, width // 4, 3), 1)
    scaled = b.add("mul", y, b.add("constant", shape=[1]))
    return b.add("add", scaled, b.add("constant", shape=[1]))


def classify(b: Builder, x: Value, count: int) -> Value:
    with b.module("Classify"):
        pooled = b.add("dropout", b.add("global_avg_pool", b.conv(x, 1280)), p=0.0)
        return b.add("softmax", b.add("linear", pooled, out=count))
