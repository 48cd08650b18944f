"""``archcalc explain`` as a user calls it: which layers, exit statuses, where output and errors go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archcalc.cli import main

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
