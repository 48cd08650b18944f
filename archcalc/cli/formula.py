"""``archcalc formula``: what a network costs, as closed forms in its sizes."""

from __future__ import annotations

from typing import Any

import click

from archcalc.cli import WRONG, options
from archcalc.cli.output import write_whole
from archcalc.cli.show import failure
from archcalc.errors import Diagnostic, SpecError
from archcalc.render import writer


@click.command("formula")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@click.option("--vars", "names", metavar="A,B", default="", help="Variables of the spec, or axes of its input.")
@options.variables
@click.option("--layers", is_flag=True, help="Every layer too.")
@options.form("formula")
@click.option("-o", "--output", "path", type=click.Path(), metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--color/--no-color", "color", default=None, help="Colour, or none (as NO_COLOR).")
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
    from archcalc.api import formula

    request = options.Request(**given, dtype="float32", columns=None, depth=None, all_rows=False, sort=None)
    arguments = {name: value for name, value in request.arguments.items() if name != "dtype"}
    try:
        if not names.strip():
            help = "such as --vars width,H,W: variables of the spec, or axes of its input"
            raise SpecError(Diagnostic("formula needs the names that closed forms are in", help=help))
        found = formula(spec, vars=[name.strip() for name in names.split(",")], layers=layers, **arguments)
    except SpecError as error:
        failure(spec, error, request.form)
        context.exit(WRONG)
    style = request.style()
    write_whole(request.path, lambda out: writer("formula", request.form)(found, out, style))


command.params = [parameter for parameter in command.params if parameter.name != "dtype"]  # no figure hangs on it
