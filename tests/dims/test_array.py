"""Many variants at once: exact beyond 64 bits, and no variant disturbs another."""

from __future__ import annotations

import warnings

import pytest

from archcalc.dims import ceil_div, exact_div, gcd, maximum, require, scaled, where
from archcalc.errors import Undecided

numpy = pytest.importorskip("numpy")
from archcalc.dims.array import Reason, Variants  # noqa: E402


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


BIG = 2**61 + 3
BEYOND_64_BITS = [
    lambda a, b: a + a + a,
    lambda a, b: -a - a - a,
    lambda a, b: a * b,
    lambda a, b: a * b * a * b // (b + 1),
    lambda a, b: a * b // a,
    lambda a, b: a * 10**30 + b,
    lambda a, b: a**3 % b,
    lambda a, b: b**70,
    lambda a, b: where(a * b > 10**20, a * b, b),
    lambda a, b: maximum(a * b, b * 10**20) - a,
    lambda a, b: gcd(a * b, a * 6),
    lambda a, b: ceil_div(a * b * 4, 3),
    lambda a, b: scaled(a, 0.3) + scaled(b, 1e30),
    lambda a, b: (a * b) * (b > 5) + (a > 5) + (b > 5),
]


@pytest.mark.parametrize("rule", BEYOND_64_BITS)
def test_results_beyond_64_bits_are_exact(rule):
    points = [(1, 7), (BIG, 12), (BIG - 1, 5), (2**40, 2**20)]
    variants = Variants(len(points))
    array = rule(*(variants.dim(column) for column in zip(*points, strict=True)))
    assert array.values.tolist() == [rule(*point) for point in points]


def test_values_are_64_bit_integers_again_once_they_fit():
    dim = Variants(2).dim([BIG, 5])
    assert (dim * dim).values.dtype == object
    assert (dim * dim // dim).values.dtype == numpy.int64
    assert Variants(2).dim([10**30, 5]).values.tolist() == [10**30, 5]


def test_a_requirement_removes_variants_and_says_what_the_first_of_them_lacks():
    variants = Variants(4)
    channels, groups = variants.dim([8, 9, 10, 12]), variants.dim([4, 2, 3, 5])
    result = exact_div(channels, groups, "input channels", "groups", "groups")
    assert variants.fits.tolist() == [True, False, False, False]
    assert variants.reasons == [Reason(3, "input channels (9) must be divisible by groups (2)", "groups")]
    assert result.values[0] == 2
    require(channels > 8, lambda: f"{channels:,} channels are too few", "out")
    assert variants.reasons[1:] == [Reason(1, "8 channels are too few", "out")]
    require(channels > 100, "counted before")
    assert len(variants.reasons) == 2


def test_exact_division_by_operator():
    variants = Variants(3)
    dim = variants.dim([8, 9, 12])
    assert (dim / 4).values[[0, 2]].tolist() == [2, 3]
    assert variants.reasons == [Reason(1, "9 is not divisible by 4", None)]
    assert (24 / dim).values[[0, 2]].tolist() == [3, 2]


def test_division_by_zero_removes_variants():
    for rule in (lambda a, b: a // b, lambda a, b: a % b, ceil_div, lambda a, b: a / b):
        variants = Variants(3)
        result = rule(variants.dim([6, 6, 6]), variants.dim([2, 0, 3]))
        assert variants.fits.tolist() == [True, False, True]
        assert variants.reasons[0] == Reason(1, "division by zero", None)
        assert result.values[[0, 2]].tolist() == [rule(6, 2), rule(6, 3)]
    variants = Variants(2)
    variants.dim([1, 2]) // 0
    assert not variants.fits.any()


def test_variants_that_are_out_do_not_disturb():
    variants = Variants(3)
    stride, exponent = variants.dim([1, 0, 2]), variants.dim([2, 10**9, 3])
    require(stride > 0, "stride must be positive")
    assert (10 // stride).values[[0, 2]].tolist() == [10, 5]
    assert (7**exponent).values[[0, 2]].tolist() == [49, 343]
    assert len(variants.reasons) == 1
    assert bool(stride > 0)
    assert not bool(stride == 0)


def test_powers_that_are_not_whole_or_too_large_remove_variants():
    variants = Variants(4)
    powers = variants.dim([2, 3, 4, 5]) ** variants.dim([3, -1, 10**7, 2])
    assert variants.fits.tolist() == [True, False, False, True]
    assert powers.values[[0, 3]].tolist() == [8, 25]
    assert [(reason.lost, reason.message) for reason in variants.reasons] == [
        (2, "3 to the power of -1 is not a whole number")
    ]


def test_the_truth_of_variants_that_differ_is_undecided():
    dim = Variants(2).dim([1, 5])
    with pytest.raises(Undecided, match="where"):
        bool(dim > 3)
    assert dim > 0
    assert not (dim > 9)


def test_dims_of_different_variants_and_of_other_values_are_refused():
    with pytest.raises(ValueError, match="different variants"):
        Variants(2).dim([1, 2]) + Variants(2).dim([1, 2])
    with pytest.raises(ValueError, match="3 values for 2 variants"):
        Variants(2).dim([1, 2, 3])
    with pytest.raises(TypeError, match="whole numbers"):
        Variants(2).dim([1, 2.5])
    with pytest.raises(TypeError, match="whole numbers"):
        Variants(2).dim([True, False])


def test_numpy_numbers_leave_the_operators_to_the_dim():
    with pytest.raises(TypeError):
        numpy.int64(3) + Variants(2).dim([1, 2])
