"""What training keeps of parameters, held to published figures.

ZeRO: Rajbhandari et al. 2020, arXiv 1910.02054, figure 1 (published: 120, 31.4, 16.6 and 1.9 GB) and table 1.
"""

from __future__ import annotations

import pytest

from archcalc.costs.recipes import OPTIMIZERS, PRECISIONS, Recipe, state

GB = 10**9


def in_all(parameters: int, zero: int, devices: int) -> float:
    found = state(Recipe("adamw", "mixed", None, zero, devices), parameters, {(parameters,): 1})
    return sum(found) / GB


@pytest.mark.parametrize("zero, published", [(0, 120), (1, 31.4), (2, 16.6), (3, 1.9)])
def test_zero_figure_1(zero: int, published: float) -> None:
    assert in_all(7_500_000_000, zero, 64) == pytest.approx(published, abs=0.05)


@pytest.mark.parametrize(
    "billions, devices, stages",
    [
        (7.5, 1, (120, 120, 120)),
        (7.5, 4, (52.5, 41.25, 30)),
        (7.5, 16, (35.625, 21.5625, 7.5)),
        (7.5, 64, (31.40625, 16.640625, 1.875)),
        (7.5, 1024, (30.087890625, 15.1025390625, 0.1171875)),
        (128, 64, (536, 284, 32)),
        (128, 1024, (513.5, 257.75, 2)),
        (1000, 16, (4750, 2875, 1000)),
        (1000, 1024, (4011.71875, 2013.671875, 15.625)),
    ],
)
def test_zero_table_1(billions: float, devices: int, stages: tuple[float, ...]) -> None:
    """A share of a byte is a byte."""
    found = [in_all(int(billions * GB), zero, devices) for zero in (1, 2, 3)]
    assert found == pytest.approx(stages, abs=3 / GB)


def test_korthikanti_counts_18_bytes_a_parameter() -> None:
    """Float32 gradients, section 3 of Korthikanti et al. 2022."""
    assert sum(state(Recipe("adamw", "mixed", "float32"), 1000, {(1000,): 1})) == 18_000


@pytest.mark.parametrize(
    "optimizer, shape, found",
    [
        ("none", (64, 100), 0),
        ("sgd", (64, 100), 0),
        ("momentum", (64, 100), 4 * 6400),
        ("adam", (64, 100), 8 * 6400),
        ("adafactor", (64, 100), 4 * 164),
        ("adafactor", (3, 64, 100), 4 * 3 * 164),
        ("adafactor", (100,), 400),
        ("adam8bit", (64, 100), 2 * 6400 + 2 * 4 * 25),
        ("adam8bit", (63, 65), 8 * 4095),
        ("adam8bit", (4097,), 2 * 4097 + 2 * 4 * 17),
    ],
)
def test_states(optimizer: str, shape: tuple[int, ...], found: int) -> None:
    assert state(Recipe(optimizer), 0, {shape: 1}).optimizer == found


def test_no_optimizer_has_no_copy_of_the_weights() -> None:
    assert state(Recipe("none", "mixed"), 8, {(8,): 1}) == (16, 16, 0)
    assert state(Recipe("sgd", "mixed"), 8, {(8,): 1}) == (16, 16, 32)
    assert {*OPTIMIZERS} == {"none", "sgd", "momentum", "adam", "adamw", "adafactor", "adam8bit"}
    assert {*PRECISIONS} == {"float32", "mixed", "bfloat16"}


@pytest.mark.torch
@pytest.mark.parametrize("optimizer", ["momentum", "adam", "adamw", "adafactor"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_states_are_pytorchs(optimizer: str, precision: str) -> None:
    """The states that torch.optim keeps after a step, its counters of steps left out."""
    torch = pytest.importorskip("torch")
    kinds = {"momentum": "SGD", "adam": "Adam", "adamw": "AdamW", "adafactor": "Adafactor"}
    more = {"momentum": 0.9} if optimizer == "momentum" else {}
    shapes = [(6, 5), (7,), (2, 3, 4)]
    weights = [torch.zeros(shape, dtype=getattr(torch, precision), requires_grad=True) for shape in shapes]
    found = getattr(torch.optim, kinds[optimizer])(weights, lr=0.1, **more)
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    found.step()
    kept = sum(
        tensor.numel() * tensor.element_size()
        for states in found.state.values()
        for name, tensor in states.items()
        if name != "step"
    )
    assert state(Recipe(optimizer, precision), 0, dict.fromkeys(shapes, 1)).optimizer == kept
