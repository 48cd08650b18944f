"""What goes wrong, told on standard error, and the exit status that it gives."""

from __future__ import annotations

import os
import sys

import click

from archcalc.cli import DEFECT, FINE, INTERRUPTED, WRONG
from archcalc.errors import Diagnostic, SpecError


def tell(diagnostics: tuple[Diagnostic, ...]) -> None:
    """Draw diagnostics on standard error."""
    from archcalc.cli.output import colour_of
    from archcalc.render.diagnostics import show

    print(show(diagnostics, color=colour_of(sys.stderr, None)), file=sys.stderr)


def status_of(error: BaseException) -> int:
    """Tell of an error that ended a command; its exit status."""
    if isinstance(error, click.exceptions.Exit):
        return flushed(error.exit_code)
    if isinstance(error, SpecError):
        tell(error.diagnostics)
        return WRONG
    if isinstance(error, BrokenPipeError):
        silence()
        return FINE
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    if isinstance(error, click.UsageError):
        message = error.format_message()
        path = error.ctx.command_path if error.ctx else "archcalc"
        print(f"error: {message}\n  = help: '{path} --help' shows what it takes", file=sys.stderr)
        return WRONG
    if isinstance(error, click.ClickException):
        print(f"error: {error.format_message()}", file=sys.stderr)
        return WRONG
    if isinstance(error, OSError):
        where = f" '{error.filename}'" if error.filename else ""
        print(f"error: cannot write{where}: {error.strerror or error}", file=sys.stderr)
        return WRONG
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else WRONG
    tell_defect(error)
    return DEFECT


def flushed(status: int) -> int:
    """The status, once everything written has reached its reader."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
    return status


def silence() -> None:
    """Let nothing more be written to a pipe that its reader has closed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell_defect(error: BaseException) -> None:
    """A defect of our own: what it was and how to report it."""
    from traceback import format_exception

    from archcalc import __version__

    python = ".".join(map(str, sys.version_info[:3]))
    lines = "".join(format_exception(type(error), error, error.__traceback__)[-8:]).rstrip()
    print(
        f"error: a defect of archcalc, not of your spec: {type(error).__name__}: {error}\n"
        "  = help: please report it with the command, the spec and these lines, in archcalc's issue tracker\n"
        f"  = archcalc {__version__}, Python {python}, {sys.platform}\n"
        + "\n".join(f"  | {line}" for line in lines.splitlines()),
        file=sys.stderr,
    )
