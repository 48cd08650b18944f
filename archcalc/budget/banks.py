"""Memories of their own size, that tensors are placed in: ``dtcm=128KiB,sram=512KiB``."""

from __future__ import annotations

from collections.abc import Mapping

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.layers.amounts import Amount, UnitError

EXAMPLE = "such as dtcm=128KiB,sram=512KiB"


def read_banks(banks: str | Mapping[str, str | int]) -> list[tuple[str, int]]:
    """The name and the bytes of each bank, in order. Raises SpecError."""
    try:
        return parse_banks(banks)
    except UnitError as error:
        raise SpecError(Diagnostic(f"{option('banks')}: {error}", help=error.help)) from None


def parse_banks(banks: str | Mapping[str, str | int]) -> list[tuple[str, int]]:
    """The same. Raises UnitError."""
    pairs = list(banks.items()) if isinstance(banks, Mapping) else [pair(text) for text in banks.split(",")]
    found: dict[str, int] = {}
    for name, text in pairs:
        if name in found:
            raise UnitError(f"two banks are called '{name}'")
        found[name] = size(name, str(text))
    return list(found.items())


def pair(text: str) -> tuple[str, str]:
    """NAME=SIZE."""
    name, equals, amount = (part.strip() for part in text.partition("="))
    if not (name and equals and amount):
        raise UnitError(f"a bank is NAME=SIZE, not '{text.strip()}'", EXAMPLE)
    return name, amount


def size(name: str, text: str) -> int:
    amount = Amount(text)
    if amount.percent or amount.dtype or (amount.prefix and not amount.bytes):
        raise UnitError(f"the size of a bank is in bytes: {name}={text} of what?", "write B, such as 128KiB")
    return amount.floor()
