"""What explain and formula read of an expression: its text, its derivation, what it was required to be."""

from __future__ import annotations

import pytest

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.closed_form import evaluate, expand
from archcalc.dims import ceil_div, gcd, maximum, named, require, scaled, where
from archcalc.dims.expression import Expression, derivation, inner_first, render
from archcalc.errors import RuleError

H, K, S = Expression.known("H", 224), Expression.known("k", 7), Expression.known("s", 2)
P, D = Expression.known("p", 3), Expression.known("d", 1)

TEXTS = [  # expression, with names, with numbers
    (
        (H + 2 * P - D * (K - 1) - 1) // S + 1,
        "⌊(H + 2·p − d·(k − 1) − 1)/s⌋ + 1",
        "⌊(224 + 2·3 − 1·(7 − 1) − 1)/2⌋ + 1",
    ),
    (H - (K - S), "H − (k − s)", "224 − (7 − 2)"),
    (H - K + S, "H − k + s", "224 − 7 + 2"),
    (H // (K * S), "⌊H/(k·s)⌋", "⌊224/(7·2)⌋"),
    (H * K // S, "⌊H·k/s⌋", "⌊224·7/2⌋"),
    (9 * (H / S) * K, "9·(H/s)·k", "9·(224/2)·7"),
    (H / S + 1, "H/s + 1", "224/2 + 1"),
    (ceil_div(H - K, S), "⌈(H − k)/s⌉", "⌈(224 − 7)/2⌉"),
    (K * (H % S) + H % K, "k·(H mod s) + (H mod k)", "7·(224 mod 2) + (224 mod 7)"),
    (maximum(H - K, 0), "max(H − k, 0)", "max(224 − 7, 0)"),
    (where(H >= K, H - K, K), "(H − k if H ≥ k else k)", "(224 − 7 if 224 ≥ 7 else 7)"),
    (gcd(H, S) * K**2, "gcd(H, s)·k²", "gcd(224, 2)·7²"),
    (2 ** (K - S), "2^(k − s)", "2^(7 − 2)"),
    (scaled(H + 1, 1.5), "⌊(H + 1)·1.5⌋", "⌊(224 + 1)·1.5⌋"),
    (-(H - K) * -3, "(−(H − k))·(−3)", "(−(224 − 7))·(−3)"),
    (H % S == 0, "H mod s = 0", "224 mod 2 = 0"),
    (Expression.known("p", -1) + H, "p + H", "(−1) + 224"),
]


@pytest.mark.parametrize(("dim", "names", "numbers"), TEXTS)
def test_text(dim, names, numbers):
    assert render(dim) == names
    assert render(dim, numbers=True) == numbers


@pytest.mark.parametrize(("dim", "names", "numbers"), TEXTS[:-1])
def test_the_text_with_numbers_is_worth_the_value(dim, names, numbers):
    python = numbers.replace("·", "*").replace("−", "-").replace(" mod ", "%").replace("²", "**2").replace("^", "**")
    python = python.replace("⌊", "floor(").replace("⌋", ")").replace("⌈", "ceil(").replace("⌉", ")")
    python = python.replace("≥", ">=").replace(" = ", " == ")
    import math

    assert eval(python, {"floor": math.floor, "ceil": math.ceil, "gcd": math.gcd, "max": max}) == dim.value


def test_a_derivation_defines_every_named_result_once_and_before_its_use():
    outputs = named("outputs", ceil_div(H, S))
    total = named("padding", maximum((outputs - 1) * S + K - H, 0))
    steps = derivation("after", total - total // 2)
    assert [(step.name, step.formula, step.substituted, step.value) for step in steps] == [
        ("outputs", "⌈H/s⌉", "⌈224/2⌉", 112),
        ("padding", "max((outputs − 1)·s + k − H, 0)", "max((112 − 1)·2 + 7 − 224, 0)", 5),
        ("after", "padding − ⌊padding/2⌋", "5 − ⌊5/2⌋", 3),
    ]
    assert [step.name for step in derivation("bias", 64)] == ["bias"]
    assert derivation("bias", 64)[0].substituted == "64"


def test_two_results_of_one_name_both_stand_in_the_derivation():
    high, wide = named("outputs", H // S), named("outputs", K // S)
    assert [step.value for step in derivation("area", high * wide)] == [112, 3, 336]


def test_the_structure_is_kept_for_other_printers():
    (step,) = derivation("y", H // S + 1)
    assert [node.op for node in inner_first(step.dim)] == ["name", "name", "//", "+"]


def formula(*names):
    scope = Assumptions()
    return scope, *(Expression.unknown(name, scope) for name in names)


def test_requirements_of_unknown_sizes_become_assumptions_that_keep_message_and_argument():
    scope, channels, groups = formula("C", "g")
    require(channels % groups == 0, lambda: f"channels ({channels}) must be divisible by groups ({groups})", "groups")
    (assumption,) = scope
    assert str(assumption) == "C mod g = 0"
    assert assumption.message == "channels (C) must be divisible by groups (g)"
    assert assumption.argument == "groups"


def test_an_assumption_that_another_implies_is_dropped():
    scope, height, width = formula("H", "W")
    for condition in (
        height >= 3,
        height - 3 >= 0,
        width > 6,
        (height - 7) // 2 + 1 >= 1,
        height > 4,
        2 * height >= 13,
    ):
        require(condition, "too small")
    require(height >= 1, "decided")
    require((height + 1) // 2 >= 1, "decided")
    assert sorted(str(assumption) for assumption in scope) == ["H ≥ 7", "W ≥ 7"]


@pytest.mark.parametrize("make", [lambda H: H == 0, lambda H: H + 3 < H, lambda H: (2 * H) % 2 == 1])
def test_a_requirement_that_no_size_meets_raises(make):
    scope, height = formula("H")
    with pytest.raises(RuleError, match="never"):
        require(make(height), "never")
    assert len(scope) == 0


def test_the_scope_is_the_expressions_own():
    (first, height), (second, width) = formula("H"), formula("W")
    require(height + 0 >= 5, "a")
    require(width * Expression.known("k", 3) >= 5, "b")
    assert [assumption.message for assumption in first] == ["a"]
    assert [assumption.message for assumption in second] == ["b"]


def test_exact_division_requires_divisibility():
    with pytest.raises(RuleError, match="224 is not divisible by 3"):
        H / 3
    with pytest.raises(RuleError, match="9 is not divisible by 2"):
        9 / S
    scope, channels = formula("C")
    assert str(channels / 4) == "C/4"
    assert [str(assumption) for assumption in scope] == ["C mod 4 = 0"]
    assert str(6 * channels / 3) == "2·C"
    assert len(scope) == 1


@pytest.mark.parametrize(("base", "exponent"), [(2, -1), (10, 10**9), (7, 10**6)])
def test_powers_that_are_not_whole_or_too_large_are_refused_at_once(base, exponent):
    with pytest.raises(RuleError, match=rf"{base} to the power of {exponent}"):
        Expression.known("b", base) ** exponent


def test_ten_thousand_nested_operations():
    _, height = formula("H")
    unknown, known = height, Expression.known("H", 1)
    for i in range(10_000):
        unknown = (unknown + 1) * 1 if i % 2 else maximum(unknown, 3) - 1
        known = known + 1
    assert known.value == 10_001
    assert len(render(known)) < 3_000
    assert derivation("x", known)[-1].value == 10_001
    value = 5
    for i in range(10_000):
        value = value + 1 if i % 2 else max(value, 3) - 1
    assert evaluate(expand(unknown), {"H": 5}) == value


def test_shared_parts_do_not_multiply_the_work():
    dim = H
    for _ in range(300):
        dim = maximum(dim // 2 + dim % 5, dim // 3)
    assert len(render(dim)) < 10_000


def test_formatting():
    assert f"{Expression.known('n', 1_234_567):,}" == "1,234,567"
    assert f"{Expression.unknown('n', Assumptions()) + 1:,}" == "n + 1"
    assert len({H, H, K}) == 2
