"""``archcalc sweep``: many variants of a spec, a row each."""

from __future__ import annotations

from typing import Any

import click

from archcalc.cli import options
from archcalc.cli.commands import WRONG
from archcalc.cli.failures import failure
from archcalc.errors import SpecError


@click.command("sweep")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@options.taking(
    click.option(
        "--vary", multiple=True, required=True, metavar="NAME=VALUES", help="What varies: 16..128:8, 2,4,6 or *."
    ),
    click.option("--zip", "together", multiple=True, metavar="A,B", help="Names whose values go in pairs."),
    click.option("--samples", type=options.ABOVE_ZERO, metavar="N", help="Draw so many variants, each once."),
    click.option("--seed", type=int, default=0, metavar="S", help="Which are drawn."),
    click.option("--where", multiple=True, metavar="CONDITION", help="Variants that fit and meet it: 'params < 5M'."),
    click.option("--pareto", metavar="A,B,-C", help="Variants that no other beats: small, or with - large."),
    click.option("--sort", metavar="COLUMN", help="Largest first; -COLUMN smallest first."),
    click.option("--columns", metavar="A,B,+C", shell_complete=options.completing("columns"), help="The figures."),
    click.option("--workers", type=options.ABOVE_ZERO, metavar="N", help="Processes; one for each core unless given."),
    *options.NETWORK,
    *options.WIDTHS,
    options.count("my.yaml"),
    *options.LIMITS[:2],
    options.form("sweep"),
    *options.OUTPUT,
)
def command(spec: str, **given: Any) -> None:
    """Print the figures of many variants of a spec, a row each: what varies, figures, and whether it fits.

    A name of --vary is a variable, an entry of a list (dims[2]), an axis of the input (H), variant or dtype. Values
    are a..b:step, a list with commas, and * in variants. Several --vary give every combination, the last one running
    fastest. A variant that does not fit has its reason, and the place in the spec, in the column status.

    \b
        archcalc sweep net.yaml --vary width=16..128:8 --vary depth=2,4,6
        archcalc sweep resnet50 --vary width=16..128 --where 'params < 5M' --sort macs
        archcalc sweep yolov8 --vary 'variant=*' --vary H=320..640:32 --zip H,W --vary W=320..640:32
    """
    from archcalc.api.sweep import swept
    from archcalc.cli.output import write_whole
    from archcalc.render import writer

    form, path = given["form"], given["path"]
    try:
        rows = swept(options.request(spec, given), **{name: given[name] for name in TAKEN})
        style = options.style(path, given["color"])
        write_whole(path, lambda out: writer("sweep", form)(rows, out, style), rows.total)
    except SpecError as error:
        failure(spec, error, form)
        raise click.exceptions.Exit(WRONG) from None


TAKEN = ("vary", "together", "samples", "seed", "where", "pareto", "sort", "columns", "workers")
"""The options that rows take."""
