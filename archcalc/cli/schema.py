"""``archcalc schema``: JSON Schema of specs, for editors, and of each JSON output."""

from __future__ import annotations

import json
from typing import Any

import click

from archcalc.cli import options
from archcalc.errors import SpecError, unknown
from archcalc.report.documents import OUTPUTS

NAMES = ("spec", *OUTPUTS)


@click.command("schema")
@click.argument("name", metavar="NAME", shell_complete=options.completing("schemas"))
def command(name: str) -> None:
    """Print the JSON Schema (draft 7) of specs or of one of the JSON outputs.

    NAME is spec, or report, counts, diff, check, explain, formula, specs, layers, layer, count.

    \b
        archcalc schema spec > archcalc.schema.json
        archcalc schema report

    An editor with yaml-language-server completes, explains and checks a spec that begins with the line

    \b
        # yaml-language-server: $schema=archcalc.schema.json
    """
    click.echo(json.dumps(schema(name), indent=2))


def schema(name: str) -> dict[str, Any]:
    """The schema of that name; that of a spec knows the conventions and the budgets. Raises SpecError."""
    if name not in NAMES:
        raise SpecError(unknown(f"no schema '{name}'", name, NAMES, otherwise=f"there are {', '.join(NAMES)}"))
    if name != "spec":
        from archcalc.report.schema import output_schema

        return output_schema(name)
    from archcalc.analysis.conventions import CONVENTIONS
    from archcalc.budget.keys import budget_schema
    from archcalc.spec.json_schema import spec_schema

    return spec_schema(CONVENTIONS, budget_schema())
