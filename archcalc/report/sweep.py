"""The rows of a sweep as renderers read them: chunks of columns, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

Array = Any
"""A NumPy array."""

Found = TypeVar("Found")

SHARD, STATUS = "shard", "status"
"""The first column of a part, such as 3/16, and the last of every row."""

FITS = "fits"
"""The status of a variant that fits."""


class Chunk:
    """Variants one after the other. A column has an entry for each: ``values`` by the names that vary, ``figures`` by
    theirs (of those that fit), ``status`` (``fits``, or what is wrong and where).

    Columns of whole numbers are arrays, of 64 bits or of Python's numbers. ``start`` is the position of the first.
    """

    __slots__ = ("start", "values", "figures", "status", "fits")

    def __init__(
        self, start: int, values: dict[str, Array], figures: dict[str, Array], status: Array, fits: Array
    ) -> None:
        self.start, self.values, self.figures, self.status, self.fits = start, values, figures, status, fits

    def __len__(self) -> int:
        return len(self.fits)

    @property
    def plain(self) -> bool:
        """Whether there are rows, all of them fit, and all numbers are whole ones of 64 bits."""
        columns = (*self.values.values(), *self.figures.values())
        return len(self) > 0 and bool(self.fits.all()) and all(column.dtype != object for column in columns)

    def kept(self, which: Array) -> Chunk:
        """Some of the variants."""
        return Chunk(
            self.start,
            {name: column[which] for name, column in self.values.items()},
            {name: column[which] for name, column in self.figures.items()},
            self.status[which],
            self.fits[which],
        )

    def cells(self, figures: list[str]) -> list[list[Any]]:
        """The columns as Python's values: what varies, these figures (None of what does not fit), the status."""
        shown = [self.figures[name].tolist() for name in figures]
        for place in (~self.fits).nonzero()[0].tolist():
            for column in shown:
                column[place] = None
        return [*(column.tolist() for column in self.values.values()), *shown, self.status.tolist()]


class Count(NamedTuple):
    """How many variants were computed, how many of them fit, and how many rows they gave."""

    variants: int = 0
    fits: int = 0
    rows: int = 0


class Rule(NamedTuple):
    """A limit of a column that rows were kept by, and its words."""

    name: str
    amount: float
    text: str


class Drawn(NamedTuple):
    """Rows for a picture: those that fit, the places of the ``front`` in ``aims``, the limits that kept them.

    ``aims``: whether a column should be large. ``shown``: the rows of the table beside it, in their order.
    """

    spec: str
    varying: list[str]
    figures: list[str]
    rows: Chunk
    front: list[int]
    aims: dict[str, bool]
    rules: list[Rule]
    counts: Count
    shown: Chunk


if TYPE_CHECKING:
    from typing import Protocol

    class Rows(Protocol):
        """The rows of a sweep: ``names`` of the columns, of which ``varying`` come first and ``figures`` then.

        ``kinds``: whether what varies is int, float or str. ``aims``: of a Pareto front, the columns and whether they
        should be large. ``count`` is of the rows read so far. ``begun``: whether some are written, and these go on.
        ``parts``: how many files they come from, 0 if they are computed.
        """

        names: list[str]
        varying: list[str]
        figures: list[str]
        kinds: dict[str, type]
        aims: list[tuple[str, bool]]
        count: Count
        begun: bool
        parts: int

        def each(self, make: Callable[[Chunk], Found]) -> Iterator[Found]:
            """What is made of each chunk, in order. ``make`` may run in other processes: it can be pickled."""
