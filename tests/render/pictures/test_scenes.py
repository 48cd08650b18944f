"""Scenes: boxes add up to the totals at every depth, and wires are those of the network, contracted by brute force."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from archcalc.building.load import load_network
from archcalc.conventions import find_convention
from archcalc.errors import Source, SpecError
from archcalc.graph.network import Network
from archcalc.render.pictures.boxes import Box, Scene, edges, every, leaves
from archcalc.render.pictures.scene import MOST, Scenes
from archcalc.report.model import build_report
from archcalc.sources import shipped
from archcalc.sources.source import Located
from tests.properties.networks import as_yaml, few_examples, networks

from .drawing import scene, scenes, tangled

FEW = ["resnet18", "efficientdet", "mixture-of-experts", "vgg11", "gpt2", "lstm-gates"]
ALL = [*shipped.index()["specs"], *shipped.index()["variants"]]


def summed(found: Scene) -> tuple[int, int, int]:
    boxes = [*leaves(found.boxes)]
    return sum(b.all.params for b in boxes), sum(b.all.macs for b in boxes), sum(b.all.layers for b in boxes)


def add_up(spec: str) -> None:
    found = scenes(spec, max_work=30_000_000)
    for depth in range(1, 6):
        one = found.at(depth) if depth < 3 else scene_or_none(found, depth)
        if one is not None:
            assert summed(one) == (one.totals.params, one.totals.macs, one.totals.layers), depth


def scene_or_none(found: Scenes, depth: int) -> Scene | None:
    try:
        return found.at(depth)
    except SpecError:
        return None


@pytest.mark.parametrize("spec", FEW)
def test_boxes_add_up_to_the_totals(spec: str) -> None:
    add_up(spec)


@pytest.mark.slow
@pytest.mark.parametrize("spec", ALL)
def test_boxes_of_every_spec_add_up_to_the_totals(spec: str) -> None:
    add_up(spec)


def loaded(text: str, **options: Any) -> Network:
    return load_network(Located(Source("net.yaml", text), None), **options)


def contracted(found: Scene, whole: Network) -> set[tuple[str, str]]:
    """The wires between the boxes of a scene as the whole network has them: each node is put into its box by its path.

    What a repetition of a stack reads of another one of the same stack is inside the stack.
    """
    stacks = {box.path.rpartition("/")[0]: box for box in every(found.boxes) if box.repeats > 1}
    boxes = {box.path: box.id for box in leaves(found.boxes)}

    def home(path: str) -> tuple[str, dict[str, int]]:
        """The box of a node, and which repetition of each stack around it that is."""
        parts, done, numbers = path.split("/"), "", {}
        for part in parts:
            stack = next((box for box in every(found.boxes) if stacked(box, done, part)), None)
            if stack is not None:
                numbers[stack.id] = int(part)
                part = stack.path.rpartition("/")[2]
            done = f"{done}/{part}" if done else part
            if done in boxes:
                return boxes[done], numbers
        raise AssertionError(path)

    assert len(stacks) <= len(boxes) + 100
    wires = set()
    inputs = {box.path: box.id for box in found.boxes if box.kind == "input"}
    names = list(whole.inputs)
    for node in whole.kept:
        there, numbers = home(node.path)
        for tensor in node.inputs:
            if tensor.node is None:
                wires.add((inputs[names[tensor.number]], there))
                continue
            here, of_maker = home(tensor.node.path)
            apart = any(of_maker[stack] != numbers[stack] for stack in of_maker.keys() & numbers.keys())
            if here != there and not apart:
                wires.add((here, there))
    return wires


def stacked(box: Box, above: str, part: str) -> bool:
    """Whether a part of a path is a repetition that a box stands for."""
    around, _, first = box.path.rpartition("/")
    return box.repeats > 1 and around == above and part.isdigit() and 0 <= int(part) - int(first) < box.repeats


@settings(few_examples, max_examples=12)
@given(network=networks())
def test_wires_are_those_of_the_network(network: Any) -> None:
    wires_are_right(network)


@pytest.mark.slow
@settings(few_examples, max_examples=300)
@given(network=networks())
def test_wires_are_those_of_many_networks(network: Any) -> None:
    wires_are_right(network)


def wires_are_right(network: Any) -> None:
    text = as_yaml(network)
    kept, whole = loaded(text, drawn=True), loaded(text, explained=True)
    found = Scenes(build_report(kept, find_convention("mac", None)))
    for depth in (1, 2, 3):
        one = found.at(depth)
        assert summed(one) == (one.totals.params, one.totals.macs, one.totals.layers)
        drawn = {(maker.id, reader.id) for maker, reader, tensor in edges(one.boxes) if tensor not in one.weak}
        expected = contracted(one, whole)
        ends = {box.id for box in one.boxes if box.kind == "output"}
        assert {wire for wire in drawn if wire[1] not in ends} == expected
        assert len(ends) == len({id(tensor) for tensor in kept.outputs})


def test_a_stack_is_of_repetitions_that_are_alike() -> None:
    found = scene("resnet50", 2)
    stacks = {box.path: (box.title, box.repeats) for box in every(found.boxes) if box.repeats > 1}
    assert stacks["stage1/0/bottleneck1/1"] == ("bottleneck1/1–2", 2)
    assert stacks["stage1/2/bottleneck1/1"] == ("bottleneck1/1–5", 5)
    assert not any(path.endswith("/0") for path in stacks)  # the first of each stage has another shortcut


def test_repetitions_that_read_different_tensors_are_no_stack() -> None:
    """Each repetition reads another row of the table: a stack would draw the wires of the first alone."""
    text = """
