"""Amounts with units: ``5M``, ``1.5Gi``, ``5MB @int8``, ``1%``. Exact: an amount is a fraction of whole numbers."""

from __future__ import annotations

import re

from archcalc.errors import nearest
from archcalc.layers.base import BITS, dtype_of

PREFIXES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
PREFIXES |= {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
SECONDS = {"s": 10**9, "ms": 10**6, "us": 10**3, "µs": 10**3, "μs": 10**3, "ns": 1}
"""Units of time, in nanoseconds."""
FORM = re.compile(r"([0-9]+(?:_[0-9]+)*)(?:\.([0-9]+))?(?:[eE]\+?([0-9]{1,4}))?\s*([A-Za-zµμ]*)(%?)\s*(?:@\s*(\w+))?")
MEANT = {"K": "k (1,000) or Ki (1,024)", "m": "M", "g": "G", "t": "T", "ki": "Ki", "mi": "Mi", "gi": "Gi", "ti": "Ti"}
MEANT_BYTES = {"K": "kB (1,000 bytes) or KiB (1,024)"}
MEANT |= {"KI": "Ki", "MI": "Mi", "GI": "Gi", "B": "G", "bn": "G", "kb": "kB"}
MOST_DIGITS = 1000
EXAMPLES = "such as 5M, 1.5G, 64Ki, or 5MB @int8 of weights"


class UnitError(ValueError):
    """A text is no amount: the fact, and what to write instead."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.help = help


class Amount:
    """``numerator / denominator`` of something; ``unit`` is what the text gave: nothing, ``k`` ..., ``B``, ``%``.

    ``dtype``: at which width (``@int8``). ``text``: as written. ``seconds``: it is a time, and in nanoseconds.
    """

    __slots__ = ("numerator", "denominator", "prefix", "bytes", "percent", "seconds", "dtype", "text")

    def __init__(self, text: str) -> None:
        found = FORM.fullmatch(text.strip())
        if found is None or len(text) > MOST_DIGITS:
            raise UnitError(f"'{shortened(text)}' is not an amount", _likely(text))
        whole, point, exponent, unit, percent, dtype = found.groups()
        self.text = text.strip()
        self.bytes = unit.endswith("B")
        self.seconds = unit in SECONDS
        self.prefix = "" if self.seconds else unit.removesuffix("B")
        self.percent = bool(percent)
        if self.prefix not in PREFIXES or (self.percent and unit):
            raise UnitError(f"unknown unit '{unit}{percent}'", _unit_meant(unit))
        width = dtype and dtype_of(dtype)
        if dtype is not None and width is None:
            close = nearest(dtype, BITS)
            help = f"did you mean '@{close}'?" if close else f"one of {', '.join(BITS)}"
            raise UnitError(f"unknown width '@{dtype}'", help)
        power = int(exponent or 0)
        if power > MOST_DIGITS:
            raise UnitError(f"'{shortened(text)}' has more than {MOST_DIGITS:,} digits")
        point = point or ""
        self.numerator: int = int(whole.replace("_", "") + point) * 10**power * SECONDS.get(unit, PREFIXES[self.prefix])
        self.denominator: int = 10 ** len(point)
        self.dtype = width

    @property
    def has_unit(self) -> bool:
        return bool(self.prefix) or self.bytes or self.percent or self.seconds

    def floor(self) -> int:
        return self.numerator // self.denominator

    def ceil(self) -> int:
        return -(-self.numerator // self.denominator)

    def share_of(self, base: int) -> int:
        """So many percent of ``base``, rounded down."""
        return self.numerator * base // (100 * self.denominator)


def shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _likely(text: str) -> str:
    if text.strip().startswith("-"):
        return "a limit is 0 or more"
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", text.strip()):
        return f"write {text.strip().replace(',', '_')}"
    if "," in text:
        return f"a decimal has a point: {text.strip().replace(',', '.')}"
    return EXAMPLES


def _unit_meant(unit: str) -> str:
    prefix = unit.removesuffix("B").removesuffix("b")
    if prefix in MEANT and prefix != unit:
        return f"did you mean {MEANT_BYTES.get(prefix, f'{MEANT[prefix]}B')}?"
    if prefix in MEANT:
        return f"did you mean {MEANT[prefix]}?"
    if unit == "b":
        return "bytes are B"
    return "units are k M G T and Ki Mi Gi Ti, with B for bytes, s ms us ns for a time, or %"
