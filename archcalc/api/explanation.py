"""The derivation of a network's numbers: which layers are meant, and the sum over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.derivation.explain import Cell, Explained, Explanation, explain
from archcalc.derivation.explain_totals import alone, sum_up
from archcalc.errors import Diagnostic, SpecError, unknown
from archcalc.graph.network import Network, Node
from archcalc.graph.paths import Paths
from archcalc.graph.repetition import unrolled
from archcalc.meter import metered
from archcalc.report.figures import BYTES, EXPLAINED, FIGURES, KV_CACHE, RECEPTIVE_FIELD, TIME, TRAINED
from archcalc.report.rows import rows_of
from archcalc.request import Request, known_dtype, named_device

if TYPE_CHECKING:
    from archcalc.report.documents import Report

OF_MEMORY = ("peak_memory", "arena")
"""Figures that are no sum over layers."""

CACHE, MOST_DIGITS = "kv_cache@", 100
"""What a cache of a number of tokens begins with, and how long that number may be."""

ADDED = tuple(name for name, figure in FIGURES.items() if figure not in EXPLAINED)
"""Those that are derived as sums alone."""

DERIVED = (
    *(figure.name for figure in EXPLAINED),
    *(*OF_MEMORY, RECEPTIVE_FIELD.name, BYTES.name, KV_CACHE.name, *TRAINED, *ADDED),
)
"""Figures that can be derived alone."""

LAYER, CHARACTER = 20, 3
"""Units of work that a layer takes to be derived, and each character of its shapes."""

MOST_PATHS = 10_000
"""Paths that an error looks through for the one that was meant."""


def explanation(
    request: Request, layer: str | None, full: bool, figure: str | None = None, activations: str | None = None
) -> Explanation:
    """The layers that ``layer`` means, derived; the sum of several, or without ``layer`` of all. Raises SpecError.

    With ``figure`` that figure alone; one that is no sum over layers is derived for the whole network, with activations
    of that type.
    """
    if figure is not None:
        return explanation_of(request, layer, full, figure, activations)
    network = request.network(explained=layer is not None)
    convention, report = request.convention(network), request.report(network)
    widths = request.widths.source is not None
    if layer is None:
        whole = sum_up(report["layers"], convention.name, full=full, widths=widths)
        return Explanation(request.name, report, full, [], whole)
    with metered(network.meter, "to derive these layers"):
        return derived(request, network, report, layer, full)


def derived(request: Request, network: Network, report: Report, layer: str, full: bool) -> Explanation:
    """The layers that ``layer`` means and their sum. Raises SpecError."""
    convention, widths = request.convention(network), request.widths.source is not None
    nodes = unrolled(network).kept
    chosen = select(network.name, [node.path for node in nodes], layer)
    charge(network, [nodes[place] for place in chosen])
    meant = set(chosen)
    rows = [row for place, row in enumerate(report["layers"]) if place in meant]
    layers = [
        explain(
            nodes[place],
            row["reads"],
            convention,
            batch=request.batch,
            full=full,
            dtypes=rows_of(report).dtypes(place) if widths else None,
        )
        for place, row in zip(chosen, rows, strict=True)
    ]
    sums = sum_up(rows, convention.name, full=full, widths=widths) if len(rows) > 1 else None
    return Explanation(request.name, report, full, layers, sums)


def explanation_of(
    request: Request, layer: str | None, full: bool, figure: str, activations: str | None
) -> Explanation:
    """The derivation of one figure. Raises SpecError."""
    if figure in OF_MEMORY:
        from archcalc.derivation.explain_memory import explain_memory

        if layer is not None:
            message = f"{figure} is of a whole network, not of '{layer}'"
            raise SpecError(Diagnostic(message, help=f"archcalc explain {request.name} --figure {figure}"))
        dtype = request.dtype if activations is None else known_dtype(activations, "activations")
        report = request.report()
        return of_network(request, report, full, explain_memory(report, figure, dtype))
    if figure in TRAINED:
        from archcalc.derivation.explain_training import explain_training

        if layer is not None:
            message = f"{figure} is of a whole network, not of '{layer}'"
            raise SpecError(Diagnostic(message, help=f"archcalc explain {request.name} --figure {figure}"))
        precision = request.dtype if activations is None else known_dtype(activations, "activations")
        report = request.report()
        return of_network(request, report, full, explain_training(report, figure, precision))
    if figure == KV_CACHE.name or figure.startswith(CACHE):
        return explanation_of_cache(request, layer, full, figure, activations)
    if figure == BYTES.name or figure.startswith(TIME):
        return explanation_of_times(request, layer, full, figure, activations)
    if figure == RECEPTIVE_FIELD.name:
        return explanation_of_fields(request, layer, full)
    if figure in ADDED:
        return explanation_of_sum(request, layer, full, figure)
    if figure not in DERIVED:
        message, listed = f"no derivation of '{figure}'", f"there are those of {', '.join(DERIVED)}, {TIME}DEVICE"
        raise SpecError(unknown(message, figure, DERIVED, otherwise=listed))
    found = explanation(request, layer, True)
    for one in found.layers:
        one.cells = [cell for cell in one.cells if cell.key == figure]
    if found.sums is not None:
        found.sums.totals = {figure: found.sums.totals[figure]}
    return found._replace(full=full)


def explanation_of_cache(
    request: Request, layer: str | None, full: bool, figure: str, activations: str | None
) -> Explanation:
    """What a sequence keeps of its tokens, as a sum over the steps at the top. Raises SpecError."""
    from archcalc.derivation.explain_generating import explain_cache

    if layer is not None:
        message = f"{figure} is of a whole network, not of '{layer}'"
        raise SpecError(Diagnostic(message, help=f"archcalc explain {request.name} --figure {figure}"))
    text = figure.removeprefix(CACHE)
    if figure != KV_CACHE.name and not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise SpecError(Diagnostic(f"'{figure}' names no number of tokens", help=f"such as {CACHE}8192"))
    tokens = None if figure == KV_CACHE.name else int(text)
    report = request.report()
    dtype = report["dtype"] if activations is None else known_dtype(activations, "activations")
    return Explanation(request.name, report, full, [explain_cache(report, figure, tokens, dtype)], None)


def explanation_of_times(
    request: Request, layer: str | None, full: bool, figure: str, activations: str | None
) -> Explanation:
    """What layers move, or how long they take at least, derived; without ``layer`` the sum over the steps at the top.

    Raises SpecError.
    """
    from archcalc.derivation.explain_timing import Timing

    device = named_device(figure.removeprefix(TIME)) if figure != BYTES.name else None
    dtype = request.dtype if activations is None else known_dtype(activations, "activations")
    report = request.report()
    timing = Timing(report, dtype, device)
    if layer is None:
        return Explanation(request.name, report, full, [timing.whole()], None)
    chosen = select(report["spec"], timing.paths, layer)
    charge(timing.network, [timing.nodes[place] for place in chosen])
    return Explanation(request.name, report, full, list(map(timing.explained, chosen)), None)


def of_network(request: Request, report: Report, full: bool, found: Explained | Cell) -> Explanation:
    """A figure of a whole network, at the layer that decides it if there is one."""
    if isinstance(found, Cell):
        return Explanation(request.name, report, full, [], alone(found.key, found.derivation[-1]))
    return Explanation(request.name, report, full, [found], None)


def explanation_of_sum(request: Request, layer: str | None, full: bool, figure: str) -> Explanation:
    """What each step contributes to a total; with ``layer`` those that it means. Raises SpecError."""
    network = request.network()
    report = request.report(network)
    rows = report["layers"]
    if layer is not None:
        meant = {*select(network.name, [row["path"] for row in rows], layer)}
        rows = [row for place, row in enumerate(rows) if place in meant]
    with metered(network.meter, "to derive a sum"):
        sums = sum_up(rows, request.convention(network).name, only=figure)
    return Explanation(request.name, report, full, [], sums)


def explanation_of_fields(request: Request, layer: str | None, full: bool) -> Explanation:
    """What layers see, derived; without ``layer`` of those that see something else than what they read.

    Raises SpecError.
    """
    from archcalc.derivation.explain_receptive_field import Tracing

    network = request.network()
    tracing = Tracing(network, request.local)
    paths = [node.path for node in tracing.network.kept]
    chosen = tracing.changing() if layer is None else select(network.name, paths, layer)
    charge(tracing.network, [tracing.network.kept[place] for place in chosen])
    layers = list(map(tracing.explained, chosen))
    return Explanation(request.name, request.report(network), full, layers, None)


def charge(network: Network, nodes: list[Node]) -> None:
    """Charge what it takes to derive these layers."""
    characters = sum(node.applied.characters for node in nodes)
    network.meter.charge(LAYER * len(nodes) + CHARACTER * characters, what=f"to derive {len(nodes):,} layers")


def select(network: str, paths: list[str], layer: str) -> list[int]:
    """The positions of a path or pattern and all that they hold, else of a name anywhere. Raises SpecError."""
    tree = Paths(paths)
    for pattern in (f"{layer}/**", f"**/{layer}/**"):
        found = tree.matched(pattern)
        if found:
            return found
    known: dict[str, None] = {}
    for path in paths[:MOST_PATHS]:
        levels = path.split("/")
        known.update(dict.fromkeys("/".join(levels[: number + 1]) for number in range(len(levels))))
        known.update(dict.fromkeys(level for level in levels if not level.isdigit()))
    steps = {path.partition("/")[0] for path in paths}
    top = [path for path in known if path in steps]
    listed = f"the steps at the top are {', '.join(top[:8])}{', ...' if len(top) > 8 else ''}"
    raise SpecError(unknown(f"no layer '{layer}' in {network}", layer, known, otherwise=listed))
