"""Cases of layers that move, cut, repeat and resample."""

from __future__ import annotations

from math import prod
from typing import Any

from .draw import Draw, Made, generator


@generator("flatten")
def flatten(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    return draw.given(start=draw.axis(len(x)), end=draw.axis(len(x))), [x]


def factored(draw: Draw, number: int) -> list[int]:
    """Sizes whose product is the number: mostly, and now and then with a -1 among them."""
    sizes = []
    while number > 1 and draw.chance(0.8):
        factor = draw.choice([factor for factor in range(1, number + 1) if number % factor == 0])
        sizes.append(factor)
        number //= factor
    sizes.append(number)
    draw.shuffle(sizes)
    if draw.chance(0.15):
        sizes = [*draw.changed(sizes)]
    for _ in range(2):
        if sizes and draw.chance(0.25):
            sizes[draw.randrange(len(sizes))] = -1
    if draw.chance(0.04):
        sizes.append(draw.one_of(0, -2, 1))
    return sizes


@generator("unflatten")
def unflatten(draw: Draw) -> Made:
    x = draw.shape(0, 3, 24)
    axis = draw.axis(len(x))
    return {"axis": axis, "sizes": factored(draw, x[axis] if -len(x) <= axis < len(x) else 4)}, [x]


@generator("reshape")
def reshape(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    return {"shape": factored(draw, prod(x))}, [x]


@generator("permute")
def permute(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    order = [axis - len(x) if draw.chance(0.3) else axis for axis in draw.sample(range(len(x)), len(x))]
    if order and draw.chance(0.25):
        order[draw.randrange(len(order))] = draw.axis(len(x), bad=0.2)
    if draw.chance(0.06):
        order.append(draw.axis(len(x)))
    return {"order": order[draw.chance(0.06) :]}, [x]


@generator("transpose")
def transpose(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    return {"axis": [draw.axis(len(x)) for _ in range(draw.one_of(1, 3) if draw.chance(0.06) else 2)]}, [x]


@generator("squeeze")
def squeeze(draw: Draw) -> Made:
    x = tuple(draw.one_of(1, 1, 1, 3) for _ in range(draw.randint(0, 4)))
    return {"axis": draw.some_axes(len(x))}, [x]


@generator("unsqueeze")
def unsqueeze(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    return {"axis": draw.axis(len(x) + 1, bad=0.25)}, [x]


@generator("slice")
def cut(draw: Draw) -> Made:
    x = draw.shape(0, 3, 12)
    given = draw.given(start=draw.randint(-14, 14), stop=draw.randint(-14, 14), step=draw.counted(1, 2, 3, 5))
    return {"axis": draw.axis(len(x)), **given}, [x]


@generator("select")
def select(draw: Draw) -> Made:
    x = draw.shape(0, 3)
    return {"index": draw.randint(-6, 5), **draw.given(axis=draw.axis(len(x)))}, [x]


@generator("split")
def split(draw: Draw) -> Made:
    x = draw.shape(0, 3, 12)
    axis = draw.axis(len(x))
    size = x[axis] if -len(x) <= axis < len(x) else 4
    if draw.chance(0.5):
        arguments: dict[str, Any] = {"parts": draw.counted(1, 2, 3, 4, 5, bad=0.04)}
    else:
        borders = sorted(draw.randint(0, size) for _ in range(draw.randint(0, 3)))
        sizes = [after - before for before, after in zip([0, *borders], [*borders, size], strict=True)]
        arguments = {"sizes": [*draw.changed(sizes)] if draw.chance(0.25) else sizes}
    return {**arguments, "axis": axis}, [x]


@generator("expand")
def expand(draw: Draw) -> Made:
    target = draw.shape(0, 4)
    x = [1 if draw.chance(0.4) else size for size in target[draw.randint(0, len(target)) :]]
    shape = [-1 if draw.chance(0.15) else size for size in target]
    if draw.chance(0.15):
        shape = [*draw.changed(shape)]
    return {"shape": shape}, [tuple(x)]


@generator("tile")
def tile(draw: Draw) -> Made:
    return {"repeats": [draw.counted(1, 2, 3, bad=0.1) for _ in range(draw.randint(0, 4))]}, [draw.shape(0, 3)]


@generator("roll")
def roll(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    return {"axis": draw.some_axes(len(x))}, [x]


@generator("pad")
def pad(draw: Draw) -> Made:
    mode = draw.one_of("constant", "constant", "reflect", "replicate", "circular")
    x = draw.shape(0, 5, 7)
    least = -4 if draw.chance(0.3) else 0

    def side() -> int:
        return draw.randint(least, 4)

    entries = max(len(x) - 1, 0) if mode != "constant" and draw.chance(0.85) else draw.randint(0, len(x))
    if draw.chance(0.04):
        entries = len(x) + 1
    padding = side() if draw.chance(0.3) else [[side(), side()] if draw.chance(0.6) else side() for _ in range(entries)]
    return {"padding": padding, **({} if mode == "constant" and draw.flag() else {"mode": mode})}, [x]


@generator("crop")
def crop(draw: Draw) -> Made:
    x = draw.shape(0, 4, 9)
    if draw.chance(0.5):
        size: Any = [max(size - draw.randint(-1, 5), 0) for size in x[draw.randint(0, len(x)) :]]
        return {"size": draw.randint(1, 6) if draw.chance(0.3) else size}, [x]
    margins = [[draw.randint(0, 3), draw.randint(0, 3)] if draw.flag() else draw.counted(0, 1, 2, 3) for _ in x]
    return {"margins": draw.randint(0, 3) if draw.chance(0.3) else margins[draw.randint(0, len(x)) :]}, [x]


@generator("upsample")
def upsample(draw: Draw) -> Made:
    x = draw.image(draw.size(4))
    axes = len(x) - 1
    usual = ("nearest", {1: "linear", 2: draw.one_of("bilinear", "bicubic"), 3: "trilinear"}.get(axes, "linear"))
    any_mode = ("linear", "bilinear", "bicubic", "trilinear", "nearest")
    mode = draw.choice(any_mode if draw.chance(0.1) else usual)
    if draw.chance(0.4):
        arguments = {"size": draw.per_axis(axes, lambda: draw.counted(1, 2, 3, 5, 8, bad=0.05))}
    else:
        arguments = {"scale": draw.per_axis(axes, lambda: draw.one_of(1, 2, 2, 3, 1.5, 2.5, 0.5, 0.3, 1.7, 0.1, 0, -1))}
    if mode != "nearest" or draw.chance(0.05):
        arguments |= {"align_corners": True} if draw.chance(0.3) else {}
    return {**arguments, **({} if mode == "nearest" and draw.flag() else {"mode": mode})}, [x]


@generator("pixel_shuffle")
def pixel_shuffle(draw: Draw) -> Made:
    factor = draw.counted(1, 2, 3, bad=0.06)
    x = (*draw.shape(0, 1), draw.size(3) * factor * factor + draw.chance(0.2), *draw.shape(2, 2))
    return {"factor": factor}, [x[draw.randint(0, 2) if draw.chance(0.15) else 0 :]]


@generator("pixel_unshuffle")
def pixel_unshuffle(draw: Draw) -> Made:
    factor = draw.counted(1, 2, 3, bad=0.06)
    x = (*draw.shape(1, 2), *(size * abs(factor) + draw.chance(0.1) for size in draw.shape(2, 2)))
    return {"factor": factor}, [x[draw.randint(1, 2) if draw.chance(0.15) else 0 :]]


@generator("channel_shuffle")
def channel_shuffle(draw: Draw) -> Made:
    groups = draw.counted(1, 2, 3, 4, bad=0.06)
    return {"groups": groups}, [(max(groups, 1) * draw.size(3) + draw.chance(0.2), *draw.shape(0, 4))]
