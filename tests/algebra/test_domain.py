"""For which sizes assumptions hold: against trying every size, and which of them are kept."""

from __future__ import annotations

import pytest

from archcalc.algebra.assumptions import CHOSEN, Assumptions, Unknowns
from archcalc.algebra.closed_form import evaluate, expand, sides
from archcalc.algebra.deciding import holds, normalized
from archcalc.algebra.domain import Domain, Held, solved
from archcalc.algebra.factors import parts_of
from archcalc.algebra.notation import TEXT
from archcalc.dims import maximum, minimum, require, where
from archcalc.dims.expression import Expression
from archcalc.dims.operators import COMPARISONS

H, W = Expression.unknown("H", Assumptions()), Expression.unknown("W", Assumptions())
stem = (H - 1) // 2 + 1

SOLVED = [  # condition, text of its domain
    (H >= 7, "H ≥ 7"),
    (3 * H - 20 > 0, "H ≥ 7"),
    (100 - H >= 0, "1 ≤ H ≤ 100"),
    ((H - 7) // 2 + 1 >= 1, "H ≥ 7"),
    (H % 4 == 0, "H is a multiple of 4"),
    (2 * (H // 2) == H, "H is even"),
    (2 * stem == H + 1, "H is odd"),
    (4 * (H // 4) == 2 * (H // 2), "H mod 4 is 0 or 1"),
    (H // 16 == 14, "224 ≤ H ≤ 239"),
    (-(H % 6) >= 0, "H is a multiple of 6"),
    ((H // 2) % 3 == 0, "H mod 6 is 0 or 1"),
    (H // 4 + H // 6 >= 9, "H ≥ 24"),
    (H // 4 - H // 2 + 9 >= 0, "1 ≤ H ≤ 37"),
    (H * H == 49, "H = 7"),
    (H // 2 * (H // 2) == 169, "26 ≤ H ≤ 27"),
    ((H - 26) * (H - 1) == 0, "H = 1 or H = 26"),
    ((H // 2 - 13) * (H // 2 - 1) == 0, "2 ≤ H ≤ 3 or 26 ≤ H ≤ 27"),
    ((H - 2 * (H // 2)) * (H - 5) * (H - 7) == 0, "H = 5 or H = 7 or H is even"),
    (H // 3 - 2 * (H // 7) == 1, "3 ≤ H ≤ 5 or 9 ≤ H ≤ 11 or 15 ≤ H ≤ 17 or 21 ≤ H ≤ 23 or 28 ≤ H ≤ 29 or H = 35"),
    ((H - 3) * (H - 3) * (12 - H) >= 0, "1 ≤ H ≤ 12"),
    (H // 16 * (H // 16) * (H // 16) * (H // 16) + 1 != 2 * (H // 16) * (H // 16), None),
    (H != 5, None),
    (H == 64, "H = 64"),
    (minimum(H, 1024) == H, "1 ≤ H ≤ 1024"),
]


@pytest.mark.parametrize("condition, text", SOLVED)
def test_domains_hold_exactly_where_their_condition_does(condition, text):
    op, left, right = sides(condition)
    (either,) = parts_of(condition)
    domain = solved([normalized(*one, {}) for one in either], "H", 224)
    assert (domain and domain.text("H")) == text
    if domain is None:
        return
    for size in range(1, 500):
        truth = COMPARISONS[op](evaluate(left, {"H": size}), evaluate(right, {"H": size}))
        assert (size in domain) is truth, size
        assert eval(domain.python("H"), {"H": size}) is truth, size


def test_intersections():
    domains = [Domain(7), Domain(1, None, 4, [0, 1]), Domain(1, 100), Domain(1, None, 6, [0, 3, 4])]
    for one in domains:
        for other in domains:
            both = one.both(other)
            assert both is not None
            assert [n for n in range(1, 300) if n in both] == [n for n in range(1, 300) if n in one and n in other]


def held(conditions, **given):
    """What is left of conditions on the names given."""
    unknowns = Unknowns()
    names = {name: unknowns.unknown(name, value) for name, value in given.items()}
    for condition in conditions:
        require(condition(*names.values()), "a rule")
    return Held(unknowns, unknowns.given), names


@pytest.mark.parametrize(
    "conditions, texts",
    [
        ([lambda H, W: H >= 7, lambda H, W: H % 4 == 0, lambda H, W: H >= 5], ["H is a multiple of 4, H ≥ 8"]),
        ([lambda H, W: H % 4 == 0, lambda H, W: H % 8 == 0, lambda H, W: H % 2 == 0], ["H is a multiple of 8"]),
        ([lambda H, W: H >= 7, lambda H, W: W * H >= 7, lambda H, W: H + W >= 9], ["H ≥ 7", "H + W ≥ 9"]),
        ([lambda H, W: H % 4 == 0, lambda H, W: H * W % 2 == 0], ["H is a multiple of 4"]),
        ([lambda H, W: (H - W) * (H - 1) * (W - 1) == 0], ["H = W or H = 1 or W = 1"]),
        ([lambda H, W: W <= 64, lambda H, W: minimum(W, 64) == W], ["1 ≤ W ≤ 64"]),
    ],
)
def test_implied_assumptions_are_dropped(conditions, texts):
    found, _ = held(conditions, H=16, W=16)
    assert [condition.text for condition in found.conditions] == texts


@pytest.mark.parametrize(
    "conditions, form, text",
    [
        ([lambda H: H % 32 == 0], lambda H: ((H - 1) // 2 + 1) * (H // 32), "H²/64"),
        ([lambda H: H % 4 == 0], lambda H: (H + 8) // 8, "⌊(H + 8)/8⌋"),
        ([lambda H: H % 2 == 1], lambda H: H // 2, "H/2 − 1/2"),
        ([lambda H: H >= 7], lambda H: maximum(H - 6, 1), "H − 6"),
        ([lambda H: H <= 64], lambda H: minimum(H, 64) * (H // 2), "H·⌊H/2⌋"),
        ([lambda H: H >= 9], lambda H: where(H > 8, H, 2), "H"),
    ],
)
def test_closed_forms_are_simpler_on_a_domain_and_the_same(conditions, form, text):
    found, names = held(conditions, H=33 if "odd" in str(conditions) else 64)
    closed = expand(form(*names.values()))
    simpler = found.on_domain(closed)
    assert TEXT.show(simpler) == text
    for size in range(1, 300):
        if size in found.domains["H"]:
            assert evaluate(simpler, {"H": size}) == evaluate(closed, {"H": size})


def test_equal_forms_are_one_dim_and_numbers_are_numbers():
    unknowns = Unknowns()
    height = unknowns.unknown("H", 8)
    assert (height + 1) * 2 is 2 * height + 2
    assert type(height - height) is int
    assert (height >= 1) is True
    assert height != height + 1


def test_a_condition_that_python_asks_for_is_decided_as_given_and_assumed():
    unknowns = Unknowns()
    height = unknowns.unknown("H", 8)
    assert height > 5
    assert not height % 2
    assert (height > 5) != 0
    assert [(str(one), one.message) for one in unknowns] == [("H ≥ 6", CHOSEN), ("H mod 2 = 0", CHOSEN)]


RELAXED = [  # difference, whether it is never negative
    (H - 2 * (H // 2), True),
    (H - maximum(2 * (H // 2), 1), True),
    (2 * stem - H, True),
    (H // 2 - H // 3 + 1, True),
    (H // 2 - H // 3 - 1, None),
    (minimum(H, 9) - minimum(H, 4), True),
    (minimum(minimum(H, W), 9) - minimum(H, 4), None),
    (H - minimum(H, 1024), True),
    (H // 4 - H // 2 - 1, False),
]


@pytest.mark.parametrize("difference, never_negative", RELAXED)
def test_floors_and_extremes_are_bounded_by_what_is_in_them(difference, never_negative):
    closed = expand(difference)
    assert holds(">=", closed) is never_negative
    values = [evaluate(closed, {"H": size, "W": 3}) for size in range(1, 200)]
    if never_negative is not None:
        assert all((value >= 0) is never_negative for value in values)
