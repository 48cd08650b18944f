"""The equation of einsum: its grammar is torch.einsum's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from archcalc.errors import RuleError

LENGTH = 1000  # characters of an equation

Term = list[str]
"""The letters of one tensor, in order; ``...`` stands for the axes without a letter."""


def parse_equation(equation: str) -> tuple[list[Term], Term | None]:
    """The terms of the inputs and of the output (None if it is not written). Raises RuleError for a malformed one."""
    if len(equation) > LENGTH:
        message = f"the equation has {len(equation):,} characters, {LENGTH:,} are allowed"
        raise RuleError(message, "equation")
    inputs, arrow, output = equation.partition("->")
    terms = [_letters(term) for term in inputs.split(",")]
    if not arrow:
        return terms, None
    found = _letters(output)
    for letter in found:
        if letter != "..." and not any(letter in term for term in terms):
            raise RuleError(f"the output's '{letter}' is in no term of '{equation}'", "equation")
        if found.count(letter) > 1:
            raise RuleError(f"the output names '{letter}' twice", "equation")
    return terms, found


def _letters(term: str) -> Term:
    letters: Term = []
    rest = term.strip(" ")
    while rest:
        letter = "..." if rest.startswith("...") else rest[0]
        if letter != "..." and not (letter.isascii() and letter.isalpha()):
            raise RuleError(f"an equation has letters, ',', '...' and '->', not '{letter}'", "equation")
        if letter == "..." and letter in letters:
            raise RuleError(f"'{term.strip()}' has '...' twice", "equation")
        letters.append(letter)
        rest = rest[len(letter) :].lstrip(" ")
    return letters


def implicit_output(terms: list[Term]) -> Term:
    """The output if there is no ``->``: the axes without a letter, then the letters named once, capitals first."""
    times = Counter(letter for term in terms for letter in term if letter != "...")
    return ["...", *sorted(letter for letter, number in times.items() if number == 1)]


def expand(term: Term, hidden: int) -> Sequence[str]:
    """The term with a name for each of the ``hidden`` axes behind its ``...``, counted from the last."""
    unnamed = [f"...{position}" for position in range(-hidden, 0)]
    return [name for letter in term for name in (unnamed if letter == "..." else [letter])]
