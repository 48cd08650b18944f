"""Every variant computed: the best of those that keep all limits, and, where none does, how far they are from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import numpy

from archcalc.report.sweep import Array, Chunk
from archcalc.sweep.fit.goal import LARGEST, MAX, NEAREST, OF_FLOPS, TRAIN_FLOPS, Goal, Limit, double, numeric
from archcalc.sweep.pareto import Aim, on_front
from archcalc.sweep.pool import each
from archcalc.sweep.selection import together
from archcalc.sweep.sweep import Sweep
from archcalc.sweep.where import holding

ROUNDING = 1e-9
"""Doubles that are no further apart are compared exactly."""


MOST_FRONT = 100_000
"""Rows of a front that are kept, and those of the chunk that comes to them."""


class Found(NamedTuple):
    """A variant: its rank, the less the better, its position in the grid, and its row as a chunk of one."""

    rank: tuple[Any, ...]
    position: int
    row: Chunk


class Asked(NamedTuple):
    """What is asked of a sweep."""

    limits: list[Limit]
    goal: Goal
    front: bool


class Walked(NamedTuple):
    """What is known of some variants: how many they are, fit together, and keep all limits (``kept``).

    ``misfit`` is the first that does not fit; ``best`` of those that keep the limits. ``front``: those that no other
    beats. Where none keeps them, ``nearest`` is the one whose largest miss is the least, and ``least`` are, for each
    limit, the one that misses it least. ``crowded``: the front was too large to be kept.
    """

    variants: int
    fits: int
    kept: int
    best: Found | None = None
    misfit: Chunk | None = None
    front: Chunk | None = None
    nearest: Found | None = None
    least: Sequence[Found | None] = ()
    crowded: bool = False


def walk(sweep: Sweep, asked: Asked, workers: int, watch: Callable[[int, int], None]) -> Walked:
    """Compute every variant of a sweep."""
    found = Walked(0, 0, 0, least=[None] * len(asked.limits))
    for part in each(sweep, Looking(asked), 0, sweep.grid.size, workers):
        found = joined(found, part, asked)
        watch(found.variants, sweep.grid.size)
    return found


class Looking:
    """What a process looks for in the variants between two positions."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def __call__(self, sweep: Sweep, start: int, stop: int) -> Walked:
        return looked(sweep.chunk(start, stop), self.asked)


def looked(chunk: Chunk, asked: Asked) -> Walked:
    """What is known of the variants of a chunk."""
    fits, limits = chunk.fits, asked.limits
    figures = Chunk(chunk.start, {}, chunk.figures, chunk.status, fits)
    keeps = holding(figures, [limit.condition for limit in limits])
    keeps[keeps] = asked.goal.numeric(chunk.kept(keeps))
    kept, misfits = numpy.flatnonzero(keeps), numpy.flatnonzero(~fits)
    misfit = None if not len(misfits) else chunk.kept(misfits[:1])
    found = Walked(len(chunk), int(fits.sum()), len(kept), misfit=misfit, least=[None] * len(limits))
    if not len(kept):
        return missing(chunk, asked, found)
    rows = chunk.kept(kept)
    best = best_of(rows, kept + chunk.start, asked.goal)
    return found._replace(best=best, front=front_of(rows, asked) if asked.front else None)


def best_of(rows: Chunk, positions: Array, goal: Goal) -> Found:
    """The first of the best."""
    deciding = [rows.figures[name] for name in OF_FLOPS] if goal.name == TRAIN_FLOPS else [goal.column(rows)]
    places = candidates(deciding, partial(badness, rows, goal))
    rank, place = min((goal.rank(goal.value(rows, place)), place) for place in places)
    return Found(rank, int(positions[place]), rows.kept(numpy.array([place])))


def badness(rows: Chunk, goal: Goal) -> tuple[Array, float]:
    """The rank of each row as a double, and how large the numbers are that it was computed from."""
    values, target = goal.doubles(rows), double(goal.target)
    doubles = abs(values - target) if goal.kind == NEAREST else -values if goal.kind == LARGEST else values
    return doubles, abs(values).max() + target


