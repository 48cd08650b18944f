"""What closed forms grow like: against their values far out."""

from __future__ import annotations

import random

import pytest

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.atoms import number
from archcalc.algebra.closed_form import evaluate, expand, substitute
from archcalc.algebra.growth import degree, leading_term
from archcalc.algebra.notation import TEXT
from archcalc.dims import maximum, minimum, scaled, where
from archcalc.dims.expression import Expression

H, W = Expression.unknown("H", Assumptions()), Expression.unknown("W", Assumptions())

CASES = [  # form, leading term, degree in H alone
    (3 * H * H + 5 * H * W + 7, "3·H² + 5·H·W", 2),
    (((H - 1) // 2 + 1) * W * 9, "9·H·W/2", 1),
    (H // 4 - 7, "H/4", 1),
    (maximum(H - 6, 0) * W, "H·W", 1),
    (minimum(H, 64) * W, "64·W", 0),
    (maximum(8, (H + 4) // 8 * 8), "H", 1),
    (where(10 * (H // 8) < 9 * H, H + 8, H), "H", 1),
    (where(H > W, H * H, H), None, 2),
    (scaled(H, 0.1) * 10, None, 1),
    (W + 2, "W", 0),
    (H % 3 + 5, None, None),
    (H - 2 * (H // 2), None, None),
]


@pytest.mark.parametrize("form, text, power", CASES)
def test_growth(form, text, power):
    closed = expand(form)
    leading = leading_term(closed, {"H", "W"})
    if text is not None:
        assert leading is not None
        assert TEXT.show(leading) == text
        far = {"H": 10**9 + 7, "W": 10**9 + 9}
        assert float(evaluate(closed, far) / evaluate(leading, far)) == pytest.approx(1, rel=1e-6)
    if "if" not in TEXT.show(closed):
        assert degree(closed, {"H"}) == power
        if power is not None:
            once, twice = (evaluate(closed, {"H": size, "W": 3}) for size in (10**12, 2 * 10**12))
            assert float(twice / once) == pytest.approx(2**power, rel=1e-6)


def far_out(closed, size):
    return evaluate(closed, {"H": size, "W": 3})


def hold_limit(closed):
    """The degree in H and the leading term are what the values far out have; None is no claim."""
    alone = substitute(closed, {"W": number(3)})
    power, leading = degree(alone, {"H"}), leading_term(alone, {"H"})
    if leading is None or (power is None and leading):
        return False
    sizes = [10**30 + shift for shift in range(3)]  # in every residue
    values = [far_out(closed, size) for size in sizes]
    if power is None:  # it is 0 from some size on
        assert values == [0, 0, 0]
        return True
    assert float(far_out(closed, 2 * sizes[0]) / values[0]) == pytest.approx(2.0**power, rel=1e-9)
    for size, value in zip(sizes, values, strict=True):
        assert float(value / far_out(leading, size)) == pytest.approx(1, rel=1e-9)
    return True


SUMS = ["H", "W", "(H + 2)", "(H - 7)", "(2 * H + W)", "(W - H)", "(H * W - 5)", "(H * H + 1)", "64", "(6 - H)"]


def random_form(source, depth):
    """A random form with quotients by sums, and slices cut by the larger or smaller of two sizes."""
    if depth == 0:
        return source.choice(SUMS)
    a, b, c = (random_form(source, depth - 1) for _ in range(3))
    forms = [
        f"({a} + {b})",
        f"({a} - {b})",
        f"{a} * {b}",
        f"divided({a} * {b}, {source.choice(SUMS)})",
        f"({a}) // {source.choice(SUMS)}",
        f"({a} + {b}) // {source.randint(2, 6)}",
        f"maximum({a}, {b})",
        f"minimum({a}, {b})",
        f"(maximum({a}, {b}) - minimum({b}, {c}))",
        f"where({a} > {b}, {a}, {c})",
    ]
    return source.choice(forms)


@pytest.mark.parametrize("forms", [300, pytest.param(1500, marks=pytest.mark.slow)])
def test_limits_of_random_forms_are_those_of_their_values(forms):
    source, told = random.Random(4), 0
    words = {"H": H, "W": W, "maximum": maximum, "minimum": minimum, "where": where}
    words["divided"] = lambda a, b: Expression.apply("div", a, b) if type(a) is type(b) is Expression else a
    for number_of_form in range(forms):
        text = random_form(source, number_of_form % 3 + 1)
        form = eval(text, words)
        try:
            told += type(form) is Expression and hold_limit(expand(form))
        except ZeroDivisionError:  # W − 3, or 0 · H below
            continue
        except AssertionError as error:
            raise AssertionError(text) from error
    assert told > forms * 2 / 3


@pytest.mark.parametrize(
    "form, text",
    [
        # k·(k + 2) channels in k + 2 heads are k a head; (a³ − b³) = (a − b)·(a² + a·b + b²).
        (Expression.apply("div", H * (H + 2), H + 2), "H"),
        (Expression.apply("div", H * H * H - W * W * W, H - W), "H² + H·W + W²"),
        (H * (H + 2) % (H + 2), "0"),
        (3 * H * W * (H + 2 * W) // (2 * H + 4 * W), "⌊3·H·W/2⌋"),
        ((H * H - W * W) // (H + W), "H − W"),
        ((H * H + 1) % (H + 2), "(H² + 1) mod (H + 2)"),
        (Expression.apply("div", H * H + 1, H + 2), "H²/(H + 2) + 1/(H + 2)"),
    ],
)
def test_sums_that_divide_leave_no_remainder(form, text):
    assert TEXT.show(expand(form)) == text
