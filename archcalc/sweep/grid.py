"""Which variants: the values of each name, their product or their pairs, some of it drawn, or a part of it.

A grid is never built: a position in it says what the values are, and so a grid of 10^18 variants takes no memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import NamedTuple

import numpy

from archcalc.errors import Diagnostic, SpecError, option, unknown
from archcalc.report.sweep import Array
from archcalc.sweep.shuffle import Shuffle
from archcalc.sweep.values import LARGEST, MOST_LISTED, Values


class Axis(NamedTuple):
    """A name that varies, and its values."""

    name: str
    values: Values


class Grid:
    """Every combination of the values of some axes, the last of them running fastest.

    ``together``: names whose values go in pairs, each the first with the first. They vary where the first of them
    stands. ``samples``: so many variants drawn from all, each at most once, by ``seed``. ``shard``: (k, n), the k-th of
    n parts, from 1. Raises SpecError.
    """

    def __init__(
        self,
        axes: Sequence[Axis],
        *,
        together: Sequence[Sequence[str]] = (),
        samples: int | None = None,
        seed: int = 0,
        shard: tuple[int, int] | None = None,
    ) -> None:
        self.axes = list(axes)
        self.dimensions = paired(self.axes, together)
        self.sizes = [dimension[0].values.size() for dimension in self.dimensions]
        self.whole = prod(self.sizes)
        drawn = samples is not None and samples < self.whole
        self.shuffle = Shuffle(self.whole, seed) if drawn else None
        total = samples if samples is not None and drawn else self.whole
        number, parts = shard or (1, 1)
        self.start, self.stop = total * (number - 1) // parts, total * number // parts

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def size(self) -> int:
        """How many variants there are, in this part of it."""
        return self.stop - self.start

    def indexes(self, start: int, stop: int) -> dict[str, Array]:
        """The index of the value of each name, for the variants from ``start`` up to ``stop``, counted in this part."""
        places = numpy.arange(stop - start)
        places = (
            places + (self.start + start) if self.start + stop < LARGEST else places.astype(object) + self.start + start
        )
        if self.shuffle is not None:
            places = self.shuffle.at(places)
        if self.whole >= LARGEST:
            places = places.astype(object)
        found: dict[str, Array] = {}
        for dimension, size in zip(reversed(self.dimensions), reversed(self.sizes), strict=True):
            here = (places % size).astype(numpy.int64) if size < LARGEST else places % size
            places = places // size
            found.update({axis.name: here for axis in dimension})
        return {axis.name: found[axis.name] for axis in self.axes}

    def position(self, indexes: dict[str, int]) -> int:
        """Where the variant with these values stands, counted in this part: what ``indexes`` turns round."""
        place = 0
        for dimension, size in zip(self.dimensions, self.sizes, strict=True):
            place = place * size + indexes[dimension[0].name]
        return (place if self.shuffle is None else self.shuffle.place(place)) - self.start


def held_apart(axes: list[Axis]) -> None:
    """Raise SpecError for names that go in pairs of which two are equal."""
    if not all(axis.values.repeats for axis in axes):
        return
    size = axes[0].values.size()
    if (
        size > MOST_LISTED
        or len({tuple([str(axis.values.one(index)) for axis in axes]) for index in range(size)}) < size
    ):
        names = ",".join(axis.name for axis in axes)
        raise SpecError(Diagnostic(f"{option('zip')} {names}: the same values go together twice"))


def paired(axes: list[Axis], together: Sequence[Sequence[str]]) -> list[list[Axis]]:
    """The axes, those that go together as one. Raises SpecError."""
    by_name = {axis.name: axis for axis in axes}
    partner: dict[str, Sequence[str]] = {}
    for names in together:
        sizes = {name: by_name[name].values.size() for name in names}
        if len({*sizes.values()}) > 1:
            counts = ", ".join(f"{name} has {size:,} values" for name, size in sizes.items())
            raise SpecError(Diagnostic(f"what is zipped has equally many values: {counts}"))
        partner.update(dict.fromkeys(names, names))
        held_apart([by_name[name] for name in names])
    for axis in axes:
        if axis.name not in partner and axis.values.repeats:
            raise SpecError(Diagnostic(f"{option('vary')} {axis.name}: a value is listed twice"))
    return [
        [by_name[name] for name in partner.get(axis.name, [axis.name])]
        for axis in axes
        if partner.get(axis.name, [axis.name])[0] == axis.name
    ]


def pairs(texts: Iterable[str], names: Sequence[str]) -> list[list[str]]:
    """The names that go together, of texts with commas between them. Raises SpecError."""
    found: list[list[str]] = []
    for text in texts:
        together = [name.strip() for name in text.split(",")]
        for name in together:
            if name not in names:
                message = f"{option('zip')} {text}: '{name}' does not vary"
                raise SpecError(unknown(message, name, names, otherwise=f"what varies is {', '.join(names)}"))
            if any(name in other for other in found) or together.count(name) > 1:
                raise SpecError(Diagnostic(f"{option('zip')} {text}: '{name}' is zipped twice"))
        found.append(together)
    return found


def read_shard(text: str) -> tuple[int, int]:
    """``3/16`` as its two numbers. Raises SpecError."""
    number, _, parts = text.partition("/")
    if number.isascii() and number.isdigit() and parts.isascii() and parts.isdigit() and len(text) < 30:
        found = int(number), int(parts)
        if 1 <= found[0] <= found[1]:
            return found
    raise SpecError(Diagnostic(f"{option('shard')} takes K/N, the K-th of N parts, not '{text}'", help="such as 3/16"))
