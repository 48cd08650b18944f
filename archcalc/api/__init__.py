"""archcalc from Python: what the commands call, one function a stage.

network.py  load: a network as an object; spec.py: a spec that Python writes
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from archcalc.analysis.conventions import CONVENTIONS, find_convention
from archcalc.analysis.conventions.groups import GROUPS
from archcalc.analysis.conventions.rule import Convention
from archcalc.errors import Diagnostic, SpecError
from archcalc.report.model import build_report
from archcalc.spec.imports import MAX_LAYERS
from archcalc.spec.load import load_network
from archcalc.spec.source import Located, locate

if TYPE_CHECKING:
    from archcalc.budget.result import Result

ALL_CONVENTIONS = "all"
COMPARED = 0.6
"""Layers that a difference may have in all, of those that one network may have: each takes more memory there."""


def report(spec: str | Located, **options: Any) -> dict[str, Any]:
    """The report (archcalc.report/1) of a spec as plain data, with the options of ``sized``. Raises SpecError."""
    found = sized(spec, **options)
    found["layers"] = list(map(dict, found["layers"]))
    return found


def sized(
    spec: str | Located,
    *,
    variant: str | None = None,
    settings: dict[str, str] | None = None,
    inputs: dict[str | None, tuple[int, ...]] | None = None,
    batch: int = 1,
    dtype: str = "float32",
    count: str | None = None,
    max_layers: int = MAX_LAYERS,
    allow_import: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The report of a spec: a path, ``-`` or a shipped name, its layers made as they are read. Raises SpecError.

    ``count`` is the name of a convention or a file that states one; left out, the spec's own, else ``mac``.
    """
    network = load_network(
        locate(spec) if isinstance(spec, str) else spec,
        variant=variant,
        settings=settings,
        inputs=inputs,
        max_layers=max_layers,
        allow_import=allow_import,
    )
    convention = find_convention(*(network.convention or ("mac",))) if count is None else named_convention(count)
    return build_report(network, convention, batch=batch, dtype=dtype)


def counts(
    spec: str, *, count: str = ALL_CONVENTIONS, batch: int = 1, dtype: str = "float32", **options: Any
) -> dict[str, Any]:
    """A spec in several ways of counting (archcalc.counts/1), and what makes them differ. Raises SpecError.

    ``count`` is ``all`` or names of conventions with commas between them, at least two; files of one's own are among
    them by their path. ``options`` are those of ``sized``; no count hangs on ``dtype``.
    """
    from archcalc.report.counts import build_counts

    conventions = several_conventions(count)
    return build_counts(load_network(locate(spec), **options), conventions, batch=batch)


def named_convention(count: str) -> Convention:
    """The convention of that name, or the one that a file states. Raises SpecError."""
    if not count.endswith((".yaml", ".yml")):
        return find_convention(count)
    from archcalc.analysis.conventions.own import own_convention
    from archcalc.spec.convention import read_convention
    from archcalc.spec.source import read_file

    return own_convention(read_convention(read_file(count), CONVENTIONS, GROUPS), count)


def asks_several(count: str | None) -> bool:
    """Whether ``--count`` names more than one convention."""
    return count is not None and (count == ALL_CONVENTIONS or "," in count)


def several_conventions(count: str) -> list[Convention]:
    """The conventions that ``all`` or a list with commas names, each once. Raises SpecError."""
    if count == ALL_CONVENTIONS:
        return list(map(find_convention, CONVENTIONS))
    found: dict[str, Convention] = {}
    for name in count.split(","):
        convention = named_convention(name.strip())
        if convention.name in found:
            raise SpecError(Diagnostic(f"'{convention.name}' is asked for twice in '{count}'"))
        found[convention.name] = convention
    if len(found) < 2:
        raise SpecError(
            Diagnostic(f"'{count}' is one convention, and a difference needs two", help="such as ptflops,mac")
        )
    return list(found.values())


