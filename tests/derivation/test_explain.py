"""Every derivation, read as arithmetic by a calculator of its own, gives the number that show prints."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from importlib import import_module
from itertools import product
from typing import Any

import pytest

from archcalc.building.load import load_network
from archcalc.conventions import CONVENTIONS, find_convention
from archcalc.derivation.explain import Cell, Explained, explain
from archcalc.derivation.explain_totals import sum_up
from archcalc.dims.expression import Definition, Expression, inner_first
from archcalc.errors import RuleError
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Node, Tensor
from archcalc.graph.repetition import unrolled
from archcalc.layers import CONTENTS, find
from archcalc.report.columns import show_padding, show_shapes
from archcalc.report.model import build_report
from archcalc.sources.source import locate

from .arithmetic import evaluate

ZOO = (
    "exam-table alexnet vgg16 resnet18 mobilenet_v2 googlenet unet dcgan-generator gpt2 mixture-of-experts r3d_18"
    " lstm-gates wavenet"
).split()


@pytest.mark.parametrize(
    "text, value",
    [
        ("⌊(64 + 2·3 − 1·(7 − 1) − 1)/2⌋ + 1", 32),
        ("max((⌈64/2⌉ − 1)·2 + 3 − 64, 0)", 1),
        ("(5 − 1 if 3·2 ≥ 7 else 5)", 5),
        ("2·(1 + 3)² − 4^2", 16),
        ("gcd(12, 18) − min(1,000, 2)", 4),
        ("−3 + 1/2", Fraction(-5, 2)),
        ("⌊7·1.5⌋", 10),
    ],
)
def test_the_calculator_itself(text: str, value: Any) -> None:
    assert evaluate(text) == value


def explained(network: Network, **given: Any) -> tuple[list[Explained], dict[str, Any]]:
    """All layers of a network and its report."""
    count = given.pop("count", None)
    convention = find_convention(*((count,) if count else network.convention or ("mac",)))
    report = build_report(network, convention, batch=given.get("batch", 1))
    nodes = unrolled(network).kept
    found = [
        explain(node, row["reads"], convention, **given) for node, row in zip(nodes, report["layers"], strict=True)
    ]
    return found, report


def hold_steps(cell: Cell) -> None:
    """The numbers of each definition give its value."""
    for one in cell.derivation:
        assert evaluate(one.substituted) == Fraction(str(one.value)), (
            cell.title,
            one.formula,
            one.substituted,
        )


def axes_of(derivation: list[Definition]) -> dict[str, Any]:
    """The sizes by axis, from definitions such as H′ = W′."""
    return {axis: one.value for one in derivation for axis in one.name.split(" = ") if axis.endswith("′")}


def hold(found: Explained, row: dict[str, Any], report: dict[str, Any]) -> None:
    """Every cell's derivation ends in what the report's row says."""
    for cell in found.cells:
        hold_steps(cell)
    for key in ("params", "macs", "ops"):
        cell = found.cell(key)
        assert cell.value == cell.derivation[-1].value == row[key], (row["path"], key)
    output = found.cell("output")
    assert output.value == show_shapes(row["outputs"])
    if output.derivation:
        sizes = [size for shape in row["outputs"] for size in shape]
        assert sorted(axes_of(output.derivation).values()) == sorted(sizes), row["path"]
    else:
        assert all(shape == row["inputs"][0] for shape in row["outputs"]), row["path"]
    if row["padding"] is None:
        assert all(cell.key != "pad" for cell in found.cells)
    else:
        pad = found.cell("pad")
        assert pad.value == show_padding(row, report)
        halves = {str(one.value) for one in pad.derivation if one.name.startswith("pad")}
        sides = {str(one.value) for one in pad.derivation if one.name.startswith(("before", "after"))}
        assert (halves or sides) == set(pad.value.replace("x", "+").split("+")), row["path"]
    weights = [cell for cell in found.cells if cell.key == "weight"]
    assert [cell.title for cell in weights] == [weight["name"] for weight in row["weights"]]
    for cell, weight in zip(weights, row["weights"], strict=True):
        assert tuple(dim if type(dim) is int else dim.value for dim in cell.shape) == tuple(weight["shape"])


@pytest.mark.sampled(6)
@pytest.mark.parametrize("full", [False, True], ids=["brief", "full"])
@pytest.mark.parametrize("name", ZOO)
def test_every_layer_of_a_network(name: str, full: bool) -> None:
    layers, report = explained(load_network(locate(name)), full=full)
    for found, row in zip(layers, report["layers"], strict=True):
        hold(found, row, report)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("count", CONVENTIONS)
def test_every_convention_with_a_batch(count: str) -> None:
    layers, report = explained(load_network(locate("resnet18")), count=count, batch=3)
    for found, row in zip(layers, report["layers"], strict=True):
        hold(found, row, report)


class NoOrigin:
    """A layer that no spec wrote."""

    calls = ()

    def span(self, argument: str | None = None) -> Any:
        return None

    def written(self, argument: str) -> None:
        return None


def rows() -> list[Any]:
    """Every accepted row of every family's table of cases."""
    found = []
    for family in CONTENTS:
        for number, (layer, arguments, x, *_) in enumerate(import_module(f"layers.cases.{family}").ACCEPTED):
            shapes = [] if x == () else x if x and isinstance(x[0], (list, tuple)) else [x]
            found.append(pytest.param(layer, arguments, shapes, id=f"{family}-{number}-{layer}"))
    return found


