"""Conditions in factors: by text, and by value over many sizes."""

from __future__ import annotations

import random
from itertools import product

import pytest

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.closed_form import evaluate, expand, sides
from archcalc.algebra.deciding import normalized
from archcalc.algebra.factors import factored, parts_of
from archcalc.algebra.notation import TEXT
from archcalc.dims.expression import Expression
from archcalc.dims.operators import COMPARISONS

H, W, size = (Expression.unknown(name, Assumptions()) for name in ("H", "W", "size"))
patches = size // 16

TEXTS = [  # condition, what it says
    (patches**4 + 1 != 2 * patches**2, "⌊size/16⌋ ≠ 1"),
    (3 * H * W * (H - 2) >= 0, "H ≥ 2"),
    (5 * H * H * W - 5 * H * W * W > 0, "H ≥ W + 1"),
    ((H - W) ** 2 > 0, "H ≠ W"),
    ((H - W) ** 2 >= 0, ""),
    ((H - W) * (H - 1) * (W - 1) == 0, "H = W or H = 1 or W = 1"),
    ((H - W) ** 2 * (H - 3) >= 0, "H ≥ 3 or H = W"),
    (H * H != W * W, "H ≠ W"),
    (H**3 + 11 * H == 6 * H * H + 6, "H = 3 or H = 2 or H = 1"),
    ((H - 3) * (W - 4) != 0, "H ≠ 3, W ≠ 4"),
    (4 * H - H * W * W >= 0, "2 ≥ W"),
    (2 * H != 3, ""),
    ((2 * H - 3) * (W - 5) == 0, "W = 5"),
]


@pytest.mark.parametrize("condition, text", TEXTS)
def test_conditions_are_as_short_as_they_can_be(condition, text):
    found = [[normalized(*one, {}) for one in either] for either in parts_of(condition)]
    assert ", ".join(" or ".join(TEXT.condition(*one) for one in either) for either in found) == text


FACTORS = [
    "(H - W)",
    "(H - 1)",
    "(W - 2)",
    "(H + W)",
    "(H - 2 * (H // 2))",
    "(2 * W - 5)",
    "(H * W - 6)",
    "3",
    "(4 - H)",
    "W",
]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("seed", range(300))
def test_random_products_say_what_they_said(seed):
    source = random.Random(seed)
    text = " * ".join(source.choices(FACTORS, k=source.randint(1, 4)))
    op = source.choice(list(COMPARISONS))
    for written in (text, f"({text} + 7) - 7"):  # as factors, and as a sum
        left = eval(written, {"H": H, "W": W})
        condition = Expression(op, (left, 0), None, H.scope)
        _, closed, zero = sides(condition)
        found = parts_of(condition)
        for height, width in product(range(1, 9), repeat=2):
            at = {"H": height, "W": width}
            truth = COMPARISONS[op](evaluate(closed, at), evaluate(zero, at))
            said = all(any(COMPARISONS[one](evaluate(d, at), 0) for one, d in either) for either in found)
            assert said is bool(truth), (written, op, at)


def test_sympy_factors_the_same():
    sympy = pytest.importorskip("sympy")
    source = random.Random(2)
    h = sympy.Symbol("H")
    for _ in range(60):
        roots = [source.randint(-4, 4) for _ in range(source.randint(1, 4))]
        text = " * ".join(f"({source.choice([1, 2, 3])} * H - {root})" for root in roots)
        _, found = factored(expand(eval(text, {"H": H})))
        expected = sympy.factor_list(eval(text, {"H": h}))[1]
        assert sorted(many for _, many in found) == sorted(many for _, many in expected)
    _, found = factored(expand(4 * H**4 - 8 * H * H * W * W + 4 * W**4))
    assert sorted((TEXT.show(factor), many) for factor, many in ((dict(f), m) for f, m in found)) == [
        ("H + W", 2),
        ("H − W", 2),
    ]
