"""How the output positions of a layer read one axis of an input: what ``window`` of a layer type gives for each axis.

``axis`` is that of the output along which positions are counted, and ``taps(o)`` are the input positions that output
position ``o`` reads, padding included: below 0, or behind the axis. They repeat: position ``o + period`` reads what
position ``o`` reads, ``shift`` further on. ``centre()`` is where position 0 has the middle of its taps, doubled and as
a fraction; all positions before and behind have it at equal steps of ``shift / period``.
"""

from __future__ import annotations

from math import gcd
from typing import Any

from archcalc.dims import ceil_div, volume


class Reading:
    """Two readings are equal if they say the same of the same axis."""

    __slots__: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        return (type(self), *[getattr(self, name) for name in self.__slots__])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reading) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={getattr(self, name)}" for name in self.__slots__)
        return f"{type(self).__name__}({said})"


class Whole(Reading):
    """Each position reads the whole axis. ``channels``: it is the axis of channels that weights are multiplied with."""

    __slots__ = ("channels",)

    def __init__(self, channels: bool = False) -> None:
        self.channels = channels


WHOLE, EVERY_CHANNEL = Whole(), Whole(channels=True)


class Past(Reading):
    """Position ``o`` reads all up to ``o + after``: a causal mask, a recurrent layer."""

    __slots__ = ("axis", "after")

    def __init__(self, axis: int, after: Any = 0) -> None:
        self.axis, self.after = axis, after


class At(Reading):
    """Every position reads ``index``: of an axis that is dropped, or of one position that stretches."""

    __slots__ = ("index",)

    def __init__(self, index: Any = 0) -> None:
        self.index = index


class Mixed(Reading):
    """The axis is spread over ``axes`` of the output in another order, or which positions are read is not known."""

    __slots__ = ("axes",)

    def __init__(self, *axes: int) -> None:
        self.axes = axes


class Slide(Reading):
    """Position ``o`` reads ``o * stride - before + k * dilation`` for each k below ``kernel``.

    ``edge`` is what stands outside the axis: constant, reflect, replicate or circular.
    """

    __slots__ = ("axis", "kernel", "stride", "dilation", "before", "edge")
    period = 1

    def __init__(
        self, axis: int, kernel: Any = 1, stride: Any = 1, dilation: Any = 1, before: Any = 0, edge: str = "constant"
    ) -> None:
        self.axis, self.kernel, self.stride, self.dilation, self.before = axis, kernel, stride, dilation, before
        self.edge = edge

    @property
    def shift(self) -> int:
        return int(self.stride)

    def taps(self, position: int) -> range:
        first = position * self.stride - self.before
        return range(first, first + (self.kernel - 1) * self.dilation + 1, self.dilation)

    def centre(self) -> tuple[int, int]:
        return (self.kernel - 1) * self.dilation - 2 * self.before, 1


class Piece(Slide):
    """``Slide`` for one of several inputs that stand behind each other along the axis, from position ``before`` on."""

    __slots__ = ()

    def __init__(self, axis: int, before: Any) -> None:
        super().__init__(axis, before=before)

    @property
    def key(self) -> tuple[Any, ...]:
        return Piece, self.axis, self.before


