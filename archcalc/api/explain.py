"""The derivation of a network's numbers: which layers are meant, and the sum over them."""

from __future__ import annotations

from archcalc.analysis.explain import Explanation, explain
from archcalc.analysis.explain_totals import sum_up
from archcalc.budget.paths import Paths
from archcalc.errors import Diagnostic, SpecError, unknown
from archcalc.graph.network import Network, Node
from archcalc.request import Request

MOST_LAYERS = 10_000
"""Layers that are derived at once."""

MOST_PATHS = 10_000
"""Paths that an error looks through for the one that was meant."""


def explanation(request: Request, layer: str | None, full: bool) -> Explanation:
    """The layers that ``layer`` means, derived; the sum of several, or without ``layer`` of all. Raises SpecError."""
    network = request.network(explained=layer is not None)
    convention, report = request.convention(network), request.report(network)
    if layer is None:
        return Explanation(request.name, report, full, [], sum_up(report["layers"], convention.name, full=full))
    chosen = select(network, layer)
    if len(chosen) > MOST_LAYERS:
        message = f"'{layer}' means {len(chosen):,} layers, and at most {MOST_LAYERS:,} are derived at once"
        raise SpecError(Diagnostic(message, help="name fewer, or none: then the sums over all are derived"))
    means = set(map(id, chosen))
    rows = [row for node, row in zip(network.nodes, report["layers"], strict=True) if id(node) in means]
    layers = [explain(node, convention, batch=request.batch, layout=network.layout, full=full) for node in chosen]
    sums = sum_up(rows, convention.name, full=full) if len(rows) > 1 else None
    return Explanation(request.name, report, full, layers, sums)


def select(network: Network, layer: str) -> list[Node]:
    """The nodes of a path or pattern and all that they hold; else of a name wherever it stands. Raises SpecError."""

    paths = Paths(node.path for node in network.nodes)
    for pattern in (f"{layer}/**", f"**/{layer}/**"):
        found = paths.matched(pattern)
        if found:
            return [network.nodes[place] for place in found]
    known: dict[str, None] = {}
    for node in network.nodes[:MOST_PATHS]:
        levels = node.path.split("/")
        known.update(dict.fromkeys("/".join(levels[: number + 1]) for number in range(len(levels))))
        known.update(dict.fromkeys(level for level in levels if not level.isdigit()))
    top = [
        path for path in known if "/" not in path and path in {node.path.partition("/")[0] for node in network.nodes}
    ]
    listed = f"the steps at the top are {', '.join(top[:8])}{', ...' if len(top) > 8 else ''}"
    raise SpecError(unknown(f"no layer '{layer}' in {network.name}", layer, known, otherwise=listed))
