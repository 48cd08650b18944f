"""Receptive fields as show prints them, in every format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from archcalc.api.reference import schema
from archcalc.cli import main

SPEC = """\
name: net
input: {image: [3, 16, 16], code: [8]}
layers:
  - conv: {out: 4, kernel: [3, 5], stride: [1, 2], padding: [1, 2]}
    from: image
    repeat: 2
  - conv_transpose: {out: 4, kernel: 2, stride: 2}
  - global_avg_pool
  - linear: 8
  - add: [prev, code]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(SPEC.replace("    from: image\n    repeat: 2\n", "    from: image\n"))


class Shown(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Any:
    def shown(*arguments: str, specs: tuple[str, ...] = ("net.yaml",)) -> Shown:
        status = main(["show", *specs, *arguments])
        return Shown(status, *capsys.readouterr())

    return shown


@pytest.fixture
def document(show: Any) -> Any:
    def found(*arguments: str) -> Any:
        done = show("--format", "json", *arguments)
        assert done.status == 0, done.err
        return json.loads(done.out)

    return found


def test_nothing_is_said_of_it_unless_it_is_asked_for(document):
    found = document()
    assert not any("receptive_field" in row for row in found["layers"])
    assert "receptive_field" not in found["totals"]


@pytest.mark.parametrize(
    "asked", [["--all-figures"], ["--columns", "+receptive_stride"], ["--sort", "receptive_field"]]
)
def test_json_has_each_axis_of_each_input(asked, document):
    jsonschema = pytest.importorskip("jsonschema")
    found = document(*asked)
    jsonschema.validate(found, schema("report"))
    conv, transposed, pooled, *_ = [row["receptive_field"] for row in found["layers"]]
    height = {"input": "image", "axis": 1, "size": 3, "stride": 1, "start": -1, "aligned": True}
    assert conv == [height, {"input": "image", "axis": 2, "size": 5, "stride": 2, "start": -2, "aligned": True}]
    assert transposed == [{**height, "stride": "1/2"}, {**conv[1], "stride": 1}]
    nothing = {"size": "all", "stride": None, "start": None, "aligned": None}
    assert pooled == [{"input": "image", "axis": axis, **nothing} for axis in (1, 2)]
    assert found["totals"]["receptive_field"] == "all"


def test_a_network_without_positions_has_none(show, document):
    Path("net.yaml").write_text("name: net\ninput: [8]\nlayers: [{linear: 4}]\n")
    found = document("--all-figures")
    assert found["layers"][0]["receptive_field"] == []
    assert found["totals"]["receptive_field"] is None
    assert show("--columns", "path,receptive_field").out.splitlines()[2].split() == ["linear1", "NA"]


def test_the_columns(show):
    text = show("--columns", "path,receptive_field,receptive_stride", "--format", "csv").out
    assert [*csv.reader(io.StringIO(text))] == [
        ["path", "receptive_field", "receptive_stride"],
        ["conv1", "image 3x5", "image 1x2"],
        ["conv_transpose1", "image 3x5", "image 1/2x1"],
        ["global_avg_pool1", "image all", "image NA"],
        ["linear1", "image all", "image NA"],
        ["add1", "image all", "image NA"],
    ]


@pytest.mark.parametrize("form", ["table", "markdown", "latex", "html"])
def test_other_formats(form, show):
    assert "1/2" in show("--columns", "path,receptive_field,receptive_stride", "--format", form).out


def test_rows_are_folded_to_what_the_last_layer_sees(show):
    Path("net.yaml").write_text(
        "name: net\ninput: [3, 16, 16]\nlayers:\n  - conv: {out: 3, kernel: 3, padding: 1}\n    repeat: 40000\n"
    )
    line = show("--depth", "1", "--columns", "path,receptive_field").out.splitlines()[2]
    assert line.split() == ["conv1", "x40000", "80001x80001"]


def test_several_specs(show):
    lines = show("--columns", "spec,receptive_field", specs=("unet", "net.yaml")).out.splitlines()
    assert [line.split() for line in lines[2:]] == [["unet", "204"], ["net", "all"]]


@pytest.mark.parametrize("option", ["--all-figures", "--local"])
def test_several_ways_of_counting_have_no_layers(option, show):
    done = show("--count", "all", option)
    assert (done.status, f"{option} is" in done.err) == (2, True)


def test_local_alone_is_a_mistake(show):
    done = show("--local")
    assert (done.status, "none is asked for" in done.err) == (2, True)


CHAIN = "name: net\ninput: [3, 16, 16]\nlayers:\n" + 2 * "  - conv: {out: 3, kernel: 3, padding: 1}\n"


@pytest.mark.parametrize(
    ("new", "change", "said"),
    [
        (CHAIN.replace("kernel: 3", "kernel: 5", 1), {"old": 5, "new": 7, "change": 2}, "receptive field 5 7 +2"),
        (
            CHAIN + "  - global_avg_pool\n",
            {"old": 5, "new": "all", "change": None},
            "receptive field is all, and was 5",
        ),
        (CHAIN + "  - relu\n", {"old": 5, "new": 5, "change": 0}, ""),
    ],
)
def test_diff_tells_its_change(new, change, said, capsys):
    Path("old.yaml").write_text(CHAIN)
    Path("net.yaml").write_text(new)
    main(["diff", "old.yaml", "net.yaml"])
    text = " ".join(capsys.readouterr().out.split())
    assert said in text if said else "receptive" not in text
    main(["diff", "old.yaml", "net.yaml", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["receptive_field"] == change


BRANCHES = """\
name: net
input: [3, 32, 32]
layers:
  - parallel:
      a: [{conv: {out: 3, kernel: 3, stride: 2, padding: 1}}, {conv: {out: 3, kernel: 3, padding: [1, [2, 0]]}}, relu]
      b: [{conv: {out: 3, kernel: 1, stride: 2}}]
  - add
  - conv_transpose: {out: 3, kernel: 3, stride: 2, padding: 1}
  - reshape: [3, -1]
  - global_avg_pool
"""


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", "net.yaml", *arguments, "--figure", "receptive_field"]) == 0
    return capsys.readouterr().out


def test_explain_derives_what_changes(capsys):
    Path("net.yaml").write_text(BRANCHES)
    text = explained(capsys)
    lines = [line.strip() for line in text.splitlines()]
    assert "relu, net.yaml" not in text  # it passes on what it reads
    assert "= 3 + (3 − 1)·1·2" in lines  # the second convolution, whose input has a stride of 2
    assert "start = start before − padding·stride before = (−1) − 2·2 = -5" in lines
    assert "end = max(end of parallel1/a/relu1, end of parallel1/b/conv1) = max(1, 0) = 1" in lines
    assert "receptive field of input, axis 2 = end − start + 1 = 1 − (−5) + 1 = 7" in lines
    assert lines.count("not aligned: the paths differ in where they have their middle") == 1
    # output o reads i with 0 <= o + 1 - 2 i < 3: input 0 alone, and inputs 0 and 1; each 7 long and 2 apart
    assert "the positions see -5..1, -5..3, and so on, 2 further each 2 positions" in lines
    assert lines.count("the axis is mixed with others here, or read in no known order") == 2
    assert lines.count("it reads the whole axis") == 2


def test_explain_one_layer_and_its_gate(capsys):
    gate = "{a: [], b: [global_avg_pool, {reshape: [3, 1, 1]}]}"
    Path("net.yaml").write_text(f"name: net\ninput: [3, 8, 8]\nlayers: [parallel: {gate}, mul]\n")
    assert "as parallel1/b/reshape1 does" in explained(capsys, "mul1")
    assert "receptive field of input, axis 1 = size before = 1" not in explained(capsys, "mul1")
    assert "as parallel1/b" not in explained(capsys, "mul1", "--local")
