"""``archcalc formula``: what a network costs, as closed forms in its sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import options
from archcalc.cli.answer import answer
from archcalc.errors import Diagnostic, SpecError
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.derivation.closed_forms import ClosedForms


TELL_PEAKS = ("text", "json")
"""Formats that say where a peak's closed form holds."""

FIGURES = "peak_memory, kv_cache, train_memory, kept_bytes, backward_macs, ..."


@click.command("formula")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@click.option("--vars", "names", metavar="A,B", default="", help="Variables of the spec, or axes of its input.")
@options.taking(
    *options.NETWORK,
    *options.WIDTHS,
    options.count(),
    *options.LIMITS,
    click.option("--layers", is_flag=True, help="Every layer too."),
    click.option(
        "--figure", metavar="NAME", shell_complete=options.completing("closed_forms"), help=f"That too: {FIGURES}."
    ),
    options.form("formula"),
    *options.OUTPUT,
)
def command(spec: str, names: str, layers: bool, figure: str | None, **given: Any) -> None:
    """Print parameters, multiply-adds, activations and output shapes as closed forms, and the sizes they hold for.

    --vars names variables of the spec, or axes of its input by position: C, H, W, with D before H for volumes; T, C;
    of several inputs NAME_H where more than one has an H; batch is the batch's size, at 2 or as --batch has it.
    A variable of that name wins. What decides structure (when, the length of a list) stays as the values given have
    it. If a name decides it, the sizes that build the same network are listed, or the name is refused. A name may be
    the number of repetitions that are alike.

    \b
        archcalc formula vgg16 --vars width
        archcalc formula unet --vars width,H,W --layers
        archcalc formula net.yaml --vars width --format python > figures.py
    """
    from archcalc.api.formulas import PEAKS, closed_forms

    def build(request: Request) -> ClosedForms:
        if figure in PEAKS and given["form"] not in TELL_PEAKS:
            message = f"--format {given['form']} has no peak: its largest term holds on an interval alone"
            raise SpecError(Diagnostic(message, help=f"--figure goes with {' and '.join(TELL_PEAKS)}"))
        if not names.strip():
            help = "such as --vars width,H,W: variables of the spec, or axes of its input"
            raise SpecError(Diagnostic("formula needs the names that closed forms are in", help=help))
        return closed_forms(request, names.split(","), layers, figure)

    answer("formula", spec, given, build)
