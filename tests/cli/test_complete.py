"""Shell completion, asked as the shells ask: the line's words in the environment, the answer on standard output."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archcalc.cli import main
from archcalc.cli.commands import COMMANDS
from archcalc.language.keys import LISTS
from archcalc.layers import FAMILY
from archcalc.sources import shipped

ROOT = Path(__file__).resolve().parents[2]
RESNETS = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
NET = """\
name: net
input: [3, 8, 8]
variants: {small: , large: }
layers:
  - conv: {out: 8, kernel: 3, act: relu}
    name: stem
  - linear: 4
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "res-net.yaml").write_text(NET, encoding="utf-8")
    (tmp_path / "other-net.cfg").write_text("[net]\n", encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("name: [", encoding="utf-8")
    return tmp_path


def complete(line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What fish is offered after a line, whose last word is being written."""
    words = f"archcalc {line}".split(" ")
    monkeypatch.setenv("_ARCHCALC_COMPLETE", "fish_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(words[:-1]))
    monkeypatch.setenv("COMP_CWORD", words[-1])
    main([])
    return [line.split(",", 1)[1].split("\t")[0] for line in capsys.readouterr().out.splitlines() if line]


@pytest.mark.parametrize(
    "line, offered",
    [
        ("", [*COMMANDS]),
        ("sche", ["schema"]),
        ("show resnet1", ["resnet1202", "resnet101", "resnet152", "resnet18"]),
        ("show res-", ["res-net.yaml"]),
        ("show other-", ["other-net.cfg"]),
        ("convert ", ["other-net.cfg"]),
        ("show res-net.yaml:", ["res-net.yaml:small", "res-net.yaml:large"]),
        ("show resnet:resnet1", ["resnet:resnet18", "resnet:resnet101", "resnet:resnet152"]),
        ("show vgg resnet:resnet15", ["resnet:resnet152"]),
        ("show wrong.yaml:", []),
        ("show no-such-spec:", []),
        ("show res-net.yaml --variant ", ["small", "large"]),
        ("show --variant l", []),
        ("show vgg16 --count f", ["flop", "fvcore"]),
        ("show vgg16 --format js", ["json", "jsonl"]),
        ("show vgg16 --columns path,+macs", ["path,+macs", "path,+macs_causal"]),
        ("sweep vgg16 --columns params,+macs", ["params,+macs", "params,+macs_causal"]),
        ("fit vgg16 --max macs", ["macs=", "macs_causal="]),
        ("show vgg16 --sort out", ["output"]),
        ("diff vgg11 vgg13_", ["vgg13_bn"]),
        ("check mobilenet_v3_s", ["mobilenet_v3_small"]),
        ("count ptf", ["ptflops"]),
        ("layers conv_", ["conv_transpose", "conv_lstm", "conv_gru"]),
        ("explain res-net.yaml ", ["stem", "linear1"]),
        ("explain res-net.yaml stem/", ["stem/act"]),
        ("explain resnet:resnet18 lin", ["linear1"]),
        ("explain wrong.yaml s", []),
        ("schema re", ["report"]),
        ("help sp", ["spec", "specs"]),
    ],
)
def test_what_is_offered(
    line: str, offered: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sorted(complete(line, monkeypatch, capsys)) == sorted(offered)


def test_all_shipped_names_and_files_are_offered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {*complete("show ", monkeypatch, capsys)} == {
        *shipped.names(),
        *("res-net.yaml", "wrong.yaml", "other-net.cfg"),
    }
    assert complete("layers ", monkeypatch, capsys) == [*FAMILY, "custom", *LISTS, *shipped.index()["blocks"]]


def test_a_path_is_left_to_the_shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("_ARCHCALC_COMPLETE", "zsh_complete")
    monkeypatch.setenv("COMP_WORDS", "archcalc show lib/n")
    monkeypatch.setenv("COMP_CWORD", "2")
    main([])
    assert capsys.readouterr().out.splitlines()[:2] == ["file", "lib/n"]


@pytest.mark.sampled(4)
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    "words, offered",
    [
        ("show resnet3", "resnet3d resnet34"),
        ("show resnet :", "resnet18 resnet34 resnet50 resnet101 resnet152 resnext50_32x4d resnext101_32x8d"
         " resnext101_64x4d wide_resnet50_2 wide_resnet101_2"),
        ("show resnet : resnet3", "resnet34"),
        ("explain resnet : resnet18 ste", "stem"),
        ("show vgg16 --dtype bf", "bfloat16"),
        ("show vgg16 --bias-dtype int3", "int32"),
        ("explain vgg16 --dtype int8 --bias-dtype fl", "float64 float32 float16 float8"),
    ],
)  # fmt: skip
def test_bash(words: str, offered: str, tmp_path: Path) -> None:
    """bash splits its words at colons; what it is given stands for the last piece."""
    tool = tmp_path / "archcalc"
    tool.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m archcalc "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    script = f"""
    PATH="{tmp_path}:$PATH"
    eval "$(_ARCHCALC_COMPLETE=bash_source archcalc)"
    COMP_WORDS=(archcalc {words}) COMP_CWORD={len(words.split())}
    _archcalc_completion archcalc
    echo "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == offered.split(), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_ARCHCALC_COMPLETE", f"{shell}_source")
    main([])
    assert f"_ARCHCALC_COMPLETE={shell}_complete" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["$(touch pwned)", "`touch pwned`", "a;touch pwned", "a b", "a|b", "a&b", "a\nb", "*", "~"]
)
def test_nothing_is_offered_that_a_shell_runs(here: Path, name: str) -> None:
    """A spec of a stranger may call its variants, and its file, anything."""
    import json

    from archcalc.cli.complete import items

    text = NET.replace("{small: , large: }", json.dumps({name: {}, "small": {}}))
    (here / "strange.yaml").write_text(text, encoding="utf-8")
    assert [item.value for item in items([name, "small", f"strange.yaml:{name}"], "")] == ["small"]
