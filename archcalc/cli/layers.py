"""``archcalc layers``: the vocabulary, and the reference page of one layer, from its class."""

from __future__ import annotations

import sys

import click

from archcalc.api.reference import layer_page, vocabulary
from archcalc.cli import options
from archcalc.render import writer


@click.command("layers")
@click.argument("name", required=False, shell_complete=options.completing("layers"))
@options.form("layers")
def command(name: str | None, form: str) -> None:
    """List the layer types by family, or print one layer's page: arguments, rules, operations, an example.

    Words that hold steps (residual, parallel, map, ...) and the blocks that need no import have their pages too.

    \b
        archcalc layers
        archcalc layers conv_transpose
        archcalc layers bottleneck
    """
    found = vocabulary() if name is None else layer_page(name)
    document = found["schema"].partition("/")[0].removeprefix("archcalc.")
    writer(document, form)(found, sys.stdout, options.style(None, None))
