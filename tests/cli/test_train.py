"""archcalc train: what it prints, what it refuses, and that the Python API says the same."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.cli import main

NET = """\
name: net
input: [3, 8, 8]
layers:
  - conv: {out: 4, kernel: 3, padding: 1, act: relu}
    name: stem
  - conv: {out: 8, kernel: 3, padding: 1, act: relu}
    name: body
  - global_avg_pool
  - linear: 2
    name: head
"""


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return str(path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["train", *arguments]) == 0
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(printed(capsys, *arguments, "--format", "json"))


def test_by_hand(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    """stem: 4*3*9*64 = 6,912; body: 8*4*9*64 = 18,432; head: 16. The stem's input has no gradient.

    Kept: the input 3*64, the stem's relu 4*64, the body's relu 8*64 and the head's input 8, 4 bytes each.
    Parameters: 112 + 296 + 18 = 426.
    """
    found = document(capsys, net)
    forward = 6912 + 18432 + 16
    assert (found["forward_macs"], found["backward_weight_macs"]) == (forward, forward)
    assert (found["backward_input_macs"], found["step_macs"]) == (18432 + 16, 3 * forward - 6912)
    assert found["kept_bytes"] == 4 * (15 * 64 + 8)
    assert found["kept_by_dtype"] == {"float32": found["kept_bytes"]}
    states = found["parameter_bytes"], found["gradient_bytes"], found["optimizer_bytes"]
    assert states == (4 * 426, 4 * 426, 8 * 426)
    assert found["total_bytes"] == sum(states) + found["kept_bytes"]
    assert found["flops_6nd"] == 6 * 426
    # when the body's relu has its gradient of 8 * 64 numbers, all is kept but the head's input
    assert found["peak_bytes_at_least"] == found["total_bytes"] - 4 * 8 + 4 * 8 * 64


def test_a_layer_has_its_share(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, net, "--batch", "2")
    for name in ("forward_macs", "backward_weight_macs", "backward_input_macs", "recomputed_macs", "kept_bytes"):
        assert sum(layer[name] for layer in found["layers"]) == found[name]
    rows = list(csv.reader(StringIO(printed(capsys, net, "--batch", "2", "--format", "csv"))))
    assert [row[0] for row in rows[1:]] == [layer["path"] for layer in found["layers"]]
    assert sum(int(row[-1]) for row in rows[1:]) == found["kept_bytes"] == 2 * 4 * (15 * 64 + 8)


def test_frozen(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    head = document(capsys, net, "--train-only", "head")
    assert (head["backward_weight_macs"], head["backward_input_macs"]) == (16, 0)
    assert (head["kept_bytes"], head["trained_params"], head["gradient_bytes"]) == (4 * 8, 18, 4 * 18)
    assert head["parameter_bytes"] == 4 * 426
    stem = document(capsys, net, "--freeze", "stem")
    assert (stem["backward_weight_macs"], stem["backward_input_macs"]) == (18432 + 16, 16)
    both = document(capsys, net, "--freeze", "stem", "--freeze", "body")
    assert both["layers"] == head["layers"]


def test_the_key_trainable_says_the_same(net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "frozen.yaml"
    path.write_text(NET.replace("    name: stem\n", "    name: stem\n    trainable: false\n"), encoding="utf-8")
    assert document(capsys, str(path))["step_macs"] == document(capsys, net, "--freeze", "stem")["step_macs"]


def test_checkpoints(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of stem and body only the input and the stem's output are kept, which the body reads."""
    found = document(capsys, net, "--checkpoint", "body", "--checkpoint", "stem")
    assert found["checkpoint"] == {"steps": ["stem", "body"], "auto": False, "optimal": True}
    assert found["recomputed_macs"] == 6912 + 18432
    assert found["kept_bytes"] == 4 * (7 * 64 + 8)


