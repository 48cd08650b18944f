"""The errors found so far: all that one run can find, each once, in the order of the text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

from archcalc.errors import Diagnostic, SpecError
from archcalc.meter import OutOfWork

Found = TypeVar("Found")

MOST = 200
"""Past so many errors a file is not worth reading on."""


class Unknown(Exception):
    """A size is unknown because of an earlier error: what follows from it is no further error."""


class Halted(Exception):
    """Stop here and tell the errors found so far: to go on would take too long, or lead nowhere."""


class Problems:
    """Gathers diagnostics. A block that is called a hundred times tells its error once.

    ``apart``: the first error of tensors whose sizes do not meet, which an input of another size may mend.
    """

    def __init__(self) -> None:
        self._found: dict[Any, Diagnostic] = {}
        self.apart: Diagnostic | None = None

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, *diagnostics: Diagnostic) -> None:
        for diagnostic in diagnostics:
            span = diagnostic.span
            place = (span.source.name, span.line, span.start) if span else None
            self._found.setdefault((place, diagnostic.message), diagnostic)
        if len(self._found) >= MOST:
            raise Halted

    def __enter__(self) -> Problems:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        """Gather what a ``with`` block raises: an error is told; what follows from an earlier error is not."""
        if isinstance(error, OutOfWork):
            return False
        if isinstance(error, SpecError):
            self.add(*error.diagnostics)
        return isinstance(error, (SpecError, Unknown))

    def say(self, message: str, span: Any, **more: Any) -> None:
        self.add(Diagnostic(message, span, **more))

    def halt(self, message: str, span: Any, **more: Any) -> NoReturn:
        """Tell an error that ends the work."""
        self.say(message, span, **more)
        raise Halted

    def stop(self) -> None:
        """Raise what was found, if anything was."""
        if self._found:
            raise SpecError(*sorted(self._found.values(), key=self._place))

    def _place(self, diagnostic: Diagnostic) -> tuple[int, int, int]:
        span = diagnostic.span
        if span is None:
            return (-1, 0, 0)
        files = list(dict.fromkeys(one.span.source.name for one in self._found.values() if one.span))
        return (files.index(span.source.name), span.line, span.start)


def whole(reading: Callable[..., Found], *given: Any) -> Found:
    """What a function reads that takes problems last. Raises SpecError if anything is wrong."""
    problems = Problems()
    with suppress(Halted):
        found = reading(*given, problems)
    problems.stop()
    return found
