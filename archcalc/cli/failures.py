"""What goes wrong, told on standard error, and the exit status that it gives."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from archcalc.cli.commands import DEFECT, FINE, INTERRUPTED, WRONG
from archcalc.cli.output import JSON, colour_of, silence, width_of
from archcalc.errors import Diagnostic, SpecError
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.report.documents import Failed


def say(text: str) -> None:
    """Write a text on standard error. If that fails, the exit status alone tells of the error."""
    with suppress(OSError, ValueError):
        print(text, file=sys.stderr)


def tell(diagnostics: Iterable[Diagnostic], word: str = "error") -> None:
    """Draw diagnostics on standard error."""
    from archcalc.render.diagnostics import show

    say(show(diagnostics, colour_of(sys.stderr, None), word, width_of(sys.stderr, False)))


def tell_notes(notes: Collection[Diagnostic], form: str) -> None:
    """Notes on standard error, as JSON where JSON is asked for."""
    if notes and form in JSON:
        say(json.dumps({"notes": [note.data() for note in notes]}))
    elif notes:
        tell(notes, "note")


def failure(spec: str, error: SpecError, form: str) -> Failed:
    """What is wrong with a spec as plain data; told on standard error, as JSON where JSON is asked for."""
    found: Failed = {"spec": spec, "errors": [diagnostic.data() for diagnostic in error.diagnostics]}
    if form in JSON:
        say(json.dumps(found))
    else:
        tell(error.diagnostics)
    return found


def status_of(error: BaseException) -> int:
    """Tell of an error that ended a command; its exit status."""
    if isinstance(error, click.exceptions.Exit):
        return flushed(error.exit_code)
    if isinstance(error, MemoryError):
        error.__traceback__ = error.__context__ = None  # lets go of all that was built
        say("error: not enough memory for this network\n  = help: --max-work N says where to stop")
        return WRONG
    if isinstance(error, SpecError):
        tell(error.diagnostics)
        return WRONG
    if isinstance(error, BrokenPipeError):
        silence()
        return FINE
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        say("interrupted")
        return INTERRUPTED
    if isinstance(error, click.UsageError):
        message = error.format_message()
        path = error.ctx.command_path if error.ctx else "archcalc"
        tell((Diagnostic(message, help=f"'{path} --help' shows what it takes"),))
        return WRONG
    if isinstance(error, click.ClickException):
        say(f"error: {plain(error.format_message())}")
        return WRONG
    if isinstance(error, OSError):
        say(f"error: {fault(error)}")
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
    except OSError as error:
        return status_of(error)
    return status


def fault(error: OSError) -> str:
    """Which system call failed. Files that we read or write report their own errors before this."""
    try:
        os.getcwd()
    except OSError:
        return "the working directory is gone"
    where = f" '{error.filename}'" if error.filename else ""
    return plain(f"cannot write{where}: {error.strerror or error}")


def tell_defect(error: BaseException) -> None:
    """A defect of our own: what it was and how to report it."""
    from traceback import format_exception

    from archcalc.version import __version__

    python = ".".join(map(str, sys.version_info[:3]))
    lines = "".join(format_exception(type(error), error, error.__traceback__)[-8:]).rstrip()
    say(
        f"error: a defect of archcalc, not of your spec: {type(error).__name__}: {plain(str(error))}\n"
        "  = help: please report it with the command, the spec and these lines, in archcalc's issue tracker\n"
        f"  = archcalc {__version__}, Python {python}, {sys.platform}\n"
        + "\n".join(f"  | {plain(line)}" for line in lines.splitlines())
    )
