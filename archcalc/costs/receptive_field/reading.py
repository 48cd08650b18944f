"""How a layer in a network reads the axes of its inputs, in the order that the file has them."""

from __future__ import annotations

from copy import copy

from archcalc.graph.inference import Applied
from archcalc.layers import reading
from archcalc.layers.reading import Axes, Mixed, Reading


def readings(applied: Applied) -> list[list[Axes]]:
    """For each output, for each input a reading of each axis. The rules' axes become those of the file."""
    found = applied.layer.window(reading, *applied.inputs)
    outputs = found if applied.layer.several else [found]
    if applied.axis is None:
        return list(outputs)
    turned = []
    for output, shape in zip(outputs, applied.shapes, strict=True):
        axes = [place(axis, len(shape), applied.axis) for axis in range(len(shape))]
        turned.append([written(read, applied.axis, axes) for read in output])
    return turned


def written(read: Axes, channels: int, axes: list[int]) -> Axes:
    """The readings of one input in the order of the file, of which the outputs have their axes at ``axes``."""
    there = {place(axis, len(read), channels): moved(one, axes) for axis, one in enumerate(read)}
    return [there[axis] for axis in range(len(read))]


def place(axis: int, rank: int, channels: int) -> int:
    """Where the file has an axis of a rule; layout.py turns shapes in the same way."""
    if rank < 2 or rank < -channels:
        return axis
    turned = channels % rank
    return rank - 1 if axis == turned else axis - (axis > turned)


def moved(one: Reading, axes: list[int]) -> Reading:
    """The same reading, its output's axes called otherwise."""
    if isinstance(one, Mixed):
        return Mixed(*[axes[axis] for axis in one.axes])
    if not hasattr(one, "axis"):
        return one
    found = copy(one)
    found.axis = axes[one.axis]
    return found
