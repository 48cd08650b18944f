"""``archcalc explain``: every number of a layer derived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import WRONG, options
from archcalc.cli.output import write_whole
from archcalc.cli.show import failure
from archcalc.errors import Diagnostic, SpecError, unknown
from archcalc.render import writer

if TYPE_CHECKING:
    from archcalc.analysis.explain import Explanation
    from archcalc.graph.network import Network, Node

MOST_LAYERS = 10_000
"""Layers that are derived at once."""

MOST_PATHS = 10_000
"""Paths that an error looks through for the one that was meant."""


@click.command("explain")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@click.argument("layer", required=False, metavar="[LAYER]", shell_complete=options.completing("paths"))
@options.variables
@click.option(
    "--level",
    type=click.Choice(["brief", "full"]),
    default="brief",
    help="Full: every intermediate result and default.",
)
@options.form("explain")
@click.option("-o", "--output", "path", type=click.Path(), metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--color/--no-color", "color", default=None, help="Colour, or none (as NO_COLOR).")
@click.pass_context
def command(context: click.Context, spec: str, layer: str | None, level: str, **given: Any) -> None:
    """Derive the numbers of a layer: the rule, the numbers put in, the result, and where each number was written.

    LAYER is a name or a path, * in it standing for one level and ** for any number; of a step that holds layers each
    is derived, and their sum. Without LAYER: what each step contributes to the totals.

    \b
        archcalc explain exam-table L-1-Conv-1
        archcalc explain resnet50 'stage1/0/**' --level full
        archcalc explain net.yaml head --format latex
    """
    request = options.Request(**given, columns=None, depth=None, all_rows=False, sort=None)
    try:
        found = explanation(spec, layer, level == "full", **request.arguments)
    except SpecError as error:
        failure(spec, error, request.form)
        context.exit(WRONG)
    style = request.style()
    write_whole(request.path, lambda out: writer("explain", request.form)(found, out, style))


def explanation(
    spec: str, layer: str | None, full: bool, *, batch: int, dtype: str, count: str | None, **network_options: Any
) -> Explanation:
    """The layers that LAYER means, derived; the sum of several, or without LAYER of all. Raises SpecError."""
    from archcalc.analysis.conventions import find_convention
    from archcalc.analysis.explain import Explanation, explain
    from archcalc.analysis.explain_totals import sum_up
    from archcalc.api import named_convention
    from archcalc.report.model import build_report
    from archcalc.spec.load import load_network
    from archcalc.spec.source import locate

    network = load_network(locate(spec), explained=layer is not None, **network_options)
    convention = find_convention(*(network.convention or ("mac",))) if count is None else named_convention(count)
    report = build_report(network, convention, batch=batch, dtype=dtype)
    if layer is None:
        return Explanation(spec, report, full, [], sum_up(report["layers"], convention.name, full=full))
    chosen = select(network, layer)
    if len(chosen) > MOST_LAYERS:
        message = f"'{layer}' means {len(chosen):,} layers, and at most {MOST_LAYERS:,} are derived at once"
        raise SpecError(Diagnostic(message, help="name fewer, or none: then the sums over all are derived"))
    means = set(map(id, chosen))
    rows = [row for node, row in zip(network.nodes, report["layers"], strict=True) if id(node) in means]
    layers = [explain(node, convention, batch=batch, layout=network.layout, full=full) for node in chosen]
    sums = sum_up(rows, convention.name, full=full) if len(rows) > 1 else None
    return Explanation(spec, report, full, layers, sums)


def select(network: Network, layer: str) -> list[Node]:
    """The nodes of a path or pattern and all that they hold; else of a name wherever it stands. Raises SpecError."""
    from archcalc.budget.paths import Paths

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
