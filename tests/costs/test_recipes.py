"""What training keeps of parameters: the recipes. Published figures: tests/training/test_published.py."""

from __future__ import annotations

import pytest

from archcalc.costs.recipes import OPTIMIZERS, PRECISIONS, Recipe, state


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
