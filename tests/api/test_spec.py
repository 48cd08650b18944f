"""Specs that Python writes: the text that comes out, and that it means what was said."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc import Spec, SpecError, load, step
from archcalc.errors import Source
from archcalc.language.writer import flow
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.layers import find
from archcalc.layers.convolution import Conv
from archcalc.layers.dense import Linear
from archcalc.layers.pooling import MaxPool


@pytest.mark.parametrize(
    "value, text",
    [
        (1, "1"),
        (-0.5, "-0.5"),
        (1e-05, "1e-05"),
        (True, "true"),
        (None, "none"),
        ("relu", "relu"),
        ("4*width", '"4*width"'),
        ("body/c3", "body/c3"),
        ("true", '"true"'),
        ("null", '"null"'),
        ("12", '"12"'),
        ("", '""'),
        ("a: b, [c]", '"a: b, [c]"'),
        ('"\\\n\té', '"\\"\\\\\\n\\té"'),
        ([1, [2, "x"]], "[1, [2, x]]"),
        ((3, 3), "[3, 3]"),
        ({"out": 8, "bias": False}, "{out: 8, bias: false}"),
        (Conv(out=8, kernel=(3, 3)), "{conv: {out: 8, kernel: [3, 3]}}"),
        (find("relu")(), "relu"),
        ({"residual": [find("gelu")(), Linear(out=8)]}, "{residual: [gelu, {linear: {out: 8}}]}"),
    ],
    ids=flow,
)
def test_a_value_as_yaml(value: Any, text: str) -> None:
    assert flow(value) == text


@pytest.mark.parametrize(
    "text", ["relu", "true", "~", "12", "1e5", "0x10", "a: b", "x #y", "- a", "'", '"', "\t", "é", ""]
)
def test_a_text_stays_itself(text: str) -> None:
    node: Node = read(Source("test", f"key: {flow(text)}"))
    assert node.value["key"][1].value == text


def test_a_network_of_layers_is_the_same_as_its_yaml() -> None:
    made = Spec(
        "small",
        input=[3, 32, 32],
        vars={"width": 16},
        defaults={"conv": {"norm": "batch_norm"}},
        layers=[
            step(Conv(out=16, kernel=7, stride=2, padding=3, act="relu"), name="stem"),
            MaxPool(kernel=3, stride=2, padding=1),
            {"residual": [{"conv": {"out": "width", "kernel": 3, "padding": 1}}]},
            "global_avg_pool",
            step(Linear(out=10), name="head", trainable=False),
        ],
    )
    written = """\
name: small
input: [3, 32, 32]
vars: {width: 16}
defaults: {conv: {norm: batch_norm}}
layers:
  - conv: {out: 16, kernel: 7, stride: 2, padding: 3, act: relu}
    name: stem
  - max_pool: {kernel: 3, stride: 2, padding: 1}
  - residual: [{conv: {out: width, kernel: 3, padding: 1}}]
  - global_avg_pool
  - linear: 10
    name: head
    trainable: false
"""
    one, other = load(made), load(Spec.from_text(written))
    without_lines = [
        [{key: row[key] for key in row if key not in ("file", "line")} for row in net.report["layers"]]
        for net in (one, other)
    ]
    assert without_lines[0] == without_lines[1]
    assert one.report["totals"] == other.report["totals"]
    # 3*16*49 + 16 and 2*16; 16*16*9 + 16 and 2*16; 16*10 + 10, frozen
    assert (one.params, one.frozen) == (2_368 + 32 + 2_320 + 32 + 170, 170)


def test_the_text_is_a_spec(tmp_path: Any) -> None:
    made = Spec("twice", input=[8], layers=[step(Linear(out=8), repeat=2)])
    path = tmp_path / "twice.yaml"
    path.write_text(made.text, encoding="utf-8")
    assert load(path).params == load(made).params == 2 * 72


def test_steps_have_keys_that_python_reserves() -> None:
    left, right = step(Linear(out=4), name="left"), step(Linear(out=4), from_="input", name="right")
    made = Spec("branches", input=[8], layers=[left, right, step("add", from_=["left", "right"])])
    assert load(made).params == 2 * 36


def test_an_error_stands_in_the_text_that_was_made() -> None:
    made = Spec("wrong", input=[8], layers=["relu", {"linear": {"outs": 8}}])
    with pytest.raises(SpecError) as raised:
        load(made)
    error = raised.value
    assert (error.file, error.line) == ("<wrong>", 5)
    assert error.column is not None
    assert made.text.splitlines()[4][error.column - 1 :].startswith("outs")
