"""What closed forms grow like: against their values far out."""

from __future__ import annotations

import pytest

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.closed_form import evaluate, expand
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
