"""The choice of checkpoints: equal to the best of all choices, tried one by one."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from loading import network

from archcalc.costs.checkpoints import TooLittle, top_step
from archcalc.costs.training import Training, Wanted
from archcalc.graph.network import Network

WITH_WEIGHTS = ["{linear: 8}", "{linear: 3}", "layer_norm", "{linear: {out: 5, act: gelu}}"]
WITHOUT = ["relu", "sigmoid", "{dropout: 0.5}", "square", "identity", "silu", "softmax"]
BLOCK = "{residual: [{linear: 4}, relu, {linear: 8}]}"


def chain(seed: int, steps: int = 12) -> Network:
    """So many steps one after the other."""
    random = Random(seed)
    drawn = [random.choice(random.choice([WITH_WEIGHTS, WITHOUT])) for _ in range(steps - 1)]
    drawn.insert(random.randrange(steps - 1), "{steps: [{linear: 8}, tanh, " + BLOCK + "]}")
    return network("input: [4, 8]\nlayers:\n" + "".join(f"  - {step}\n" for step in drawn))


def skipping() -> Network:
    """Not a chain: three outputs are read again later."""
    steps = [
        *("{linear: 8, name: a}", "{linear: 8, name: b}", "{mul: [prev, a], name: c}", "sigmoid"),
        *("{mul: [prev, b]}", "{linear: 6}", "{linear: 8}", "{mul: [prev, c]}"),
    ]
    return network("input: [4, 8]\nlayers:\n" + "".join(f"  - {step}\n" for step in steps))


def costs(found: Network, chosen: tuple[str, ...]) -> tuple[int, int]:
    """Multiply-adds computed anew, and bytes in all."""
    training = Training(found, Wanted(checkpoint=chosen))
    again = sum(line.again for line in training.lines)
    return again, sum(training.state) + sum(training.kept_by_dtype.values())


def every_choice(found: Network) -> list[tuple[int, int]]:
    tops = list(dict.fromkeys(top_step(record.path) for record in Training(found, Wanted()).records))
    return [costs(found, chosen) for size in range(len(tops) + 1) for chosen in combinations(tops, size)]


@pytest.mark.parametrize("found", [chain(1, 8), chain(2, 8), skipping()], ids=["chain", "another", "skips"])
def test_no_choice_is_better(found: Network) -> None:
    hold(found, 8)


def hold(found: Network, steps: int) -> None:
    choices = every_choice(found)
    assert len(choices) == 2**steps
    needs = sorted({need for _, need in choices})
    with pytest.raises(TooLittle) as little:
        Training(found, Wanted(room=needs[0] - 1))
    assert little.value.least == needs[0]
    for room in (*needs[:: len(needs) // 12 + 1], needs[0], needs[-1]):
        best = min(again for again, need in choices if need <= room)
        training = Training(found, Wanted(room=room))
        assert training.choice.exact
        again, need = costs(found, tuple(training.choice.paths))
        assert (again, need <= room) == (best, True)
        assert again == sum(line.again for line in training.lines)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 8))
def test_no_choice_is_better_on_chains_of_twelve(seed: int) -> None:
    hold(chain(seed), 12)


def test_a_repeated_step_at_the_top_is_several() -> None:
    block = "  - steps: [{linear: 16}, relu, {linear: 8}]\n    name: block\n    repeat: 3\n"
    found = network(f"input: [4, 8]\nlayers:\n{block}")
    paths = [record.path for record in Training(found, Wanted()).records]
    assert list(dict.fromkeys(map(top_step, paths))) == ["block/0", "block/1", "block/2"]
    assert Training(found, Wanted(checkpoint=("block/*",))).choice.paths == ["block/0", "block/1", "block/2"]
    assert Training(found, Wanted(checkpoint=("block", "block/1"))).choice.paths == ["block"]
