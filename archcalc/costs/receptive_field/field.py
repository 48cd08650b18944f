"""What a tensor sees of one axis of an input, and what a layer makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any, NamedTuple

from archcalc.costs.receptive_field.part import ITSELF, MOST_INTERVALS, UNALIGNED, Part, TooLong, over, through, united
from archcalc.layers.reading import At, Mixed, Past, Piece, Reading, Whole

MOST_PARTS = 16
"""Strides that one tensor may have."""


class Sees(NamedTuple):
    """Positions of ``axis`` see what the parts say, all together; one part for each stride. Without ``axis`` it is the
    same for all positions. An axis is a number, or the map whose slices are its positions."""

    axis: Any
    parts: tuple[Part, ...]


class Unknown(NamedTuple):
    """What is seen is spread over ``axes`` in an order that is not followed. Whoever reads all of these whole sees all.

    ``lost``: only some of it is left, so that nobody sees all any more.
    """

    axes: frozenset[Any]
    lost: bool = False


class All(NamedTuple):
    """Every position sees all that what is read sees."""

    def __bool__(self) -> bool:  # it has no fields, and is something
        return True


ALL = All()
Field = Sees | Unknown | All


def itself(axis: int) -> Field:
    return Sees(axis, (ITSELF,))


def read(field: Field, readings: Sequence[Reading]) -> Field:
    """What the positions of a layer's output see of a tensor with that field; ``readings`` are of its axes."""
    if isinstance(field, Unknown):
        return read_unknown(field, readings)
    if isinstance(field, All) or type(field.axis) is not int:  # no axis, or a map around the layer
        return field
    reading = readings[field.axis]
    if isinstance(reading, (Whole, Past)):
        return ALL
    if isinstance(reading, Mixed):
        return Unknown(frozenset(reading.axes), not reading.axes)
    if isinstance(reading, At):
        return Sees(None, tuple([constant(part, reading.index) for part in field.parts]))
    axis: Any = reading.axis  # type: ignore[attr-defined]
    try:
        return joined([Sees(axis, (through(reading, part),)) for part in field.parts])
    except TooLong:
        return Unknown(frozenset([axis]))


def constant(part: Part, index: int) -> Part:
    """What one position sees, wherever it is read."""
    found = part.at(index)
    return Part((found,), 0, part.centre + part.stride * index if part.aligned else UNALIGNED, part.aligned)


def read_unknown(field: Unknown, readings: Sequence[Reading]) -> Field:
    axes: set[Any] = set()
    lost = field.lost
    for axis in field.axes:
        reading = readings[axis] if type(axis) is int else None
        if reading is None:
            axes.add(axis)
        elif isinstance(reading, Mixed):
            axes.update(reading.axes)
        elif isinstance(reading, At):
            lost = True
        elif not isinstance(reading, (Whole, Past)):
            axes.add(reading.axis)  # type: ignore[attr-defined]
    return Unknown(frozenset(axes), lost) if axes or lost else ALL


def blind(field: Field) -> bool:
    """Whether no position sees any. A transposed window with gaps may be so along one axis, and then sees nothing."""
    return isinstance(field, Sees) and not any(any(part.intervals) for part in field.parts)


def joined(fields: list[Field]) -> Field:
    """What is seen through any of several paths. Raises TooLong."""
    first, *others = fields
    for other in others:
        first = both(first, other)
    return first


def both(one: Field, other: Field) -> Field:
    if one == other or isinstance(one, All):
        return one
    if isinstance(other, All):
        return other
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return Unknown(axes_of(one) | axes_of(other), lost(one) or lost(other))
    if one.axis != other.axis and None not in (one.axis, other.axis):
        return Unknown(axes_of(one) | axes_of(other))
    parts = {part.stride: part for part in one.parts}
    for part in other.parts:
        parts[part.stride] = united(parts[part.stride], part) if part.stride in parts else part
    if len(parts) > MOST_PARTS:
        raise TooLong
    return Sees(other.axis if one.axis is None else one.axis, tuple(parts.values()))


def axes_of(field: Field) -> frozenset[Any]:
    if isinstance(field, Unknown):
        return field.axes
    return frozenset([field.axis] if isinstance(field, Sees) and field.axis is not None else [])


def lost(field: Field) -> bool:
    return field.lost if isinstance(field, Unknown) else isinstance(field, Sees) and field.axis is None


def merged(read: list[tuple[Field, Reading | None]]) -> Field:
    """What a layer sees of several inputs, each with how it reads the axis that is followed."""
    fields = [field for field, _ in read]
    pieces = [field for field, reading in read if isinstance(reading, Piece) and isinstance(field, Sees)]
    if any(piece != pieces[0] for piece in pieces):  # one input here, another one there
        return both(Unknown(axes_of(pieces[0])), joined(fields)) if ALL not in fields else ALL
    try:
        return joined(fields)
    except TooLong:
        return Unknown(frozenset().union(*map(axes_of, fields)), any(map(lost, fields)))


# What is told of a field


class Told(NamedTuple):
    """``size`` is a number, "all" or "unknown"; the others are None where that has none.

    ``stride``: from one position to the next, a fraction. ``start``: the first position that output 0 sees.
    ``aligned``: all paths agree in stride and centre.
    """

    size: int | str
    stride: Any = None
    start: int | None = None
    aligned: bool | None = None


def told(field: Field, positions: int) -> Told:
    """What is told of a field along an axis of so many positions."""
    if isinstance(field, All):
        return Told("all")
    if isinstance(field, Unknown):
        return Told("unknown")
    period = lcm(*[len(part.intervals) for part in field.parts])
    if len(field.parts) > 1 and period > MOST_INTERVALS:
        return Told("unknown")
    # Positions a whole number of repeats apart see more and more, or less and less: the largest is at an end.
    looked = {*range(min(period, positions)), *range(max(positions - period, 0), positions)} or {0}
    found = {position: over([part.at(position) for part in field.parts]) for position in looked}
    size = max([interval[1] - interval[0] + 1 if interval else 0 for interval in found.values()])
    one = field.parts[0] if len(field.parts) == 1 else None
    return Told(size, one and one.stride, found[0] and found[0][0], one is not None and one.aligned)
