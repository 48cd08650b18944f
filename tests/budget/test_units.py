"""Amounts: what each text is worth, exactly, and what is said of those that are none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from archcalc.layers.amounts import Amount, UnitError

AMOUNTS = [
    ("5", 5),
    ("600_000", 600_000),
    ("5k", 5_000),
    ("5M", 5_000_000),
    ("1.5G", 1_500_000_000),
    ("2T", 2_000_000_000_000),
    ("4Ki", 4096),
    ("1.5Mi", 1_572_864),
    ("2Gi", 2_147_483_648),
    ("4.09e9", 4_090_000_000),
    ("1e3k", 1_000_000),
    ("0.1k", 100),
    ("0.0001k", Fraction(1, 10)),
    ("123456789012345678901234567890", 123456789012345678901234567890),
    ("5MB", 5_000_000),
    ("5 MB", 5_000_000),
    ("7B", 7),
    ("64KiB @int8", 65_536),
    ("1%", 1),
    ("0.5 %", Fraction(1, 2)),
]


@pytest.mark.parametrize("text, worth", AMOUNTS)
def test_worth(text: str, worth: int | Fraction) -> None:
    amount = Amount(text)
    assert Fraction(amount.numerator, amount.denominator) == worth
    assert (amount.floor(), amount.ceil()) == (worth.__floor__(), worth.__ceil__())


@pytest.mark.parametrize(
    "text, prefix, in_bytes, percent, dtype",
    [
        ("5", "", False, False, None),
        ("5M", "M", False, False, None),
        ("5MB @int8", "M", True, False, "int8"),
        ("5MB@float16", "M", True, False, "float16"),
        ("5B", "", True, False, None),
        ("1%", "", False, True, None),
    ],
)
def test_unit(text: str, prefix: str, in_bytes: bool, percent: bool, dtype: str | None) -> None:
    amount = Amount(text)
    assert (amount.prefix, amount.bytes, amount.percent, amount.dtype) == (prefix, in_bytes, percent, dtype)


@pytest.mark.parametrize("percent, base, share", [("1%", 1000, 10), ("1%", 199, 1), ("0.5%", 1000, 5), ("3%", 0, 0)])
def test_share_of(percent: str, base: int, share: int) -> None:
    assert Amount(percent).share_of(base) == share


@pytest.mark.parametrize(
    "text, message, help",
    [
        ("5K", "unknown unit 'K'", "did you mean k (1,000) or Ki (1,024)?"),
        ("5m", "unknown unit 'm'", "did you mean M?"),
        ("5mb", "unknown unit 'mb'", "did you mean MB?"),
        ("5KB", "unknown unit 'KB'", "did you mean kB (1,000 bytes) or KiB (1,024)?"),
        ("5b", "unknown unit 'b'", "bytes are B"),
        ("5MBit", "unknown unit 'MBit'", "units are"),
        ("5M%", "unknown unit 'M%'", "units are"),
        ("5MB @int7", "unknown width '@int7'", "did you mean '@int"),
        ("-5", "'-5' is not an amount", "0 or more"),
        ("five", "'five' is not an amount", "such as"),
        ("", "'' is not an amount", "such as"),
        ("5,000,000", "'5,000,000' is not an amount", "write 5_000_000"),
        ("nan", "'nan' is not an amount", "such as"),
        (".inf", "'.inf' is not an amount", "such as"),
        ("5 000", "'5 000' is not an amount", "such as"),
        ("1e9999", "'1e9999' has more than 1,000 digits", ""),
        ("9" * 2000, "is not an amount", "such as"),
        ("1/2", "'1/2' is not an amount", "such as"),
    ],
)
def test_no_amount(text: str, message: str, help: str) -> None:
    with pytest.raises(UnitError) as caught:
        Amount(text)
    assert message in str(caught.value)
    assert help in (caught.value.help or "")
