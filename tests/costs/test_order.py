"""The order that needs the least: against every order there is, and what is told where the search is stopped."""

from __future__ import annotations

import pytest

from archcalc.costs.lifetimes import Asked, Lifetimes
from archcalc.costs.order import least_order
from archcalc.request import Request

from .brute import Buffers, drawn
from .networks import network_of


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 600), marks=pytest.mark.slow)])
def test_the_least_order_is_that_of_all_orders(seeds: range) -> None:
    for seed in seeds:
        net = drawn(seed, most=12)
        buffers = Buffers(net)
        least = buffers.least()
        found = least_order(Lifetimes(network_of(net.text), Asked("int8")))
        assert (found.peak, found.lower_bound) == (least, least), net.text
        if found.steps is not None:
            assert sorted(found.steps) == [*range(len(net.steps))]
            assert max(buffers.live([net.steps[step] for step in found.steps])) == least, net.text


@pytest.mark.sampled(3)
@pytest.mark.parametrize("most_states", [0, 1, 3])
def test_where_the_search_is_stopped_the_bound_is_no_more_than_any_order_needs(most_states: int) -> None:
    stopped = 0
    for seed in range(200):
        net = drawn(seed, most=12)
        buffers = Buffers(net)
        found = least_order(Lifetimes(network_of(net.text), Asked("int8")), most_states)
        stopped += not found.optimal
        order = [net.steps[step] for step in found.steps] if found.steps else net.steps
        assert max(buffers.live(order)) == found.peak
        if not found.optimal or seed % 5 == 0:
            assert found.lower_bound <= buffers.least() <= found.peak, net.text
    assert stopped or most_states > 1


def test_branches_that_are_freed_are_run_first() -> None:
    """Of three branches of 100 that each shrink to 1, written side by side: 301 exist at once, and 103 need to."""
    text = """
name: net
input: [1]
layers:
- {linear: 100, from: input, name: a}
- {linear: 100, from: input, name: b}
- {linear: 100, from: input, name: c}
- {linear: 1, from: a, name: d}
- {linear: 1, from: b, name: e}
- {linear: 1, from: c, name: f}
- add: [d, e, f]
"""
    lifetimes = Lifetimes(network_of(text), Asked("int8"))
    found = least_order(lifetimes)
    assert max(lifetimes.curve()) == 301
    assert found.peak == found.lower_bound == 103  # two small ones, the last large one and its small one
    assert found.steps is not None


def test_a_good_order_is_known_before_any_is_tried() -> None:
    """Of a randomly wired network, and where the search is stopped at once."""
    lifetimes = Lifetimes(Request("randwire").network(), Asked("int8"))
    found = least_order(lifetimes, 0)
    assert not found.optimal
    assert found.steps is not None
    assert found.lower_bound <= least_order(lifetimes).peak <= found.peak < max(lifetimes.curve())
