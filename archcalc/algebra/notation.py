"""How closed forms are written: text (18·F²·⌊(H + 1)/2⌋/g), LaTeX, Python that computes them, SymPy that reads them.

Terms of higher degree come first, and factors in the order of their text, in every notation.
"""

from __future__ import annotations

import math
from typing import Any

from archcalc.algebra.atoms import (
    CONSTANT,
    Atom,
    Coefficient,
    Monomial,
    Polynomial,
    atoms_of,
    constant,
    lone,
    single,
)
from archcalc.algebra.polynomial import plus, times
from archcalc.dims.expression import RELATIONS, SUPERSCRIPT

LONGEST = 20_000
"""Characters of an atom's text; a longer one is shown as an ellipsis."""

PYTHON_WORDS = ("max", "min", "math")
"""What the Python of a closed form calls; a name spelt so gets an underscore."""


SYMPY_WORDS = (
    *("Function", "Max", "Min", "Mod", "Piecewise", "Rational", "Rel", "Symbol", "common_divisor", "floor", "gcd"),
    *("activations", "layers", "macs", "ops", "outputs", "params"),
)
"""What SymPy's text of closed forms calls, and what it assigns; likewise."""


class Notation:
    """A notation is a few signs and a table of forms.

    ``forms`` has, for each op of an atom, a template of its arguments and how each argument stands in it: 0 as it is,
    1 in parentheses where it is a sum, 2 also where it is a product. No such list: the arguments stand in a row.
    ``floor`` is a floor without a divisor, if the notation writes it apart.
    """

    minus, times, group = "-", "*", "({})"
    relations = {op: op for op in RELATIONS}
    loose: tuple[str, ...] = ()  # what needs parentheses under an exponent; a remainder needs them in any product
    forms: dict[str, tuple[str, tuple[int, ...]]]

    def show(self, polynomial: Polynomial) -> str:
        """The sum."""
        return "".join(self.terms(polynomial))

    def condition(self, op: str, difference: Polynomial) -> str:
        """``difference op 0`` without negative terms: H ≥ 7."""
        left, right = apart(difference)
        return f"{self.show(left)} {self.relations[op]} {self.show(right)}"

    def terms(self, polynomial: Polynomial) -> list[str]:
        """The terms with their signs, so that a long sum can be broken."""
        found: list[str] = []
        for monomial, c in in_order(polynomial):
            sign = self.minus if c < 0 else "+" if found else ""
            found.append((f" {sign} " if found else sign) + self.term(monomial, abs(c)))
        return found or ["0"]

    def term(self, monomial: Monomial, c: Coefficient) -> str:
        powers = sorted(monomial, key=lambda power: TEXT.atom(power[0]))
        over = [self.power(found, exponent) for found, exponent in powers if exponent > 0]
        under = [self.power(found, -exponent) for found, exponent in powers if exponent < 0]
        over = over if c.numerator == 1 and over else [str(c.numerator), *over]
        under = under if c.denominator == 1 else [str(c.denominator), *under]
        text = self.times.join(over)
        return self.fraction(text, under) if under else text

    def fraction(self, over: str, under: list[str]) -> str:
        return f"{over}/{under[0]}" if len(under) == 1 else f"{over}/({self.times.join(under)})"

    def power(self, found: Atom, exponent: int) -> str:
        text = self.atom(found)
        if found.op in self.loose and (exponent != 1 or found.op == "%"):
            text = self.group.format(text)
        return text if exponent == 1 else text + self.raised(exponent)

    def raised(self, exponent: int) -> str:
        return f"**{exponent}"

    def atom(self, found: Atom) -> str:
        if found.op == "name":
            return self.name(found.args[0])
        args = self.arguments(found)
        whole = found.op == "//" and constant(found.args[1]) == 1 and "floor" in self.forms
        form, wanted = self.forms["floor" if whole else found.op]
        if not wanted:
            return form.format(", ".join(map(self.show, args)))
        return form.format(*(self.argument(arg, least) for arg, least in zip(args, wanted, strict=True)))

    def arguments(self, found: Atom) -> tuple[Any, ...]:
        return found.args

    def argument(self, arg: Any, least: int) -> str:
        if type(arg) is str:
            return self.relations[arg]
        return self.operand(arg, least) if type(arg) is dict else self.factor(arg)

    def operand(self, polynomial: Polynomial, least: int) -> str:
        return wrapped(self.show(polynomial)) if least else self.show(polynomial)

    def factor(self, number: float) -> str:
        return str(number)

    def name(self, text: str) -> str:
        return text


