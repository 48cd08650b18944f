"""The rows of a sweep as they are asked for: which of them, in what order, computed by how many processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Generic, TypeVar

import numpy

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.report.sweep import SHARD, STATUS, Chunk, Count
from archcalc.sweep.pool import each, usual_workers
from archcalc.sweep.selection import Selection
from archcalc.sweep.sweep import Sweep

Found = TypeVar("Found")


class Rows:
    """The rows that a selection leaves of a sweep. ``count`` is of those that were read so far.

    ``shard`` is how a part is called. ``start`` is the position of the first variant that is still to be computed, and
    ``begun`` says whether rows before it are written. ``written`` variants are done with: what was made of them has
    been taken. ``watch`` is told how many are computed, and of how many.
    """

    def __init__(
        self,
        sweep: Sweep,
        selection: Selection,
        *,
        workers: int | None = None,
        dask: str | None = None,
        shard: str | None = None,
    ) -> None:
        self.sweep, self.selection, self.shard = sweep, selection, shard
        self.workers, self.dask = usual_workers() if workers is None else workers, dask
        self.watch: Callable[[int, int], None] | None = None
        self.start, self.written, self.count, self.begun = 0, 0, Count(), False
        self.figures = selection.figures
        self.aims = [(aim.name, aim.large) for aim in selection.aims]
        self.varying = [*([SHARD] if shard else []), *(one.name for one in sweep.varying)]
        self.kinds = {SHARD: str, **{one.name: one.axis.values.kind for one in sweep.varying}}
        self.parts = 0
        self.names = [*self.varying, *self.figures, STATUS]
        held_apart(self.varying, self.figures)

    def begin(self, start: int) -> None:
        """Leave out the variants before a position, whose rows are written."""
        self.start, self.written, self.count, self.begun = start, start, Count(start), True

    @property
    def total(self) -> int:
        """How many variants there are."""
        return self.sweep.grid.size

    def each(self, make: Callable[[Chunk], Found]) -> Iterator[Found]:
        """What is made of each chunk of rows, in order. ``make`` runs in other processes: it can be pickled."""
        selection = self.selection
        if selection.streams:
            for found in self.computed(Making(selection, self.shard, make)):
                yield found
                self.written = self.count.variants
            return
        whole = selection.gathered(self.computed(Making(selection, self.shard, itself)))
        if whole is not None and len(whole):
            self.count = self.count._replace(rows=len(whole))
            yield make(whole)
            self.written = self.total

    def computed(self, making: Making[Found]) -> Iterator[Found]:
        for found, (variants, fits, rows) in self.run(making):
            before = self.count
            self.count = Count(before.variants + variants, before.fits + fits, before.rows + rows)
            if self.watch is not None:
                self.watch(self.count.variants, self.total)
            yield found

    def run(self, making: Making[Found]) -> Iterator[tuple[Found, Count]]:
        """What is made of each chunk, by a cluster, by processes, or here."""
        if self.dask is None:
            return each(self.sweep, making, self.start, self.total, self.workers)
        from archcalc.sweep.cluster import on_cluster

        return on_cluster(self.sweep, making, self.start, self.total, self.dask)


def held_apart(varying: Sequence[str], figures: Collection[str]) -> None:
    """Raise SpecError for two columns of one name."""
    for place, name in enumerate(varying):
        if name in figures:
            message = f"'{name}' is a variable that varies and a figure: two columns have that name"
            raise SpecError(Diagnostic(message, help=f"{option('columns')} can do without the figure"))
        if name == STATUS or name in varying[:place]:
            raise SpecError(Diagnostic(f"'{name}' varies, and rows have a column of that name: give it another"))


def itself(chunk: Chunk) -> Chunk:
    return chunk


class Making(Generic[Found]):
    """What a process does with the variants between two positions."""

    def __init__(self, selection: Selection, shard: str | None, make: Callable[[Chunk], Found]) -> None:
        self.selection, self.shard, self.make = selection, shard, make

    def __call__(self, sweep: Sweep, start: int, stop: int) -> tuple[Found, Count]:
        chunk = sweep.chunk(start, stop)
        kept = self.selection.kept(chunk)
        if self.shard is not None:
            named = {SHARD: numpy.full(len(kept), self.shard, object), **kept.values}
            kept = Chunk(kept.start, named, kept.figures, kept.status, kept.fits)
        return self.make(kept), Count(len(chunk), int(chunk.fits.sum()), len(kept))
