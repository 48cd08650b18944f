"""ONNX files: figures as they were measured, specs that are proved, and files that are refused with the reason."""

from __future__ import annotations

import csv
from math import prod
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import SpecError
from archcalc.importers.formats import format_of
from archcalc.importers.imported import Asked
from archcalc.importers.onnx.reader import read_graph
from archcalc.importers.structure.search import spec_of
from archcalc.sources.file import File
from tests.importers.onnx.writing import graph as graph_of
from tests.importers.onnx.writing import model, node, tensor, whole
from tests.importers.reading import CORPUS, truth

FILES = Path(__file__).parent / "onnx"
with (FILES / "figures.csv").open(encoding="utf-8") as stream:
    ROWS = {row["file"]: row for row in csv.DictReader(stream)}

ELSEWISE = {
    "basic_pitch.icassp_2022.onnx": {"params": 4},
    "bert_base.legacy14_dynamic.onnx.gz": {"macs": -768 * 768},
}
"""What we count more than the corpus: biases of one output channel, four times; and its products of the module, whose
pooler the file lacks (its products of the file are ours)."""


def sizes(text: str) -> tuple[int, ...]:
    return () if text == "scalar" else tuple(map(int, text.split("x")))


def inputs(row: Any) -> dict[str, tuple[int, ...]]:
    """The shapes that a row gives, by name: ``name:1x3x8x8`` or ``name:1x3x8x8:float16``."""
    found = {}
    for said in row["input"].split(", "):
        name, _, shape = said.rpartition(":")
        if not shape[0].isdigit() and shape != "scalar":
            name, _, shape = name.rpartition(":")
        found[name] = sizes(shape)
    return found


def check(graph: Any, row: Any, more: Any = None) -> None:
    """Figures are one sample's: times the batch those of the file."""
    asked = inputs(row)
    totals = graph.totals()
    for figure, number in (more or {}).items():
        totals[figure] -= number
    assert (totals["params"], totals["buffers"]) == (int(row["params"]), int(row["buffers"] or 0))
    batches = {size for shape in asked.values() for size in shape[:2]} | {1}
    assert int(row["macs"]) in {totals["macs"] * batch for batch in batches}
    given = [sizes(one.rpartition(":")[2]) for one in row["outputs"].split(", ")]
    assert len(graph.outputs) <= len(given)
    for output in graph.outputs:
        assert any(prod(output.shape) * batch == prod(shape) for shape in given for batch in batches), given


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row["refused"]])
def test_a_file_has_its_figures_and_its_spec_is_proved(name: str) -> None:
    row = ROWS[name]
    graph = read_graph(File(name, (FILES / name).read_bytes()), Asked(inputs(row)))
    check(graph, row)
    found = spec_of(graph)
    assert found.proof.differences == [], found.text
    assert found.folded == 3


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row["refused"]])
def test_a_file_that_no_spec_says_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(SpecError) as error:
        read_graph(File(name, (FILES / name).read_bytes()), Asked(inputs(ROWS[name])))
    assert ROWS[name]["refused"] in " ".join(one.message for one in error.value.diagnostics)


@pytest.mark.parametrize("row", truth("onnx"))
def test_other_people_s_files(row: Any) -> None:
    """A corpus, where somebody has it."""
    import gzip

    path = Path(CORPUS or "", "onnx", row["file"])
    data = path.read_bytes()
    file = File(path.name, gzip.decompress(data) if path.suffix == ".gz" else data)
    if "must be refused" in row["how"]:
        with pytest.raises(SpecError):
            read_graph(file, Asked(inputs(row)))
        return
    graph = read_graph(file, Asked(inputs(row)))
    check(graph, row, ELSEWISE.get(row["file"]))
    assert spec_of(graph).proof.differences == []


def test_commands_take_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(FILES / "conv_transpose_groups.dynamo18.onnx")
    found = format_of(File(path, Path(path).read_bytes()))
    assert found is not None
    assert found.name == "onnx"
    assert main(["convert", path, "-o", str(tmp_path / "net.yaml"), "--verify"]) == 0
    assert "are the same graph of 11 operators: 1,026 params" in capsys.readouterr().err
    assert (tmp_path / "net.yaml").read_text(encoding="utf-8").count("\n") <= 15
    assert archcalc.load(tmp_path / "net.yaml").params == archcalc.load(path).params == 1_026
    assert main(["show", path]) == 0
    assert main(["show", str(FILES / "own.loop_refuse.onnx")]) == 2


def open_model() -> bytes:
    """Two inputs, [batch, length, 4] and [batch, length, 6], side by side."""
    axes: dict[str, list[int | str]] = {"a": ["batch", "length", 4], "b": ["batch", "length", 6]}
    return model([node("Concat", "a b", "y", axis=2)], [], axes)


