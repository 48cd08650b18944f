"""Every layer of Keras 3 and of torch.nn, every argument of each, every function of torch.nn.functional has an answer.

It is the right word here, or a sentence that says that nothing stands for it, or a word that is ours with the same
meaning. What the answers lead to is held in test_instances.py.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from archcalc.language.foreign import caffe, darknet, flax, hugging_face, keras, pytorch, tables
from archcalc.language.foreign.table import Answer, Foreign, Table, Written
from archcalc.layers import FAMILY

from .follow import problems_of, spec
from .record import PATH

RECORDED = json.loads(PATH.read_text(encoding="utf-8"))
TABLES = {"pytorch": pytorch.TABLE, "keras": keras.TABLE}
LAYERS = [(framework, name) for framework in TABLES for name in RECORDED[framework]["layers"]]
VALUES: list[Any] = [None, True, False, 0, 1, 3, -1, 2.5, "same", "width", [1, 2], [[1, 2], [3, 4]], {"relu": 1}, []]
SAID = ("write ", "nothing here stands for it", "not expressible", "leave it out", "the input stands", "name the step",
        "steps follow", "as ", "it is ")  # fmt: skip


def row_of(framework: str, name: str) -> Foreign:
    return next(layer for layer in TABLES[framework].layers if name in layer.names)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("framework", "name"), LAYERS)
def test_a_layer_and_its_arguments_are_answered(framework: str, name: str) -> None:
    """Each argument is in the layer's row, in the constructor's order: a call gives them so, as Conv2d(3, 16, 3)."""
    answered(name)
    layer, table, recorded = row_of(framework, name), TABLES[framework], RECORDED[framework]["layers"][name]
    if layer.word is not None:  # else its sentence stands for all of it
        words = [word for word in recorded if word not in ("name", "trainable")]
        assert [word for word in words if table.turn(layer, word) is None] == []
    order = [word for word in layer.turns if word in recorded]
    assert order == [word for word in recorded if word in layer.turns]
    known = recorded[: len(order)] if layer.word else []
    assert [word for word in known[:4] if word not in order and table.turn(layer, word) is None] == []


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", RECORDED["pytorch"]["functions"])
def test_a_function_is_ours_or_answered(name: str) -> None:
    if name not in FAMILY:
        answered(name)


def answered(name: str) -> None:
    first = problems_of(spec([f"- {name}"], [[3, 16, 16]], "CHW", False))[0]
    assert first.message == f"unknown layer '{name}'"
    assert first.label.startswith("write '") or (first.help or "").startswith(SAID), first


ROWS = [(table, layer) for table in tables() for layer in table.layers]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.framework or "usual")
def test_a_turn_answers_whatever_the_value(table: Table) -> None:
    for layer in table.layers:
        for name, turn in layer.turns.items():
            for value in VALUES:
                for layout in ("CHW", "HWC"):
                    answer = turn(value, Written({name: value}, layout))
                    assert isinstance(answer, Answer)
                    assert answer.given or answer.words, (layer.names, name, value)


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.framework or "usual")
def test_steps_are_told_whatever_the_arguments(table: Table) -> None:
    for layer in table.layers:
        for name in layer.turns if layer.steps else ():
            for value in VALUES:
                assert layer.steps is not None
                assert layer.steps(Written({name: value}, "CHW"))


def test_frameworks_are_told_apart() -> None:
    modules = (caffe, darknet, flax, hugging_face, keras, pytorch)
    assert len({module.TABLE.framework for module in modules}) == len(modules)
