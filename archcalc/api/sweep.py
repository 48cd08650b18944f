"""Many variants of a spec, a row each: the options of Python and of the command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from archcalc.building.load import Shared
from archcalc.request import Request
from archcalc.sweep.extras import need

if TYPE_CHECKING:
    from archcalc.sweep.rows import Rows


def swept(
    request: Request,
    *,
    vary: Iterable[str],
    together: Iterable[str] = (),
    samples: int | None = None,
    seed: int = 0,
    shard: tuple[int, int] | None = None,
    where: Iterable[str] = (),
    pareto: str | None = None,
    sort: str | None = None,
    columns: str | None = None,
    workers: int | None = None,
) -> Rows:
    """The rows of what varies in a request. Raises SpecError."""
    need("numpy", "sweep", "sweep")
    from archcalc.sweep.grid import Grid, pairs
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
    grid = Grid([one.axis for one in varying], together=pairs(together, names), samples=samples, seed=seed, shard=shard)
    sweep = Sweep(request, varying, grid, selection.computed, shared)
    return Rows(sweep, selection, workers=workers, shard=shard and f"{shard[0]}/{shard[1]}")
