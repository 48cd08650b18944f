"""``archcalc formula``: what a network costs, as closed forms in its sizes."""

from __future__ import annotations

from typing import Any

import click

from archcalc.cli import options
from archcalc.cli.commands import WRONG
from archcalc.cli.failures import failure
from archcalc.cli.output import write_whole
from archcalc.errors import Diagnostic, SpecError
from archcalc.render import writer


@click.command("formula")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@click.option("--vars", "names", metavar="A,B", default="", help="Variables of the spec, or axes of its input.")
@options.taking(
    *options.NETWORK,
    options.count(),
    *options.LIMITS,
    click.option("--layers", is_flag=True, help="Every layer too."),
    options.form("formula"),
    *options.OUTPUT,
)
@click.pass_context
def command(context: click.Context, spec: str, names: str, layers: bool, **given: Any) -> None:
    """Print parameters, multiply-adds, activations and output shapes as closed forms, and the sizes they hold for.

    --vars names variables of the spec, or axes of its input by position: C, H, W, with D before H for volumes; T, C;
    of several inputs NAME_H where more than one has an H. A variable of that name wins. What decides structure
    (repeat, when, the length of a list) stays as the values given have it; where that hangs on a name, the sizes that
    build the same are said, or the name is refused.

    \b
        archcalc formula vgg16 --vars width
        archcalc formula unet --vars width,H,W --layers
        archcalc formula net.yaml --vars width --format python > figures.py
    """
    from archcalc.api.formulas import closed_forms

    form, path = given["form"], given["path"]
    try:
        if not names.strip():
            help = "such as --vars width,H,W: variables of the spec, or axes of its input"
            raise SpecError(Diagnostic("formula needs the names that closed forms are in", help=help))
        found = closed_forms(options.request(spec, given), names.split(","), layers)
    except SpecError as error:
        failure(spec, error, form)
        context.exit(WRONG)
    style = options.style(path, given["color"])
    write_whole(path, lambda out: writer("formula", form)(found, out, style))