class Text(Notation):
    """One line for people."""

    minus, times, relations, loose = "−", "·", RELATIONS, ("%", "**")
    forms = {
        "//": ("⌊{}/{}⌋", (1, 2)),
        "floor": ("⌊{}⌋", (0, 0)),
        "%": ("{} mod {}", (1, 2)),
        "scaled": ("⌊{1}·{0}⌋", (1, 0)),
        "**": ("{}^{}", (2, 2)),
        "sum": ("({})", (0,)),
        "where": ("({3} if {1} {0} {2} else {4})", (0, 0, 0, 0, 0)),
        **{op: (op + "({})", ()) for op in ("max", "min", "gcd")},
    }

    def show(self, polynomial: Polynomial) -> str:
        """The sum; a lone remainder without parentheses."""
        found = lone(polynomial)
        return super().show(polynomial) if found is None else self.atom(found)

    def atom(self, found: Atom) -> str:
        """The text of an atom, kept on it."""
        if found.text is None:
            inside = (inner for arg in found.args if type(arg) is dict for inner in atoms_of(arg))
            for one in (*inside, found):  # inner ones first: they may nest deep
                if one.text is None:
                    text = super().atom(one)
                    one.text = text if len(text) <= LONGEST else "…"
        return found.text or ""

    def raised(self, exponent: int) -> str:
        return str(exponent).translate(SUPERSCRIPT)

    def operand(self, polynomial: Polynomial, least: int) -> str:
        text = self.show(polynomial)
        (monomial, c), *others = polynomial.items() or [(CONSTANT, 0)]
        loose = others or c < 0 or c.denominator > 1 or any(exponent < 0 for _, exponent in monomial)
        product = least > 1 and (len(monomial) > 1 or (monomial and c != 1))
        bare_remainder = any(found.op == "%" for found, _ in monomial) and " mod " in text and text[0] != "("
        return f"({text})" if least and (loose or product or bare_remainder) else text


class Latex(Notation):
    """A formula of LaTeX's mathematics."""

    times, group, loose = r" \, ", r"\left({}\right)", ("%", "**")
    relations = {**RELATIONS, "!=": r"\ne", "<=": r"\le", ">=": r"\ge"}
    forms = {
        "//": (r"\left\lfloor \frac{{{}}}{{{}}} \right\rfloor", (0, 0)),
        "floor": (r"\left\lfloor {} \right\rfloor", (0, 0)),
        "%": (r"{} \bmod {}", (1, 1)),
        "scaled": (r"\left\lfloor {1} \cdot {0} \right\rfloor", (1, 0)),
        "**": ("{}^{{{}}}", (1, 0)),
        "sum": (r"\left({}\right)", (0,)),
        "where": (
            r"\begin{{cases}} {3} & \text{{if }} {1} {0} {2} \\ {4} & \text{{otherwise}} \end{{cases}}",
            (0, 0, 0, 0, 0),
        ),
        **{op: (rf"\{op}\left({{}}\right)", ()) for op in ("max", "min", "gcd")},
    }

    def fraction(self, over: str, under: list[str]) -> str:
        return rf"\frac{{{over}}}{{{self.times.join(under)}}}"

    def raised(self, exponent: int) -> str:
        return f"^{{{exponent}}}"

    def operand(self, polynomial: Polynomial, least: int) -> str:
        text = self.show(polynomial)
        bare = type(constant(polynomial)) is int or (len(polynomial) == 1 and single(next(iter(polynomial))))
        return text if not least or (bare and not text.startswith("-")) else self.group.format(text)

    def name(self, text: str) -> str:
        """H, or \\mathit{width}."""
        escaped = text.replace("_", r"\_")
        return escaped if len(text) == 1 else rf"\mathit{{{escaped}}}"


