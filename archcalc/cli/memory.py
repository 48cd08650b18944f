"""``archcalc memory``: what the activations of a network need in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import options
from archcalc.cli.answer import answer
from archcalc.cli.commands import OVER_BUDGET
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Memory


@click.command("memory")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@options.taking(
    *options.NETWORK,
    *options.WIDTHS,
    click.option(
        "--activations",
        metavar="TYPE",
        shell_complete=options.completing("dtypes"),
        help="The type of the activations; that of --dtype unless given.",
    ),
    click.option(
        "--in-place",
        type=click.Choice(["yes", "no"]),
        default="yes",
        help="Whether activations and batch norms write over their input where they may.",
    ),
    click.option("--align", type=options.ABOVE_ZERO, default=16, metavar="N", help="Bytes that an arena rounds up to."),
    click.option("--banks", metavar="NAME=SIZE,...", help="Memories to fill in turn: dtcm=128KiB,sram=512KiB."),
    click.option("--map", "mapped", is_flag=True, help="Where each tensor lies."),
    click.option("--depth", type=options.ABOVE_ZERO, metavar="N", help="Show the curve of steps at that depth."),
    click.option("--max-states", type=click.IntRange(min=0), metavar="N", help="How far to look for a better order."),
    *options.LIMITS,
    options.form("memory"),
    *options.OUTPUT,
)
def command(spec: str, **given: Any) -> None:
    """Print the memory that the activations of a network need: the most at one time, where, what is alive there.

    Steps run whole, in the order written. A tensor lives from the step that makes it to the last that reads it. A view
    lies in what it views, and an activation or batch norm writes over an input that nothing else reads. Weights are
    apart. The live peak is the least for a runtime that gives each tensor memory of its own; the arena is what the
    planner of TensorFlow Lite Micro allots. Then the order of the steps that needs the least, with its proof.

    The exit status is 1 where the banks have no room for a tensor.

    \b
        archcalc memory resnet50
        archcalc memory net.yaml --dtype int8 --map
        archcalc memory net.yaml --dtype int8 --banks dtcm=128KiB,sram=512KiB
    """
    from archcalc.api.planning import memory_document

    def build(request: Request) -> Memory:
        return memory_document(
            request,
            activations=given["activations"],
            in_place=given["in_place"] == "yes",
            align=given["align"],
            banks=given["banks"],
            map=given["mapped"],
            max_states=given["max_states"],
        )

    found = answer("memory", spec, given, build, depth=given["depth"])
    if found.get("unplaced"):
        raise click.exceptions.Exit(OVER_BUDGET)
