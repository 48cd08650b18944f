"""Axes: round ticks, words for them, and where a value is."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, log10

from archcalc.render.pictures.letters import si

MOST_TICKS = 6
PREFIXES = ((10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"), (1000, "k"))


LARGEST = 10**300
"""No axis has room for more."""


def drawable(*values: float) -> bool:
    """Whether a chart can have these values."""
    return all(abs(value) < LARGEST for value in values)


class Axis:
    """From ``low`` to ``high``, even or ``log``; ``name`` says what of, ``unit`` stands behind its numbers."""

    def __init__(self, name: str, low: float, high: float, *, log: bool = False, unit: str = "") -> None:
        self.name, self.unit = name, unit
        self.log = log and low > 0
        if low == high:
            low, high = (low / 2, high * 2) if self.log else (low - abs(low or 1) / 2, high + abs(high or 1) / 2)
        self.low, self.high = low, high

    @classmethod
    def around(
        cls, name: str, values: Iterable[float], *, log: bool = False, unit: str = "", zero: bool = False
    ) -> Axis:
        """An axis with room around the values; with ``zero`` it begins there, or ends."""
        found = [*values] or [0.0, 1.0]
        low, high = min(found), max(found)
        if log and low > 0:
            factor = (high / low) ** 0.06 if high > low else 1.0
            return cls(name, low / factor, high * factor, log=True, unit=unit)
        if zero:
            low, high = min(low, 0), max(high, 0)
        room = (high - low) * 0.06
        return cls(
            name, low if zero and low == 0 else low - room, high if zero and high == 0 else high + room, unit=unit
        )

    def share(self, value: float) -> float:
        """How far along the axis a value is: 0 to 1."""
        if self.log:
            return log10(value / self.low) / log10(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self, most: int = MOST_TICKS) -> list[float]:
        """Round values between its ends."""
        return decades(self.low, self.high, most) if self.log else steps(self.low, self.high, most)

    def words(self, ticks: list[float]) -> list[str]:
        """The ticks in words that tell them apart."""
        if self.log or len(ticks) < 2:
            return [spoken(tick, self.unit) for tick in ticks]
        step, most = ticks[1] - ticks[0], max(map(abs, ticks))
        scale, prefix = next(((scale, prefix) for scale, prefix in PREFIXES if most >= scale), (1, ""))
        digits = max(0, -floor(log10(step / scale) + 1e-9))
        return [f"{tick / scale:,.{digits}f} {prefix}{self.unit}".strip() if tick else "0" for tick in ticks]


def spoken(value: float, unit: str = "") -> str:
    """A value in words: three digits and a prefix."""
    return si(value, unit) if value else "0"


def steps(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    span = high - low
    step = 10.0 ** floor(log10(span / most))
    step *= next(factor for factor in (1, 2, 5, 10) if span / (step * factor) <= most)
    return [round(step * number, 12) for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def decades(low: float, high: float, most: int) -> list[float]:
    """1, 2 and 5 times powers of ten; fewer where there are too many of them, even steps in a short span."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [factor * 10.0**power for power in powers for factor in factors]
        found = [value for value in found if low * 0.9999 <= value <= high * 1.0001]
        if len(found) <= most + 1:
            break
    if len(found) < 2:
        return steps(low, high, most)
    return found[:: -(-len(found) // (most + 1))]
