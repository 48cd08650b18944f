"""Costs scale as they must, for every layer type of the vocabulary and every argument that is a size (laws.py)."""

from __future__ import annotations

from math import prod

import pytest

from archcalc.layers import FAMILY, find
from archcalc.layers.arguments import Integer, PerAxis

from .laws import ARGUMENTS, EXEMPT, FREE, INPUTS, NOT_BY_INPUT
from .scaling import FACTORS, Law, Sized, rows

OF_INPUTS = [pytest.param(law, layer, id=f"{layer}: {law.why}") for law in INPUTS for layer in law.types.split()]


def hold(law: Law, layer: str) -> None:
    held = set()
    for given, shapes in rows(layer):
        before = law.change(given, shapes, 1)
        if before is None:
            continue
        one = Sized(layer, *before, 1)
        for k in FACTORS:
            after = law.change(given, shapes, k)
            assert after is not None
            other = Sized(layer, *after, k)
            assert one.costs.keys() == other.costs.keys(), after
            for cost, number in one.costs.items():
                measure = law.measure_of(cost)
                if measure is not None:
                    assert other.costs[cost] * measure(one) == number * measure(other), (cost, before, after)
                    held |= {cost} if number else set()
    assert held, f"no row of {layer} shows that {law.why}"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("law, layer", OF_INPUTS)
def test_inputs(law: Law, layer: str) -> None:
    hold(law, layer)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments(name: str) -> None:
    hold(ARGUMENTS[name], name.partition(".")[0])


@pytest.mark.parametrize("layer", FREE.split())
def test_what_moves_data_costs_nothing(layer: str) -> None:
    found = [Sized(layer, given, shapes, 1).costs for given, shapes in rows(layer)]
    assert found
    assert not any(number for costs in found for number in costs.values())


@pytest.mark.parametrize("layer", NOT_BY_INPUT)
def test_tensors_that_read_nothing(layer: str) -> None:
    """One number an element, learned or kept, and no work."""
    for k in (1, *FACTORS):
        costs = Sized(layer, {"shape": [5, 7 * k]}, [], k).costs
        assert sum(costs.values()) == max(costs.values()) == 35 * k


@pytest.mark.parametrize("layer", ["rnn", "lstm", "gru"])
def test_each_further_layer_costs_the_same(layer: str) -> None:
    for given, shapes in rows(layer):
        if len(shapes) > 1:  # an initial state is of as many layers
            continue
        deep = [Sized(layer, {**given, "layers": number}, shapes, 1) for number in (1, 2, 3, 4)]
        for of in (lambda sized: sum(sized.weights.values()), lambda sized: sum(sized.ops.values())):
            first, second, third, fourth = map(of, deep)
            assert fourth - third == third - second == second - first > 0


def test_attention_grows_with_the_square_of_the_sequence() -> None:
    """Twice as long, it projects twice as often, and has four times the pairs, each of which takes ``heads * size``
    multiply-adds to score and as many to read: twice of them is what is left."""
    for given, shapes in rows("attention"):
        if len(shapes) > 1 or given.keys() & {"window", "cache", "value_dim"}:
            continue
        *lead, length, width = shapes[0]
        rows_read = given["heads"] * given.get("head_dim", width // given["heads"])
        short, long = (Sized("attention", given, [(*lead, k * length, width)], k).ops["mac"] for k in (1, 2))
        assert long - 2 * short == 2 * prod(lead) * length**2 * 2 * rows_read


def test_every_type_has_a_law() -> None:
    """A type that was added stands in one of laws.py's tables."""
    tables = [{layer for law in INPUTS for layer in law.types.split()}, set(FREE.split()), set(NOT_BY_INPUT)]
    assert sum(map(len, tables)) == len(set().union(*tables)), "a type is in two tables"
    assert set().union(*tables) == set(FAMILY)


def test_every_size_has_a_law() -> None:
    """So does an argument; an axis or a position is no size."""
    sizes = {
        f"{layer}.{name}"
        for layer in FAMILY
        for name, (kind, _) in find(layer).arguments.items()
        if layer not in {*FREE.split(), *NOT_BY_INPUT}
        and (isinstance(kind, PerAxis) or (isinstance(kind, Integer) and kind.least is not None))
    }
    assert sizes - EXEMPT.keys() == ARGUMENTS.keys()
