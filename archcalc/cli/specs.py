"""``archcalc specs``: the specs that ship with archcalc."""

from __future__ import annotations

import sys

import click

from archcalc.api.reference import shipped_specs
from archcalc.cli import options
from archcalc.render import writer
from archcalc.render.style import Style


@click.command("specs")
@click.argument("words", nargs=-1, metavar="[WORD...]")
@options.form("specs")
def command(words: tuple[str, ...], form: str) -> None:
    """List the shipped specs and their variants with their figures: 'archcalc show NAME' finds each by its name.

    With WORDs, only the specs that mention them all.

    \b
        archcalc specs
        archcalc specs residual
    """
    found = shipped_specs(*words)
    if found["specs"] or form == "json":
        writer("specs", form)(found, sys.stdout, Style())
    else:
        click.echo("no shipped spec mentions " + " and ".join(words), err=True)
