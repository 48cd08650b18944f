"""A calculator of its own for the numeric lines that explain prints: it reads text and knows nothing of expressions."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

TOKEN = re.compile(r"\s*(\d[\d,]*\.\d+|\d[\d,]*|max|min|gcd|if|else|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[+−·/^()⌊⌋⌈⌉,=≠<≤>≥])")
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
FUNCTIONS = {"max": max, "min": min, "gcd": lambda a, b: math.gcd(int(a), int(b))}
ROUNDED = {"⌊": ("⌋", math.floor), "⌈": ("⌉", math.ceil)}
COMPARED = {
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "≥": lambda a, b: a >= b,
}


def evaluate(text: str) -> Any:
    """The value of a line such as ``⌊(64 + 2·3 − 7)/2⌋ + 1``: a Fraction, exact."""
    reader = Reader(text)
    value = reader.sum()
    assert not reader.tokens, f"'{text}' goes on after its end: {reader.tokens[:5]}"
    return value


class Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        place = 0
        while place < len(text):
            found = TOKEN.match(text, place)
            assert found, f"no arithmetic at {place} of '{text}'"
            # a comma within digits groups them; one before a space separates
            token = found[1].rstrip(",")
            self.tokens.append(token)
            place = found.start(1) + len(token)
            if not token:
                self.tokens[-1] = ","
                place += 1

    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *expected: str) -> str:
        token = self.tokens.pop(0)
        assert not expected or token in expected, f"{token}, not {expected}"
        return token

    def sum(self) -> Any:
        value = -self.product() if self.next() == "−" and self.take() else self.product()
        while self.next() in ("+", "−"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self) -> Any:
        value = self.power()
        while self.next() in ("·", "/"):
            value = value * self.power() if self.take() == "·" else value / self.power()
        return value

    def power(self) -> Any:
        value = self.one()
        if self.next() == "^":
            self.take()
            return value ** self.one()
        if self.next() and self.next()[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
            return value ** int(self.take().translate(SUPERSCRIPT))
        return value

    def one(self) -> Any:
        token = self.take()
        if token[0].isdigit():
            return float(token.replace(",", "")) if "." in token else Fraction(token.replace(",", ""))
        if token in FUNCTIONS:
            self.take("(")
            first = self.sum()
            self.take(",")
            second = self.sum()
            self.take(")")
            return FUNCTIONS[token](first, second)
        if token in ROUNDED:
            value = self.sum()
            self.take(ROUNDED[token][0])
            return Fraction(ROUNDED[token][1](value))
        assert token == "(", token
        value = self.sum()
        if self.next() == "if":
            self.take()
            left = self.sum()
            holds = COMPARED[self.take()](left, self.sum())
            self.take("else")
            other = self.sum()
            value = value if holds else other
        self.take(")")
        return value
