"""archcalc time and devices: what they print, what they refuse, and that the Python API says the same."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import archcalc
from archcalc.api.reference import manual
from archcalc.cli import main

NET = """\
name: net
input: [3, 8, 8]
layers:
  - conv: {out: 4, kernel: 3, padding: 1, act: relu}
    name: stem
  - global_avg_pool
  - linear: 2
    name: head
"""
OF_TWO = "--device board.yaml --batch 2 --format csv".split()
BOARD = "peaks: {float32: 1M, int8: 8M}\nbandwidth: 1MB\nmemory: 1MB\nsource: measured\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(NET, encoding="utf-8")
    Path("board.yaml").write_text(BOARD, encoding="utf-8")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, command: str = "time") -> str:
    assert main([command, *arguments]) == 0
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(printed(capsys, "net.yaml", "--device", "board.yaml", *arguments, "--format", "json"))


def test_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    """A million operations and a million bytes a second.

    stem: 2*4*27*64 = 13,824 operations; 4*(192 + 112 + 256) = 2,240 bytes. The relu adds none. The pool moves
    4*(256 + 4) = 1,040 bytes. head: 16 operations; 4*(4 + 10 + 2) = 64 bytes.
    """
    found = document(capsys)
    assert [(one["path"], one["bytes"], one["seconds"], one["bound"]) for one in found["layers"]] == [
        ("stem", 2240, 0.013824, "compute"),
        ("stem/act", 0, 0.0, None),
        ("global_avg_pool1", 1040, 0.00104, "memory"),
        ("head", 64, 0.000064, "memory"),
    ]
    assert found["seconds"] == pytest.approx(0.013824 + 0.00104 + 0.000064, rel=1e-15)
    assert (found["compute_bound"], found["memory_bound"]) == (1, 2)
    assert (found["device"], found["balance"], found["efficiency"]) == ("board", 1, 1)


def test_types_and_efficiency(capsys: pytest.CaptureFixture[str]) -> None:
    """int8 weights with float32 activations: 112 bytes for 448, computed in float32; half the peak takes twice."""
    found = document(capsys, "--dtype", "int8", "--activations", "float32", "--efficiency", "0.5")
    stem = found["layers"][0]
    assert (stem["bytes"], stem["seconds"]) == (4 * (192 + 256) + 112, 0.027648)
    assert (found["dtype"], found["activations"], found["computed_in"]) == ("int8", "float32", "float32")
    int8 = document(capsys, "--dtype", "int8")["layers"][0]
    assert (int8["bytes"], int8["seconds"]) == (560, 13824 / 8e6)
    assert document(capsys, "--compute", "int8")["layers"][0]["seconds"] == 2240 / 1e6


def test_widths_of_layers(capsys: pytest.CaptureFixture[str]) -> None:
    Path("widths.yaml").write_text("dtype: float32\nweights: {head: int8}\n", encoding="utf-8")
    head = document(capsys, "--dtype", "widths.yaml")["layers"][-1]
    assert head["bytes"] == 4 * (4 + 2) + 10


def test_a_layer_has_its_share(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "--batch", "2")
    rows = list(csv.DictReader(StringIO(printed(capsys, "net.yaml", *OF_TWO))))
    for name in ("macs", "bytes", "seconds"):
        assert [float(row[name]) for row in rows] == [one[name] for one in found["layers"]]
    assert [row["path"] for row in rows] == [one["path"] for one in found["layers"]]
    folded = printed(capsys, "net.yaml", *OF_TWO, "--depth", "1")
    assert [row["path"] for row in csv.DictReader(StringIO(folded))] == ["stem", "global_avg_pool1", "head"]


def test_the_python_api_gives_the_document_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    found = archcalc.time("net.yaml", device=Path("board.yaml"), fuse=False, efficiency=0.6, batch=3, compute="int8")
    arguments = ["--fuse", "no", "--efficiency", "60%", "--batch", "3", "--compute", "int8"]
    assert json.loads(json.dumps(found)) == document(capsys, *arguments)
    assert found["layers"][1]["bytes"] == 2 * 3 * 4 * 256
    devices = json.loads(printed(capsys, "--format", "json", command="devices"))
    assert archcalc.devices() == devices
    assert archcalc.devices("h100") == json.loads(printed(capsys, "h100", "--format", "json", command="devices"))


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_each_format_says_it(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "net.yaml", "--device", "board.yaml", "--format", form)
    for said in ("net, on board", "at least 14.9 ms", "computation in 1 layer, 13.8 ms", "memory in 2 layers, 1.10 ms"):
        assert said in found, (form, said)
    assert "both bind at 1.0 operations a byte" in found


def test_the_table_fits_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archcalc.cli.output.width_of", lambda *_: 80)
    lines = printed(capsys, "resnet50", "--device", "h100", "--depth", "4").splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("…") for line in lines)


def test_devices(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, command="devices")
    (row,) = (line.split() for line in found.splitlines() if line.startswith("H100-SXM"))
    assert row == ["H100-SXM", "67", "494.7", "989.4", "989.4", "1978.9", "1978.9", "3350", "80"]
    assert max(map(len, found.splitlines()[:20])) <= 80
    one = printed(capsys, "board.yaml", command="devices")
    assert one.startswith("board\n")
    assert "int8       8e-06  T operations a second" in one
    assert "source  measured" in one


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--device", "h101"], "no device 'h101'\n  = help: did you mean 'h100'?"),
        (["--device", "h10"], "no device 'h10'\n  = help: did you mean 'H100-SXM'?"),
        (["--device", "a100"], "there are A100-SXM-80GB, A100-SXM-40GB, A100-PCIe-80GB"),
        (["--device", "none.yaml"], "none.yaml"),
        (["--device", "tpu-v4"], "TPU-v4 has no peak of float32: it has those of bfloat16, int8"),
        (["--device", "tpu-v4"], "--dtype bfloat16, or --compute bfloat16 for that peak alone"),
        (["--device", "h100", "--dtype", "float64"], "has no peak of float64"),
        (["--device", "h100", "--compute", "tf23"], "did you mean 'tf32'?"),
        (["--device", "h100", "--efficiency", "1.5"], "--efficiency is a share above 0 and at most 1, not '1.5'"),
        (["--device", "h100", "--efficiency", "nan"], "--efficiency is a share above 0 and at most 1, not 'nan'"),
        (["--device", "h100", "--activations", "flot16"], "--activations is one of"),
        ([], "Missing option '--device'"),
    ],
)
def test_what_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["time", "net.yaml", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_device_of_ones_own_that_is_wrong_is_told_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    Path("my.yaml").write_text("peaks: {float32: 1T}\nbandwith: 1GB\n", encoding="utf-8")
    for command in (["time", "net.yaml", "--device", "my.yaml"], ["devices", "my.yaml"]):
        assert main(command) == 2
        told = capsys.readouterr().err
        assert "my.yaml:2:1" in told
        assert "did you mean 'bandwidth'?" in told
        assert "^" in told


@pytest.mark.parametrize("efficiency", [0, 1.5, -1, float("nan"), True, "x", None])
def test_efficiencies_in_python(efficiency: Any) -> None:
    if efficiency is None:
        assert archcalc.time("net.yaml", device="h100", efficiency=efficiency)["efficiency"] == 1
        return
    with pytest.raises(archcalc.SpecError, match="efficiency is a share above 0 and at most 1"):
        archcalc.time("net.yaml", device="h100", efficiency=efficiency)


def test_the_pages_own_device_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    page = manual("roofline", None)
    text = dedent(page.partition("# my.yaml\n")[2].partition("\n\n")[0])
    Path("my.yaml").write_text(text, encoding="utf-8")
    (device,) = archcalc.devices("my.yaml")["devices"]
    assert device["peaks"] == {"float32": 5 * 10**11, "int8": 4 * 10**12}
    assert (device["bandwidth"], device["memory"]) == (34 * 10**9, 8 * 10**9)


# Where else its figures stand


def test_columns_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    """16 * 13,824 / 2,240 / 16 = 6.2 operations a byte; both are in JSON where they are asked for alone."""
    text = printed(capsys, "net.yaml", *"--columns path,bytes,intensity --format csv".split(), command="show")
    assert [*csv.reader(StringIO(text))] == [
        ["path", "bytes", "intensity"],
        ["stem", "2240", "6.2"],
        ["stem/act", "0", "NA"],
        ["global_avg_pool1", "1040", "0.0"],
        ["head", "64", "0.2"],
    ]
    asked = json.loads(printed(capsys, "net.yaml", *"--all-figures --format json".split(), command="show"))
    assert asked["layers"][0]["intensity"] == 13_824 / 2240
    assert asked["totals"]["bytes"] == document(capsys)["bytes"] == 3344
    plain = json.loads(printed(capsys, "net.yaml", *"--columns +receptive_field --format json".split(), command="show"))
    assert "bytes" not in plain["totals"]
    assert not any("bytes" in row for row in plain["layers"])


@pytest.mark.sampled(3)
@pytest.mark.parametrize("spec", ["resnet50", "gpt2", "mobilenet_v2"])
@pytest.mark.parametrize("depth", ["1", "2", "9"])
def test_folded_rows_have_what_their_layers_move(spec: str, depth: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = f"--columns path,macs,bytes,intensity --depth {depth} --all --format csv".split()
    rows = list(csv.DictReader(StringIO(printed(capsys, spec, *arguments, command="show"))))
    found = archcalc.time(spec, device="h100")
    assert sum(int(row["bytes"]) for row in rows) == found["bytes"]
    for row in rows:
        inside = [one for one in found["layers"] if f"{one['path']}/".startswith(f"{row['path']}/")]
        assert int(row["bytes"]) == sum(one["bytes"] for one in inside), row["path"]
        each = f"{2 * int(row['macs']) / int(row['bytes']):.1f}" if int(row["bytes"]) else "NA"
        assert row["intensity"] == each


def test_several_specs_and_a_table_sorted_by_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "alexnet", "net.yaml", *"--columns spec,bytes".split(), command="show")
    assert [line.split() for line in text.splitlines()[2:]] == [["alexnet", "249,735,232"], ["net", "3,344"]]
    text = printed(capsys, "net.yaml", *"--columns path,bytes --sort bytes --format csv".split(), command="show")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["stem", "global_avg_pool1", "head", "stem/act"]


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    return " ".join(printed(capsys, "net.yaml", *arguments, command="explain").split())


def test_explain_derives_bytes_and_times(capsys: pytest.CaptureFixture[str]) -> None:
    assert "= stem + global_avg_pool1 + head = 2240 + 1040 + 64 = 3,344" in explained(capsys, "--figure", "bytes")
    layer = explained(capsys, "stem", "--figure", "bytes")
    assert "= read + weights + given = 768 + 448 + 1024 = 2,240" in layer
    assert "it is computed where what it reads is made, and moves nothing" in layer
    whole = explained(capsys, "--figure", "time@board.yaml")
    assert "= ⌈(operations·ns·bandwidth + bytes·ns·peak)/(peak·bandwidth)⌉" in whole
    assert "= 14,928,000" in whole
    stem = explained(capsys, "stem", "--figure", "time@board.yaml")
    assert "= ⌈operations·ns/peak⌉ = ⌈13824·1000000000/1000000⌉ = 13,824,000" in stem
    head = explained(capsys, "head", "--figure", "time@board.yaml", "--activations", "int8")
    assert "= ⌈bytes·ns/bandwidth⌉ = ⌈46·1000000000/1000000⌉ = 46,000" in head  # 6 activations, 10 weights of 4 bytes
    assert main(["explain", "net.yaml", "--figure", "time@h101"]) == 2
    assert "no device 'h101'" in capsys.readouterr().err


def test_diff_tells_the_change_of_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.yaml").write_text(NET.replace("out: 4", "out: 2"), encoding="utf-8")
    found = archcalc.diff("old.yaml", "net.yaml", device="board.yaml")
    old, new = (archcalc.time(spec, device="board.yaml")["seconds"] for spec in ("old.yaml", "net.yaml"))
    assert found["time"]["device"] == "board"
    assert (found["time"]["old"], found["time"]["new"]) == (round(old * 1e9), round(new * 1e9))
    assert found["time"]["change"] == found["time"]["new"] - found["time"]["old"]
    text = printed(capsys, "old.yaml", "net.yaml", "--device", "board.yaml", command="diff")
    assert "least time on board (ns)" in text
    assert "14,928,000" in text
    assert "time" not in archcalc.diff("old.yaml", "net.yaml")
    assert main(["diff", "old.yaml", "net.yaml", "--device", "tpu-v4"]) == 2
    assert "TPU-v4 has no peak of float32" in capsys.readouterr().err
