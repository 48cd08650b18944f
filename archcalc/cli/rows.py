"""Rows that are written as they come: whatever ends that, whole rows are there, and a sentence says how many."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, NoReturn, TextIO, cast

import click

from archcalc.cli.commands import INTERRUPTED
from archcalc.cli.failures import say
from archcalc.cli.interrupts import hearing
from archcalc.cli.output import silence
from archcalc.errors import Diagnostic, SpecError
from archcalc.interrupts import uninterrupted
from archcalc.sources.whole import exclusively, real_place


class Whole:
    """A file that is written in whole rows: each text is there entirely, or, if it is an ordinary file, not at all."""

    encoding = "utf-8"

    def __init__(self, descriptor: int, buffer: BinaryIO | None = None) -> None:
        self.descriptor = descriptor
        self.buffer = os.fdopen(descriptor, "wb", closefd=False) if buffer is None else buffer
        self.ordinary = stat.S_ISREG(os.fstat(descriptor).st_mode)

    def write(self, text: str) -> int:
        place = os.fstat(self.descriptor).st_size if self.ordinary else 0
        left = memoryview(text.encode("utf-8", "backslashreplace"))
        with uninterrupted():
            try:
                while left:
                    left = left[os.write(self.descriptor, left) :]
            except OSError:
                if self.ordinary:
                    os.ftruncate(self.descriptor, place)
                raise
        return len(text)


PARTIAL = ".partial"
"""What a file's name ends with until all rows are in it: a file without it is whole."""


def write_rows(
    rows: Any, path: str | None, write: Callable[[TextIO], None], *, resumes: bool, ends: bool, after: bool
) -> None:
    """Write rows to standard output, or to a file, ``after`` those that its partial file has.

    ``resumes``: whether a file of that format can be gone on with. ``ends``: whether it has an end without which it
    cannot be read. Raises SpecError, and Exit after an interrupt.
    """
    file = None if path is None or path == "-" else path
    try:
        with hearing(rows.watch) as rows.watch:
            to_place(file, write, rows, after, ends)
    except (KeyboardInterrupt, SystemExit) as error:
        say(f"interrupted after {done(rows)}" + (f": {kept(file, resumes)}" if file and is_kept(file) else ""))
        status = error.code if isinstance(error, SystemExit) else INTERRUPTED
        raise click.exceptions.Exit(status if isinstance(status, int) else INTERRUPTED) from None
    except OSError as error:
        if file is None:
            raise
        tell_kept(Diagnostic(f"cannot write '{file}': {error.strerror or error}"), file, resumes, rows)
    except SpecError as error:
        if file is None:
            raise
        tell_kept(error.diagnostics[0], file, resumes, rows)


def to_place(file: str | None, write: Callable[[TextIO], None], rows: Any, after: bool, ends: bool) -> None:
    if file is None:
        to_standard_output(write)
    elif os.path.exists(file) and not os.path.isfile(file):  # a device or a pipe cannot be replaced
        with suppress(BrokenPipeError), opened(file, os.O_WRONLY) as descriptor:
            write(cast("TextIO", Whole(descriptor)))
    else:
        to_file(file, write, rows, after, ends)


def done(rows: Any) -> str:
    return f"{rows.written:,} of {rows.total:,} variants"


def is_kept(file: str) -> bool:
    """Whether a partial file has rows."""
    return os.path.exists(real_place(file) + PARTIAL)


def kept(file: str, resumes: bool) -> str:
    return f"'{file}{PARTIAL}' has their rows" + (", and --resume goes on" if resumes else "")


def tell_kept(diagnostic: Diagnostic, file: str, resumes: bool, rows: Any) -> NoReturn:
    """Raise the error, with what there is in spite of it."""
    if is_kept(file):
        diagnostic.help = f"after {done(rows)}: {kept(file, resumes)}"
    raise SpecError(diagnostic) from None


def to_standard_output(write: Callable[[TextIO], None]) -> None:
    try:
        sys.stdout.flush()
        out = cast("TextIO", Whole(sys.stdout.fileno()))
    except (OSError, ValueError):  # something else stands in its place
        out = sys.stdout
    try:
        write(out)
    except BrokenPipeError:
        silence()


def to_file(path: str, write: Callable[[TextIO], None], rows: Any, after: bool, ends: bool) -> None:
    """A file that has its name once it is written; what ends that before leaves the partial one, if it has rows.

    An error of the system leaves none that ``ends``.
    """
    place = real_place(path)
    partial = place + PARTIAL
    if not after and os.path.lexists(partial):
        os.unlink(partial)
    try:
        with open(partial, "ab" if after else "wb", opener=None if after else exclusively) as file:
            write(cast("TextIO", Whole(file.fileno(), file)))
        if os.path.exists(place):
            os.chmod(partial, os.stat(place).st_mode & 0o777)
        os.replace(partial, place)
    except BaseException as error:
        cut = ends and isinstance(error, OSError)
        if os.path.lexists(partial) and (cut or not rows.written or not os.path.getsize(partial)):
            os.unlink(partial)
        raise


@contextmanager
def opened(path: str, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
