"""``archcalc explain`` as a user calls it: which layers, exit statuses, where output and errors go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import archcalc
from archcalc.cli import main
from archcalc.report.figures import FIGURES

NET = """\
name: net
input: [3, 8, 8]
vars: {width: 8}
layers:
  - conv: {out: width, kernel: 3, padding: 1, norm: batch_norm, act: relu}
    name: stem
  - residual:
      - conv: {out: width, kernel: 3, padding: 1}
        name: inner
    repeat: 2
    name: body
  - global_avg_pool
  - linear: 10
    name: head
"""


@pytest.fixture(autouse=True)
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")


def paths(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["explain", "net.yaml", *arguments, "--format", "json"]) == 0
    return [layer["path"] for layer in json.loads(capsys.readouterr().out)["layers"]]


@pytest.mark.parametrize(
    "layer, expected",
    [
        ("head", ["head"]),
        ("stem", ["stem", "stem/norm", "stem/act"]),
        ("stem/act", ["stem/act"]),
        ("body", ["body/0/inner", "body/0/add", "body/1/inner", "body/1/add"]),
        ("body/1", ["body/1/inner", "body/1/add"]),
        ("body/*/inner", ["body/0/inner", "body/1/inner"]),
        ("inner", ["body/0/inner", "body/1/inner"]),
        ("**/a*", ["stem/act", "body/0/add", "body/1/add"]),
        ("*pool1", ["global_avg_pool1"]),
    ],
)
def test_which_layers(capsys: pytest.CaptureFixture[str], layer: str, expected: list[str]) -> None:
    assert paths(capsys, layer) == expected


def test_several_layers_end_with_their_sum(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "net.yaml", "body"]) == 0
    text = capsys.readouterr().out
    alike = "body/1/inner: conv, net.yaml:8\n  input 8x8x8 from body/0/add: C = 8, H = 8, W = 8\n  as body/0/inner\n"
    assert alike in text
    assert "parameters = body/0 + body/1 = 584 + 584 = 1,168\n" in text
    assert main(["explain", "net.yaml", "head"]) == 0
    assert "layers" not in capsys.readouterr().out


def test_a_layer_in_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "net.yaml", "stem", "--set", "width=2*6"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("net, width=12, ops counted as 'mac'\n\nstem: conv, net.yaml:5\n")
    assert "  out = width = 2*6 = 12 (--set)\n" in text
    assert "    weight = out·C·kernel·kernel = 12·3·3·3 = 324\n" in text
    assert "  parameters = weight + bias = 324 + 12 = 336\n" in text


def test_the_totals_without_a_layer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "net.yaml"]) == 0
    text = capsys.readouterr().out
    # stem 8*27 + 8 and 16 of its norm, body 2 * (8*72 + 8), head 80 + 10
    assert "parameters = stem + body + head = 240 + 1168 + 90 = 1,498\n" in text
    assert text.endswith("archcalc explain net.yaml body derives its layers; '**' in its place derives all\n")


@pytest.mark.parametrize(
    "arguments, message, help",
    [
        (["haed"], "no layer 'haed' in net", "did you mean 'head'?"),
        (["body/0/iner"], "no layer 'body/0/iner' in net", "did you mean 'body/0/inner'?"),
        (["**/zzz*"], "no layer '**/zzz*' in net", "the steps at the top are stem, body, global_avg_pool1, head"),
        (["stem", "--count", "flops"], "unknown counting convention 'flops'", None),
    ],
)
def test_what_is_wrong_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str, help: str | None
) -> None:
    assert main(["explain", "net.yaml", *arguments]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(f"error: {message}\n")
    assert help is None or f"= help: {help}\n" in error
    assert main(["explain", "net.yaml", *arguments, "--format", "json"]) == 2
    out, error = capsys.readouterr()
    assert (out, json.loads(error)["errors"][0]["message"]) == ("", message)


def test_a_file_gets_all_of_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["explain", "net.yaml", "head", "--format", "latex", "-o", "head.tex"]) == 0
    assert capsys.readouterr().out == ""
    assert r"\text{multiply-adds} &= \mathit{out} \cdot C = 10 \cdot 8 = 80" in (tmp_path / "head.tex").read_text()


def test_the_options_of_show_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "net.yaml", "head", "--batch", "3", "--count", "flop", "--level", "full"]) == 0
    text = capsys.readouterr().out
    assert "  multiply-adds = out·C·batch = 10·8·3 = 240\n" in text
    assert "ops (flop) 510" in text or "= 510\n" in text  # 3 * (2*80 + 10)


def test_a_peak_is_derived_from_what_exists_there(capsys: pytest.CaptureFixture[str]) -> None:
    """stem, inner and their sum: 8 x 8 x 8 elements each, of 4 bytes."""
    assert main(["explain", "net.yaml", "--figure", "peak_memory"]) == 0
    said = capsys.readouterr().out
    for line in (
        "body/0/add: add, net.yaml:7",
        "stem = ⌈C·H·W·bits/8⌉ = ⌈8·8·8·32/8⌉ = 2,048",
        "body/0/add = ⌈C·H·W·bits/8⌉ = ⌈8·8·8·32/8⌉ = 2,048",
        "peak memory (bytes) = stem + body/0/inner + body/0/add = 2048 + 2048 + 2048 = 6,144",
        "stem exists until body/0/add",
    ):
        assert line in " ".join(said.split())


def test_a_peak_of_a_batch_of_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--activations", "int8", "--batch", "3", "--format", "json"]
    assert main(["explain", "net.yaml", "--figure", "peak_memory", *more]) == 0
    (layer,) = json.loads(capsys.readouterr().out)["layers"]
    (cell,) = layer["cells"]
    assert (cell["cell"], cell["value"]) == ("peak_memory", 3 * 512 * 3)
    assert cell["steps"][0]["numbers"] == "⌈8·8·8·8/8⌉·3"
    assert main(["explain", "net.yaml", "--figure", "arena", *more]) == 0
    (layer,) = json.loads(capsys.readouterr().out)["layers"]
    assert layer["cells"][0]["value"] == 3 * 512 * 3


def test_one_figure_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "net.yaml", "--figure", "macs", "--format", "json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["sums"]["steps"]) == ["macs"]
    assert main(["explain", "net.yaml", "stem", "--figure", "params", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {cell["cell"] for layer in found["layers"] for cell in layer["cells"]} == {"params"}


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--figure", "peek_memory"], "no derivation of 'peek_memory'"),
        (["stem", "--figure", "peak_memory"], "peak_memory is of a whole network, not of 'stem'"),
        (["--figure", "arena", "--activations", "int9"], "--activations is one of"),
    ],
)
def test_figures_that_are_wrong(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "net.yaml", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.sampled(4)
@pytest.mark.parametrize("figure", list(FIGURES))
def test_every_figure_of_a_report_is_derived(figure: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its sum is the report's total, and that of its parts."""
    assert main(["explain", "jamba", "--set", "depth=8", "--figure", figure, "--format", "json"]) == 0
    sums = json.loads(capsys.readouterr().out)["sums"]
    total = archcalc.report("jamba", settings={"depth": 8})["totals"][figure]
    assert [step["value"] for step in sums["steps"].values()] == [total] == [sum(one[figure] for one in sums["parts"])]


