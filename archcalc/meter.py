"""One budget of work: whatever a text makes archcalc do is charged where it is done, before it is done.

A unit is about a microsecond, or a hundred bytes that stay. What is bounded by what was charged before costs nothing
of its own. Small things are charged together: a layer with its row, an expression with its operations.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from archcalc.errors import Diagnostic, Span, SpecError, option

MAX_WORK = 3_000_000
"""Units for one network, unless whoever asks for it allows more."""

THIS = "this"
ABOUT = "max-work"
"""What errors of too much work are about."""


class OutOfWork(SpecError):
    """More work is asked for than was allowed. ``place``: what asks for it, as far as that is known."""

    def __init__(self, meter: Meter, place: Span | None = None, what: str = THIS) -> None:
        message = f"{what} takes more than {meter.most:,} units of work"
        help = None if meter.fixed else f"{option(ABOUT, 'N')} allows more; a unit is about a microsecond"
        super().__init__(Diagnostic(message, place, help=help, about=ABOUT))
        self.meter, self.what = meter, what

    def of(self, what: str) -> OutOfWork:
        """The error of what was done, if it says neither that nor a place."""
        known = self.diagnostics[0].span is not None or self.what != THIS
        return self if known else OutOfWork(self.meter, None, what)

    def at(self, place: Span | None) -> OutOfWork:
        """The error at this place, if it has none yet."""
        return OutOfWork(self.meter, place) if self.diagnostics[0].span is None else self


class Meter:
    """How much more work may be done, of ``most``; ``fixed``: whoever asks cannot allow more."""

    __slots__ = ("most", "left", "fixed")

    def __init__(self, most: int = MAX_WORK, *, fixed: bool = False) -> None:
        self.most = self.left = most
        self.fixed = fixed

    def charge(self, units: int, place: Span | None = None, what: str = THIS) -> None:
        """Take so many units for what is done at a place. Raises OutOfWork where fewer are left, and from then on."""
        self.left -= units
        if self.left < 0:
            raise OutOfWork(self, place, what)


METER: ContextVar[Meter | None] = ContextVar("METER", default=None)
"""That of the network which is being built."""


@contextmanager
def metered(meter: Meter, what: str = THIS) -> Iterator[None]:
    """``what`` is done inside is charged to this meter."""
    before = METER.set(meter)
    try:
        yield
    except OutOfWork as error:
        raise error.of(what) from None
    finally:
        METER.reset(before)


def charge(units: int, place: Span | None = None) -> None:
    """Take units from the network that is being built; nothing elsewhere."""
    meter = METER.get()
    if meter is not None:
        meter.charge(units, place)
