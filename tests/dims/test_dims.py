"""One table of rules, run on every kind of number: ints, expressions with a value, closed forms, arrays."""

from __future__ import annotations

import random

import pytest

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.closed_form import evaluate, expand
from archcalc.dims import (
    arithmetic,
    ceil_div,
    exact_div,
    gcd,
    is_dim,
    maximum,
    minimum,
    named,
    require,
    scaled,
    volume,
    where,
)
from archcalc.dims.expression import Expression
from archcalc.errors import RuleError, Undecided


def window(h, k, s):
    """A pool in ceil mode, whose last window must not start in the padding."""
    positions = named("positions", ceil_div(h + 2 * k - k, s) + 1)
    return where((positions - 1) * s >= h + k, positions - 1, positions)


RULES = [  # what reads positive whole numbers a, b, c
    lambda a, b, c: a + b - c,
    lambda a, b, c: 3 + a - (2 - b) * 4,
    lambda a, b, c: -a * -b,
    lambda a, b, c: a // 3 + a % 3,
    lambda a, b, c: (a - 7) // 4,
    lambda a, b, c: (a - b) // c,
    lambda a, b, c: (a - b) % c,
    lambda a, b, c: 100 // a + 100 % b,
    lambda a, b, c: (a - 50) // -3 + (a - 50) % -3,
    lambda a, b, c: ((a + 1) // 2 - 3) // 2 + 1,
    lambda a, b, c: ((a + b) // 3 + 2 * c) // 5,
    lambda a, b, c: ((a // b + c) // c + 1) // 2,
    lambda a, b, c: (4 * a + 3) // 8 + (6 * b - 5) // 4,
    lambda a, b, c: (4 * a + 3) % 8 + (6 * b - 5) % 4 + (a * b) % b,
    lambda a, b, c: ceil_div(a, 2) + ceil_div(a - 40, b),
    lambda a, b, c: ceil_div(ceil_div(a, 2), 2) - ceil_div(7, c),
    lambda a, b, c: maximum(maximum(a - b, 1), 3) + minimum(5, minimum(c, 9)),
    lambda a, b, c: maximum((ceil_div(a, b) - 1) * b + c - a, 0),
    lambda a, b, c: maximum(a + 1, a - 1) * minimum(a, a + b),
    lambda a, b, c: gcd(a, b) + gcd(12, c) + gcd(a * b, b) + gcd(6 * a, 4),
    lambda a, b, c: scaled(a, 2) + scaled(b, 0.5) + scaled(c, 1.5),
    lambda a, b, c: scaled(a, 0.7) + scaled(b - 20, 0.1) + scaled(a, b),
    lambda a, b, c: where(a > b, a - b, b - a) + where(a == b, 1, where(b != c, c, 0)),
    lambda a, b, c: where(a <= b, 5, 6) * where(a < c, a, 1) + where(a >= 1, 1, 100),
    lambda a, b, c: a**2 + b**0 + (a - b) ** 3,
    lambda a, b, c: 2 ** (a % 5) + b ** (c % 3),
    lambda a, b, c: exact_div(a * b, b, "product", "factor") + a * c / c,
    lambda a, b, c: (a * b) / b // 3 + ((a + b) * c) / (a + b),
    lambda a, b, c: volume([a, b, c]) * volume([]),
    window,
]
random_sizes = random.Random(2015)
POINTS = [tuple(random_sizes.randint(1, 60) for _ in "abc") for _ in range(60)] + [(1, 1, 1), (7, 7, 7), (512, 1, 3)]


@pytest.mark.parametrize("rule", RULES)
def test_every_kind_of_number_gives_what_ints_give(rule):
    expected = [rule(*point) for point in POINTS]
    assert all(type(value) is int for value in expected[:1]) or rule in RULES[-4:-2]

    valued = [rule(*map(Expression.known, "abc", point)) for point in POINTS]
    assert [value.value for value in valued] == expected

    scope = Assumptions()
    closed = expand(rule(*(Expression.unknown(name, scope) for name in "abc")))
    assert [evaluate(closed, dict(zip("abc", point, strict=True))) for point in POINTS] == expected

    variants = pytest.importorskip("archcalc.dims.array").Variants(len(POINTS))
    array = rule(*(variants.dim(column) for column in zip(*POINTS, strict=True)))
    assert array.values.tolist() == expected
    assert variants.fits.all()


def test_volume_and_where_of_ints_are_ints():
    assert volume([2, 3]) == 6
    assert volume([]) == 1
    assert where(True, 1, 2) == 1
    assert where(False, Expression.known("H", 3), 2) == 2


@pytest.mark.parametrize(
    ("dim", "factor", "expected"),
    [(7, 2, 14), (7, 1.5, 10), (5, 0.2, 1), (3, 1.1, 3), (29, 0.1, 2), (10**40, 3, 3 * 10**40), (-3, 0.5, -2)],
)
def test_scaled_takes_the_floor_of_the_double_product(dim, factor, expected):
    assert scaled(dim, factor) == expected
    assert scaled(Expression.known("H", dim), factor).value == expected


@pytest.mark.parametrize("factor", [float("inf"), float("nan"), 1e308])
@pytest.mark.parametrize("dim", [10, Expression.known("H", 10)])
def test_scaled_beyond_numbers_is_a_rule_error(dim, factor):
    with pytest.raises(RuleError, match=r"10 times .* is no finite number"):
        scaled(dim, factor)


def test_is_dim():
    pytest.importorskip("numpy")
    from archcalc.dims.array import Variants

    assert [is_dim(value) for value in (3, Expression.known("H", 3), Variants(1).dim([3]))] == [True] * 3
    assert [is_dim(value) for value in (True, 3.0, None, "same", [3])] == [False] * 5


def test_arithmetic_passes_over_what_is_no_dim():
    assert arithmetic(1, True, 0.5, None, "same", []) is None
    assert arithmetic(1, 0.5, Expression.known("H", 3)) is Expression


@pytest.mark.parametrize("groups", [5, Expression.known("groups", 5)])
def test_a_division_that_is_not_whole_names_both_numbers(groups):
    with pytest.raises(RuleError) as raised:
        exact_div(8, groups, "input channels", "groups", "groups")
    assert str(raised.value) == "input channels (8) must be divisible by groups (5)"
    assert raised.value.argument == "groups"


def test_a_message_is_built_only_for_a_failure():
    require(3 > 2, lambda: pytest.fail("built"))
    require(Expression.known("H", 3) > 2, lambda: pytest.fail("built"))
    with pytest.raises(RuleError, match="plain text"):
        require(3 < 2, "plain text")


def test_words_differ_from_dims_and_floats_do_not_mix():
    pytest.importorskip("numpy")
    from archcalc.dims.array import Variants

    for dim in (Expression.known("H", 3), Expression.unknown("H", Assumptions()), Variants(1).dim([3])):
        assert (dim == "same") is False
        assert dim is not None
        for mistake in (lambda d: d + 0.5, lambda d: d == 3.0, lambda d: maximum(d, 0.5), lambda d: d / 0.5, int):
            with pytest.raises(TypeError):
                mistake(dim)
    with pytest.raises(TypeError):
        Expression.known("H", 3) + Variants(1).dim([3])


def test_an_if_on_an_undecidable_condition_raises():
    size = Expression.unknown("H", Assumptions())
    with pytest.raises(Undecided, match="H ≥ 4 is neither true nor false for every size"):
        bool(size > 3)
    assert size > 0
    assert not size < 1
