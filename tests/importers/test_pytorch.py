"""The .pt2 of torch.export: figures as PyTorch counts them, specs that are proved, and files that are refused."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import SpecError
from archcalc.importers import archives
from archcalc.importers.formats import format_of
from archcalc.importers.imported import Asked
from archcalc.importers.pytorch.reader import read_graph
from archcalc.importers.structure.search import spec_of
from archcalc.sources.file import File

from .reading import CORPUS

FILES = Path(__file__).parent / "pytorch"
with (FILES / "figures.csv").open() as stream:
    FIGURES = {row["file"]: row for row in csv.DictReader(stream)}

REFUSED = {
    "odd.Complex": ["complex numbers"],
    "odd.MixtureOfExperts": ["nonzero: how much it gives depends on values"],
}
"""Files that no spec says, and the words for it."""

FAST = "odd.BidirectionalLSTM odd.CrossAttention odd.SharedBlock odd.Inplace odd.AsStrided own.resnet50".split()

LINES = {
    "own.resnet50": 40,
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


def place(name: str) -> Path:
    """Where a file lies: beside this test if it is of our own, else in the corpus."""
    found = FILES / f"{name}.pt2"
    if not found.is_file():
        found = Path(CORPUS or "", "pytorch", found.name)
    if not found.is_file():
        pytest.skip("ARCHCALC_CORPUS names no folder with this file")
    return found


def graph(name: str, **asked: Any) -> Any:
    path = place(name)
    return read_graph(File(path.name, path.read_bytes()), Asked(**asked))


HEAVY = "timm.levit_256 timm.sequencer2d_s timm.tf_efficientnetv2_s torchvision.densenet121".split()


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name in HEAVY else []) for name in FIGURES if name not in REFUSED],
)
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


def test_pickles_are_refused_and_never_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "net.pt", "w") as archive:
        archive.writestr("net/data.pkl", b"cos\nsystem\n(S'echo loaded'\ntR.")
    (tmp_path / "old.pth").write_bytes(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.")
    for name in ("net.pt", "old.pth"):
        assert main(["show", str(tmp_path / name)]) == 2
        said = capsys.readouterr()
        assert "is a pickle of PyTorch" in said.err
        assert "torch.export.save" in said.err
        assert "loaded" not in said.out


def test_commands_take_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(FILES / "own.resnet50.pt2")
    assert format_of(File(path, Path(path).read_bytes())).name == "pytorch"
    assert main(["convert", path, "-o", str(tmp_path / "net.yaml"), "--verify"]) == 0
    assert "are the same graph of 174 operators: 25,557,032 params" in capsys.readouterr().err
    assert archcalc.load(tmp_path / "net.yaml").params == archcalc.load(path).params == 25_557_032
    assert main(["show", path, "--strict"]) == 0
    assert main(["show", str(FILES / "odd.Complex.pt2")]) == 2


def test_an_unknown_operator_stands_as_custom_if_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = [node("frobnicate.default", "y", self=tensor("x")), node("relu.default", "z", self=tensor("y"))]
    made = program(nodes, {"x": [1, 4], "y": [1, 6], "z": [1, 6]}, ["z"])
    with zipfile.ZipFile(tmp_path / "net.pt2", "w") as archive:
        archive.writestr("net/models/model.json", json.dumps(made))
    path = str(tmp_path / "net.pt2")
    assert main(["show", path, "--format", "json"]) == 2
    assert main(["show", path, "--as-custom", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [layer["type"] for layer in found["layers"]] == ["custom", "relu"]
    assert found["outputs"] == [[6]]
    assert "frobnicate" in found["notes"][0]["message"]


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
        read_graph(File("net.pt2", path.read_bytes()), Asked())
    return " ".join(str(one) for one in error.value.diagnostics)


def test_a_tensor_that_nothing_makes_is_told(tmp_path: Path) -> None:
    circle = [node("relu.default", "a", self=tensor("b")), node("relu.default", "b", self=tensor("a"))]
    found = program(circle, {"x": [1, 4], "a": [1, 4], "b": [1, 4]}, ["b"])
    assert "'b', which nothing makes" in refusal(tmp_path, json.dumps(found))


def test_a_size_that_the_file_says_wrong_changes_nothing(tmp_path: Path) -> None:
    made = program([node("relu.default", "y", self=tensor("x"))], {"x": [1, 4], "y": [1, 999]}, ["y"])
    path = tmp_path / "net.pt2"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/models/model.json", json.dumps(made))
    assert [value.shape for value in read_graph(File("net.pt2", path.read_bytes()), Asked()).outputs] == [(4,)]


def test_every_unknown_operator_is_told_with_its_places(tmp_path: Path) -> None:
    nodes = [node("frobnicate.default", f"y{number}", self=tensor("x")) for number in range(5)]
    nodes.append(node("_pdist_forward.default", "z", self=tensor("x")))
    told = refusal(tmp_path, json.dumps(program(nodes, {"x": [1, 4]}, ["z"])))
    assert "knows no operator 'frobnicate', which net.pt2 has 5 times: node y0; node y1; node y2; and 2 more" in told
    assert "knows no operator '_pdist_forward', which net.pt2 has once: node z" in told


@pytest.mark.parametrize(
    "content, told",
    [
        (b"[" * 500_000, "nested too deep"),
        (b"{not json", "is not JSON"),
        (b"[]", "no program of torch.export"),
        (b'{"graph_module": {}}', "version None of PyTorch's schema"),
        (json.dumps(program([], {}, [], schema_version={"major": 99})), "version 99"),
        (json.dumps(program([], {"x": [1, 2]}, [])), "gives no tensor"),
        (json.dumps(program([{"target": 3}], {"x": [1]}, [])), "node 0 is no operator as torch.export writes one"),
    ],
)
def test_a_file_that_is_no_program_is_refused(tmp_path: Path, content: str | bytes, told: str) -> None:
    assert told in refusal(tmp_path, content)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 100_000)
    assert "at most 100,000 are read" in refusal(tmp_path, b" " * 100_001)


def test_a_member_that_is_broken_is_told(tmp_path: Path) -> None:
    data = bytearray((FILES / "odd.Inplace.pt2").read_bytes())
    with zipfile.ZipFile(FILES / "odd.Inplace.pt2") as opened:
        (member,) = (one for one in opened.infolist() if one.filename.endswith("model.json"))
    start = member.header_offset + 30 + len(member.filename)
    data[start : start + 40] = b"\xff" * 40
    with pytest.raises(SpecError, match="is no zip that can be read"):
        read_graph(File("net.pt2", bytes(data)), Asked())


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\5\6" + b"\0" * 18, b"x" * 100])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "net.pt2"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=r"zip|no program"):
        read_graph(File("net.pt2", path.read_bytes()), Asked())
