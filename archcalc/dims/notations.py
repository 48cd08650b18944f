"""Closed forms in other notations: Python that computes them, SymPy that reads them, LaTeX that sets them."""

from __future__ import annotations

import math
from collections.abc import Callable

from archcalc.dims.atoms import Atom, Coefficient, Monomial, Polynomial, constant, single
from archcalc.dims.polynomial import plus, times
from archcalc.dims.printing import apart, in_order, powers_in_order

PYTHON_WORDS = ("max", "min", "math")
"""What the Python of a closed form calls; a name spelt so gets an underscore."""


def python(polynomial: Polynomial) -> str:
    """An expression of Python's integers. A quotient is ``//``, which is exact where the assumptions hold."""
    over, under = _over_and_under(polynomial)
    text = _sum(over, _python_atom)
    return text if constant(under) == 1 else f"{_wrapped(text)}//{_wrapped(_sum(under, _python_atom))}"


def python_condition(op: str, difference: Polynomial) -> str:
    """``difference op 0`` without negative terms."""
    left, right = apart(_over_and_under(difference)[0])
    return f"{_sum(left, _python_atom)} {op} {_sum(right, _python_atom)}"


def python_name(name: str) -> str:
    return f"{name}_" if name in PYTHON_WORDS else name


def sympy(polynomial: Polynomial) -> str:
    """An expression that SymPy reads, its names being symbols of positive integers."""
    text = ""
    for monomial, c in in_order(polynomial):
        sign = ("-" if c < 0 else "") if not text else (" - " if c < 0 else " + ")
        text += sign + _sympy_term(monomial, abs(c))
    return text or "0"


def latex(polynomial: Polynomial) -> str:
    """A formula of LaTeX's mathematics."""
    return "".join(latex_terms(polynomial))


def latex_terms(polynomial: Polynomial) -> list[str]:
    """The terms with their signs, so that a long sum can be broken."""
    terms: list[str] = []
    for monomial, c in in_order(polynomial):
        sign = ("-" if c < 0 else "") if not terms else (" - " if c < 0 else " + ")
        terms.append(sign + _latex_term(monomial, abs(c)))
    return terms or ["0"]


def latex_condition(op: str, difference: Polynomial) -> str:
    left, right = apart(difference)
    return f"{latex(left)} {LATEX_RELATIONS[op]} {latex(right)}"


# Python and SymPy --------------------------------------------------------------------------------------------------


