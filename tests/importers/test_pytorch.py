"""The .pt2 of torch.export: figures as PyTorch counts them, specs that are proved, and files that are refused."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from archcalc.errors import SpecError
from archcalc.importers.pytorch.reader import read
from archcalc.importers.structure.search import spec_of

FILES = Path(__file__).parent / "pytorch"
with (FILES / "figures.csv").open() as stream:
    FIGURES = {row["file"]: row for row in csv.DictReader(stream)}

REFUSED = {
    "odd.Complex": ["complex numbers"],
    "odd.MixtureOfExperts": ["nonzero: how much it gives depends on values"],
}
"""Files that no spec says, and the words for it."""

FAST = "odd.BidirectionalLSTM odd.CrossAttention odd.SharedBlock odd.Inplace odd.AsStrided torchvision.resnet50".split()

LINES = {
    "torchvision.resnet50": 40,
    "torchvision.resnext50_32x4d": 40,
    "torchvision.efficientnet_b0": 55,
    "torchvision.mnasnet0_5": 40,
    "torchvision.mobilenet_v3_small": 55,
    "torchvision.squeezenet1_1": 35,
    "torchvision.vgg11_bn": 25,
    "timm.sequencer2d_s": 45,
    "timm.tf_efficientnetv2_s": 60,
}
"""Most lines that a person would need."""


def graph(name: str, **asked: Any) -> Any:
    return read(FILES / f"{name}.pt2", f"{name}.pt2", name.rpartition(".")[2], **asked)


@pytest.mark.parametrize("name", [name for name in FIGURES if name not in REFUSED])
def test_a_file_has_the_figures_of_the_module(name: str) -> None:
    found, row = graph(name), FIGURES[name]
    assert found.totals() == {figure: int(row[figure]) for figure in ("params", "buffers", "macs")}
    shapes = [tuple(map(int, shape.split("x"))) for shape in row["outputs"].split(", ")]
    assert [(1, *value.shape) for value in found.outputs] == shapes or name == "odd.BidirectionalLSTM"


@pytest.mark.parametrize("name", FAST)
def test_what_is_written_is_the_network_that_was_read(name: str) -> None:
    check_written(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FIGURES if name not in REFUSED])
def test_what_is_written_is_every_network_that_was_read(name: str) -> None:
    check_written(name)


def check_written(name: str) -> None:
    found = spec_of(graph(name))
    assert found.proof.differences == [], found.text
    assert found.text.count("\n") <= LINES.get(name, 300), found.text


@pytest.mark.parametrize("name, words", REFUSED.items())
def test_what_no_spec_says_is_refused_with_the_reason(name: str, words: list[str]) -> None:
    with pytest.raises(SpecError) as error:
        graph(name)
    told = " ".join(one.message for one in error.value.diagnostics)
    assert all(word in told for word in words), told


# Files that a stranger made


def program(nodes: list[Any], sizes: dict[str, list[int]], outputs: list[str], **more: Any) -> dict[str, Any]:
    """The JSON of a program that reads x."""
    meta = {name: {"dtype": 7, "sizes": [{"as_int": size} for size in shape]} for name, shape in sizes.items()}
    graph = {
        "inputs": [{"as_tensor": {"name": "x"}}],
        "outputs": [{"as_tensor": {"name": name}} for name in outputs],
        "nodes": nodes,
        "tensor_values": meta,
    }
    signature = {"input_specs": [{"user_input": {"arg": {"as_tensor": {"name": "x"}}}}]}
    return {"graph_module": {"graph": graph, "signature": signature}, "schema_version": {"major": 8}, **more}


def node(target: str, output: str, **arguments: Any) -> dict[str, Any]:
    inputs = [{"name": name, "arg": said} for name, said in arguments.items()]
    return {"target": f"torch.ops.aten.{target}", "inputs": inputs, "outputs": [{"as_tensor": {"name": output}}]}


def tensor(name: str) -> dict[str, Any]:
    return {"as_tensor": {"name": name}}


def refusal(tmp_path: Path, content: str | bytes, member: str = "net/models/model.json") -> str:
    path = tmp_path / "net.pt2"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    with pytest.raises(SpecError) as error:
        read(path, "net.pt2", "net")
    return " ".join(str(one) for one in error.value.diagnostics)


def test_a_tensor_that_nothing_makes_is_told(tmp_path: Path) -> None:
    circle = [node("relu.default", "a", self=tensor("b")), node("relu.default", "b", self=tensor("a"))]
    found = program(circle, {"x": [1, 4], "a": [1, 4], "b": [1, 4]}, ["b"])
    assert "a tensor that nothing makes" in refusal(tmp_path, json.dumps(found))


def test_a_size_that_the_file_says_wrong_changes_nothing(tmp_path: Path) -> None:
    made = program([node("relu.default", "y", self=tensor("x"))], {"x": [1, 4], "y": [1, 999]}, ["y"])
    path = tmp_path / "net.pt2"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/models/model.json", json.dumps(made))
    assert [value.shape for value in read(path, "net.pt2", "net").outputs] == [(4,)]


def test_every_unknown_operator_is_told_with_its_places(tmp_path: Path) -> None:
    nodes = [node("frobnicate.default", f"y{number}", self=tensor("x")) for number in range(5)]
    nodes.append(node("grid_sampler.default", "z", self=tensor("x")))
    told = refusal(tmp_path, json.dumps(program(nodes, {"x": [1, 4]}, ["z"])))
    assert "unknown operator frobnicate, 5 times: at y0, y1, y2, ..." in told
    assert "unknown operator grid_sampler, at z" in told


@pytest.mark.parametrize(
    "content, told",
    [
        (b"[" * 500_000, "nested too deep"),
        (b"{not json", "is not JSON"),
        (b"[]", "no program of torch.export"),
        (b'{"graph_module": {}}', "version None of PyTorch's schema"),
        (json.dumps(program([], {}, [], schema_version={"major": 99})), "version 99"),
        (json.dumps(program([], {"x": [1, 2]}, [])), "gives no tensor"),
        (json.dumps(program([{"target": 3}], {"x": [1]}, [])), "a node that is no operator"),
    ],
)
def test_a_file_that_is_no_program_is_refused(tmp_path: Path, content: str | bytes, told: str) -> None:
    assert told in refusal(tmp_path, content)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    assert "at most 60,000,000 are read" in refusal(tmp_path, b" " * 60_000_001)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\5\6" + b"\0" * 18, b"x" * 100])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "net.pt2"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=r"zip|no program"):
        read(path, "net.pt2", "net")
