"""Where output goes: a terminal, a pipe, or a file that is written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO, cast

import click

from archcalc.errors import Diagnostic, SpecError

JSON = ("json", "jsonl")

WIDE = 200
"""Columns for colour that is asked for where there is no terminal to say its width."""


def colour_of(stream: TextIO, asked: bool | None) -> bool:
    """Whether to colour: as asked, else on a terminal without NO_COLOR."""
    if asked is not None:
        return asked
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def width_of(stream: TextIO, colour: bool) -> int | None:
    """The columns of a terminal (COLUMNS wins), None for a pipe or a file: there nothing is fitted to a width."""
    if not stream.isatty() and not colour:
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and len(columns) < 10 and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return WIDE


def write_whole(path: str | None, write: Callable[[TextIO], None], rows: int = 0) -> None:
    """Write about so many rows to standard output, or to a file that appears only once all of it is written.

    Where a pipe's reader has seen enough, the rest is dropped: what the command found still decides its exit status.
    Raises SpecError if the file cannot be written; then no part of it is left.
    """
    if path is None or path == "-":
        try:
            write(watched(sys.stdout, rows))
        except BrokenPipeError:
            silence()
        return
    try:
        named = os.path.basename(path)  # '' and 'x/' name no file, as the system says when they are opened
        if not named or (os.path.exists(path) and not os.path.isfile(path)):  # a device or a pipe cannot be replaced
            with suppress(BrokenPipeError), open_text(path) as out:
                write(watched(out, rows))
            return
        from archcalc.sources.whole import Part, exclusively

        part = Part(path)
        end_in_order()
        try:
            with open_text(part.path, opener=exclusively) as out:
                write(watched(out, rows))
            part.keep_permissions()
            part.put()
        finally:
            part.remove()
    except OSError as error:
        raise SpecError(Diagnostic(f"cannot write '{path}': {error.strerror or error}")) from None


def open_text(path: str, mode: str = "w", opener: Callable[[str, int], int] | None = None) -> TextIO:
    """A file to write, in UTF-8; bytes of a file's name that are none are escaped."""
    return cast("TextIO", open(path, mode, encoding="utf-8", errors="backslashreplace", newline="", opener=opener))


def watched(out: TextIO, rows: int) -> TextIO:
    """The stream that so many rows are written to, watched by the bar of the command that runs, if it has one."""
    context = click.get_current_context(silent=True)
    return out if context is None or context.obj is None else cast("TextIO", context.obj.watched(out, rows))


def end_in_order() -> None:
    """Let a request to end raise SystemExit, so that what is half written is removed; the statuses are a shell's."""
    import signal  # only where a file is written

    def end(number: int, frame: object) -> None:
        sys.exit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup's choice stands
            signal.signal(number, end)


def silence() -> None:
    """Let nothing more be written to a pipe that its reader has closed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
