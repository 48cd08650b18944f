"""An exact decimal number: what costs 4.6 pJ each is counted without rounding."""

from __future__ import annotations

from functools import total_ordering
from typing import Any


@total_ordering
class Decimals:
    """``units / 10**places``. Sums, differences and whole multiples are exact; it prints all its places."""

    __slots__ = ("places", "units")

    def __init__(self, units: int, places: int) -> None:
        self.units, self.places = units, places

    @classmethod
    def read(cls, text: str) -> Decimals:
        """Digits with a point between them."""
        whole, _, part = text.partition(".")
        return cls(int(whole + part), len(part))

    def with_places(self, places: int) -> int:
        """So many units of as many places, at least its own."""
        units: int = self.units * 10 ** (places - self.places)
        return units

    def __add__(self, other: Any) -> Any:
        one, two, places = aligned(self, other)
        return Decimals(one + two, places)

    __radd__ = __add__

    def __neg__(self) -> Decimals:
        return Decimals(-self.units, self.places)

    def __abs__(self) -> Decimals:
        return Decimals(abs(self.units), self.places)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        return Decimals(self.units * other, self.places) if type(other) is int else NotImplemented

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> int:
        one, two, _ = aligned(self, other)
        return one // two

    def __truediv__(self, other: Any) -> float:
        one, two, _ = aligned(self, other)
        return one / two

    def __rtruediv__(self, other: Any) -> float:
        one, two, _ = aligned(self, other)
        return two / one

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (int, Decimals)):
            return NotImplemented
        one, two, _ = aligned(self, other)
        return one == two

    def __lt__(self, other: Any) -> bool:
        one, two, _ = aligned(self, other)
        return one < two

    def __hash__(self) -> int:
        units, places = self.units, self.places
        while places and units % 10 == 0:
            units, places = units // 10, places - 1
        return hash((units, places)) if places else hash(units)

    def __bool__(self) -> bool:
        return bool(self.units)

    def __format__(self, form: str) -> str:
        """``1,234.5`` for ``,`` and ``1234.5`` for nothing; ``+`` as for whole numbers."""
        whole, part = divmod(abs(self.units), 10**self.places)
        sign = "-" if self.units < 0 else "+" if form.startswith("+") else ""
        return f"{sign}{format(whole, form.lstrip('+'))}" + (f".{part:0{self.places}}" if self.places else "")

    def __str__(self) -> str:
        return format(self)

    __repr__ = __str__


def aligned(one: Decimals, other: Any) -> tuple[int, int, int]:
    """Both as units of as many places."""
    two = other if type(other) is Decimals else Decimals(int(other), 0)
    places = max(one.places, two.places)
    return one.with_places(places), two.with_places(places), places
