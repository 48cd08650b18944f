"""``archcalc show``: the main job."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from archcalc.api import asks_several, sized
from archcalc.cli import WRONG, options
from archcalc.cli.failures import say, tell
from archcalc.cli.output import write_whole
from archcalc.errors import SpecError
from archcalc.render import FORMATS, writer

ROWS_OF_EACH = ("json", "jsonl", "csv")
"""Formats that print the layers of each of several specs; the others print one row a spec."""

ONE_BY_ONE = ("jsonl", "csv")
"""Formats that write each report before the next is built."""


@click.command("show")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", shell_complete=options.completing("specs"))
@options.variables
@options.output
@click.pass_context
def command(context: click.Context, specs: tuple[str, ...], **given: Any) -> None:
    """Print the table of a spec: input, kernel and output size, padding, parameters and operations of every layer.

    SPEC is a file, - for standard input, or the name of a shipped spec or variant; with several specs, one row each.

    \b
        archcalc show resnet50
        archcalc show net.yaml --set width=32 --format json
        archcalc show resnet18 resnet50 vgg16
        archcalc show resnet50 --count all
    """
    request = options.Request(**given)
    compares = asks_several(given["count"])
    build, document = (counting(given), "counts") if compares else (sized, "report")
    several, failed = len(specs) > 1, False

    def built() -> Iterator[dict[str, Any]]:
        nonlocal failed
        for spec in specs:
            try:
                found = build(spec, **request.arguments)
            except SpecError as error:
                failed = True
                found = failure(spec, error, request.form)
            if several and request.form not in ROWS_OF_EACH:  # of thousands of specs only the totals are kept
                found = {key: value for key, value in found.items() if key != "layers"}
            yield found

    reports: Any = built() if several and request.form in ONE_BY_ONE and not compares else list(built())
    if several or not failed:
        write = writer(document, request.form)
        style = request.style()
        rows = len(reports[0]["layers"]) if len(specs) == 1 and not compares else len(specs)
        write_whole(request.path, lambda out: write(reports, out, style), rows)
    if failed:
        context.exit(WRONG)


def counting(given: dict[str, Any]) -> Any:
    """What builds a spec in several ways of counting; options for layers are refused."""
    from archcalc.api import counts
    from archcalc.errors import Diagnostic

    formats = FORMATS["counts"]
    if given["form"] not in formats:
        message = f"--count {given['count']} does not print {given['form']}"
        raise SpecError(Diagnostic(message, help=f"it prints {', '.join(FORMATS['counts'])}"))
    for name in ("columns", "depth", "sort", "all_rows"):
        if given[name]:
            message = f"--{name.removesuffix('_rows')} is for layers, and --count {given['count']} prints totals"
            raise SpecError(Diagnostic(message, help="name one convention to see its layers"))
    return counts


def failure(spec: str, error: SpecError, form: str) -> dict[str, Any]:
    """A spec that failed, as JSON has it; told on standard error, in JSON where JSON is asked for."""
    from archcalc.render.diagnostics import data

    found = {"spec": spec, "errors": [data(diagnostic) for diagnostic in error.diagnostics]}
    if form in ("json", "jsonl"):
        say(json.dumps(found))
    else:
        tell(error.diagnostics)
    return found