@pytest.mark.sampled(3)
@pytest.mark.parametrize("layer, arguments, shapes", rows())
def test_every_kind_of_layer(layer: str, arguments: dict[str, Any], shapes: list[Any]) -> None:
    inputs = [Tensor(tuple(shape), None, True) for shape in shapes]
    applied = Applied(find(layer)(**arguments), tuple(tensor.shape or () for tensor in inputs))
    node = Node(layer, None, NoOrigin(), applied, inputs, None)  # type: ignore[arg-type]
    for full in (False, True):
        found = explain(node, [], find_convention("flop"), full=full)
        for cell in found.cells:
            hold_steps(cell)
        assert found.cell("params").value == sum(size for _, _, size in applied.weights)
        assert found.cell("macs").value == applied.ops.get("mac", 0)
        assert found.cell("ops").value == find_convention("flop").rule(applied)
        output = axes_of(found.cell("output").derivation)
        assert not output or sorted(output.values()) == sorted(size for shape in applied.outputs for size in shape)


def values_of_names(found: Explained) -> dict[str, set[str]]:
    """Every value that a name has in the derivations of one layer: as what is defined, or as what is read."""
    values: dict[str, set[str]] = {}
    for cell in found.cells:
        for one in cell.derivation:
            for name in one.name.split(" = "):
                values.setdefault(name, set()).add(str(one.value))
            for node in inner_first(one.dim) if type(one.dim) is Expression else ():
                if node.op == "name":
                    values.setdefault(node.args[0], set()).add(str(node.value))
    for name, size in (axis for axes in found.axes for axis in axes):
        values.setdefault(name, set()).add(str(size))
    return values


def apart(layer: str, arguments: dict[str, Any], shapes: list[Any]) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """A row, and that row with another number on each axis of its input and of each argument that has one for each."""
    yield arguments, shapes
    per_axis = find(layer).per_axis
    if per_axis and len(shapes[0]) > 2:
        wide = [[shape[0], *(9 + 2 * axis for axis in range(len(shape) - 1))] for shape in shapes]
        for name, numbers in product(per_axis, ((1, 3, 2), (3, 2, 1))):
            yield {**arguments, name: numbers[: len(shapes[0]) - 1]}, wide


