"""``archcalc time``: the least time that a network takes on a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import options
from archcalc.cli.answer import answer
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Time


@click.command("time")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@options.taking(
    options.device(required=True),
    *options.NETWORK,
    *options.WIDTHS,
    click.option(
        "--activations",
        metavar="TYPE",
        shell_complete=options.completing("dtypes"),
        help="The type of the activations; that of --dtype unless given.",
    ),
    click.option(
        "--compute",
        metavar="TYPE",
        shell_complete=options.completing("peaks"),
        help="The type whose peak is taken, such as tf32; that of the activations unless given.",
    ),
    click.option(
        "--fuse",
        type=click.Choice(["yes", "no"]),
        default="yes",
        help="Whether activations and batch norms are computed where what they alone read is made.",
    ),
    click.option("--efficiency", metavar="SHARE", help="The share of the peak that is taken: 0.6."),
    click.option("--depth", type=options.ABOVE_ZERO, metavar="N", help="Show steps at that depth."),
    *options.LIMITS,
    options.form("time"),
    *options.OUTPUT,
)
def command(spec: str, **given: Any) -> None:
    """Print the least time that a network takes on a device, and what binds each layer: computation or memory.

    A layer takes at least 2 x its multiply-adds / the peak of the type, and at least the bytes that it moves / the
    bandwidth; the network takes at least their sum. It moves what it reads, its weights and what it gives, each once;
    views nothing, and an activation or batch norm that alone reads what another layer made nothing either. 'archcalc
    devices' lists the devices, 'archcalc help roofline' says how to write one of your own.

    \b
        archcalc time resnet50 --device h100 --dtype bfloat16 --batch 32
        archcalc time gpt2 --device A100-SXM-80GB --dtype int8 --activations float16
        archcalc time net.yaml --device my.yaml --efficiency 0.6
    """
    from archcalc.api.timing import time_document

    def build(request: Request) -> Time:
        return time_document(
            request,
            device=given["device"],
            activations=given["activations"],
            compute=given["compute"],
            fuse=given["fuse"] == "yes",
            efficiency=given["efficiency"],
        )

    answer("time", spec, given, build, depth=given["depth"])