def _over_and_under(polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
    """The polynomial as one fraction of polynomials with whole coefficients and no negative exponents."""
    down = math.lcm(*(c.denominator for c in polynomial.values())) if polynomial else 1
    lowest: dict[Atom, int] = {}
    for monomial in polynomial:
        for found, exponent in monomial:
            lowest[found] = max(lowest.get(found, 0), -exponent)
    under: Polynomial = {frozenset((found, exponent) for found, exponent in lowest.items() if exponent): down}
    return times(polynomial, under), under


def _sum(polynomial: Polynomial, atom: Callable[[Atom], str]) -> str:
    text = ""
    for monomial, c in in_order(polynomial):
        sign = ("-" if c < 0 else "") if not text else (" - " if c < 0 else " + ")
        text += sign + _product(monomial, abs(c), atom)
    return text or "0"


def _product(monomial: Monomial, c: Coefficient, atom: Callable[[Atom], str]) -> str:
    powers = [
        atom(found) if exponent == 1 else f"{atom(found)}**{exponent}" for found, exponent in powers_in_order(monomial)
    ]
    return "*".join(powers if c == 1 and powers else [str(c), *powers])


def _wrapped(text: str) -> str:
    return text if text.replace("_", "a").isalnum() else f"({text})"


def _python_atom(found: Atom) -> str:
    op, args = found.op, found.args
    if op == "name":
        return python_name(args[0])
    if op in ("//", "%"):
        (over, under), (over_divisor, under_divisor) = _over_and_under(args[0]), _over_and_under(args[1])
        top, bottom = times(over, under_divisor), times(over_divisor, under)
        if op == "%" and constant(under) != 1:
            return f"({_wrapped(python(args[0]))} % {_wrapped(python(args[1]))})"
        sign = "//" if op == "//" else " % "
        return f"({_wrapped(_sum(top, _python_atom))}{sign}{_wrapped(_sum(bottom, _python_atom))})"
    if op == "scaled":
        return f"math.floor({_wrapped(python(args[0]))}*{args[1]!r})"
    if op == "**":
        return f"({_wrapped(python(args[0]))}**{_wrapped(python(args[1]))})"
    if op == "sum":
        return f"({python(args[0])})"
    if op == "where":
        relation, left, right, yes, no = args
        return f"({python(yes)} if {python_condition(relation, plus(left, right, -1))} else {python(no)})"
    return f"{'math.' if op == 'gcd' else ''}{op}({', '.join(map(python, args))})"


def _sympy_term(monomial: Monomial, c: Coefficient) -> str:
    over = [(found, exponent) for found, exponent in powers_in_order(monomial) if exponent > 0]
    under = [(found, -exponent) for found, exponent in powers_in_order(monomial) if exponent < 0]
    if not monomial and c.denominator > 1:
        return f"Rational({c.numerator}, {c.denominator})"
    top = _product(frozenset(over), c.numerator, _sympy_atom)
    if not under and c.denominator == 1:
        return top
    if not over and not under:
        return top
    bottom = _product(frozenset(under), c.denominator, _sympy_atom)
    return f"{top}/{_wrapped(bottom)}"


def _sympy_atom(found: Atom) -> str:
    op, args = found.op, found.args
    if op == "name":
        return str(args[0])
    if op == "//":
        return f"floor({_wrapped(sympy(args[0]))}/{_wrapped(sympy(args[1]))})"
    if op == "scaled":
        factor = args[1].as_integer_ratio()
        return f"floor({_wrapped(sympy(args[0]))}*Rational({factor[0]}, {factor[1]}))"
    if op == "**":
        return f"({_wrapped(sympy(args[0]))}**{_wrapped(sympy(args[1]))})"
    if op == "sum":
        return f"({sympy(args[0])})"
    if op == "where":
        relation, left, right, yes, no = args
        return f'Piecewise(({sympy(yes)}, Rel({sympy(left)}, {sympy(right)}, "{relation}")), ({sympy(no)}, True))'
    if op == "gcd":  # SymPy's own is that of polynomials
        return f'Function("gcd")({", ".join(map(sympy, args))})'
    return f"{ {'%': 'Mod', 'max': 'Max', 'min': 'Min'}[op] }({', '.join(map(sympy, args))})"


# LaTeX -------------------------------------------------------------------------------------------------------------

LATEX_RELATIONS = {"==": "=", "!=": r"\ne", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"}


def latex_name(name: str) -> str:
    """H, or \\mathit{width}."""
    text = name.replace("_", r"\_")
    return text if len(name) == 1 else rf"\mathit{{{text}}}"


def _latex_term(monomial: Monomial, c: Coefficient) -> str:
    powers = powers_in_order(monomial)
    over = [_latex_power(found, exponent) for found, exponent in powers if exponent > 0]
    under = [_latex_power(found, -exponent) for found, exponent in powers if exponent < 0]
    over = over if c.numerator == 1 and over else [str(c.numerator), *over]
    under = under if c.denominator == 1 else [str(c.denominator), *under]
    text = r" \, ".join(over)
    below = r" \, ".join(under)
    return rf"\frac{{{text}}}{{{below}}}" if under else text


def _latex_power(found: Atom, exponent: int) -> str:
    text = _latex_atom(found)
    if exponent == 1:
        return rf"\left({text}\right)" if found.op == "%" else text
    text = rf"\left({text}\right)" if found.op in ("%", "**") else text
    return f"{text}^{{{exponent}}}"


def _latex_atom(found: Atom) -> str:
    op, args = found.op, found.args
    parts = [latex(arg) if type(arg) is dict else arg for arg in args]
    if op == "name":
        return latex_name(args[0])
    if op == "//":
        quotient = parts[0] if constant(args[1]) == 1 else rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
        return rf"\left\lfloor {quotient} \right\rfloor"
    if op == "%":
        return rf"{_latex_operand(args[0])} \bmod {_latex_operand(args[1])}"
    if op == "scaled":
        return rf"\left\lfloor {args[1]} \cdot {_latex_operand(args[0])} \right\rfloor"
    if op == "**":
        return rf"{_latex_operand(args[0])}^{{{parts[1]}}}"
    if op == "sum":
        return rf"\left({parts[0]}\right)"
    if op == "where":
        relation, left, right, yes, no = parts
        condition = rf"{left} {LATEX_RELATIONS[relation]} {right}"
        return rf"\begin{{cases}} {yes} & \text{{if }} {condition} \\ {no} & \text{{otherwise}} \end{{cases}}"
    return rf"\{op}\left({', '.join(parts)}\right)"


def _latex_operand(polynomial: Polynomial) -> str:
    text = latex(polynomial)
    bare = type(constant(polynomial)) is int or (len(polynomial) == 1 and single(next(iter(polynomial))) is not None)
    return text if bare and not text.startswith("-") else rf"\left({text}\right)"