def test_a_sum_that_is_asked_for_is_of_the_layers_that_are_meant(capsys: pytest.CaptureFixture[str]) -> None:
    """Of eight experts two run; each has three matrices of 4,096 x 14,336."""
    asked = ["explain", "mixture-of-experts", "layer1/0/residual2/mixture1/experts1", "--figure", "params_active"]
    assert main([*asked, "--format", "json"]) == 0
    sums = json.loads(capsys.readouterr().out)["sums"]
    assert sums["steps"]["params_active"]["value"] == 2 * 3 * 4096 * 14336


@pytest.mark.parametrize(
    "figure, value, formula",
    [
        ("peak_memory", 4 * 3 * 8 * 8, "input"),
        ("arena", 4 * 3 * 8 * 8, "offset of input + size of input"),
        ("train_memory", 0, "parameters + gradients + optimizer + kept"),
        ("kept_bytes", 0, "0"),
        ("backward_macs", 0, "0"),
    ],
)
def test_a_network_without_steps_gives_out_its_input(
    figure: str, value: int, formula: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "none.yaml"
    path.write_text("name: none\ninput: [3, 8, 8]\nlayers:\n  - relu:\n    repeat: 0\n", encoding="utf-8")
    assert main(["explain", str(path), "--figure", figure, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["layers"] == []
    assert [(one["formula"], one["value"]) for one in found["sums"]["steps"].values()] == [(formula, value)]
    for form in ("text", "markdown", "latex"):
        assert main(["explain", str(path), "--figure", figure, "--format", form]) == 0
        assert str(value) in capsys.readouterr().out
