"""``archcalc layers``: the vocabulary, and the reference page of one layer, from its class."""

from __future__ import annotations

import sys

import click

from archcalc.api.reference import layer_page, vocabulary
from archcalc.cli import options
from archcalc.render import writer
from archcalc.render.style import Style


@click.command("layers")
@click.argument("name", required=False, shell_complete=options.completing("layers"))
@options.form("layers")
def command(name: str | None, form: str) -> None:
    """List the layer types by family, or print one layer's page: arguments, rules, operations, an example.

    \b
        archcalc layers
        archcalc layers conv_transpose
    """
    document, found = ("layers", vocabulary()) if name is None else ("layer", layer_page(name))
    writer(document, form)(found, sys.stdout, Style())
