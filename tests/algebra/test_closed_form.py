"""Closed forms: by text, by value, and against SymPy."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from random_rules import WORDS, points, random_rule

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.atoms import atom, bounds
from archcalc.algebra.closed_form import evaluate, expand, sides
from archcalc.algebra.deciding import normalized
from archcalc.algebra.notation import TEXT
from archcalc.dims import ceil_div, decided, gcd, maximum, minimum, scaled, where
from archcalc.dims.expression import Expression
from archcalc.errors import RuleError

scope = Assumptions()
H, W, F, g, s, k = (Expression.unknown(name, scope) for name in "HWFgsk")
stem = (H + 2 * 3 - 6 - 1) // 2 + 1

TEXTS = [  # dim, closed form
    (stem, "⌊(H + 1)/2⌋"),
    (((stem + 2 - 2 - 1) // 2 + 1), "⌊(H + 3)/4⌋"),
    (ceil_div(stem + 2 - 3, 2) + 1, "⌊(H + 5)/4⌋"),
    (ceil_div(ceil_div(ceil_div(H, 2), 2), 2), "⌊(H + 7)/8⌋"),
    (147 * F * stem * stem, "147·F·⌊(H + 1)/2⌋²"),
    (2 * F * (F / g) * 9, "18·F²/g"),
    (F * H / (F * g), "H/g"),
    ((F / g) // 3, "⌊(F/g)/3⌋"),
    ((9 * F / g) // 9, "⌊F/g⌋"),
    ((H // 2 + F / g) // 3, "⌊(F/g + ⌊H/2⌋)/3⌋"),
    ((F * 6 + 1) // 2, "3·F"),
    ((H // 2) // s, "⌊H/(2·s)⌋"),
    ((H - k) // s + 1, "⌊(H − k + s)/s⌋"),
    ((H * s + k) // s, "H + ⌊k/s⌋"),
    ((H + 4 * W) // 4, "W + ⌊H/4⌋"),
    (-((3 - H) // 2), "−⌊(−H + 3)/2⌋"),
    (H // -2, "⌊(−H)/2⌋"),
    (ceil_div(H, s), "⌊(H + s − 1)/s⌋"),
    (maximum(maximum(H, 1), 3), "max(H, 3)"),
    (maximum(3, maximum(W, maximum(H, 5))), "max(H, W, 5)"),
    (maximum(H - 2, H + 5), "H + 5"),
    (minimum(minimum(H, 8), 3), "min(H, 3)"),
    (minimum(H // 2, H // 2 - 1), "⌊(H − 2)/2⌋"),
    (where(H >= 1, W, F), "W"),
    (where(H + 1 > 3, W, F), "(W if H + 1 > 3 else F)"),
    (where(H > 3, W, W), "W"),
    ((H + 4 * W - 5) % 4, "(H + 3) mod 4"),
    (F * 9 % F, "0"),
    (2 * (H % 3), "2·(H mod 3)"),
    ((H % 4) % 8, "H mod 4"),
    (gcd(F, F * g), "F"),
    (gcd(gcd(H, 6), 4), "gcd(H, 2)"),
    (gcd(H, 1), "1"),
    (scaled(H, 2), "2·H"),
    (scaled(H, 2.0), "2·H"),
    (scaled(stem, 0.5), "⌊(H + 1)/4⌋"),
    (scaled(H, 0.1), "⌊0.1·H⌋"),
    ((H + 1) ** 2, "H² + 2·H + 1"),
    (2**k * 3, "3·2^k"),
    (F / (H + 1), "F/(H + 1)"),
    (H - H, "0"),
    (1 - H * W, "−H·W + 1"),
    (Expression.known("width", 7) * H, "7·H"),
]


@pytest.mark.parametrize(("dim", "text"), TEXTS)
def test_text(dim, text):
    assert TEXT.show(expand(dim)) == text


DECISIONS = [  # condition, truth
    (H >= 1, True),
    (H > 0, True),
    (H >= 2, None),
    (H < 1, False),
    (H == 0, False),
    (H != 0, True),
    (H == H + 0, True),
    (H + 1 > H, True),
    (H != W, None),
    (2 * H * W + F + 1 > 0, True),
    (F / g > 0, None),
    (F / g >= 0, True),
    (H - F > 0, None),
    ((H + 3) // 2 - (H + 1) // 2 == 1, True),
    (W + (H + 3) // 2 == (H + 1) // 2 + 1 + W, True),
    (W * ((H - 1) // 2 + 1) == W * ((H + 1) // 2 - 1) + W, True),
    ((H - 1) // 2 >= 0, True),
    (H % 4 < 4, True),
    (H % 4 >= 3, None),
    (H % 4 <= 3, True),
    ((F / g) % 4 <= 3, None),
    (H % 4 == 4, False),
    (minimum(H, 8) <= 8, True),
    (maximum(H, 8) >= 8, True),
    (maximum(H, 8) < 8, False),
    (minimum(H, 8) > 7, None),
    (gcd(H, W) >= 1, True),
    (where(H > W, 3, 5) >= 3, True),
    (where(H > W, 3, 5) == 6, False),
    (F * 9 % F == 0, True),
    (F % g == 0, None),
    ((H - k) // s >= 0, None),
    (ceil_div(H, s) >= 1, True),
]


@pytest.mark.parametrize(("condition", "truth"), DECISIONS)
def test_decide(condition, truth):
    assert decided(condition) is truth


@pytest.mark.parametrize(("condition", "truth"), DECISIONS)
def test_a_decision_holds_at_every_point_tried(condition, truth):
    seen = set()
    for point in points("HWFgsk", 60):
        left, right = (evaluate(expand(side), point) for side in condition.args)
        op = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
        seen.add(getattr(Fraction(left), op[condition.op])(Fraction(right)))
    assert seen == {truth} if truth is not None else seen <= {True, False}


EXACT_WORDS = {**WORDS, "scaled": lambda dim, factor: math.floor(dim * Fraction(factor))}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("seed", range(200))
def test_closed_forms_of_random_rules_give_what_exact_arithmetic_gives(seed):
    source = random.Random(seed)
    rule = random_rule(source, source.randint(1, 4))
    closed = expand(eval(rule, {**WORDS, **{name: Expression.unknown(name, Assumptions()) for name in "Hsk"}}))
    low, high = bounds(closed)
    for point in points("Hsk", 8):
        value = evaluate(closed, point)
        exact = {name: Fraction(size) for name, size in point.items()}
        assert value == eval(rule.replace("gcd(", "gcd_("), {**EXACT_WORDS, "gcd_": _gcd_of_fractions, **exact}), rule
        assert low is None or low <= value
        assert high is None or value <= high


def _gcd_of_fractions(a, b):
    return math.gcd(int(a), int(b))


def to_sympy(polynomial):
    """A closed form as SymPy's own expression, built from the structure of the atoms alone."""
    import sympy

    if not isinstance(polynomial, dict):
        return polynomial
    total = sympy.Integer(0)
    for monomial, c in polynomial.items():
        factors = [_atom_to_sympy(found) ** exponent for found, exponent in monomial]
        total += sympy.Rational(c.numerator, c.denominator) * sympy.prod(factors)
    return total