class Python(Notation):
    """An expression of Python's integers. A quotient is ``//``, which is exact where the assumptions hold."""

    quotient = "//"
    forms = {
        "//": ("({}//{})", (1, 1)),
        "%": ("({} % {})", (1, 1)),
        "scaled": ("math.floor({}*{})", (1, 0)),
        "**": ("({}**{})", (1, 1)),
        "sum": ("({})", (0,)),
        "where": Text.forms["where"],
        "max": ("max({})", ()),
        "min": ("min({})", ()),
        "gcd": ("math.gcd({})", ()),
    }

    def show(self, polynomial: Polynomial) -> str:
        """The sum as one quotient."""
        over, under = over_and_under(polynomial)
        if constant(under) == 1:
            return super().show(over)
        return f"{self.operand(over, 1)}{self.quotient}{self.operand(under, 1)}"

    def condition(self, op: str, difference: Polynomial) -> str:
        return super().condition(op, over_and_under(difference)[0])

    def arguments(self, found: Atom) -> tuple[Any, ...]:
        """Those of a floor and of a comparison as polynomials without fractions."""
        if found.op == "//":
            (over, under), (over_divisor, under_divisor) = map(over_and_under, found.args)
            return times(over, under_divisor), times(over_divisor, under)
        if found.op == "where":
            op, left, right, yes, no = found.args
            return (op, *apart(over_and_under(plus(left, right, -1))[0]), yes, no)
        return found.args

    def name(self, text: str) -> str:
        return f"{text}_" if text in PYTHON_WORDS else text


class Growth(Python):
    """An expression of Python for what a closed form grows like, which is a fraction at most sizes."""

    quotient = "/"


class Sympy(Notation):
    """An expression that SymPy reads, its names being symbols of positive integers."""

    forms = {
        "//": ("floor({}/{})", (1, 1)),
        "%": ("Mod({}, {})", (0, 0)),
        "scaled": ("floor({}*{})", (1, 0)),
        "**": ("({}**{})", (1, 1)),
        "sum": ("({})", (0,)),
        "where": ('Piecewise(({3}, Rel({1}, {2}, "{0}")), ({4}, True))', (0, 0, 0, 0, 0)),
        "max": ("Max({})", ()),
        "min": ("Min({})", ()),
        "gcd": ("common_divisor({})", ()),  # SymPy's own is that of polynomials
    }

    def fraction(self, over: str, under: list[str]) -> str:
        below = self.times.join(under)
        return f"Rational({over}, {below})" if over.isdigit() and below.isdigit() else f"{over}/{wrapped(below)}"

    def factor(self, number: float) -> str:
        return "Rational({}, {})".format(*number.as_integer_ratio())

    def name(self, text: str) -> str:
        return f"{text}_" if text in SYMPY_WORDS else text


def wrapped(text: str) -> str:
    """A word or a number as it is, anything else in parentheses."""
    return text if text.replace("_", "a").isalnum() else f"({text})"


TEXT, LATEX, PYTHON, GROWTH, SYMPY = Text(), Latex(), Python(), Growth(), Sympy()


def apart(difference: Polynomial) -> tuple[Polynomial, Polynomial]:
    """The positive terms, and the negative ones with their sign turned."""
    left = {monomial: c for monomial, c in difference.items() if c > 0}
    return left, {monomial: -c for monomial, c in difference.items() if c < 0}


def in_order(polynomial: Polynomial) -> list[tuple[Monomial, Coefficient]]:
    """The terms, those of higher degree first."""
    if len(polynomial) < 2:
        return list(polynomial.items())

    def order(term: tuple[Monomial, Coefficient]) -> tuple[int, str]:
        return -sum(abs(exponent) for _, exponent in term[0]), TEXT.show({term[0]: 1})

    return sorted(polynomial.items(), key=order)


def over_and_under(polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
    """The polynomial as one fraction of polynomials with whole coefficients and no negative exponents."""
    down = math.lcm(*(c.denominator for c in polynomial.values())) if polynomial else 1
    lowest: dict[Atom, int] = {}
    for monomial in polynomial:
        for found, exponent in monomial:
            lowest[found] = max(lowest.get(found, 0), -exponent)
    under: Polynomial = {frozenset((found, exponent) for found, exponent in lowest.items() if exponent): down}
    return times(polynomial, under), under
