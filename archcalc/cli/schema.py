"""``archcalc schema``: JSON Schema of specs and of archcalc.yaml, for editors, and of each JSON output."""

from __future__ import annotations

import json

import click

from archcalc.api.reference import schema
from archcalc.cli import options


@click.command("schema")
@click.argument("name", metavar="NAME", shell_complete=options.completing("schemas"))
def command(name: str) -> None:
    """Print the JSON Schema (draft 7) of specs, of archcalc.yaml, of a file of widths or of a device, or of one of
    the JSON outputs.

    NAME is spec, budgets, widths, device, or report, counts, diff, check, explain, memory, train, generate, time,
    devices, fit, formula, specs, layers, layer, structure, count; or sweep, a line of its jsonl.

    \b
        archcalc schema spec > archcalc.schema.json
        archcalc schema report

    An editor with yaml-language-server completes, explains and checks a spec that begins with the line

    \b
        # yaml-language-server: $schema=archcalc.schema.json
    """
    click.echo(json.dumps(schema(name), indent=2))