def candidates(columns: Sequence[Array], doubles: Callable[[], tuple[Array, float]]) -> list[int]:
    """The places that may have the least double if it were exact: the first of each that are equal in some columns."""
    if any(column.dtype == object for column in columns):
        return [*range(len(columns[0]))]
    found, size = doubles()
    near = numpy.flatnonzero(found <= found.min() + ROUNDING * size)
    _, first = numpy.unique(numpy.stack([column[near] for column in columns], axis=1), axis=0, return_index=True)
    places: list[int] = near[numpy.sort(first)].tolist()
    return places


def front_of(rows: Chunk, asked: Asked) -> Chunk:
    """The rows that no other beats: in the goal, and in each limited figure as far as possible from its limit."""
    goal = asked.goal
    values = goal.column(rows)
    if goal.kind == NEAREST:
        values = numpy.array([goal.rank(goal.value(rows, place))[0] for place in range(len(rows))], object)
    columns, aims = [values], [Aim(goal.name, goal.kind == LARGEST)]
    for limit in asked.limits:
        if limit.figure != goal.name or goal.varies:
            columns.append(rows.figures[limit.figure])
            aims.append(Aim(limit.figure, limit.bound != MAX))
    return rows.kept(on_front(columns, aims))


def missing(chunk: Chunk, asked: Asked, found: Walked) -> Walked:
    """How far the variants that fit are from the limits that none of them keeps all of."""
    which = chunk.fits.copy()
    for limit in asked.limits:
        which[which] = numeric(chunk.figures[limit.figure][which])
    places = numpy.flatnonzero(which)
    if not len(places) or not asked.limits:
        return found
    rows, positions = chunk.kept(places), places + chunk.start
    least = [missed(rows, positions, [limit]) for limit in asked.limits]
    return found._replace(least=least, nearest=missed(rows, positions, asked.limits))


def missed(rows: Chunk, positions: Array, limits: Sequence[Limit]) -> Found:
    """The first of those that miss some limits least, by its largest miss."""
    places = candidates([rows.figures[limit.figure] for limit in limits], partial(misses, rows, limits))
    rank, place = min((miss_of(rows, place, limits), place) for place in places)
    return Found((rank,), int(positions[place]), rows.kept(numpy.array([place])))


def misses(rows: Chunk, limits: Sequence[Limit]) -> tuple[Array, float]:
    """The largest miss of each row as a double, and how large the shares are that it was computed from."""
    found = []
    for limit in limits:
        beyond = rows.figures[limit.figure].astype(float) - double(limit.amount)
        found.append((beyond if limit.bound == MAX else -beyond) / (double(limit.amount) or 1.0))
    return numpy.max(numpy.stack(found), axis=0), max(abs(one).max() for one in found) + 1


def miss_of(rows: Chunk, place: int, limits: Sequence[Limit]) -> Fraction:
    """The largest share of a limit by which one variant is beyond it."""
    return max(limit.missed(rows.figures[limit.figure][place]) for limit in limits)


def joined(one: Walked, other: Walked, asked: Asked) -> Walked:
    """What is known of two parts of a grid, the first before the second."""
    front = [chunk for chunk in (one.front, other.front) if chunk is not None]
    crowded = one.crowded or other.crowded or sum(map(len, front)) > MOST_FRONT
    if crowded:
        front = []
    return Walked(
        one.variants + other.variants,
        one.fits + other.fits,
        one.kept + other.kept,
        better(one.best, other.best),
        one.misfit or other.misfit,
        front_of(together(front), asked) if len(front) == 2 else front[0] if front else None,
        better(one.nearest, other.nearest),
        [*map(better, one.least, other.least)],
        crowded,
    )


def better(one: Found | None, other: Found | None) -> Found | None:
    """The better of two, the first of two that are equal."""
    if one is None or other is None:
        return one or other
    return other if other.rank < one.rank else one