name: net
input: [4]
layers:
  - {linear: 4, name: a}
  - {linear: 4, name: b}
  - {linear: 4, name: c}
  - steps:
      - {linear: 4, name: inside}
      - {add: , from: [prev, a]}
    repeat: 2
    name: same
"""
    found = Scenes(build_report(loaded(text, drawn=True), find_convention("mac", None))).at(2)
    (same,) = [box for box in every(found.boxes) if box.kind == "step"]
    assert same.repeats == 2  # both read a


def test_experts_read_their_router() -> None:
    found = scene("mixture-of-experts")
    router = next(box for box in every(found.boxes) if box.title == "router")
    assert set(router.outs) == found.weak
    assert any(maker is router for maker, _, _ in edges(found.boxes))


def test_shared_weights_are_told() -> None:
    found = scene("gpt2")
    assert [box.shared for box in every(found.boxes) if box.shared] == ["tokens"]


def test_the_default_is_the_deepest_of_at_most_150_boxes() -> None:
    found = scenes("efficientnet_b7")
    usual = found.within(150)
    number = sum(1 for _ in every(usual.boxes))
    assert number <= 150
    assert sum(1 for _ in every(found.at(usual.depth + 1).boxes)) > 150 or not usual.folded


def test_a_long_list_is_drawn_as_boxes_of_many_steps() -> None:
    steps = "\n".join(f"  - conv: {{out: {4 + number % 2}, kernel: 1}}" for number in range(400))
    found = Scenes(
        build_report(
            loaded(f"name: net\ninput: [3, 8, 8]\nlayers:\n{steps}\n", drawn=True), find_convention("mac", None)
        )
    ).at(1)
    assert len(found.boxes) == 42
    assert found.elided == ["400 steps are drawn as 40 boxes"]
    assert summed(found) == (found.totals.params, found.totals.macs, found.totals.layers)
    assert all(len(box.ins) == 1 for box in found.boxes[1:])


@pytest.mark.slow
def test_a_depth_of_too_many_boxes_says_which_fits() -> None:
    def steps(level: int) -> str:
        """13 lists in each list, of linear layers that are all of other sizes."""
        inside = [f"{{steps: [{steps(level - 1)}], name: a{n}}}" if level else f"linear: {n + 2}" for n in range(13)]
        return ", ".join(inside)

    text = f"name: net\ninput: [2]\nlayers: [{steps(2)}]\n"
    found = Scenes(build_report(loaded(text, drawn=True), find_convention("mac", None)))
    with pytest.raises(SpecError) as raised:
        found.at(9)
    assert f"{MOST:,} are drawn at most" in str(raised.value)
    assert raised.value.diagnostics[0].help == "depth 2 has fewer"


@pytest.mark.parametrize("seed", range(3))
def test_wires_of_tangled_networks(seed: int) -> None:
    spec = tangled(seed)
    whole = Located(spec.located().source, None)
    found = scene(spec, 1)
    drawn = {(maker.id, reader.id) for maker, reader, _ in edges(found.boxes)}
    ends = {box.id for box in found.boxes if box.kind == "output"}
    assert {wire for wire in drawn if wire[1] not in ends} == contracted(found, load_network(whole, explained=True))
