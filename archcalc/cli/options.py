"""The options that commands share: each command takes those that it needs. What they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import click

from archcalc.errors import Diagnostic, SpecError
from archcalc.meter import MAX_WORK
from archcalc.render import FORMATS
from archcalc.render.style import Style
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.request import Options

Decorator = Callable[[Any], Any]


def completing(what: str) -> Callable[[click.Context, click.Parameter, str], Any]:
    """A completion of complete.py, which is loaded when a shell asks."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> Any:
        from archcalc.cli import complete as found

        return getattr(found, what)(context, incomplete)

    return complete


class Path(click.types.StringParamType):
    """A path as it is written. click's own type looks for translations of its name."""

    name = "path"

    def shell_complete(self, context: click.Context, parameter: click.Parameter, incomplete: str) -> Any:
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


def taking(*options: Decorator) -> Decorator:
    """A decorator that gives a command these options, in this order."""

    def add(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return add


ABOVE_ZERO = click.IntRange(min=1)

INPUTS = (
    click.option(
        "--input", "inputs", multiple=True, metavar="SHAPE", help="The input, as 3x256x256 or NAME=3x256x256."
    ),
    click.option("--as-custom", is_flag=True, help="Take unknown operators of another format as custom steps."),
)
NETWORK = (
    click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a variable of the spec."),
    click.option(
        "--variant", metavar="NAME", shell_complete=completing("variants"), help="Choose a variant, as SPEC:NAME does."
    ),
    INPUTS[0],
    click.option("--batch", type=ABOVE_ZERO, default=1, metavar="N", help="Samples at once."),
    INPUTS[1],
)
LIMITS = (
    click.option(
        "--max-work",
        type=ABOVE_ZERO,
        default=MAX_WORK,
        metavar="N",
        help=f"Units of work at most for each network, about a microsecond each ({MAX_WORK:,}).",
    ),
    click.option("--allow-import", multiple=True, metavar="DIR", type=Path(), help="Let imports read from DIR too."),
    click.option("--strict", is_flag=True, help="Exit with 2 where something is noted."),
)
LOCAL = click.option("--local", is_flag=True, help="Receptive fields without the gates of a mul that see all.")
WIDTHS = (
    click.option(
        "--dtype",
        metavar="TYPE|FILE",
        shell_complete=completing("widths"),
        help="Of the weights: float16 (or fp16, half), int8, ...; or a file of widths ('archcalc help widths').",
    ),
    click.option("--bias-dtype", metavar="TYPE", shell_complete=completing("dtypes"), help="Of the biases: int32, ..."),
)
VARY = click.option(
    "--vary", multiple=True, metavar="NAME=VALUES", help="What varies: 16..128:8, a list, or * of variants."
)
ZIP = click.option("--zip", "together", multiple=True, metavar="A,B", help="Names whose values go in pairs.")
FIGURES = click.option(
    "--columns", metavar="A,B,+C", shell_complete=completing("all_figures"), help="The figures; +name adds one."
)
WORKERS = click.option("--workers", type=ABOVE_ZERO, metavar="N", help="Processes; one for each core unless given.")
OUTPUT = (
    click.option("-o", "--output", "path", type=Path(), metavar="FILE", help="Write to a file, whole or not at all."),
    click.option("--color/--no-color", "color", default=None, help="Colour, or none (as NO_COLOR)."),
)


def count(choices: str = "my.yaml") -> Decorator:
    """``--count``; ``choices`` are what it takes but the names of conventions."""
    help = f"How to count operations: 'archcalc count' lists the ways; {choices}."
    return click.option("--count", metavar="CONVENTION", shell_complete=completing("conventions"), help=help)


def device(**more: Any) -> Decorator:
    """``--device``: a name, or a file."""
    help = "The device: a name of 'archcalc devices', or my.yaml ('archcalc help roofline')."
    return click.option("--device", metavar="NAME|FILE", shell_complete=completing("devices"), help=help, **more)


def form(document: str) -> Decorator:
    """The format of the document that a command prints; the first is the default."""
    formats = list(FORMATS[document])
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0], help="What to print.")


def arguments(given: Mapping[str, Any]) -> Options:
    """Those of a command's options that a request takes. Raises SpecError."""
    names = ("variant", "batch", "dtype", "bias_dtype", "count", "max_work", "allow_import", "local", "as_custom")
    found = {name: given[name] for name in names if name in given}
    found |= {"settings": dict(map(setting, given.get("settings", ()))), "inputs": dict(map(shape, given["inputs"]))}
    return cast("Options", found)


def request(spec: str, given: Mapping[str, Any], *, several: bool = False) -> Request:
    """The request of a spec with a command's options. Raises SpecError."""
    return Request(spec, **arguments(given), several=several)


def style(path: str | None, color: bool | None, **rows: Any) -> Style:
    """How to draw: fitted to the terminal, plain for a pipe or a file."""
    import sys

    from archcalc.cli.output import colour_of, width_of

    if path is not None and not color:
        return Style(color=False, width=None, **rows)
    return Style(color=colour_of(sys.stdout, color), width=width_of(sys.stdout, bool(color)), **rows)


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
