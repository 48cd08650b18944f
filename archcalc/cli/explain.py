"""``archcalc explain``: every number of a layer derived."""

from __future__ import annotations

from typing import Any

import click

from archcalc.cli import options
from archcalc.cli.answer import answer


@click.command("explain")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@click.argument("layer", required=False, metavar="[LAYER]", shell_complete=options.completing("paths"))
@options.taking(
    *options.NETWORK,
    *options.WIDTHS,
    options.count(),
    options.LOCAL,
    *options.LIMITS,
    click.option(
        "--level",
        type=click.Choice(["brief", "full"]),
        default="brief",
        help="Full: every intermediate result and default.",
    ),
    click.option(
        "--figure",
        metavar="NAME",
        shell_complete=options.completing("figures"),
        help="That figure alone: params, macs, peak_memory, receptive_field, ...",
    ),
    click.option(
        "--activations",
        metavar="TYPE",
        shell_complete=options.completing("dtypes"),
        help="The type of activations, for figures of memory; that of --dtype unless given.",
    ),
    options.form("explain"),
    *options.OUTPUT,
)
def command(
    spec: str, layer: str | None, level: str, figure: str | None, activations: str | None, **given: Any
) -> None:
    """Derive the numbers of a layer: the rule, the numbers put in, the result, and where each number was written.

    LAYER is a name or a path, * in it standing for one level and ** for any number; of a step that holds layers each
    is derived, and their sum. Without LAYER: what each step contributes to the totals.

    \b
        archcalc explain exam-table L-1-Conv-1
        archcalc explain resnet50 'stage1/0/**' --level full
        archcalc explain net.yaml head --format latex
        archcalc explain net.yaml --figure peak_memory
    """
    from archcalc.api.explanation import explanation

    answer("explain", spec, given, lambda request: explanation(request, layer, level == "full", figure, activations))
