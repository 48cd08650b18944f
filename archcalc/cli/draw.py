"""``archcalc draw``: a network as a picture."""

from __future__ import annotations

import os
from typing import Any

import click

from archcalc.cli import options
from archcalc.cli.answer import answer
from archcalc.errors import Diagnostic, SpecError, did_you_mean
from archcalc.render import FORMATS
from archcalc.request import Request

ENDINGS = {"htm": "html", "mermaid": "mmd", "gv": "dot"}
"""Other endings of files, by the format that they say."""


@click.command("draw")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@options.taking(
    *options.NETWORK,
    click.option(
        "--depth", type=options.ABOVE_ZERO, metavar="N", help="Open what stands so deep; 1 folds every block."
    ),
    click.option(
        "--color",
        "fill",
        type=click.Choice(["params", "macs", "memory", "none"]),
        help="What fills a box: its share of this, params unless said, in a paper's style none.",
    ),
    click.option(
        "--style",
        "look",
        type=click.Choice(["cards", "paper", "tensors"]),
        default="cards",
        help="Cards with figures, names for a paper, or tensors as blocks.",
    ),
    click.option("--horizontal", is_flag=True, help="From left to right."),
    click.option(
        "--width",
        type=click.IntRange(200, 100_000),
        metavar="PIXELS",
        help="Wrap a long chain to pages so wide; html to 1200.",
    ),
    *options.LIMITS,
    click.option(
        "--format",
        "form",
        type=click.Choice(list(FORMATS["picture"])),
        help="What to write; else the file's ending says.",
    ),
    options.OUTPUT[0],
)
def command(spec: str, **given: Any) -> None:
    """Draw a spec: its steps as boxes with their shares of the parameters, and what reads what.

    Steps are opened as deep as 150 boxes allow. Repetitions that are alike are one stack, xN. Boxes add up to the
    totals. SVG has light and dark, and needs no other file. A file's ending is its format: .svg, .html, .mmd (Mermaid),
    .dot (Graphviz), .json (Model Explorer). Without -o the picture goes to standard output.

    \b
        archcalc draw resnet50 -o resnet50.svg
        archcalc draw net.yaml --depth 1 --color macs -o net.svg
        archcalc draw unet --style tensors -o unet.svg
        archcalc draw net.yaml --format mmd
    """
    from archcalc.api.drawing import picture

    try:
        given["form"] = form = given["form"] or by_ending(given["path"])
    except SpecError as error:
        from archcalc.cli.commands import WRONG
        from archcalc.cli.failures import failure

        failure(spec, error, "svg")
        raise click.exceptions.Exit(WRONG) from None

    def build(request: Request) -> Any:
        return picture(
            request,
            form,
            depth=given["depth"],
            color=given["fill"],
            style=given["look"],
            horizontal=given["horizontal"],
            width=given["width"],
        )

    answer("picture", spec, {**given, "color": None}, build)


def by_ending(path: str | None) -> str:
    """The format that a file's ending says; SVG for standard output. Raises SpecError."""
    if path is None or path == "-" or not os.path.basename(path):
        return "svg"
    ending = os.path.splitext(path)[1][1:].lower()
    found = ENDINGS.get(ending, ending)
    if found not in FORMATS["picture"]:
        formats = ", ".join(FORMATS["picture"])
        message = f"the ending of '{path}' says no format of a picture: {formats}"
        help = "a browser, or rsvg-convert, makes it of an SVG" if ending in ("png", "pdf", "jpg", "jpeg") else None
        raise SpecError(
            Diagnostic(message, help=help or did_you_mean(ending, FORMATS["picture"]) or "--format says it")
        )
    return found