def _atom_to_sympy(found):
    import sympy

    args = [to_sympy(arg) for arg in found.args]
    if found.op == "where":
        relation, left, right, yes, no = args
        return sympy.Piecewise((yes, sympy.Rel(left, right, relation)), (no, True))
    makers = {
        "name": lambda name: sympy.Symbol(name, integer=True, positive=True),
        "//": lambda a, b: sympy.floor(a / b),
        "%": sympy.Mod,
        "max": sympy.Max,
        "min": sympy.Min,
        "gcd": sympy.gcd,
    }
    return makers[found.op](*args)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("dim", "oracle"),
    [
        ((H - 1) // 2 + 1, "floor((H + 1)/2)"),
        (F * ceil_div(stem, 2), "F*ceiling(ceiling(H/2)/2)"),
        ((stem + W) // 3 + H % 3, "floor((floor((H - 1)/2) + 1 + W)/3) + Mod(H, 3)"),
        (maximum((ceil_div(H, s) - 1) * s + k - H, 0), "Max((ceiling(H/s) - 1)*s + k - H, 0)"),
        (where(H > W, H - W, minimum(W, 8)), "Piecewise((H - W, H > W), (Min(W, 8), True))"),
        (((H - k) // s + 1) // 2, "floor((floor((H - k)/s) + 1)/2)"),
        ((H + 3 * W) % 3 * F, "Mod(H, 3)*F"),
    ],
)
def test_closed_forms_equal_sympy_at_random_points(dim, oracle):
    sympy = pytest.importorskip("sympy")
    symbols = {name: sympy.Symbol(name, integer=True, positive=True) for name in "HWFgsk"}
    difference = to_sympy(expand(dim)) - sympy.sympify(oracle, locals=symbols)
    for point in points("HWFgsk", 12):
        assert difference.subs({symbols[name]: size for name, size in point.items()}) == 0


@pytest.mark.parametrize(
    ("dim", "oracle"),
    [
        ((H + W) ** 2 * (F - 3), lambda H, W, F, g: (H + W) ** 2 * (F - 3)),
        (9 * F * (F / g) + F * 2, lambda H, W, F, g: 9 * F * (F / g) + F * 2),
        ((F * H + F * W) / F, lambda H, W, F, g: H + W),
        ((H * 4 - W * F) * (H * 4 + W * F), lambda H, W, F, g: (4 * H) ** 2 - (W * F) ** 2),
    ],
)
def test_closed_forms_equal_sympy_symbolically(dim, oracle):
    sympy = pytest.importorskip("sympy")
    symbols = sympy.symbols("H W F g", positive=True, integer=True)
    assert sympy.simplify(to_sympy(expand(dim)) - oracle(*symbols)) == 0


def test_atoms_are_structured_and_equal_ones_are_one():
    ((monomial, coefficient),) = expand(3 * stem).items()
    ((found, exponent),) = monomial
    assert (coefficient, exponent, found.op) == (3, 1, "//")
    assert found.args == (expand(H + 1), expand(2))
    assert atom("//", expand(H + 1), expand(2)) is found


@pytest.mark.parametrize(
    ("condition", "op", "text"),
    [
        ((H - 7) // 2 + 1 > 0, ">=", "H − 7"),
        (2 * H >= 13, ">=", "H − 7"),
        (k > H, ">=", "−H + k − 1"),
        (3 * (F % g) == 0, "==", "F mod g"),
        (2 * F - 2 * g != 0, "!=", "F − g"),
        (2 * g == 2 * F, "==", "F − g"),
        ((H - k) // s >= 0, ">=", "H − k"),
    ],
)
def test_conditions_are_normalized(condition, op, text):
    assert normalized(*sides(condition))[0] == op
    assert TEXT.show(normalized(*sides(condition))[1]) == text


def test_a_long_product_of_sums_keeps_its_factors():
    product, expected = 1, 1
    point = {f"x{i}": i + 2 for i in range(30)}
    for i in range(30):
        product = product * (Expression.unknown(f"x{i}", Assumptions()) + 1)
        expected *= i + 3
    assert evaluate(expand(product), point) == expected
    assert evaluate(expand((H + W + 1) ** 500), {"H": 1, "W": 2}) == 4**500


def test_divisions_by_zero_and_powers_that_are_not_whole():
    for dim in (H // 0, H % (W - W), ceil_div(H, 0)):
        with pytest.raises(ZeroDivisionError):
            expand(dim)
    with pytest.raises(RuleError, match="H to the power of -1 is not a whole number"):
        expand(H**-1)
    with pytest.raises(RuleError, match="H times inf is no finite number"):
        expand(scaled(H, float("inf")))


def test_a_deep_network_stays_cheap():
    size = H
    for _ in range(2_000):
        size = maximum(ceil_div(size + 2 - 3, 1) + 1, 1)
        assert decided(size >= 1)
    assert TEXT.show(expand(size)) == "H"
