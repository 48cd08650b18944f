"""The Pareto front: the variants that no other beats. It is exact, and kept while the grid streams by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy

from archcalc.report.sweep import Array


class Aim(NamedTuple):
    """A column that should be small, or large."""

    name: str
    large: bool


def on_front(columns: Sequence[Array], aims: Sequence[Aim]) -> Array:
    """Which rows no other row beats, as good in all columns and better in one. Equal rows do not beat one another."""
    ranks = numpy.stack([ranked(column, aim.large) for column, aim in zip(columns, aims, strict=True)], axis=1)
    different, which = numpy.unique(ranks, axis=0, return_inverse=True)  # sorted by the first column, then the second
    best = of_two(different) if len(aims) == 2 else of_many(different)
    return best[which.reshape(-1)]


def ranked(column: Array, large: bool) -> Array:
    """Numbers from 0 in the order of the values, the best first: exact for numbers of any size."""
    ranks = numpy.unique(column, return_inverse=True)[1].reshape(-1)
    return -ranks if large else ranks


def of_two(rows: Array) -> Array:
    """Of different rows in order: those whose second column is below that of all before."""
    second = rows[:, 1]
    best = numpy.ones(len(rows), bool)
    best[1:] = second[1:] < numpy.minimum.accumulate(second)[:-1]
    return best


def of_many(rows: Array) -> Array:
    """Of different rows in order: none is beaten by one that comes after it."""
    best = numpy.zeros(len(rows), bool)
    left = numpy.arange(len(rows))
    while len(left):
        best[left[0]] = True
        left = left[(rows[left] < rows[left[0]]).any(axis=1)]
    return best
