"""Cases of recurrent layers: short sequences, since PyTorch walks their steps one by one on the meta device."""

from __future__ import annotations

from typing import Any

from .convolution import padding
from .draw import Draw, Made, generator


def recurrent(draw: Draw, cells: int = 0, **more: Any) -> Made:
    x = draw.shape(0, 4, 3) if draw.chance(0.15) else (draw.one_of(0, 1, 2, 2, 3), draw.size(5))
    given = draw.given(
        layers=draw.counted(1, 1, 2, 3, bad=0.06),
        bidirectional=draw.flag(),
        bias=draw.flag(),
        biases=draw.counted(1, 2, 2, 3, bad=0.06),
        **{"return": draw.one_of("sequence", "last")},
        **more,
    )
    arguments = {"hidden": draw.counted(1, 2, 4, 7, bad=0.06), **given}
    if draw.chance(0.75):
        return arguments, [x]
    return {**arguments, "states": draw.chance(0.95)}, [x, *draw_states(draw, arguments, x, cells)]


def draw_states(draw: Draw, arguments: dict[str, Any], x: tuple[int, ...], cells: int) -> list[tuple[int, ...]]:
    """The initial states that fit, mostly; or none."""
    if draw.chance(0.4):
        return []
    number = arguments.get("layers", 1) * (1 + arguments.get("bidirectional", False))
    hidden = arguments["hidden"]
    widths = [arguments.get("projection") or hidden, *[hidden] * cells]
    states = [(*x[:-2], max(number, 0), max(width, 0)) for width in widths]
    return [draw.changed(state) if draw.chance(0.1) else state for state in states]


@generator("rnn")
def rnn(draw: Draw) -> Made:
    return recurrent(draw)


@generator("lstm")
def lstm(draw: Draw) -> Made:
    return recurrent(draw, 1, projection=draw.one_of(0, 1, 2, 3, 4, -1))


@generator("gru")
def gru(draw: Draw) -> Made:
    return recurrent(draw, reset_gate=draw.flag())


@generator("conv_lstm", "conv_gru")
def over_frames(draw: Draw) -> Made:
    axes = draw.one_of(0, 4) if draw.chance(0.03) else draw.one_of(1, 2, 2, 3)
    x = (draw.size(3), draw.size(3), *draw.spatial(axes))
    kernel = draw.per_axis(axes, lambda: draw.counted(1, 2, 3, 5, bad=0.04))
    given = draw.given(
        bias=draw.flag(),
        stride=draw.per_axis(axes, lambda: draw.counted(1, 1, 2)),
        padding=draw.one_of("same", "valid", padding(draw, axes)),
        **{"return": draw.one_of("sequence", "last")},
    )
    return {"out": draw.counted(1, 2, 5, bad=0.04), "kernel": kernel, **given}, [x]


@generator("selective_scan")
def selective_scan(draw: Draw) -> Made:
    tokens, state = (*draw.shape(0, 2, 3), draw.size(4)), draw.size(4)
    inputs = [(*tokens, width) for width in (draw.size(5),) * 2 + (state,) * 2]
    return {}, [draw.changed(x) if draw.chance(0.08) else x for x in inputs]
