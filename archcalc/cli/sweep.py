"""``archcalc sweep``: many variants of a spec, a row each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from archcalc.cli import options
from archcalc.cli.commands import WRONG
from archcalc.cli.failures import failure
from archcalc.cli.output import write_whole
from archcalc.errors import Diagnostic, SpecError
from archcalc.render import FORMATS

TAKEN = ("vary", "together", "samples", "seed", "shard", "where", "pareto", "sort", "columns", "workers", "dask")
"""The options that rows take."""

JOINED = ("pareto", "sort")
"""Those that parts put together take."""

ENDINGS = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
    ".parquet": "parquet",
    ".svg": "svg",
    ".html": "html",
}
"""The format that a file's name asks for."""


@click.command("sweep")
@click.argument("specs", metavar="SPEC", nargs=-1, required=True, shell_complete=options.completing("specs"))
@options.taking(
    options.VARY,
    options.ZIP,
    click.option("--samples", type=options.ABOVE_ZERO, metavar="N", help="Draw so many variants, each at most once."),
    click.option("--seed", type=click.IntRange(min=0), default=0, metavar="S", help="Which are drawn."),
    click.option("--where", multiple=True, metavar="CONDITION", help="Keep what fits and meets it: 'params < 5M'."),
    click.option("--pareto", metavar="A,B,-C", help="Keep what no other beats in all: small is better, -C large."),
    click.option("--sort", metavar="COLUMN", help="Largest first; -COLUMN smallest first."),
    options.FIGURES,
    click.option("--shard", metavar="K/N", help="The K-th of N parts alone."),
    click.option("--join", is_flag=True, help="Put the parts that SPEC names together."),
    click.option("--resume", is_flag=True, help="Go on with a csv or jsonl file that was not written to its end."),
    options.WORKERS,
    click.option("--dask", metavar="ADDRESS", help="Let a Dask cluster compute: the address of its scheduler."),
    *options.NETWORK,
    *options.WIDTHS,
    options.count("my.yaml"),
    *options.LIMITS[:2],
    click.option("--format", "form", type=click.Choice([*FORMATS["sweep"]]), help="What to print; table, or by FILE."),
    *options.OUTPUT,
)
def command(specs: tuple[str, ...], **given: Any) -> None:
    """Print the figures of many variants of a spec, a row each: what varies, figures, and whether the variant fits.

    A name of --vary is a variable, an entry of a list (dims[2]), an axis of the input (H), variant or dtype. Values
    are a..b:step, lists with commas, and * in variants. Several --vary give every combination, the last one running
    fastest. Where a variant does not fit, the column status has the reason and its place in the spec.

    \b
        archcalc sweep net.yaml --vary width=16..128:8 --vary depth=2,4,6
        archcalc sweep resnet50 --vary width=16..128 --where 'params < 5M' --sort macs
        archcalc sweep net.yaml --vary width=8..1024:8 --vary H=96..320:32 --pareto params,macs,-width
        archcalc sweep yolov8 --vary 'variant=*' --columns params,macs,peak_memory -o yolov8.csv

    --format svg, or html with the table, is a picture: one figure over one name or two, or two figures against each
    other, with the front and what --where allows.

    Rows stream: memory does not grow with the grid. --samples draws from one that is too large to walk. After an
    interrupt a file has whole rows, and --resume goes on. Parts that several machines computed become one file:

    \b
        archcalc sweep net.yaml --vary width=1..1000000 --shard 3/16 -o part-3.csv
        archcalc sweep --join part-*.csv -o all.csv
    """
    form = given["form"] or form_of(given["path"])
    try:
        sweep(specs, form, given)
    except SpecError as error:
        failure(" ".join(specs), error, form)
        raise click.exceptions.Exit(WRONG) from None


def form_of(path: str | None) -> str:
    ending = f".{path.rpartition('.')[2].lower()}" if path and "." in path else ""
    return ENDINGS.get(ending, "table")


def sweep(specs: tuple[str, ...], form: str, given: Mapping[str, Any]) -> None:
    """Write what is asked for. Raises SpecError."""
    from archcalc.api.sweep import drawn, joined, swept
    from archcalc.cli.rows import write_rows
    from archcalc.render import writer

    path, after = given["path"], False
    rows: Any
    if given["join"]:
        if asked := [name for name in TAKEN if given[name] and name not in (*JOINED, "seed")]:
            option = {"together": "zip"}.get(asked[0], asked[0])
            raise SpecError(Diagnostic(f"--{option} is for variants to be computed, and --join reads those that were"))
        rows = joined(specs, **{name: given[name] for name in JOINED})
    elif len(specs) > 1:
        help = "--join puts parts together; several specs are 'archcalc show SPEC...'"
        raise SpecError(Diagnostic(f"a sweep is of one spec, and {len(specs)} are named", help=help))
    else:
        rows = swept(options.request(specs[0], given), **{name: given[name] for name in TAKEN})
    resumes = form in RESUMED and rows.selection.streams
    if given["resume"]:
        after = resumed(rows, path, form, resumes)
    progress = click.get_current_context().obj
    if progress is not None:
        progress.stop() if path is None else None
        rows.watch = None if given["join"] else progress.advance
    style = options.style(path, given["color"])
    if form in DRAWN:
        found = drawn(rows)
        write_whole(path, lambda out: writer("sweep", form)(found, out, style))
        return
    ends = form == "parquet"
    write_rows(rows, path, lambda out: writer("sweep", form)(rows, out, style), resumes=resumes, ends=ends, after=after)


DRAWN = ("svg", "html")
"""Formats that have all rows at once."""
RESUMED = ("csv", "jsonl")
"""Formats whose files can be gone on with."""


def resumed(rows: Any, path: str | None, form: str, resumes: bool) -> bool:
    """Whether a file is gone on with. Raises SpecError."""
    from archcalc.cli.rows import PARTIAL
    from archcalc.render.sweep.csv import head
    from archcalc.sweep.resuming import resume

    if path is None or not resumes:
        why = "--pareto and --sort write their rows at the end" if form in RESUMED else f"not of {form}"
        why = why if path else "and none is named"
        raise SpecError(Diagnostic(f"--resume goes on with a file of csv or jsonl, {why}", help="such as -o grid.csv"))
    return resume(rows, path, path + PARTIAL, form, head(rows.names) if form == "csv" else "")
