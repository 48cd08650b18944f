"""``archcalc specs``: the specs that ship with archcalc."""

from __future__ import annotations

import sys

import click

from archcalc.api.reference import shipped_specs
from archcalc.cli import options
from archcalc.errors import SpecError, unknown
from archcalc.render import writer
from archcalc.render.text import plain
from archcalc.sources import shipped
from archcalc.sources.source import read_shipped


@click.command("specs")
@click.argument("words", nargs=-1, metavar="[WORD...]")
@click.option("--source", metavar="NAME", help="Print the file of a shipped spec, a variant or a block.")
@options.form("specs")
def command(words: tuple[str, ...], source: str | None, form: str) -> None:
    """List the shipped specs and their variants with their figures: 'archcalc show NAME' finds each by its name.

    With WORDs, only the specs that mention them all.

    \b
        archcalc specs
        archcalc specs residual
        archcalc specs --source resnet18
    """
    if source is not None:
        click.echo(text_of(source, words), nl=False)
        return
    found = shipped_specs(*words)
    if found["specs"] or form == "json":
        writer("specs", form)(found, sys.stdout, options.style(None, None))
    else:
        click.echo(plain(f"no shipped spec mentions {' and '.join(words)}"), err=True)


def text_of(name: str, words: tuple[str, ...]) -> str:
    """The file of a shipped spec, a variant or a block. Raises SpecError if nothing that ships has that name."""
    if words:
        raise click.UsageError(f"--source prints one file, that of '{name}'; found {' '.join(words)} too")
    blocks = shipped.index()["blocks"]
    file = shipped.find(name)[0] or blocks.get(name)
    if file is None:
        known, listed = [*shipped.names(), *blocks], "'archcalc specs' lists them"
        raise SpecError(unknown(f"no shipped spec '{name}'", name, known, None, otherwise=listed))
    return read_shipped(file).text
