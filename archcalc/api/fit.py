"""The variant that is the best within limits: the options of Python and of the command, and the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from archcalc.api.arguments import asked
from archcalc.api.spec import Spec
from archcalc.api.sweep import Vary, written
from archcalc.building.load import Shared
from archcalc.errors import Diagnostic, SpecError
from archcalc.request import Request, SpecLike
from archcalc.sweep.extras import need

if TYPE_CHECKING:
    from archcalc.report.documents import Fit


def fit(
    spec: SpecLike | Spec,
    vary: Vary,
    *,
    max: Mapping[str, str | int] | None = None,
    min: Mapping[str, str | int] | None = None,
    maximize: str | None = None,
    minimize: str | None = None,
    near: Mapping[str, str | int] | None = None,
    flops: str | float | None = None,
    tokens_per_param: str | float | None = None,
    zip: Iterable[str] = (),
    columns: str | Sequence[str] | None = None,
    write: str | None = None,
    workers: int | None = None,
    **options: Any,
) -> Fit:
    """The variant of a spec that is the best within limits, and how that is known (archcalc.fit/1).

    ``vary`` and ``zip`` are as ``sweep`` has them. ``max`` and ``min`` are limits, as ``{"params": "5M"}``. The best
    has the most of what ``max`` limits first, or what ``maximize``, ``minimize`` or ``near`` (``{"macs": "300M"}``)
    says; of equal ones it is the first. ``flops`` and ``tokens_per_param`` ask for the variant whose training on so
    many tokens takes the nearest number of FLOPs. ``write`` is the name of a variant that it becomes in its file.
    ``columns`` are figures to tell. ``options`` are those of ``report``. It needs NumPy. Raises SpecError.

    >>> found = fit("resnet50", {"width": "8..128:8"}, max={"params": "5M"})
    >>> found["answer"]["values"], found["answer"]["figures"]["params"]
    ({'width': 24}, 4182112)
    """
    if near is not None and len(near) != 1:
        raise SpecError(Diagnostic(f"near takes one figure, not {len(near)}", help='such as {"macs": "300M"}'))
    return fit_document(
        asked(spec, **options),
        vary=written(vary),
        together=[zip] if isinstance(zip, str) else zip,
        most=words_of(max or {}),
        least=words_of(min or {}),
        maximize=maximize,
        minimize=minimize,
        near=None if near is None else words_of(near)[0],
        flops=None if flops is None else plain_number(flops),
        tokens_per_param=None if tokens_per_param is None else plain_number(tokens_per_param),
        columns=columns if columns is None or isinstance(columns, str) else ",".join(columns),
        write=write,
        workers=workers,
    )


def plain_number(given: str | float) -> str:
    """A number as text that an amount is read from; Python's own sign of exponents is left out."""
    return str(given).replace("e+", "e")


def unwatched(done: int, total: int) -> None:
    """Nobody is told how far it is."""


def words_of(limits: Mapping[str, str | int]) -> list[str]:
    """Limits as the command would be given them."""
    return [f"{figure}={limit}" for figure, limit in limits.items()]


def fit_document(
    request: Request,
    *,
    vary: Iterable[str],
    together: Iterable[str] = (),
    most: Iterable[str] = (),
    least: Iterable[str] = (),
    maximize: str | None = None,
    minimize: str | None = None,
    near: str | None = None,
    flops: str | None = None,
    tokens_per_param: str | None = None,
    columns: str | None = None,
    write: str | None = None,
    workers: int | None = None,
    watch: Callable[[int, int], None] = unwatched,
) -> Fit:
    """The best variant of a request (archcalc.fit/1). Raises SpecError."""
    need("numpy", "fit", "sweep")
    from archcalc.sweep.fit.answer import Fit
    from archcalc.sweep.fit.goal import deciding, read_goal, read_limits
    from archcalc.sweep.fit.written import Writing
    from archcalc.sweep.grid import Grid, pairs
    from archcalc.sweep.pool import cores
    from archcalc.sweep.selection import hold_numbers, read_selection
    from archcalc.sweep.sweep import Sweep
    from archcalc.sweep.varying import read_varying

    shared = Shared()
    request.shared = {(request.located().source, request.allow_import): shared}
    limits = read_limits(most, least)
    varying = read_varying(vary, request, shared)
    names = [one.name for one in varying]
    goal = read_goal(
        limits, names, maximize=maximize, minimize=minimize, near=near, flops=flops, tokens_per_param=tokens_per_param
    )
    kinds = {one.name: one.axis.values.kind for one in varying}
    hold_numbers("maximize" if maximize is not None else "minimize", [goal.name] if goal.varies else [], kinds)
    figures = read_selection(names, columns=columns).figures
    needed = [*figures, *deciding(limits, goal)]
    grid = Grid([one.axis for one in varying], together=pairs(together, names))
    sweep = Sweep(request, varying, grid, needed, shared)
    writing = None if write is None else Writing(sweep, write)
    fit = Fit(sweep, limits, goal, figures)
    found = fit.answer(cores() if workers is None else workers, watch)
    answer = found["answer"]
    if writing is not None and answer is not None:
        writing.write(fit.indexes(answer["position"]), answer["figures"])
    return found
