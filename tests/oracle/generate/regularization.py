"""Cases of layers that act in training only."""

from __future__ import annotations

from .draw import Draw, Made, generator


@generator("dropout", "drop_path")
def dropout(draw: Draw) -> Made:
    return {"p": draw.one_of(0, 0.1, 0.5, 1, 1.5, -0.1)}, [draw.shape(0, 4)]


@generator("identity")
def identity(draw: Draw) -> Made:
    return {}, [draw.shape(0, 4)]