def diff(
    old: str, new: str, *, count: str | None = None, max_layers: int = MAX_LAYERS, **options: Any
) -> dict[str, Any]:
    """The difference (archcalc.diff/1) of two specs, with the options of ``sized`` for both, counted as ``new`` is.

    Raises SpecError with the errors of both, and where they have more layers than can be compared in a few seconds.
    """
    from archcalc.report.comparison import compare

    most = int(COMPARED * max_layers)
    reports, wrong = {}, []
    for spec in (new, old):
        try:
            reports[spec] = found = sized(spec, count=count, max_layers=max_layers, **options)
            count = count or found["convention"]
        except SpecError as error:
            wrong.append(error)
    if wrong:
        raise SpecError(*[diagnostic for error in reversed(wrong) for diagnostic in error.diagnostics])
    layers = sum(len(found["layers"]) for found in reports.values())
    if layers > most:
        message = f"diff compares at most {most:,} layers in all, these are {layers:,}"
        help = f"--max-layers N allows {COMPARED:.0%} of N; 'archcalc show OLD NEW' has the totals of any"
        raise SpecError(Diagnostic(message, help=help))
    return compare(reports[old], reports[new])


def formula(
    spec: str,
    *,
    vars: Sequence[str],
    variant: str | None = None,
    settings: dict[str, str] | None = None,
    inputs: dict[str | None, tuple[int, ...]] | None = None,
    batch: int = 1,
    count: str | None = None,
    max_layers: int = MAX_LAYERS,
    allow_import: tuple[str, ...] = (),
    layers: bool = False,
) -> dict[str, Any]:
    """The closed forms (archcalc.formula/1) of a spec in the variables and input axes that ``vars`` names.

    Raises SpecError, also where a name decides structure and so must stay a number.
    """
    from archcalc.analysis.formula import build_formula
    from archcalc.dims.assumptions import Unknowns
    from archcalc.spec.unknowns import Asked

    unknowns = Unknowns()
    asked = Asked(tuple(dict.fromkeys(vars)), unknowns)
    located = locate(spec)
    load: dict[str, Any] = dict(
        variant=variant, settings=settings, inputs=inputs, max_layers=max_layers, allow_import=allow_import
    )
    try:
        network = load_network(located, **load, asked=asked)
    except SpecError as error:
        load_network(located, **load)  # what is wrong with the values given is told first
        for diagnostic in error.diagnostics:
            diagnostic.help = diagnostic.help or "leave out of --vars what this depends on"
        raise
    if not all(unknowns.holds(assumption.condition) for assumption in unknowns):
        load_network(located, **load)
    convention = find_convention(*(network.convention or ("mac",))) if count is None else named_convention(count)
    return build_formula(network, unknowns, asked.meaning, convention, batch=batch, layers=layers)


def check(
    *specs: str,
    max: Mapping[str, str | int] | None = None,
    min: Mapping[str, str | int] | None = None,
    max_increase: Mapping[str, str | int] | None = None,
    base: str | None = None,
    variant: str | None = None,
    **options: Any,
) -> list[Result]:
    """Hold specs (all of archcalc.yaml where none is named) to their budgets and to limits, as ``{"params": "5M"}``.

    ``base``: a git ref, a spec or a report that ``max_increase`` is against. ``options``: those of ``sized``; they win
    over what a budget says. A result has ``ok``, ``used``, ``limit`` and tells itself as text. Raises SpecError with
    everything that is wrong with a spec, a budget or the call.
    """
    from archcalc.budget.check import check_budgets

    asked = {"max": max or {}, "min": min or {}, "max_increase": max_increase or {}}
    limits = {kind: [f"{metric}={limit}" for metric, limit in those.items()] for kind, those in asked.items()}
    outcome = check_budgets(specs, limits, base=base, variant=variant, given=options)
    if outcome.errors:
        raise SpecError(*outcome.errors)
    return outcome.results
