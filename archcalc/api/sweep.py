"""Many variants of a spec, a row each: the options of Python and of the command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from archcalc.api.arguments import asked
from archcalc.api.spec import Spec, expression
from archcalc.building.load import Shared
from archcalc.errors import Diagnostic, SpecError
from archcalc.request import Request, SpecLike
from archcalc.sweep.extras import need

if TYPE_CHECKING:
    from archcalc.report.sweep import Chunk, Drawn
    from archcalc.sweep.joining import Joined
    from archcalc.sweep.rows import Rows

Vary = Mapping[str, Any] | Iterable[str]


def sweep(
    spec: SpecLike | Spec,
    vary: Vary,
    *,
    zip: Iterable[str] = (),
    samples: int | None = None,
    seed: int = 0,
    shard: str | None = None,
    where: str | Iterable[str] = (),
    pareto: str | None = None,
    sort: str | None = None,
    columns: str | Sequence[str] | None = None,
    workers: int | None = None,
    dask: str | None = None,
    **options: Any,
) -> Swept:
    """Many variants of a spec, a row each, computed as they are read.

    ``vary`` has the values of each name, in the order of the columns: a range, a list, or a text such as
    ``"16..128:8"``; or it is texts, ``["width=16..128:8"]``. A name is a variable, an entry of a list (``dims[2]``), an
    axis of the input (``H``), ``variant`` or ``dtype``. ``zip`` names those that go in pairs: ``["width,depth"]``.
    ``columns`` are the figures, ``+name`` beside the default ones. ``where``, ``pareto`` and ``sort`` choose rows as
    the command does. ``dask`` is the address of a scheduler, whose workers then compute. ``options`` are those of
    ``report``. It needs NumPy. Raises SpecError.

    >>> for row in sweep("resnet50", {"width": [32, 64]}, columns="params"):
    ...     print(row)
    {'width': 32, 'params': 12381864, 'status': 'fits'}
    {'width': 64, 'params': 25557032, 'status': 'fits'}
    """
    rows = swept(
        asked(spec, **options),
        vary=written(vary),
        together=[zip] if isinstance(zip, str) else zip,
        samples=samples,
        seed=seed,
        shard=shard,
        where=[where] if isinstance(where, str) else where,
        pareto=pareto,
        sort=sort,
        columns=columns if columns is None or isinstance(columns, str) else ",".join(columns),
        workers=workers,
        dask=dask,
    )
    return Swept(rows)


class Swept:
    """The rows of a sweep: each a dict of what varies, its figures (None if it does not fit) and ``status``.

    They are computed anew each time that they are read. ``len()`` is how many variants there are.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    @property
    def names(self) -> list[str]:
        """The columns."""
        return self._rows.names

    def __len__(self) -> int:
        return self._rows.total

    def __iter__(self) -> Iterator[dict[str, int | float | str | None]]:
        rows = self._rows
        for chunk in self.chunks():
            for cells in zip(*chunk.cells(rows.figures), strict=True):
                yield dict(zip(rows.names, cells, strict=True))

    def chunks(self) -> Iterator[Chunk]:
        """The rows as columns of NumPy arrays, thousands of rows at a time."""
        self._rows.begin(0)
        return self._rows.each(itself)

    def to_dataframe(self) -> Any:
        """A pandas DataFrame with a row for each; needs pandas."""
        return import_module("pandas").DataFrame(self._columns(), columns=self.names)

    def to_polars(self) -> Any:
        """A polars DataFrame with a row for each; needs polars."""
        return import_module("polars").DataFrame(self._columns(), schema=self.names)

    def _columns(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {name: [] for name in self.names}
        for chunk in self.chunks():
            for name, column in zip(self.names, chunk.cells(self._rows.figures), strict=True):
                found[name] += column
        return found


def itself(chunk: Chunk) -> Chunk:
    return chunk


def written(vary: Vary) -> list[str]:
    """What varies as the command would be given it."""
    if isinstance(vary, str):
        return [vary]
    return [f"{name}={of_values(values)}" for name, values in vary.items()] if isinstance(vary, Mapping) else [*vary]


def of_values(values: Any) -> str:
    if isinstance(values, str):
        return values
    if isinstance(values, range) and len(values) > 1:
        return f"{values[0]}..{values[-1]}:{values.step}"
    items = values if isinstance(values, Iterable) else [values]
    return ",".join(expression(item.item() if hasattr(item, "item") else item) for item in items)


def swept(
    request: Request,
    *,
    vary: Iterable[str],
    together: Iterable[str] = (),
    samples: int | None = None,
    seed: int = 0,
    shard: str | None = None,
    where: Iterable[str] = (),
    pareto: str | None = None,
    sort: str | None = None,
    columns: str | None = None,
    workers: int | None = None,
    dask: str | None = None,
) -> Rows:
    """The rows of what varies in a request. Raises SpecError."""
    need("numpy", "sweep", "sweep")
    from archcalc.sweep.grid import Grid, pairs, read_shard
    from archcalc.sweep.rows import Rows
    from archcalc.sweep.selection import hold_numbers, read_selection
    from archcalc.sweep.sweep import Sweep
    from archcalc.sweep.varying import read_varying

    shared = Shared()
    varying = read_varying(vary, request, shared)
    names = [one.name for one in varying]
    counted = bool(request.conventions) and request.conventions[0].name != "mac"
    selection = read_selection(names, columns=columns, where=where, pareto=pareto, sort=sort, counted=counted)
    hold_numbers("pareto", [one.name for one in selection.aims], {one.name: one.axis.values.kind for one in varying})
    part = None if shard is None else read_shard(shard)
    grid = Grid([one.axis for one in varying], together=pairs(together, names), samples=samples, seed=seed, shard=part)
    sweep = Sweep(request, varying, grid, selection.computed, shared)
    return Rows(sweep, selection, workers=workers, dask=dask, shard=part and f"{part[0]}/{part[1]}")


def drawn(rows: Rows | Joined) -> Drawn:
    """Rows for a picture. Raises SpecError."""
    from archcalc.sweep.drawing import drawn as of_rows
    from archcalc.sweep.rows import Rows

    if not isinstance(rows, Rows):
        help = "sweep the spec itself; a picture is of what is computed"
        raise SpecError(Diagnostic("parts that are joined have no picture", help=help))
    return of_rows(rows)


def joined(paths: Sequence[str], *, pareto: str | None = None, sort: str | None = None) -> Joined:
    """The rows of parts that were written apart. Raises SpecError."""
    need("numpy", "sweep", "sweep")
    from archcalc.sweep.joining import Joined

    return Joined(paths, pareto=pareto, sort=sort)
