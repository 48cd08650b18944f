"""One budget of work: whatever a text makes archcalc do is charged where it is done, before it is done.

A unit is about a microsecond, or a hundred bytes that stay. What is bounded by what was charged before costs nothing
of its own. Small things are charged together: a layer with its row, an expression with its operations.
"""

from __future__ import annotations

from contextvars import ContextVar

from archcalc.errors import Diagnostic, Span, SpecError, option

MAX_WORK = 3_000_000
"""Units for one network, unless whoever asks for it allows more."""

ABOUT = "max-work"
"""What errors of too much work are about."""


class OutOfWork(SpecError):
    """More work is asked for than was allowed. ``place``: what asks for it, as far as that is known."""

    def __init__(self, most: int, place: Span | None = None, what: str = "this") -> None:
        help = f"{option(ABOUT, 'N')} allows more; a unit is about a microsecond"
        super().__init__(Diagnostic(f"{what} takes more than {most:,} units of work", place, help=help, about=ABOUT))
        self.most = most

    def at(self, place: Span | None) -> OutOfWork:
        """The error at this place, if it has none yet."""
        return OutOfWork(self.most, place) if self.diagnostics[0].span is None else self


class Meter:
    """How much more work may be done, of ``most``."""

    __slots__ = ("most", "left")

    def __init__(self, most: int = MAX_WORK) -> None:
        self.most = self.left = most

    def charge(self, units: int, place: Span | None = None, what: str = "this") -> None:
        """Take so many units for what is done at a place. Raises OutOfWork where fewer are left, and from then on."""
        self.left -= units
        if self.left < 0:
            raise OutOfWork(self.most, place, what)


METER: ContextVar[Meter | None] = ContextVar("METER", default=None)
"""That of the network which is being built."""


def charge(units: int, place: Span | None = None) -> None:
    """Take units from the network that is being built; nothing elsewhere."""
    meter = METER.get()
    if meter is not None:
        meter.charge(units, place)