@pytest.mark.sampled(6)
@pytest.mark.parametrize("layer, arguments, shapes", rows())
def test_within_one_derivation_a_name_has_one_value(layer: str, arguments: dict[str, Any], shapes: list[Any]) -> None:
    for given, inputs in apart(layer, arguments, shapes):
        try:
            applied = Applied(find(layer)(**given), tuple(map(tuple, inputs)))
        except RuleError:  # these numbers do not fit
            continue
        node = Node(layer, None, NoOrigin(), applied, [Tensor(x, None, True) for x in applied.inputs], None)  # type: ignore[arg-type]
        for full in (False, True):
            values = values_of_names(explain(node, [], find_convention("flop"), full=full))
            assert not {name: found for name, found in values.items() if len(found) > 1}, (given, inputs)


def test_an_output_axis_of_several_input_axes_names_each(tmp_path: Any) -> None:
    text = "name: net\ninput: [3, 9, 9]\nlayers:\n  - unfold: {kernel: 2, stride: [1, 3], padding: same}\n"
    _, (name, formula, _, value) = said(spec(tmp_path, text)["unfold1"], "output")
    one, other = (f"(⌊({axis} + total padding_{axis} − kernel)/stride_{axis}⌋ + 1)" for axis in "HW")
    # ceil(9 / 1) rows of ceil(9 / 3) windows.
    assert (name, formula, value) == ("L′", f"{one}·{other}", 9 * 3)


def said(found: Explained, key: str) -> list[tuple[str, str, str, Any]]:
    return [(one.name, one.formula, one.substituted, one.value) for one in found.cell(key).derivation]


@pytest.fixture(scope="module")
def exam() -> dict[str, Explained]:
    layers, _ = explained(load_network(locate("exam-table")))
    return {layer.node.path: layer for layer in layers}


@pytest.mark.parametrize(
    "path, key, steps",
    [
        # The document's first row: 64 positions, 3 pixels a side, 4 704 weights, 19 267 584 multiply-adds.
        (
            "L-1-Conv-1",
            "pad",
            [("total padding", "max(kernel − 1, 0)", "max(7 − 1, 0)", 6), ("pad", "total padding/2", "6/2", 3)],
        ),
        (
            "L-1-Conv-1",
            "output",
            [("C′", "out", "32", 32), ("H′ = W′", "H + total padding − kernel + 1", "64 + 6 − 7 + 1", 64)],
        ),
        ("L-1-Conv-1", "weight", [("weight", "out·C·kernel·kernel", "32·3·7·7", 4_704)]),
        ("L-1-Conv-1", "params", [("parameters", "weight", "4704", 4_704)]),
        (
            "L-1-Conv-1",
            "macs",
            [("multiply-adds", "out·C·kernel·kernel·H′·W′", "32·3·7·7·64·64", 19_267_584)],
        ),
        # Its half pixel.
        (
            "L-1-Pool",
            "pad",
            [
                (
                    "total padding",
                    "max((⌈H/stride⌉ − 1)·stride + kernel − H, 0)",
                    "max((⌈64/2⌉ − 1)·2 + 3 − 64, 0)",
                    1,
                ),
                ("pad", "total padding/2", "1/2", "0.5"),
            ],
        ),
        ("L-1-Pool", "ops", [("ops (document)", "kernel·kernel·C·H·W", "3·3·64·64·64", 2_359_296)]),
        ("flatten1", "output", [("C′", "H·W·C", "16·16·16", 4_096)]),
        ("L3-FC-1", "macs", [("multiply-adds", "out·C", "1000·4096", 4_096_000)]),
    ],
)
def test_the_documents_cells(exam: dict[str, Explained], path: str, key: str, steps: Any) -> None:
    assert said(exam[path], key) == steps


def test_the_half_pixel_is_told(exam: dict[str, Explained]) -> None:
    assert exam["L-1-Pool"].cell("pad").notes == [
        "no half pixel is padded: 0 before and 1 after, of which 0.5 is the mean"
    ]
    assert exam["L-1-Conv-1"].cell("pad").notes == []


