"""The least time that a network takes on a device.

A multiply-add is two operations. A layer takes at least ``2 x multiply-adds / peak`` and at least ``bytes /
bandwidth``: the longer of the two binds it. A network takes at least the sum over its layers, which run one after the
other. No kernel reaches both rates, and what a layer computes beside multiply-adds is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from archcalc.costs.moved import Moved, Moves

COMPUTE, MEMORY = "compute", "memory"


class Rates(NamedTuple):
    """Operations and bytes a second, at most."""

    peak: Fraction
    bandwidth: Fraction

    @property
    def balance(self) -> Fraction:
        """Operations a byte at which both bind."""
        return self.peak / self.bandwidth

    def bound(self, moves: Moves) -> str | None:
        """What binds a layer; None for one that neither computes nor moves."""
        if not (moves.macs or moves.bytes):
            return None
        return COMPUTE if 2 * moves.macs * self.bandwidth >= moves.bytes * self.peak else MEMORY

    def seconds(self, moves: Moves) -> Fraction:
        """The least time of a layer."""
        return max(2 * moves.macs / self.peak, moves.bytes / self.bandwidth)


class Bound(NamedTuple):
    """The least time of a network: operations of the layers that computation binds, bytes of those that memory does.

    ``compute_bound`` and ``memory_bound`` count these layers.
    """

    rates: Rates
    operations: int
    bytes: int
    compute_bound: int
    memory_bound: int

    @property
    def computing(self) -> Fraction:
        return self.operations / self.rates.peak

    @property
    def moving(self) -> Fraction:
        return self.bytes / self.rates.bandwidth

    @property
    def seconds(self) -> Fraction:
        return self.computing + self.moving

    @property
    def nanoseconds(self) -> int:
        """Whole ones, rounded up."""
        return -(-self.seconds * 10**9 // 1)


def bound_of(moved: Moved, rates: Rates) -> Bound:
    """The least time of what a network moves and computes."""
    return bound_in_all(((moves, times) for _, _, moves, times in moved.counted()), rates)


def bound_in_all(counted: Iterable[tuple[Moves, int]], rates: Rates) -> Bound:
    """The least time of layers that run one after the other, each so many times."""
    operations, size, layers = 0, 0, {COMPUTE: 0, MEMORY: 0}
    for moves, times in counted:
        bound = rates.bound(moves)
        if bound is not None:
            layers[bound] += times
        operations += 2 * moves.macs * times if bound == COMPUTE else 0
        size += moves.bytes * times if bound == MEMORY else 0
    return Bound(rates, operations, size, layers[COMPUTE], layers[MEMORY])
