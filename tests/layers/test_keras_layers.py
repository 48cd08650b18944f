"""``layout: HWC`` is what Keras has: its own output shapes and ``count_params``, recorded, and live if it is there."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest
from loading import network

from archcalc.graph.repetition import unrolled
from layers.keras_layers import ROWS, Row, asked, key, recorded

SAID = recorded()
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(key(row)))


def ours(row: Row) -> tuple[tuple[int, ...], int]:
    """The output, and the weights with the statistics that a batch_norm keeps, but for PyTorch's counter of batches."""
    names = "ab"[: len(row.inputs)]
    shapes = {name: [*shape] for name, shape in zip(names, row.inputs, strict=True)}
    given: Any = shapes["a"] if len(shapes) == 1 else "{" + ", ".join(f"{n}: {s}" for n, s in shapes.items()) + "}"
    found = network(f"layout: HWC\ninput: {given}\nlayers: {row.steps}")
    (output,) = found.outputs
    assert output.shape is not None
    kept = [size for node in unrolled(found).kept for _, shape, size in node.applied.buffers if shape]
    return output.shape, sum(size for node in unrolled(found).kept for *_, size in node.applied.weights) + sum(kept)


@each_row
def test_as_keras_says(row: Row) -> None:
    assert ours(row) == SAID[key(row)]


def test_every_row_is_recorded_and_there_are_enough() -> None:
    assert SAID.keys() == {key(row) for row in ROWS}
    assert len({row.keras.split("(")[0].rstrip("123D") for row in ROWS}) >= 25


@pytest.mark.keras
@pytest.mark.skipif(find_spec("keras") is None, reason="keras is not installed")
@each_row
def test_keras_still_says_so(row: Row) -> None:
    assert asked(row) == SAID[key(row)]
