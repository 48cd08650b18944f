"""Single layers against the tools: tools.csv holds what they print, and record_tools.py measures it anew."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from archcalc.building.load import load_network
from archcalc.conventions import CONVENTIONS, find_convention
from archcalc.conventions.groups import GROUP, GROUPS
from archcalc.conventions.rule import Convention
from archcalc.errors import Source
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network
from archcalc.layers import find
from archcalc.sources.source import Located

TOOLS = [name for name in CONVENTIONS if name not in ("mac", "document", "flop")]
with (Path(__file__).parent / "tools.csv").open(newline="", encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))

UNMEASURED = {"custom"}
"""No layer of PyTorch's: its multiply-adds are what the spec says."""


def network(row: dict[str, str]) -> Network:
    """A network of the one layer."""
    inputs = []
    for name, text in zip("abcd", row["input"].split(", "), strict=False):
        sizes, _, dtype = text.partition(" ")
        inputs.append((name, f"{{shape: [{sizes.replace('x', ', ')}], dtype: {dtype or 'float32'}}}"))
    step = f"  - {row['step']}\n"
    if len(inputs) > 1:
        step += f"    from: [{', '.join(name for name, _ in inputs)}]\n"
    given = ", ".join(f"{name}: {shape}" for name, shape in inputs)
    text = f"name: layer\ninput: {{{given}}}\nlayers:\n{step}"
    return load_network(Located(Source("layer.yaml", text), None))


@pytest.mark.sampled(3)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['step']} {row['input']}")
def test_a_layer_counts_as_the_tools_count_it(row: dict[str, str]) -> None:
    (node,) = network(row).kept
    able = [tool for tool in TOOLS if row[tool] != "-"]
    assert {tool: str(find_convention(tool).rule(node.applied)) for tool in able} == {tool: row[tool] for tool in able}


def test_every_group_is_measured() -> None:
    measured = {GROUP[row["step"].partition(":")[0]] for row in ROWS}
    assert set(GROUPS) - measured == UNMEASURED


@pytest.mark.parametrize("tool", TOOLS)
def test_every_rule_is_measured_where_it_counts_something(tool: str) -> None:
    counted: set[Any] = {GROUP[row["step"].partition(":")[0]] for row in ROWS if row[tool] not in ("0", "-")}
    assert set(find_convention(tool).rules) - UNMEASURED == counted


@pytest.mark.parametrize("step", ["rnn: 5", "lstm: 5", "gru: {hidden: 5, bias: false}", "attention: 2", "softmax"])
@pytest.mark.parametrize("convention", [*map(find_convention, CONVENTIONS)], ids=CONVENTIONS)
def test_a_leading_axis_counts_as_so_many_samples(convention: Convention, step: str) -> None:
    one, three = (network({"step": step, "input": sizes}).kept[0].applied for sizes in ("4x6", "3x4x6"))
    assert convention.rule(three) == 3 * convention.rule(one)


def test_thop_adds_nothing_up_in_a_softmax_over_one_value() -> None:
    """4 slices of one value each: an exponential and a division, and no addition."""
    (node,) = network({"step": "softmax", "input": "4x1"}).kept
    assert find_convention("thop").rule(node.applied) == 4 + 4


@pytest.mark.parametrize("convention", [*map(find_convention, CONVENTIONS)], ids=CONVENTIONS)
def test_a_layer_of_ones_own_counts_its_multiply_adds(convention: Convention) -> None:
    """Once or twice, as the convention has them, and nothing else."""
    (node,) = network({"step": "custom: {out: [4], params: 2, macs: 7}", "input": "4"}).kept
    assert convention.rule(node.applied) == (14 if convention.name in ("flop", "torch", "deepspeed", "calflops") else 7)


def test_an_einsum_of_many_tensors_comes_to_an_end() -> None:
    """NumPy would try 12! orders and more; the first five tensors are taken from left to right."""
    letters = "abcdefghijklm"
    terms = ",".join(letters[number : number + 2] for number in range(12))
    layer, shapes = find("einsum")(equation=f"{terms}->am"), ((2, 2),) * 12
    assert find_convention("deepspeed").rule(Applied(layer, shapes)) == 11 * 2 * 2**3 + 1
