"""The options that commands share, and what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from archcalc.errors import Diagnostic, SpecError
from archcalc.render import FORMATS
from archcalc.render.style import Style
from archcalc.report.model import BITS

Function = TypeVar("Function", bound=Callable[..., Any])


def completing(what: str) -> Callable[[click.Context, click.Parameter, str], Any]:
    """A completion of complete.py, which is loaded when a shell asks."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> Any:
        from archcalc.cli import complete as found

        return getattr(found, what)(context, incomplete)

    return complete


def variables(command: Function) -> Function:
    """What the network is: variables, variant, input, batch, weights, counting, limits."""
    for option in reversed(
        (
            click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a variable of the spec."),
            click.option(
                "--variant",
                metavar="NAME",
                shell_complete=completing("variants"),
                help="Choose a variant, as SPEC:NAME does.",
            ),
            click.option(
                "--input", "inputs", multiple=True, metavar="SHAPE", help="The input, as 3x256x256 or NAME=3x256x256."
            ),
            click.option("--batch", type=click.IntRange(min=1), default=1, metavar="N", help="Samples at once."),
            click.option(
                "--dtype",
                type=click.Choice(list(BITS)),
                default="float32",
                metavar="TYPE",
                help="Of the weights: float16, int8, ...",
            ),
            click.option(
                "--count",
                metavar="CONVENTION",
                shell_complete=completing("conventions"),
                help="How to count operations: 'archcalc count' lists the ways; my.yaml, all, or a,b.",
            ),
            click.option(
                "--max-layers",
                type=click.IntRange(min=1),
                default=100_000,
                metavar="N",
                help="Layers at most (100,000).",
            ),
            click.option(
                "--allow-import", multiple=True, metavar="DIR", type=click.Path(), help="Let imports read from DIR too."
            ),
        )
    ):
        command = option(command)
    return command


def form(document: str) -> Callable[[Function], Function]:
    """The format of the document that a command prints."""
    formats = list(FORMATS[document])
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0], help="What to print.")


def output(command: Function) -> Function:
    """How it is printed: format, columns, rows, order, file."""
    for option in reversed(
        (
            form("report"),
            click.option(
                "--columns",
                metavar="A,B,+C",
                shell_complete=completing("columns"),
                help="The columns; +name adds to the default ones.",
            ),
            click.option(
                "--depth", type=click.IntRange(min=1), metavar="N", help="Fold what nests deeper; 1 is a row a step."
            ),
            click.option("--all", "all_rows", is_flag=True, help="Rows with 'row: false' too."),
            click.option("--sort", metavar="COLUMN", shell_complete=completing("columns"), help="Largest first."),
            click.option(
                "-o",
                "--output",
                "path",
                type=click.Path(),
                metavar="FILE",
                help="Write to a file, whole or not at all.",
            ),
            click.option("--color/--no-color", "color", default=None, help="Colour, or none (as NO_COLOR)."),
        )
    ):
        command = option(command)
    return command


class Request:
    """What the shared options ask for."""

    __slots__ = ("arguments", "form", "path", "color", "_style")

    def __init__(
        self,
        *,
        settings: tuple[str, ...],
        variant: str | None,
        inputs: tuple[str, ...],
        batch: int,
        dtype: str,
        count: str | None,
        max_layers: int,
        allow_import: tuple[str, ...],
        form: str,
        columns: str | None,
        depth: int | None,
        all_rows: bool,
        sort: str | None,
        path: str | None,
        color: bool | None,
    ) -> None:
        self.arguments: dict[str, Any] = {
            "settings": dict(setting(text) for text in settings),
            "variant": variant,
            "inputs": dict(shape(text) for text in inputs),
            "batch": batch,
            "dtype": dtype,
            "count": count,
            "max_layers": max_layers,
            "allow_import": allow_import,
        }
        self.form, self.path, self.color = form, path, color
        chosen = [name.strip() for name in columns.split(",")] if columns else []
        replace = [name for name in chosen if not name.startswith("+")] or None
        plus = [name[1:] for name in chosen if name.startswith("+")]
        self._style: dict[str, Any] = {
            "columns": replace,
            "plus": plus,
            "depth": depth,
            "all_rows": all_rows,
            "sort": sort,
        }

    def style(self) -> Style:
        """How to draw: fitted to the terminal, plain for a pipe or a file."""
        import sys

        from archcalc.cli.output import colour_of, width_of

        if self.path is not None and not self.color:
            return Style(color=False, width=None, **self._style)
        color = colour_of(sys.stdout, self.color)
        return Style(color=color, width=width_of(sys.stdout, bool(self.color)), **self._style)


def setting(text: str) -> tuple[str, str]:
    """NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise SpecError(Diagnostic(f"--set takes NAME=VALUE, not '{text}'", help="such as --set width=32"))
    return name.strip(), value


def shape(text: str) -> tuple[str | None, tuple[int, ...]]:
    """3x256x256, or NAME=3x256x256."""
    name, equals, sizes = text.rpartition("=")
    parts = sizes.split("x")
    if not all(part.isascii() and part.isdigit() and int(part) > 0 for part in parts) or len(sizes) > 1000:
        message = f"--input takes sizes with x between them, not '{text}'"
        raise SpecError(Diagnostic(message, help="such as --input 3x256x256, or --input image=3x256x256"))
    return (name if equals else None), tuple(map(int, parts))