def test_the_python_api_gives_the_document_of_the_command(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--precision", "mixed", "--optimizer", "momentum", "--zero", "1", "--devices", "2", "--samples", "7"]
    found = archcalc.train(net, precision="mixed", optimizer="momentum", zero=1, devices=2, samples=7)
    assert json.loads(json.dumps(found)) == document(capsys, net, *arguments)
    assert found["optimizer_bytes"] == 8 * 426 // 2
    assert found["run"] == {"samples": 7, "steps": 7, "macs": 7 * found["step_macs"], "flops_6nd": 7 * 6 * 426}


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_each_format_says_it(form: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, net, "--format", form, "--checkpoint", "body")
    for said in ("net, adamw, float32", "43,808 multiply-adds", "18,432 multiply-adds: body", "at least", "stem"):
        assert said in found, (form, said)
    assert "latency" not in found


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--optimizer", "adamm"], "'adamm'\n  = help: did you mean 'adam'?"),
        (["--precision", "half"], "--precision is one of float32, mixed, bfloat16, not 'half'"),
        (["--zero", "2"], "--zero needs --devices"),
        (["--devices", "2"], "--devices needs --zero"),
        (["--freeze", "stm"], "--freeze: 'stm' matches no step of net\n  = help: did you mean 'stem'?"),
        (["--checkpoint", "x/**"], "--checkpoint: 'x/**' matches no step of net"),
        (["--checkpoint", "auto=8"], "no choice of checkpoints needs less than"),
        (["--checkpoint", "auto=8k"], "a budget of memory is in bytes"),
        (["--checkpoint", "auto=8GB", "--checkpoint", "stem"], "takes patterns, or auto=BUDGET alone"),
        (["--count", "fvcore"], "'fvcore' counts no backward pass"),
        (["--gradients", "flot32"], "--gradients is one of float64, float32, float16, bfloat16, float8, not 'flot32'"),
        (["--gradients", "int4"], "--gradients is one of float64, float32, float16, bfloat16, float8, not 'int4'"),
    ],
)
def test_what_is_refused(arguments: list[str], said: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", net, *arguments]) == 2
    assert said in capsys.readouterr().err


def test_torchs_count_of_groups(capsys: pytest.CaptureFixture[str]) -> None:
    """torch.utils.flop_counter's own figure, in the truth of tests/training/backward.csv."""
    ours, torch = (document(capsys, "mobilenet_v2", "--count", name) for name in ("mac", "torch"))
    counted = torch["backward_weight_macs"] + torch["backward_input_macs"]
    assert counted == 5_839_076_224
    assert counted - ours["backward_weight_macs"] - ours["backward_input_macs"] == 5_248_365_696
    assert main(["count", "torch"]) == 0
    assert "5,248,365,696" in capsys.readouterr().out


def test_the_page_of_training_has_the_recipes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "training"]) == 0
    page = capsys.readouterr().out
    assert "adamw, mixed         2 + 2 + 12 = 16" in page
    assert "adamw, float32       4 + 4 + 8 = 16" in page
    assert "archcalc formula gpt2 --vars T,batch --figure kept_bytes" in page


def test_explain_derives_its_figures(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, net)
    backward = found["backward_weight_macs"] + found["backward_input_macs"]
    figures = {"train_memory": found["total_bytes"], "kept_bytes": found["kept_bytes"], "backward_macs": backward}
    for figure, value in figures.items():
        assert main(["explain", net, "--figure", figure, "--format", "json"]) == 0
        (layer,) = json.loads(capsys.readouterr().out)["layers"]
        assert [(cell["cell"], cell["value"]) for cell in layer["cells"]] == [(figure, value)]
    assert main(["explain", net, "--figure", "backward_macs"]) == 0
    assert "= stem + body + head = 6912 + 36864 + 32 = 43,808" in " ".join(capsys.readouterr().out.split())
    assert main(["explain", net, "head", "--figure", "kept_bytes"]) == 2
    assert "kept_bytes is of a whole network, not of 'head'" in capsys.readouterr().err
