"""Closed forms as Python, SymPy and LaTeX: by text, and by value of what reads them."""

from __future__ import annotations

import math
import random

import pytest
from random_rules import WORDS, points, random_rule

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.closed_form import evaluate, expand
from archcalc.algebra.notation import GROWTH, LATEX, PYTHON, SYMPY
from archcalc.dims import ceil_div, gcd, maximum, scaled, where
from archcalc.dims.expression import Expression
from archcalc.errors import RuleError
from archcalc.render.formula.sympy import COMMON_DIVISOR

scope = Assumptions()
H, W, F, g = (Expression.unknown(name, scope) for name in "HWFg")
width = Expression.unknown("net_width", scope)

TEXTS = [  # dim, Python, SymPy, LaTeX
    (3 * width * width + 5, "3*net_width**2 + 5", "3*net_width**2 + 5", r"3 \, \mathit{net\_width}^{2} + 5"),
    ((H - 1) // 2 + 1, "((H + 1)//2)", "floor((H + 1)/2)", r"\left\lfloor \frac{H + 1}{2} \right\rfloor"),
    (9 * F * (F / g), "(9*F**2)//g", "9*F**2/g", r"\frac{9 \, F^{2}}{g}"),
    (F / g + 1 - H, "(-H*g + F + g)//g", "F/g - H + 1", r"\frac{F}{g} - H + 1"),
    ((F / g) // 3, "(F//(3*g))", "floor((F/g)/3)", r"\left\lfloor \frac{\frac{F}{g}}{3} \right\rfloor"),
    (H % 4 * 2, "2*(H % 4)", "2*Mod(H, 4)", r"2 \, \left(H \bmod 4\right)"),
    (H % (F / g), "(H % (F//g))", "Mod(H, F/g)", r"\left(H \bmod \left(\frac{F}{g}\right)\right)"),
    (maximum(H - 6, 3), "max(H - 6, 3)", "Max(H - 6, 3)", r"\max\left(H - 6, 3\right)"),
    (gcd(H, 6), "math.gcd(H, 6)", "common_divisor(H, 6)", r"\gcd\left(H, 6\right)"),
    (2**H, "(2**H)", "(2**H)", "2^{H}"),
    (
        where(H > W, H, 1),
        "(H if H > W else 1)",
        'Piecewise((H, Rel(H, W, ">")), (1, True))',
        r"\begin{cases} H & \text{if } H > W \\ 1 & \text{otherwise} \end{cases}",
    ),
    (H - H, "0", "0", "0"),
    (Expression.unknown("max", Assumptions()) + 1, "max_ + 1", "max + 1", r"\mathit{max} + 1"),
]


@pytest.mark.parametrize("dim, as_python, as_sympy, as_latex", TEXTS)
def test_text(dim, as_python, as_sympy, as_latex):
    closed = expand(dim)
    assert (PYTHON.show(closed), SYMPY.show(closed), LATEX.show(closed)) == (as_python, as_sympy, as_latex)


def random_form(seed, depth):
    source = random.Random(seed)
    rule = random_rule(source, source.randint(1, depth))
    try:
        return expand(eval(rule, {**WORDS, **{name: Expression.unknown(name, Assumptions()) for name in "Hsk"}}))
    except RuleError:
        return {}


def test_python_of_a_remainder_by_a_quotient():
    assert eval(PYTHON.show(expand(H % (F / g))), {"H": 5, "F": 6, "g": 2}) == 5 % 3


@pytest.mark.sampled(3)
@pytest.mark.parametrize("seed", range(150))
def test_python_computes_what_the_closed_form_is(seed):
    closed = random_form(seed, 3)
    for point in points("Hsk", 8):
        value = evaluate(closed, point)
        if type(value) is int:
            assert eval(PYTHON.show(closed), {"math": math, **point}) == value


@pytest.mark.parametrize("seed", range(30))
def test_sympy_reads_what_the_closed_form_is(seed):
    module = pytest.importorskip("sympy")
    closed = random_form(seed, 2)
    symbols = {name: module.Symbol(name, integer=True, positive=True) for name in "Hsk"}
    helper: dict = {}
    exec(COMMON_DIVISOR, helper)
    read = module.sympify(SYMPY.show(closed), locals={**symbols, "common_divisor": helper["common_divisor"]})
    for point in points("Hsk", 4):
        assert read.subs({symbols[name]: size for name, size in point.items()}) == evaluate(closed, point)


@pytest.mark.parametrize(
    "form, python", [(9 * H * W / 2, "(9*H*W)/2"), (H / 4 + W, "(H + 4*W)/4"), (3 * H * W, "3*H*W")]
)
def test_what_a_form_grows_like_is_a_fraction_in_python(form, python):
    assert GROWTH.show(expand(form)) == python


def test_scaled_products_are_those_of_doubles():
    closed = expand(scaled(H, 0.1) + ceil_div(H, 3))
    for size in range(1, 200):
        assert eval(PYTHON.show(closed), {"math": math, "H": size}) == math.floor(size * 0.1) + -(-size // 3)