class Spread(Reading):
    """Input position ``i`` is added to ``i * stride - before + k * dilation``: the reverse of ``Slide``."""

    __slots__ = ("axis", "kernel", "stride", "dilation", "before")
    shift = 1

    def __init__(self, axis: int, kernel: Any, stride: Any, dilation: Any, before: Any) -> None:
        self.axis, self.kernel, self.stride, self.dilation, self.before = axis, kernel, stride, dilation, before

    @property
    def period(self) -> int:
        return int(self.stride)

    def taps(self, position: int) -> range:
        common = gcd(self.stride, self.dilation)
        place, rest = divmod(position + self.before, common)
        if rest:
            return range(0)
        # the least k with place = k * dilation, both divided by what they share, up to a multiple of the stride
        stride, dilation = self.stride // common, self.dilation // common
        least = place * pow(dilation, -1, stride) % stride
        if least >= self.kernel:
            return range(0)
        last = (place - least * dilation) // stride
        return range(last - (self.kernel - 1 - least) // stride * dilation, last + 1, dilation)

    def centre(self) -> tuple[int, int]:
        return 2 * self.before - (self.kernel - 1) * self.dilation, self.stride


class Pooled(Reading):
    """``outputs`` windows that together cover ``size`` positions: from ``o * size / outputs``, rounded outwards."""

    __slots__ = ("axis", "size", "outputs")

    def __init__(self, axis: int, size: Any, outputs: Any) -> None:
        self.axis, self.size, self.outputs = axis, size, outputs

    @property
    def period(self) -> int:
        return int(self.outputs) // gcd(self.size, self.outputs)

    @property
    def shift(self) -> int:
        return int(self.size) // gcd(self.size, self.outputs)

    def taps(self, position: int) -> range:
        return range(position * self.size // self.outputs, ceil_div((position + 1) * self.size, self.outputs))

    def centre(self) -> tuple[int, int]:
        return self.size - self.outputs, self.outputs


class Resampled(Reading):
    """Position ``o`` lies at ``o * shift / period``, with ``half`` in pixels that are areas and not points.

    ``neighbours`` are those that it is interpolated between: 1 (the position itself), 2 or 4.
    """

    __slots__ = ("axis", "shift", "period", "neighbours", "half")

    def __init__(self, axis: int, shift: int, period: int, neighbours: int = 1, half: bool = True) -> None:
        common = gcd(shift, period)
        self.axis, self.shift, self.period = axis, shift // common, period // common
        self.neighbours, self.half = neighbours, half

    def taps(self, position: int) -> range:
        if self.neighbours == 1:
            below = position * self.shift // self.period
            return range(below, below + 1)
        # the place is place / (2 * period)
        place = 2 * position * self.shift + (self.shift - self.period if self.half else 0)
        below, rest = divmod(place, 2 * self.period)
        reach = self.neighbours // 2 if rest else 0  # exactly at a position the others have the weight 0
        return range(below - max(reach - 1, 0), below + reach + 1)

    def centre(self) -> tuple[int, int]:
        return (self.shift - self.period if self.half else 0), self.period


Axes = list[Reading]
"""A reading for each axis of one input."""


def passing(x: Any, changed: dict[int, Reading] | None = None) -> Axes:
    """Each position of each axis is passed on; but for the axes in ``changed``."""
    found = changed or {}
    return [found.get(axis) or Slide(axis) for axis in range(len(x))]


def leading(x: Any, *last: Reading) -> Axes:
    """Each position is passed on, but for the last axes."""
    return [*map(Slide, range(len(x) - len(last))), *last]


def stretching(x: Any, y: Any) -> Axes:
    """The axes of ``x`` as those of ``y``, compared from the last; an axis of 1 may stretch."""
    lead = len(y) - len(x)
    return [At() if size == 1 and y[lead + axis] != 1 else Slide(lead + axis) for axis, size in enumerate(x)]


def regrouped(x: Any, y: Any) -> Axes:
    """The same elements in another shape: which axes stay, and which become others together.

    An axis of 1 stays where it may. Groups of axes are as small as their sizes allow.
    """
    found: Axes = [At() for _ in x]
    if volume(x) == 0:
        return [Mixed(*range(len(y))) for _ in x]
    ours, theirs = ([axis for axis, size in enumerate(shape) if size != 1] for shape in (x, y))
    while ours:
        one, other = [ours.pop(0)], [theirs.pop(0)]
        mine, its = x[one[0]], y[other[0]]
        while mine != its:
            if mine < its:
                one.append(ours.pop(0))
                mine *= x[one[-1]]
            else:
                other.append(theirs.pop(0))
                its *= y[other[-1]]
        for axis in one:
            found[axis] = Slide(other[0]) if len(one) == len(other) == 1 else Mixed(*other)
    return found