def spec(tmp_path: Any, text: str, **given: Any) -> dict[str, Explained]:
    path = tmp_path / "net.yaml"
    path.write_text(text, encoding="utf-8")
    options = {name: given.pop(name) for name in ("variant", "settings") if name in given}
    layers, _ = explained(load_network(locate(str(path)), explained=True, **options), **given)
    return {layer.node.path: layer for layer in layers}


@pytest.mark.parametrize(
    "layer, key, name, formula",
    [
        # Full names every argument, the rule in the notation of PyTorch's documentation.
        (
            "conv: {out: 8, kernel: 3, stride: 2, padding: 1}",
            "output",
            "H′ = W′",
            "⌊(H + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1",
        ),
        ("conv: {out: 8, kernel: 3, padding: same, stride: 2}", "pad", "positions", "⌈H/stride⌉"),
        (
            "conv: {out: 8, kernel: [3, 1], padding: [[1, 0], 0]}",
            "pad",
            "before_H",
            "padding_H,before",
        ),
        (
            "max_pool: {kernel: 3, ceil_mode: true}",
            "output",
            "windows",
            "⌈(H + 2·padding − dilation·(kernel − 1) − 1)/stride⌉ + 1",
        ),
        ("conv: {out: 8, kernel: 3, groups: 2}", "weight", "weight", "out·(C/groups)·kernel·kernel"),
    ],
)
def test_full_names_every_intermediate(tmp_path: Any, layer: str, key: str, name: str, formula: str) -> None:
    found = spec(tmp_path, f"name: net\ninput: [4, 9, 9]\nlayers:\n  - {layer}\n", full=True)
    derived = [one for explained in found.values() for one in explained.cell(key).derivation]
    assert (name, formula) in [(one.name, one.formula) for one in derived]


def test_axes_that_differ_are_derived_apart(tmp_path: Any) -> None:
    text = "name: net\ninput: [4, 9, 12]\nlayers:\n  - conv: {out: 8, kernel: 4, stride: 3, padding: same}\n"
    pad = said(spec(tmp_path, text)["conv1"], "pad")
    assert [(name, value) for name, _, _, value in pad] == [
        ("total padding_H", 1),
        ("pad_H", "0.5"),
        ("total padding_W", 1),
        ("pad_W", "0.5"),
    ]
    output = {name: formula for name, formula, _, _ in said(spec(tmp_path, text)["conv1"], "output")}
    assert output["W′"] == "⌊(W + total padding_W − kernel)/stride⌋ + 1"


MULTIPLIED = """
name: net
input: [5, 6, 8]
layers:
  - map:
      - linear: 4
      - experts: {count: 3, active: 2, layers: [{linear: 2}]}
"""


def test_slices_experts_and_the_batch_multiply(tmp_path: Any) -> None:
    found = spec(tmp_path, MULTIPLIED, batch=7)
    assert said(found["map1/linear1"], "macs") == [("multiply-adds", "T·out·C·slices·batch", "6·4·8·5·7", 6 * 32 * 35)]
    inner = found["map1/experts1/linear1"]
    assert said(inner, "params")[-1][1:] == ("(weight + bias)·experts of map1/experts1", "(8 + 2)·3", 30)
    assert said(inner, "macs")[-1][2:] == ("6·2·4·2·5·7", 6 * 8 * 70)
    assert inner.notes == [
        "one of 3 experts of 'map1/experts1', 2 of which run: parameters 3 times, operations 2 times",
        "inside 'map1', for each of 5 slices: weights once, operations 5 times",
        "a batch of 7: operations 7 times",
    ]


SHARED = """
name: net
input: {shape: [10], dtype: int64}
layers:
  - embedding: {entries: 100, out: 16}
    name: words
  - linear: 100
    share: words
    trainable: false
"""


