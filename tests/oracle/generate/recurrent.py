"""Cases of recurrent layers: short sequences, since PyTorch walks their steps one by one on the meta device."""

from __future__ import annotations

from typing import Any

from .draw import Draw, Made, generator


def recurrent(draw: Draw, **more: Any) -> Made:
    x = draw.shape(0, 4, 3) if draw.chance(0.15) else (draw.one_of(0, 1, 2, 2, 3), draw.size(5))
    given = draw.given(
        layers=draw.counted(1, 1, 2, 3, bad=0.06),
        bidirectional=draw.flag(),
        bias=draw.flag(),
        biases=draw.counted(1, 2, 2, 3, bad=0.06),
        **{"return": draw.one_of("sequence", "last")},
        **more,
    )
    return {"hidden": draw.counted(1, 2, 4, 7, bad=0.06), **given}, [x]


@generator("rnn")
def rnn(draw: Draw) -> Made:
    return recurrent(draw)


@generator("lstm")
def lstm(draw: Draw) -> Made:
    return recurrent(draw, projection=draw.one_of(0, 1, 2, 3, 4, -1))


@generator("gru")
def gru(draw: Draw) -> Made:
    return recurrent(draw, reset_gate=draw.flag())


@generator("conv_lstm")
def conv_lstm(draw: Draw) -> Made:
    x = draw.shape(3, 5, 4) if draw.chance(0.15) else (draw.size(3), draw.size(3), *draw.spatial(2))
    kernel = draw.per_axis(2, lambda: draw.counted(1, 2, 3, 5, bad=0.04))
    return {"out": draw.counted(1, 2, 5, bad=0.04), "kernel": kernel, **draw.given(bias=draw.flag())}, [x]
