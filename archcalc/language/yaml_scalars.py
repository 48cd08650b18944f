"""What a plain scalar is in YAML 1.2's core schema: 010 is ten, 1e6 a number, `no` and 12:30 are text."""

from __future__ import annotations

import re
from typing import Any

DIGIT_LIMIT = 1_000
TOO_LONG = f"a number has at most {DIGIT_LIMIT:,} digits"

WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
# Patterns stay texts: few specs need one, and to compile one takes start-up time.
FLOAT = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
FLOAT_CHARACTERS = frozenset("0123456789.eE+-")
HEXADECIMAL, OCTAL = r"0x[0-9a-fA-F]+", r"0o[0-7]+"
INFINITY, NOT_A_NUMBER = r"([-+]?)\.(inf|Inf|INF)", r"\.(nan|NaN|NAN)"


class TooLarge(Exception):
    """A number is larger than any that is read."""


def plain_value(text: str) -> Any:
    """The value of a plain scalar: None, bool, int, float or str. Raises TooLarge."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    digits = text[1:] if text[0] in "+-" else text
    if digits.isascii() and digits.isdigit():
        return whole_number(text, 10)
    if text[:2] == "0x" and re.fullmatch(HEXADECIMAL, text):
        return whole_number(text, 16)
    if text[:2] == "0o" and re.fullmatch(OCTAL, text):
        return whole_number(text, 8)
    if digits[:1] == "." and digits[1:].lower() in ("inf", "nan"):
        return infinity(text)
    if FLOAT_CHARACTERS.issuperset(text) and re.fullmatch(FLOAT, text):
        return float_value(text)
    return text


def whole_number(text: str, base: int) -> int:
    if len(text) <= DIGIT_LIMIT + 2:
        value = int(text, base)
        if len(text.lstrip("+-")) <= DIGIT_LIMIT and (base == 10 or value < 10**DIGIT_LIMIT):
            return value
    raise TooLarge(TOO_LONG)


def infinity(text: str) -> Any:
    if found := re.fullmatch(INFINITY, text):
        return float(found[1] + "inf")
    return float("nan") if re.fullmatch(NOT_A_NUMBER, text) else text


def float_value(text: str) -> float:
    if len(text) > DIGIT_LIMIT:
        raise TooLarge(TOO_LONG)
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise TooLarge(f"{text} is too large for a number with a point")
    return value
