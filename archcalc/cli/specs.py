"""``archcalc specs``: the specs that ship with archcalc."""

from __future__ import annotations

import sys
from typing import Any

import click

from archcalc.cli import options
from archcalc.render import writer
from archcalc.render.style import Style
from archcalc.spec import shipped


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
    found = [spec for spec in shipped.catalogue() if all(word.lower() in searched(spec) for word in words)]
    if found or form == "json":
        writer("specs", form)({"schema": "archcalc.specs/1", "specs": found}, sys.stdout, Style())
    else:
        click.echo("no shipped spec mentions " + " and ".join(words), err=True)


def searched(spec: dict[str, Any]) -> str:
    """What a word is looked for in."""
    variants = [variant["name"] for variant in spec["variants"]]
    return " ".join([spec["name"], spec["field"], *variants, spec["description"], spec["source"]]).lower()
