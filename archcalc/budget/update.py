"""``--update``: limits in files set to what is used. Only the scalars' own characters change; all files, or none."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack, suppress

from archcalc.budget.result import EVERYTHING, Result
from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.language.yaml_nodes import Node
from archcalc.layers.amounts import MOST_DIGITS, Amount
from archcalc.report.figures import TIME
from archcalc.sources.text import decode
from archcalc.sources.whole import Part, exclusively

Place = tuple[str, int, int]
"""A file, a line and a column, counted from zero."""


class Change:
    """A limit's text before and after, and where it stands."""

    __slots__ = ("node", "old", "new", "names", "numbers")

    def __init__(self, node: Node, old: str) -> None:
        self.node, self.old, self.new = node, old, old
        self.names: list[str] = []
        self.numbers: list[int] = []

    @property
    def at(self) -> Place:
        return self.node.span.source.name, self.node.span.line, self.node.span.start

    @property
    def place(self) -> str:
        return f"{self.node.span.source.name}:{self.node.span.line + 1}"


def update_limits(results: Iterable[Result]) -> list[Change]:
    """Set every ``max`` and ``min`` of the files to what is used, and return what changed.

    A limit over several networks becomes the largest use (of a ``min`` the smallest). Raises SpecError, with nothing
    written, if a limit cannot be edited.
    """
    found = list(results)
    changes = [change for change in planned(found) if change.new != change.old]
    if changes:
        write_all(edited(changes))
    new = {change.at: change.new for change in changes}
    for result in filter(is_set, found):
        result.written = new.get(place_of(result), result.written)
        result.source.amount = Amount(result.written)
        result.hold(None)
    return changes


def is_set(result: Result) -> bool:
    """Whether ``--update`` sets a limit."""
    can_be_written = result.used != EVERYTHING and result.used < 10**MOST_DIGITS
    return result.source.edited is not None and result.bound != "max_increase" and can_be_written


def unset(results: Iterable[Result]) -> list[Diagnostic]:
    """The limits of files that do not hold and that ``--update`` leaves."""
    help = "it sets each max and min that is one number; write this one by hand"
    left = [
        one for one in results if not one.ok and not is_set(one) and not one.source.span.source.name.startswith("--")
    ]
    return [Diagnostic(f"--update leaves {one.bound} of {one.what}", one.source.span, help=help) for one in left]


def place_of(result: Result) -> Place:
    span = result.source.edited.span
    return span.source.name, span.line, span.start


def planned(results: list[Result]) -> list[Change]:
    changes: dict[Place, Change] = {}
    wanted: dict[Place, set[str]] = {}
    for result in results:
        if not is_set(result):
            continue
        node, place = result.source.edited, place_of(result)
        change = changes.setdefault(place, Change(node, result.written))
        change.names.append(f"{result.name} {result.what}")
        change.numbers.append(result.used)
        used = max(change.numbers) if result.bound == "max" else min(change.numbers)
        amount = result.source.amount
        change.new = result.written
        if amount.numerator != used * amount.denominator:
            unit = "ns" if result.metric.startswith(TIME) else "B" if amount.bytes else ""
            change.new = f"{used}{unit}{f' @{amount.dtype}' if amount.dtype else ''}"
        wanted.setdefault(place, set()).add(f"{result.bound} of {result.metric}")
    for place, bounds in wanted.items():
        if len(bounds) > 1:
            message = f"'{changes[place].old}' is the {' and the '.join(sorted(bounds))} at once"
            raise SpecError(Diagnostic(message, changes[place].node.span, help="write each of them out"))
    return list(changes.values())


def edited(changes: list[Change]) -> dict[str, tuple[bytes, bytes]]:
    """The old and the new contents of every file."""
    by_file: dict[str, list[Change]] = {}
    for change in changes:
        by_file.setdefault(change.node.span.source.name, []).append(change)
    return {name: edited_file(name, those) for name, those in by_file.items()}


def edited_file(name: str, changes: list[Change]) -> tuple[bytes, bytes]:
    source = changes[0].node.span.source
    try:
        with open(name, "rb") as file:
            data = file.read()
    except OSError:
        raise SpecError(Diagnostic(f"'{name}' is no file that --update can write", changes[0].node.span)) from None
    if decode(data, name) != source.text:
        raise SpecError(Diagnostic(f"'{name}' has changed while it was checked"))
    text = data.decode("utf-8")
    mark = len(text) - len(source.text)  # a byte order mark
    starts = [start + mark for start in source.starts]
    for change in sorted(changes, key=lambda change: (change.node.span.line, change.node.span.start), reverse=True):
        span, quote = change.node.span, 0 if change.node.plain else 1
        start, stop = starts[span.line] + span.start + quote, starts[span.line] + span.stop - quote
        if text[start:stop] != change.node.text:
            raise cannot_edit(span)
        text = text[:start] + change.new + text[stop:]
    return data, text.encode("utf-8")


def cannot_edit(span: Span) -> SpecError:
    return SpecError(
        Diagnostic("--update cannot edit a text with escapes or of several lines", span, help="write it plainly")
    )


def write_all(files: dict[str, tuple[bytes, bytes]]) -> None:
    """Write every file beside its old version first, then put all in their places.

    Another run may have written one since it was read: it is locked and read again, and then it is an error.
    """
    parts: list[Part] = []
    name = ""
    try:
        with ExitStack() as locks:
            for name, (old, new) in files.items():
                part = Part(name)
                parts.append(part)
                if locked(part.place, locks) != old:
                    raise SpecError(Diagnostic(f"'{name}' has changed while it was checked; nothing was changed"))
                with open(part.path, "wb", opener=exclusively) as file:
                    file.write(new)
                part.keep_permissions()
                if not os.access(part.place, os.W_OK):
                    raise PermissionError(13, "Permission denied")
            for part in parts:
                part.put()
    except OSError as error:
        raise SpecError(Diagnostic(f"cannot write '{name}': {error.strerror or error}; nothing was changed")) from None
    finally:
        for part in parts:
            part.remove()


def locked(path: str, locks: ExitStack) -> bytes | None:
    """What a file holds, locked where the system has locks; None if another stands in its place by then."""
    file = open(path, "rb")  # noqa: SIM115
    locks.callback(file.close)
    with suppress(ImportError):
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
    return file.read() if os.path.samestat(os.fstat(file.fileno()), os.stat(path)) else None
