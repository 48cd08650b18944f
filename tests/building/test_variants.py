"""Many variants at once, grouped by how they are built: each as it is alone."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

import numpy
import pytest

from archcalc.building.load import load_network
from archcalc.building.variants import Group, load_groups
from archcalc.conventions import find_convention
from archcalc.dims.array import DimArray
from archcalc.errors import SpecError
from archcalc.graph.network import Network
from archcalc.graph.repetition import unrolled
from archcalc.report.figures import OF_LAYERS
from archcalc.sources.source import Located, locate

MAC = find_convention("mac")
FIGURES = [figure for figure in OF_LAYERS if figure.name in ("params", "macs", "activations")]

HEAD = """\
name: net
input: [3, 32, 32]
vars: {width: 16, depth: 2}
layers:
  - conv: {out: width, kernel: 3, padding: 1}
"""
SPECS = {
    "when": HEAD + "  - {conv: {out: 2*width, kernel: 3, padding: 1}, when: width > 20}\n  - {relu: , when: depth}\n",
    "flags": HEAD
    + "  - conv: {out: 8, kernel: 1, bias: width > 4, groups: 1 if width % 2 else 2}\n  - {relu: , repeat: depth}\n",
    "repeat": HEAD + "  - {conv: {out: width, kernel: 3, padding: 1}, repeat: 'min(width//100, depth) + 1'}\n",
    "min and max": HEAD
    + "  - conv: {out: 'max(16, min(width, 64)//8*8)', kernel: 1}\n"
    + "  - conv: {out: 4 if width > depth else 5, kernel: 1}\n",
    "lists": HEAD + "  - conv: {out: '[8, 16, 24][width % 3]', kernel: 1, act: '[relu, gelu][depth % 2]'}\n",
    "axes": HEAD + "  - softmax: {axis: width % 3}\n  - linear: {out: depth, bias: not width % 2}\n",
    "halves": HEAD + "  - split: {parts: 2}\n  - concat\n  - {max_pool: 2, repeat: depth}\n",
    "expected": HEAD
    + "  - conv: {out: 40 - width, kernel: 1}\n    expect: [24, 32, 32]\n    when: width == 16 or width > 30\n",
    "frozen": HEAD
    + "  - {conv: {out: 4, kernel: 1}, trainable: width > 7, share: none}\n".replace(", share: none", ""),
    "fractions": HEAD + "  - conv: {out: round(width * 0.75) + 1, kernel: 1}\n  - global_avg_pool\n",
}


def figures(network: Network) -> dict[str, Any]:
    """Totals and output sizes: numbers, or arrays."""
    nodes = unrolled(network).kept
    found: dict[str, Any] = {
        figure.name: sum(figure.once(node, MAC) * figure.multiple(node.multiples(1)) for node in nodes)
        for figure in FIGURES
    }
    for place, size in enumerate(size for tensor in network.outputs for size in tensor.shape or ()):
        found[f"output {place}"] = size
    found["trainable"] = sum(size for node in nodes if node.trainable for _, _, size in node.applied.weights)
    found["layers"] = " ".join(f"{node.path}:{node.type}" for node in nodes)
    return found


def alone(located: Located, point: dict[str, int]) -> dict[str, Any] | None:
    try:
        return figures(load_network(located, settings={name: str(value) for name, value in point.items()}))
    except SpecError:
        return None


def at(found: Any, position: int) -> Any:
    return int(found.values[position]) if type(found) is DimArray else found


def expanded(groups: list[Group], count: int) -> list[Any]:
    """The figures of each variant, None where it does not fit; every variant stands in one group."""
    each: list[Any] = [()] * count
    for group in groups:
        found = None if group.network is None else figures(group.network)
        fits = group.variants.fits
        for position, place in enumerate(group.places):
            assert each[place] == ()
            there = found is not None and fits[position]
            each[place] = {name: at(value, position) for name, value in found.items()} if found and there else None
    return each


@pytest.mark.parametrize("name", SPECS)
def test_ten_thousand_variants_are_as_each_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / "net.yaml"
    spec = SPECS[name] if "depth" in SPECS[name][len(HEAD) :] else SPECS[name].replace(", depth: 2", "")
    path.write_text(spec, encoding="utf-8")
    located, source = locate(str(path)), random.Random(name)
    count = 10_000 if name != "fractions" else 40
    points = {"width": [1 + place % 600 for place in range(count)]}
    if "depth" in spec:
        points["depth"] = [source.randint(1, 6) for _ in range(count)]
    groups = list(load_groups(lambda free: load_network(located, free=free), points))
    assert len(groups) <= 60
    assert any(group.network is not None for group in groups)
    each = expanded(groups, count)
    assert () not in each
    for place in source.sample(range(count), 40):
        point = {key: column[place] for key, column in points.items()}
        assert each[place] == alone(located, point), point


def test_axes_of_the_input_may_vary(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(
        HEAD + "  - {max_pool: 2, when: 'prev[1] > 40'}\n  - {conv: {out: 4, kernel: 'prev[2]'}, when: depth > 1}\n"
    )
    located, points = locate(str(path)), {"H": [*range(20, 90)], "width": [*range(1, 71)]}
    each = expanded(list(load_groups(partial(loaded, located), points)), 70)
    for place in range(70):
        settings, inputs = {"width": str(points["width"][place])}, {None: (3, points["H"][place], 32)}
        assert each[place] == figures_or_none(located, settings, inputs)


def loaded(located: Located, free: Any) -> Network:
    return load_network(located, free=free)


def figures_or_none(located: Located, settings: dict[str, str], inputs: Any) -> dict[str, Any] | None:
    try:
        return figures(load_network(located, settings=settings, inputs=inputs))
    except SpecError:
        return None


def test_why_variants_do_not_fit_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    head = HEAD.replace(", depth: 2", "")
    path.write_text(
        head + "  - conv: {out: 8, kernel: 1, groups: 4}\n  - {relu: , when: width > 20}\n", encoding="utf-8"
    )
    points = {"width": [8, 10, 24, 25, 12]}
    groups = list(load_groups(partial(loaded, locate(str(path))), points))
    assert sorted(sorted(group.places.tolist()) for group in groups) == [[0, 4], [1, 3], [2]]
    (dropped,) = [group for group in groups if group.network is None]
    assert dropped.places.tolist() == [1, 3]
    assert [(reason.lost, reason.message) for reason in dropped.variants.reasons] == [
        (2, "input channels (10) must be divisible by groups (4)")
    ]
    assert numpy.concatenate([group.places for group in groups]).size == 5
