"""``archcalc show``: the main job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import options
from archcalc.cli.commands import WRONG
from archcalc.cli.output import JSON, write_whole
from archcalc.errors import Diagnostic, SpecError
from archcalc.render import FORMATS, writer
from archcalc.report.figures import RECEPTIVE_FIELD, WHERE_ASKED
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Failed

ROWS_OF_EACH = ("json", "jsonl", "csv")
"""Formats that print the layers of each of several specs; the others print one row a spec."""

ONE_BY_ONE = ("jsonl", "csv")
"""Formats that write each report before the next is built."""


@click.command("show")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", shell_complete=options.completing("specs"))
@options.taking(
    *options.NETWORK,
    *options.WIDTHS,
    options.count("my.yaml, all, or a,b"),
    *options.LIMITS,
    options.form("report"),
    click.option(
        "--columns",
        metavar="A,B,+C",
        shell_complete=options.completing("columns"),
        help="The columns; +name adds to the default ones.",
    ),
    click.option(
        "--all-figures", is_flag=True, help="In JSON also the figures that are computed where they are asked for."
    ),
    options.LOCAL,
    click.option("--depth", type=options.ABOVE_ZERO, metavar="N", help="Fold what nests deeper; 1 is a row a step."),
    click.option("--all", "all_rows", is_flag=True, help="Rows with 'row: false' too."),
    click.option(
        "--all-repetitions", is_flag=True, help="On a terminal, a row for each of the repetitions that are alike."
    ),
    click.option("--sort", metavar="COLUMN", shell_complete=options.completing("columns"), help="Largest first."),
    *options.OUTPUT,
)
@click.pass_context
def command(context: click.Context, /, specs: tuple[str, ...], **given: Any) -> None:
    """Print the table of a spec: input, kernel and output size, padding, parameters and operations of every layer.

    SPEC is a file, - for standard input, or the name of a shipped spec or variant. Several specs have a row
    each; json, jsonl and csv have every layer of each: an array, a line a spec, rows that begin with their spec.
    In csv an apostrophe stands before a text that a spreadsheet would take for a formula.

    \b
        archcalc show resnet50
        archcalc show net.yaml --set width=32 --format json
        archcalc show resnet18 resnet50 vgg16
        archcalc show resnet50 --count all
    """
    form, path = given["form"], given["path"]
    try:
        request = options.request(specs[0], given, several=True)
        style_of = rows(**given)
        figures = asked_figures(style_of, given)
    except SpecError as error:
        told(" ".join(specs), error, form)
        context.exit(WRONG)
    compares = len(request.conventions) > 1
    report = partial(Request.report, figures=figures, drawn=form == "html" and len(specs) == 1)
    build, document = (counting(given), "counts") if compares else (report, "report")
    several, failed = len(specs) > 1, False

    def built() -> Iterator[Mapping[str, Any]]:
        nonlocal failed
        for spec in specs:
            try:
                found = build(request.at(spec))
            except SpecError as error:
                failed = True
                found = told(spec, error, form)
            if several and form not in ROWS_OF_EACH:  # of thousands of specs only the totals are kept
                found = {key: value for key, value in found.items() if key != "layers"}
            yield found

    reports: Any = built() if several and form in ONE_BY_ONE and not compares else list(built())
    if several or not failed:
        write = writer(document, form)
        style = options.style(path, given["color"], **style_of)
        lines = len(reports[0]["layers"]) if len(specs) == 1 and not compares else len(specs)
        write_whole(path, lambda out: write(reports, out, style), lines)
    if request.notes and form not in JSON:  # there they stand beside the figures
        from archcalc.cli.failures import tell_notes

        tell_notes(request.notes.values(), form)
    if failed or (given["strict"] and request.notes):
        context.exit(WRONG)


def told(spec: str, error: SpecError, form: str) -> Failed:
    """What is wrong with a spec; what tells of it is loaded for that alone."""
    from archcalc.cli.failures import failure

    return failure(spec, error, form)


def rows(
    *, columns: str | None, depth: int | None, all_rows: bool, all_repetitions: bool, sort: str | None, **_: Any
) -> dict[str, Any]:
    """Which rows and columns a table has: with a + before its name a column is added to the default ones."""
    chosen = [name.strip() for name in columns.split(",")] if columns else []
    return {
        "columns": [name for name in chosen if not name.startswith("+")] or None,
        "plus": [name[1:] for name in chosen if name.startswith("+")],
        "depth": depth,
        "all_rows": all_rows,
        "all_repetitions": all_repetitions,
        "sort": sort,
    }


def asked_figures(style: Mapping[str, Any], given: Mapping[str, Any]) -> set[str]:
    """The figures that are computed only where they are asked for. Raises SpecError for --local without its own."""
    asked = {*(style["columns"] or ()), *style["plus"], style["sort"]}
    found = {figure for name, figure in WHERE_ASKED.items() if given["all_figures"] or name in asked}
    if given["local"] and RECEPTIVE_FIELD.name not in found:
        help = "add --columns +receptive_field, or --all-figures"
        raise SpecError(Diagnostic("--local is about receptive fields, and none is asked for", help=help))
    return found


def counting(given: dict[str, Any]) -> Any:
    """What builds a spec in several ways of counting; options for layers are refused."""
    from archcalc.api import several_counts

    formats = FORMATS["counts"]
    if given["form"] not in formats:
        message = f"--count {given['count']} does not print {given['form']}"
        raise SpecError(Diagnostic(message, help=f"it prints {', '.join(formats)}"))
    for name in ("columns", "depth", "sort", "all_rows", "all_repetitions", "all_figures", "local"):
        if given[name]:
            option = name.removesuffix("_rows").replace("_", "-")
            message = f"--{option} is for layers, and --count {given['count']} prints totals"
            raise SpecError(Diagnostic(message, help="name one convention to see its layers"))
    return several_counts