def test_shared_and_frozen_weights_are_told(tmp_path: Any) -> None:
    found = spec(tmp_path, SHARED)["linear1"]
    assert found.cell("weight").notes == ["shared: it is the weight of 'words', and counted there"]
    assert said(found, "params") == [("parameters", "bias", "100", 100)]
    assert found.notes == ["frozen: its parameters are counted, and not among the trainable ones"]


WRITTEN = """\
name: net
input: [3, 32, 32]
vars: {base: 8, width: 2*base}
variants: {wide: {base: 16}}
defaults: {conv: {kernel: 1 + base//4}}
blocks:
  twice:
    input: [C, H, W]
    args: {mid: required, grown: 2*mid}
    layers:
      - conv: {out: grown + C, kernel: 1}
layers:
  - conv: 4*width
  - twice: width
  - conv: {out: width + i}
    repeat: 2
    first: {out: 3*width}
  - linear: {out: 1}
    repeat: [{out: 2*width}, {out: width}]
"""


def test_where_values_were_written(tmp_path: Any) -> None:
    def told(path: str, argument: str, found: dict[str, Explained]) -> Any:
        written = next(given.written for given in found[path].arguments if given.name == argument)
        assert written is not None
        reads = {
            name: (read.text, read.place, read.span and read.span.line + 1, read.value)
            for name, read in written.reads.items()
        }
        return written.text, written.place, written.span and written.span.line + 1, reads

    found = spec(tmp_path, WRITTEN)
    width = ("2*base", "vars", 3, 16)
    assert told("conv1", "out", found) == ("4*width", "step", 13, {"width": width})
    assert told("conv1", "kernel", found) == ("1 + base//4", "defaults of conv", 5, {"base": ("8", "vars", 3, 8)})
    assert told("twice1/conv1", "out", found) == (
        "grown + C",
        "step",
        11,
        {
            "grown": ("2*mid", "default of an argument", 9, 32),
            "C": (None, "axis of what block 'twice' reads", 8, 64),
        },
    )
    assert told("conv2/0", "out", found) == ("3*width", "first", 17, {"width": width})
    assert told("conv2/1", "out", found) == (
        "width + i",
        "step",
        15,
        {"width": width, "i": (None, "repetition, from 0", 16, 1)},
    )
    assert told("linear1/1", "out", found) == ("width", "repeat", 19, {"width": width})
    wide = spec(tmp_path, WRITTEN, variant="wide")
    assert told("conv1", "kernel", wide)[3] == {"base": ("16", "variant wide", 4, 16)}
    given = spec(tmp_path, WRITTEN, settings={"base": "32"})
    assert told("conv1", "kernel", given)[3] == {"base": ("32", "--set", 1, 32)}
    block = next(given.written for given in found["twice1/conv1"].arguments if given.name == "out")
    assert block is not None
    mid = block.reads["grown"].reads["mid"]
    assert (mid.place, mid.span and mid.span.line + 1, mid.value) == ("argument of block 'twice', called at", 14, 16)


@pytest.mark.parametrize("name", ["exam-table", "resnet50", "gpt2"])
def test_sums_are_the_totals(name: str) -> None:
    _, report = explained(load_network(locate(name)))
    sums = sum_up(report["layers"], report["convention"], full=True)
    for key, one in sums.totals.items():
        assert evaluate(one.substituted) == one.value == report["totals"][key]
    assert [part.path for part in sums.parts] == list(
        dict.fromkeys(row["path"].partition("/")[0] for row in report["layers"])
    )


def test_the_sum_of_a_step_is_over_what_it_holds() -> None:
    _, report = explained(load_network(locate("resnet50")))
    rows = [row for row in report["layers"] if row["path"].startswith("stage1/0/")]
    parts = sum_up(rows, "mac").parts
    assert {part.path.rpartition("/")[0] for part in parts} == {"stage1/0/bottleneck1"}
    assert sum(part.figures["params"] for part in parts) == sum(row["params"] for row in rows)
