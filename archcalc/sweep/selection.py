"""Which rows are asked for, with which columns, in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy

from archcalc.errors import Diagnostic, SpecError, option, unknown
from archcalc.report.figures import KNOWN
from archcalc.report.sweep import Array, Chunk
from archcalc.sweep.figures import DEFAULT, known_figures
from archcalc.sweep.pareto import Aim, on_front
from archcalc.sweep.where import Condition, column, holding, read_conditions

MOST_SORTED = 20_000_000
"""Rows that are kept to be sorted."""


class Selection(NamedTuple):
    """Of all variants those that meet the ``conditions``; of these the front of ``aims``, if there are some; in the
    order of ``sort``. ``figures`` are the columns after what varies; ``computed`` are those and others that decide.
    """

    figures: list[str]
    conditions: list[Condition]
    aims: list[Aim]
    sort: Aim | None
    computed: list[str]

    @property
    def streams(self) -> bool:
        """Whether rows can be written as they come."""
        return not self.aims and self.sort is None

    def kept(self, chunk: Chunk) -> Chunk:
        """The rows of a chunk that may be asked for, whatever the others are."""
        if self.conditions:
            chunk = chunk.kept(holding(chunk, self.conditions))
        return self.front(chunk) if self.aims else chunk

    def front(self, chunk: Chunk) -> Chunk:
        """Those of some rows that none of them beats."""
        chunk = chunk.kept(chunk.fits)
        return chunk.kept(on_front([column(chunk, aim.name) for aim in self.aims], self.aims)) if len(chunk) else chunk

    def gathered(self, chunks: Iterable[Chunk]) -> Chunk | None:
        """All rows as one chunk, in order; None of none. Raises SpecError for more than can be kept."""
        found: list[Chunk] = []
        rows = 0
        for chunk in chunks:
            found.append(chunk)
            rows += len(chunk)
            if self.aims and rows > 2 * len(found[0]) + 4_096:
                found = [self.front(together(found))]
                rows = len(found[0])
            if rows > MOST_SORTED:
                message = f"{option('sort')} keeps {MOST_SORTED:,} rows at most, and there are more"
                raise SpecError(Diagnostic(message, help=f"{option('where')} leaves rows out"))
        if not found:
            return None
        whole = self.front(together(found)) if self.aims else together(found)
        return whole if self.sort is None else whole.kept(ordered(whole, self.sort))


def together(chunks: Sequence[Chunk]) -> Chunk:
    """Chunks as one."""
    first = chunks[0]
    return Chunk(
        first.start,
        {name: numpy.concatenate([chunk.values[name] for chunk in chunks]) for name in first.values},
        {name: numpy.concatenate([chunk.figures[name] for chunk in chunks]) for name in first.figures},
        numpy.concatenate([chunk.status for chunk in chunks]),
        numpy.concatenate([chunk.fits for chunk in chunks]),
    )


def ordered(chunk: Chunk, by: Aim) -> Array:
    """The order of the rows: those that do not fit last, and equal ones as they were."""
    keys = column(chunk, by.name)
    if keys.dtype == object:
        keys = numpy.array(keys.tolist(), object)
    fitting, others = numpy.flatnonzero(chunk.fits), numpy.flatnonzero(~chunk.fits)
    ranks = numpy.unique(keys[fitting], return_inverse=True)[1].reshape(-1)
    return numpy.concatenate([fitting[numpy.argsort(-ranks if by.large else ranks, kind="stable")], others])


def read_selection(
    varying: Collection[str],
    *,
    columns: str | None = None,
    where: Iterable[str] = (),
    pareto: str | None = None,
    sort: str | None = None,
    counted: bool = False,
) -> Selection:
    """The selection that options ask for. ``counted``: operations are counted in another way than as multiply-adds.

    Raises SpecError.
    """
    for option_name, text in (("columns", columns), ("pareto", pareto), ("sort", sort)):
        if text is not None and not all(map(str.strip, text.split(","))):
            raise SpecError(Diagnostic(f"{option(option_name)} takes names of columns, not '{text}'"))
    asked = [name.strip() for name in columns.split(",")] if columns else []
    default = [*DEFAULT, *(["ops"] if counted else [])]
    chosen = [name for name in asked if not name.startswith("+")] or default
    figures = known_figures([*chosen, *(name[1:] for name in asked if name.startswith("+"))])
    conditions = read_conditions(where, KNOWN, varying)
    aims = [aim("pareto", name, varying) for name in pareto.split(",")] if pareto else []
    by = aim("sort", sort, varying) if sort else None
    deciding = [name for one in conditions for name in (one.name, one.column) if name is not None]
    deciding += [one.name for one in [*aims, *([by] if by else [])]]
    computed = [*figures, *(name for name in deciding if name not in varying)]
    return Selection(figures, conditions, aims, by, [*dict.fromkeys(computed)])


def hold_numbers(asked: str, names: Iterable[str], kinds: Mapping[str, type]) -> None:
    """Raise SpecError for a name whose values are texts, of which none is the smaller. ``kinds``: of what varies."""
    for name in names:
        if kinds.get(name) is str:
            message = f"{option(asked)} {name}: '{name}' has values that are no numbers, and none of them is better"
            raise SpecError(Diagnostic(message, help=f"{option('where')} '{name} == ...' keeps one of them"))


def aim(asked: str, text: str, varying: Collection[str]) -> Aim:
    """A column. For ``pareto`` small is better, ``sort`` puts the largest first; - before the name turns it round."""
    name = text.strip()
    minus = name.startswith("-")
    name = name.removeprefix("-")
    if name not in KNOWN and name not in varying:
        known = [*varying, *KNOWN]
        message = f"{option(asked)} {text.strip()}: no column '{name}'"
        raise SpecError(unknown(message, name, known, otherwise=f"the columns are {', '.join(known)}"))
    return Aim(name, minus != (asked == "sort"))