def test_sizes_that_a_file_leaves_open_are_asked_for() -> None:
    with pytest.raises(SpecError) as error:
        read_graph(File("net.onnx", open_model()), Asked())
    told = [(one.message, one.help) for one in error.value.diagnostics]
    assert told == [
        (
            f"net.onnx: the input '{name}' has sizes that the file leaves open: length x {size}",
            f"input {name}=lengthx{size} says them, with numbers",
        )
        for name, size in (("a", 4), ("b", 6))
    ]


@pytest.mark.parametrize("shape", [(9, 4), (1, 9, 4)])
def test_what_is_asked_for_one_axis_holds_for_all_of_its_name(shape: tuple[int, ...]) -> None:
    graph = read_graph(File("net.onnx", open_model()), Asked({"a": shape}))
    assert [value.shape for value in (*graph.inputs.values(), *graph.outputs)] == [(9, 4), (9, 6), (9, 10)]


def test_an_input_with_other_axes_than_the_file_s_is_told() -> None:
    with pytest.raises(SpecError, match="the input 'a' has 3 axes, and 7 not"):
        read_graph(File("net.onnx", open_model()), Asked({"a": (7,)}))


def test_an_if_whose_condition_is_known_is_the_branch() -> None:
    """The shape of the input says which; the other branch would make another network."""
    one = graph_of([node("Relu", "x", "o")], [], {}, ["o"])
    two = graph_of([node("MatMul", "x w", "o")], [tensor("w", [4, 8])], {}, ["o"])
    nodes = [
        node("Shape", "x", "s"),
        node("Gather", "s last", "n", axis=0),
        node("Equal", "n four", "c"),
        node("If", "c", "y", then_branch=two, else_branch=one),
    ]
    stored = [whole("last", [1]), whole("four", [4])]
    assert read_graph(File("net.onnx", model(nodes, stored)), Asked()).totals() == {
        "params": 32,
        "buffers": 0,
        "macs": 32,
    }
    other = model(nodes, stored, {"x": [1, 5]})
    assert [one.type for one in read_graph(File("net.onnx", other), Asked()).nodes] == ["relu"]


def test_operators_written_out_are_one_layer_only_where_they_are_that() -> None:
    """GELU is x * (1 + erf(x / sqrt 2)) / 2: with another tensor in place of x it is a product."""

    def types(beside: str) -> list[str]:
        nodes = [
            node("Div", "x root", "d"),
            node("Erf", "d", "e"),
            node("Add", "e one", "p"),
            node("Mul", f"{beside} p", "m"),
            node("Mul", "m half", "y"),
        ]
        numbers = [tensor(name, [], bytes(4)) for name in ("root", "one", "half")]
        found = read_graph(File("net.onnx", model(nodes, numbers, {"x": [1, 4], "z": [1, 4]})), Asked())
        return [one.type for one in found.nodes]

    assert types("x") == ["gelu"]
    assert types("z") == ["mul"]


def test_bias_that_several_maps_share_is_counted_once() -> None:
    """An exporter merges equal tensors: 4*4 twice and one bias of 4."""
    nodes = [node("Gemm", "x a b", "h"), node("Gemm", "h c b", "y")]
    stored = [tensor("a", [4, 4]), tensor("c", [4, 4]), tensor("b", [4])]
    graph = read_graph(File("net.onnx", model(nodes, stored)), Asked())
    assert graph.totals() == {"params": 36, "buffers": 0, "macs": 32}
    assert spec_of(graph).proof.differences == []


@pytest.mark.parametrize(
    "attributes, shapes, macs",
    [
        ({}, ([1, 3, 5, 7], [1, 3, 7, 2]), 3 * 5 * 7 * 2),
        ({"transB": 1}, ([1, 3, 5, 7], [1, 3, 2, 7]), 3 * 5 * 7 * 2),
        ({"transA": 1}, ([1, 3, 7, 5], [1, 3, 7, 2]), 3 * 5 * 7 * 2),
        ({"transBatchA": 1, "transBatchB": 1}, ([5, 3, 7], [7, 3, 2]), 5 * 7 * 2),  # the 3 are the batch
    ],
)  # fmt: skip
def test_products_that_a_tool_has_fused_with_transpositions(
    attributes: dict[str, int], shapes: tuple[list[int], list[int]], macs: int
) -> None:
    """FusedMatMul: transBatch moves the first axis before the last one."""
    found = model(
        [node("FusedMatMul", "a b", "y", domain="com.microsoft", **attributes)],
        [],
        dict(zip("ab", shapes, strict=True)),
    )
    assert read_graph(File("net.onnx", found), Asked()).totals()["macs"] == macs


def test_weights_of_four_bits_are_counted_as_numbers() -> None:
    """MatMulNBits: [8 outputs, 1 block, 16 bytes] are 8 * 32 weights of four bits; scales are none."""
    nodes = [node("MatMulNBits", "x w s", "y", domain="com.microsoft", K=32, N=8, bits=4, block_size=32)]
    found = model(nodes, [tensor("w", [8, 1, 16], bytes(128), 2), tensor("s", [8])], {"x": [1, 32]})
    assert read_graph(File("net.onnx", found), Asked()).totals() == {"params": 256, "buffers": 0, "macs": 256}
