"""Closed forms as one line of text: 18·F²·⌊(H + 1)/2⌋/g, terms of higher degree first."""

from __future__ import annotations

from typing import Any

from archcalc.dims.atoms import CONSTANT, Atom, Coefficient, Monomial, Polynomial, atoms_of, constant

LONGEST = 20_000  # characters of an atom; a longer one is shown as an ellipsis
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
RELATIONS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def show(polynomial: Polynomial) -> str:
    """The sum as text."""
    text = ""
    for monomial, c in in_order(polynomial):
        sign = ("−" if c < 0 else "") if not text else (" − " if c < 0 else " + ")
        text += sign + _term_text(monomial, abs(c), len(polynomial) == 1)
    return text or "0"


def show_condition(op: str, difference: Polynomial) -> str:
    """``difference op 0`` without negative terms: H ≥ 7."""
    left, right = apart(difference)
    return f"{show(left)} {RELATIONS[op]} {show(right)}"


def apart(difference: Polynomial) -> tuple[Polynomial, Polynomial]:
    """The positive terms, and the negative ones with their sign turned."""
    left = {monomial: c for monomial, c in difference.items() if c > 0}
    return left, {monomial: -c for monomial, c in difference.items() if c < 0}


def in_order(polynomial: Polynomial) -> list[tuple[Monomial, Coefficient]]:
    """The terms, those of higher degree first."""
    if len(polynomial) < 2:
        return list(polynomial.items())

    def order(term: tuple[Monomial, Coefficient]) -> tuple[int, str]:
        return -sum(abs(exponent) for _, exponent in term[0]), _term_text(term[0], 1, True)

    return sorted(polynomial.items(), key=order)


def powers_in_order(monomial: Monomial) -> list[tuple[Atom, int]]:
    """The factors of a term by their text."""
    return sorted(monomial, key=lambda power: atom_text(power[0]))


def atom_text(found: Atom) -> str:
    """The text of an atom, kept on it."""
    if found.text is None:
        inside = (inner for arg in found.args if type(arg) is dict for inner in atoms_of(arg))
        for one in (*inside, found):  # inner ones first: they may nest deep
            if one.text is None:
                text = _atom_text(one.op, one.args)
                one.text = text if len(text) <= LONGEST else "…"
    return found.text or ""


def _term_text(monomial: Monomial, c: Coefficient, lone: bool) -> str:
    lone = lone and len(monomial) == 1 and c == 1
    powers = powers_in_order(monomial)
    over = [_power_text(found, exponent, lone) for found, exponent in powers if exponent > 0]
    under = [_power_text(found, -exponent, False) for found, exponent in powers if exponent < 0]
    over = over if c.numerator == 1 and over else [str(c.numerator), *over]
    under = under if c.denominator == 1 else [str(c.denominator), *under]
    text = "·".join(over)
    if not under:
        return text
    return f"{text}/{under[0]}" if len(under) == 1 else f"{text}/({'·'.join(under)})"


def _power_text(found: Atom, exponent: int, lone: bool) -> str:
    text = atom_text(found)
    if exponent == 1:
        return f"({text})" if found.op == "%" and not lone else text
    text = f"({text})" if found.op in ("%", "**") else text
    return text + str(exponent).translate(SUPERSCRIPT)


def _atom_text(op: str, args: tuple[Any, ...]) -> str:
    if op == "name":
        return str(args[0])
    if op == "//" and constant(args[1]) == 1:
        return f"⌊{show(args[0])}⌋"
    if op == "//":
        return f"⌊{_operand(args[0], '')}/{_operand(args[1], '·')}⌋"
    if op == "%":
        return f"{_operand(args[0], '')} mod {_operand(args[1], '·')}"
    if op == "scaled":
        return f"⌊{args[1]}·{_operand(args[0], '')}⌋"
    if op == "**":
        return f"{_operand(args[0], '·')}^{_operand(args[1], '·')}"
    if op == "sum":
        return f"({show(args[0])})"
    if op == "where":
        relation, left, right, yes, no = args
        return f"({show(yes)} if {show(left)} {RELATIONS[relation]} {show(right)} else {show(no)})"
    return f"{op}({', '.join(show(arg) for arg in args)})"


def _operand(polynomial: Polynomial, splits: str) -> str:
    """A polynomial as an operand, in parentheses where it is a sum, a fraction or has what ``splits``."""
    text = show(polynomial)
    (monomial, c), *others = polynomial.items() or [(CONSTANT, 0)]
    loose = others or c < 0 or c.denominator > 1 or any(exponent < 0 for _, exponent in monomial)
    product = splits and (len(monomial) > 1 or (monomial and c != 1))
    bare_remainder = any(found.op == "%" for found, _ in monomial) and text.find(" mod ") >= 0 and text[0] != "("
    return f"({text})" if loose or product or bare_remainder else text
