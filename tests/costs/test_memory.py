"""What exists at one time, step by step: against following every buffer, and against torchvision's graphs."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from archcalc.costs.lifetimes import Asked, Lifetimes
from archcalc.costs.memory import Memory
from archcalc.request import Request

from .brute import Buffers, drawn
from .networks import network_of

ROWS = list(csv.DictReader((Path(__file__).parent / "peak_memory.csv").read_text().splitlines()))


@pytest.mark.parametrize("in_place", [True, False])
@pytest.mark.parametrize("seeds", [range(150), pytest.param(range(150, 2000), marks=pytest.mark.slow)])
def test_the_curve_is_what_following_every_buffer_finds(seeds: range, in_place: bool) -> None:
    for seed in seeds:
        net = drawn(seed, most=14)
        buffers = Buffers(net, in_place)
        buffers.check_contents()
        found = Lifetimes(network_of(net.text), Asked("int8", 1, in_place))
        assert len(found.nodes) == len(net.steps)
        assert found.curve() == buffers.live(net.steps), net.text


@pytest.mark.sampled(3)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["network"]))
def test_torchvision_networks(row: dict[str, str]) -> None:
    """Elements, in order as written and the least of all orders, computed from torchvision's graphs by other code."""
    size = int(row["resolution"])
    network = Request(row["network"], inputs={None: (3, size, size)}).network()
    memory = Memory(network, Asked("int8", in_place=row["in_place"] == "yes"))
    order = memory.least_order()
    assert memory.peak == int(row["live_peak_elements"])
    assert order.peak == order.lower_bound == int(row["optimal_peak_elements"])


IMAGE = "name: net\ninput: {shape: [3, 4, 4], dtype: uint8}\nlayers:\n"


def test_what_is_computed_from_an_image_of_bytes_is_activations() -> None:
    """48 bytes of an image; 2 x 16 numbers of 4 bytes, over which relu writes; 5 numbers of 4 bytes."""
    network = network_of(IMAGE + "- {conv: {out: 2, kernel: 1}}\n- relu\n- flatten\n- linear: 5\n")
    assert Lifetimes(network, Asked("float32")).curve() == [48 + 128, 128, 128, 128 + 20]


def test_a_norm_does_not_write_over_what_is_narrower() -> None:
    """96 bytes of two images; a norm of them needs 4 bytes a number."""
    network = network_of(IMAGE + "- {concat: [input, input]}\n- batch_norm\n- relu\n")
    assert Lifetimes(network, Asked("float32")).curve() == [48 + 96, 96 + 384, 384]


def test_inputs_that_are_given_out_as_they_are_exist_together() -> None:
    memory = Memory(network_of("name: net\ninput: {a: [4, 4], b: [4, 4]}\nlayers:\n- from: [a, b]\n"), Asked("int8"))
    assert memory.peak == memory.arena() == 16 + 16


REPEATED = {
    "chain": "- {linear: 8, repeat: %d}",
    "in place": "- {relu: , repeat: %d}\n- linear: 3",
    "skip over all": "- {linear: 8, name: a}\n- {linear: 8, repeat: %d}\n- add: [prev, a]",
    "wide inside": "- {steps: [{linear: 80}, relu, {linear: 8}], repeat: %d}",
    "residual": "- {residual: [{linear: 20}, relu, {linear: 8}], repeat: %d}\n- relu",
    "read inside": "- {linear: 8, name: a}\n- {steps: [{linear: 8}, {add: [prev, a]}], repeat: %d}",
    "two at once": "- split: {parts: 2, axis: 1}\n- {each: [{linear: 8}, tanh], repeat: %d}\n- add",
    "read after": "- {residual: [{linear: 8}], repeat: %d, name: r}\n- linear: 8\n- add: [prev, r]",
    "nested": "- {steps: [{linear: 4, repeat: 9}, {linear: 8}], repeat: %d}",
    "outputs": "- {linear: 8, repeat: %d, name: r}\n- linear: 4\n- {from: [prev, r]}",
}


def spec(steps: str, times: int) -> str:
    return f"name: net\ninput: [2, 8]\nlayers:\n{steps % times}\n"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("times", [2, 5, 8, 9, 10, 30, 31, 47])
@pytest.mark.parametrize("name", REPEATED)
def test_repetitions_need_what_they_need_written_out(name: str, times: int) -> None:
    network = network_of(spec(REPEATED[name], times))
    few, whole = Memory(network, Asked("int8")), Memory(network, Asked("int8"), None)
    assert len(whole.lifetimes.nodes) == network.size
    assert few.peak == whole.peak
    assert few.arena() == whole.arena()
    assert [*few.steps()] == [*zip([node.path for node in whole.lifetimes.nodes], whole.curve, strict=True)]
    assert few.least_order()[:3] == whole.least_order()[:3]


def test_a_million_repetitions_are_not_looked_at_one_by_one() -> None:
    memory = Memory(network_of(spec(REPEATED["residual"], 1_000_000), 10**9), Asked("int8"))
    assert len(memory.lifetimes.nodes) < 50
    assert memory.peak == 16 + 40 + 16


def repeated(pick: random.Random, depth: int) -> str:
    """Steps from 8 numbers to 8, some of them repeated, some in residuals, some within others."""
    steps = []
    for _ in range(pick.randint(1, 3)):
        kind = pick.choice(["linear", "wide", "relu", "view", "residual", "group", "group"] if depth else ["linear"])
        if kind == "linear":
            steps.append(f"{{linear: 8, repeat: {pick.choice([1, 2, 9, 23])}}}")
        elif kind == "wide":
            steps += [f"{{linear: {pick.choice([3, 8, 16, 40])}}}", "tanh", "{linear: 8}"]
        elif kind == "relu":
            steps.append(f"{{relu: , repeat: {pick.choice([1, 12])}}}")
        elif kind == "view":
            steps.append("{dropout: 0.5}")
        else:
            word = "residual" if kind == "residual" else "steps"
            steps.append(f"{{{word}: [{repeated(pick, depth - 1)}], repeat: {pick.choice([1, 3, 8, 15, 26])}}}")
    return ", ".join(steps)


@pytest.mark.parametrize("seeds", [range(40), pytest.param(range(40, 400), marks=pytest.mark.slow)])
def test_random_repetitions_need_what_they_need_written_out(seeds: range) -> None:
    cut = 0
    for seed in seeds:
        pick = random.Random(seed)
        text = f"name: net\ninput: [2, 8]\nlayers: [{{linear: 8}}, {repeated(pick, 2)}, relu]\n"
        network = network_of(text)
        if network.size > 3000:
            continue
        asked = Asked(pick.choice(["int8", "float32"]), 1, pick.random() < 0.7)
        few, whole = Memory(network, asked), Memory(network, asked, None)
        cut += len(few.lifetimes.nodes) < len(whole.lifetimes.nodes)
        assert few.peak == whole.peak, text
        assert few.arena() == whole.arena(), text
        assert [size for _, size in few.steps()] == whole.curve, text
        assert few.least_order()[:3] == whole.least_order()[:3], text
    assert cut > len(seeds) // 4
