"""Layouts: no box on another, no text out of its box, every wire from its maker to its readers and through no other."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from archcalc import Spec
from archcalc.render.pictures.boxes import Scene
from archcalc.render.pictures.crossings import crossings
from archcalc.render.pictures.looks import Asked
from archcalc.sources import shipped

from .drawing import drawn, scene, tangled
from .rules import faults

FEW = ["resnet50", "transformer", "googlenet", "mixture-of-experts", "lstm-gates", "two-tower"]
ALL = [*shipped.index()["specs"], *shipped.index()["variants"]]


def found_faults(found: Scene, asked: Asked) -> list[str]:
    return faults(*drawn(found, asked))


@pytest.mark.parametrize("spec", FEW)
def test_pictures_have_no_fault(spec: str) -> None:
    assert found_faults(scene(spec), Asked()) == []


def test_a_horizontal_picture_has_no_fault() -> None:
    assert found_faults(scene("transformer"), Asked(horizontal=True)) == []


@pytest.mark.slow
@pytest.mark.parametrize("spec", ALL)
def test_no_picture_of_any_spec_has_a_fault(spec: str) -> None:
    usual = scene(spec)
    for depth in range(1, usual.depth + 1):
        for horizontal in (False, True):
            assert found_faults(scene(spec, depth), Asked(horizontal=horizontal)) == [], (depth, horizontal)


@pytest.mark.parametrize("seed", [1, 2])
def test_tangled_networks_have_no_fault(seed: int) -> None:
    assert found_faults(scene(tangled(seed, 8)), Asked(horizontal=seed % 2 == 1)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_larger_tangles_have_no_fault(seed: int) -> None:
    assert found_faults(scene(tangled(seed)), Asked(horizontal=seed % 2 == 1)) == []


@pytest.mark.parametrize("width", [400, 900, 1600])
def test_a_wrapped_picture_has_no_fault(width: int) -> None:
    found = scene("resnet50")
    looks, layout, picture = drawn(found, Asked(width=width))
    assert faults(looks, layout, picture) == []
    assert width >= picture.width or width == 400  # one column of it takes 438


CROSSED = {"yolov8n": (2, 5), "efficientdet": (2, 44), "stable-diffusion-unet": (3, 23), "transformer": (None, 0)}
"""The depth, and the crossings of elkjs 0.9 (layered, orthogonal, with hierarchy) on the same boxes, 2026-11-29."""


@pytest.mark.slow
@pytest.mark.parametrize("spec", CROSSED)
def test_wires_cross_no_more_than_a_layout_library_lets_them(spec: str) -> None:
    depth, most = CROSSED[spec]
    _, layout, _ = drawn(scene(spec, depth))
    assert crossings(layout.wires) <= most


@pytest.mark.parametrize("spec", ["unet", "densenet121", "vit_b_16"])
def test_series_and_parallels_cross_nowhere(spec: str) -> None:
    _, layout, _ = drawn(scene(spec))
    assert crossings(layout.wires) == 0


def series(random: Random, depth: int) -> list[Any]:
    """Steps on 4 channels: layers, residuals, lists beside one another and in one another."""
    found: list[Any] = []
    for _ in range(random.randint(1, 3)):
        kind = random.choice(("linear", "residual", "parallel", "steps") if depth else ("linear",))
        if kind == "linear":
            found.append({"linear": 4})
        elif kind == "parallel":
            branches = {f"b{place}": series(random, depth - 1) for place in range(random.randint(2, 3))}
            found += [{"parallel": branches}, {"add": {}}]
        else:
            found.append({kind: series(random, depth - 1)})
    return found


@pytest.mark.sampled(10)
@pytest.mark.parametrize("seed", range(200))
def test_random_series_and_parallels_cross_nowhere(seed: int) -> None:
    """Of so few steps that none is a piece of a list, which may end inside of what stands beside one another."""
    random = Random(seed)
    layers = series(random, random.randint(1, 3))
    looks, layout, picture = drawn(scene(Spec("net", input=[4], layers=layers), random.randint(1, 5)))
    assert not any("are drawn as" in getattr(mark, "text", "") for mark in picture.marks)
    assert crossings(layout.wires) == 0
    assert faults(looks, layout, picture) == []


def test_a_fault_is_seen() -> None:
    """Each rule, broken once."""
    looks, layout, picture = drawn(scene("lenet5"))
    first, second, *rest = layout.places
    moved = layout._replace(places=[first, second._replace(y=first.y), *rest])
    assert any("overlaps" in one for one in faults(looks, moved, picture))
    cut = layout._replace(wires=layout.wires[1:])
    assert any("no wire brings" in one for one in faults(looks, cut, picture))
    bent = layout._replace(wires=[layout.wires[0].moved(300, 0), *layout.wires[1:]])
    assert any("begins nowhere" in one for one in faults(looks, bent, picture))
    through = layout.wires[0]._replace(points=[layout.wires[0].points[0], layout.wires[3].points[-1]])
    assert any("runs through" in one for one in faults(looks, layout._replace(wires=[through, *layout.wires]), picture))
    text = picture.marks[0]._replace(x=-50)
    assert any("out of the page" in one for one in faults(looks, layout, picture._replace(marks=[text])))


def test_what_is_neither_read_nor_reads_makes_no_picture_wider() -> None:
    chain: list[Any] = [{"linear": 4}, {"linear": 4}]
    alone: list[Any] = [{"constant": {"shape": [2]}, "name": f"kept{number}"} for number in range(2)]
    _, without, _ = drawn(scene(Spec("net", input=[4], layers=chain)))
    found = scene(Spec("net", input=[4], layers=[*alone, {**chain[0], "from": "input"}, chain[1]]))
    _, layout, picture = drawn(found)
    assert found_faults(found, Asked()) == []
    assert picture.width < 2.5 * without.width
    below = max(place.y for place in without.places)
    assert [place.y > below for place in layout.places if place.box.path.startswith("kept")] == [True, True]


@pytest.mark.parametrize("horizontal", [False, True])
def test_what_is_long_inside_a_container_stands_in_columns(horizontal: bool) -> None:
    """A chain of 30 in a block with a tensor from its middle that is read outside; but none that a skip passes."""
    layers: list[Any] = [{"conv": {"out": 4 + number, "kernel": 1}, "name": f"c{number}"} for number in range(30)]
    body: list[Any] = [*layers, {"from": ["c11", "c29"]}]
    blocks = {"body": {"input": ["C", "H", "W"], "layers": body}}
    after: list[Any] = [{"concat": {}}, {"conv": {"out": 3, "kernel": 1}}]
    found = scene(Spec("net", input=[4, 8, 8], blocks=blocks, layers=["body", *after]))
    assert found_faults(found, Asked(horizontal=horizontal)) == []
    _, layout, _ = drawn(found, Asked(horizontal=horizontal))
    across = {round(place.y if horizontal else place.x) for place in layout.places if "body1/" in place.box.path}
    assert 2 <= len(across) <= 6
    blocks = {"body": {"input": ["C", "H", "W"], "layers": [*layers, {"from": ["c0", "c29"]}, {"concat": {}}]}}
    found = scene(Spec("net", input=[4, 8, 8], blocks=blocks, layers=["body"]))
    _, layout, _ = drawn(found, Asked(horizontal=horizontal))
    assert found_faults(found, Asked(horizontal=horizontal)) == []
    across = {round(place.y if horizontal else place.x) for place in layout.places if "body1/c" in place.box.path}
    assert len(across) <= 2


def test_many_rails_to_one_box_share_a_lane() -> None:
    """All but the last of eight go to the sum in one line that each joins; a few have lanes of their own."""
    for number, lanes in ((8, 1), (4, 3)):
        names = [f"c{one}" for one in range(number)]
        layers: list[Any] = [{"conv": {"out": 4, "kernel": 1}, "name": name} for name in names]
        found = scene(Spec("net", input=[4, 8, 8], layers=[*layers, {"add": names}]))
        assert found_faults(found, Asked()) == []
        _, layout, picture = drawn(found)
        ends = {wire.points[-1] for wire in layout.wires if wire.rail and wire.arrow}
        assert len(ends) == lanes
        assert any("others join" in str(mark) for mark in picture.marks) == (lanes == 1)


def test_all_that_a_piece_of_a_long_list_gives_is_one_wire() -> None:
    """Of 160 layers four stand in one box; the sum reads two of its tensors, and the next box one."""
    layers: list[Any] = [{"conv": {"out": 4, "kernel": 1}, "name": f"c{number}"} for number in range(160)]
    found = scene(Spec("net", input=[4, 8, 8], layers=[*layers, {"add": ["c0", "c1", "c159"]}]))
    assert "all that one of these boxes gives is one wire" in found.elided
    assert max(len(box.outs) for box in found.boxes) == 1
    assert len(found.boxes[-2].ins) == 2
    assert found_faults(found, Asked()) == []


def test_a_container_around_all_stands_in_columns_of_what_is_inside() -> None:
    """Four long blocks in one container stand side by side, each in one piece, and the picture is no tower."""
    block: list[Any] = [{"conv": {"out": 4, "kernel": 1}, "name": f"c{number}"} for number in range(20)]
    inside: list[Any] = [{"steps": [*block, {"linear": 4 + number}], "name": f"s{number}"} for number in range(4)]
    found = scene(Spec("net", input=[4, 8, 8], layers=[{"steps": inside, "name": "whole"}]))
    assert found_faults(found, Asked()) == []
    _, layout, picture = drawn(found)
    assert picture.height < 2.2 * picture.width
    places = {place.box.path: place for place in layout.places if place.box.inside}
    assert len({round(places[f"whole/s{number}"].x) for number in range(4)}) >= 2


@pytest.mark.parametrize("horizontal", [False, True])
def test_what_is_unread_in_a_container_stands_beside_a_straight_chain(horizontal: bool) -> None:
    """The chain goes straight down; what is neither read nor reads stands beside it, one below the other."""
    alone: list[Any] = [{"constant": {"shape": [2]}, "name": f"kept{number}"} for number in range(2)]
    inside: list[Any] = [*alone, {"linear": 4, "from": "input"}, {"linear": 4}]
    found = scene(Spec("net", input=[4], layers=[{"linear": 4}, {"steps": inside, "name": "block"}, {"linear": 4}]))
    assert found_faults(found, Asked(horizontal=horizontal)) == []
    _, layout, _ = drawn(found, Asked(horizontal=horizontal))
    assert all(len(wire.points) == 2 for wire in layout.wires)
    across = {place.box.path: place.y if horizontal else place.x for place in layout.places}
    assert across["block/kept0"] == across["block/kept1"] > across["block/linear2"]


def test_a_wire_goes_to_the_next_column_without_a_detour() -> None:
    """It leaves the last column of a container where that ends, and does not come back to the chain's line first."""
    _, layout, _ = drawn(scene("swin"))
    for wire in layout.wires:
        runs = [x - u for (u, v), (x, y) in wire.pieces() if v == y and abs(x - u) > 1]
        assert len(wire.points) < 6 or all(run > 0 for run in runs)
