"""Many variants of a spec, a row each: the options of Python and of the command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from archcalc.building.load import Shared
from archcalc.request import Request
from archcalc.sweep.extras import need

if TYPE_CHECKING:
    from archcalc.sweep.joining import Joined
    from archcalc.sweep.rows import Rows


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
) -> Rows:
    """The rows of what varies in a request. Raises SpecError."""
    need("numpy", "sweep", "sweep")
    from archcalc.sweep.grid import Grid, pairs, read_shard
    from archcalc.sweep.rows import Rows
    from archcalc.sweep.selection import read_selection
    from archcalc.sweep.sweep import Sweep
    from archcalc.sweep.varying import read_varying

    shared = Shared()
    request.shared = {(request.located().source, request.allow_import): shared}
    varying = read_varying(vary, request, shared)
    names = [one.name for one in varying]
    counted = bool(request.conventions) and request.conventions[0].name != "mac"
    selection = read_selection(names, columns=columns, where=where, pareto=pareto, sort=sort, counted=counted)
    part = None if shard is None else read_shard(shard)
    grid = Grid([one.axis for one in varying], together=pairs(together, names), samples=samples, seed=seed, shard=part)
    sweep = Sweep(request, varying, grid, selection.computed, shared)
    return Rows(sweep, selection, workers=workers, shard=part and f"{part[0]}/{part[1]}")


def joined(paths: Sequence[str], *, pareto: str | None = None, sort: str | None = None) -> Joined:
    """The rows of parts that were written apart. Raises SpecError."""
    need("numpy", "sweep", "sweep")
    from archcalc.sweep.joining import Joined

    return Joined(paths, pareto=pareto, sort=sort)
