"""Notes: networks with a fault that is none by the letter are noted, unusual ones that are right are not.

``faults/`` has a fault a file, what is said of it beside it; ``right/`` has networks that look like it and are meant.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import Diagnostic
from archcalc.graph.features import KEEPERS, MAKERS, MOVERS, OF_LAST_AXIS
from archcalc.layers import FAMILY
from archcalc.render.diagnostics import show
from archcalc.request import Request
from archcalc.sources import shipped

HERE = Path(__file__).parent
FAULTS = sorted(HERE.glob("faults/*.yaml"))
RIGHT = sorted(HERE.glob("right/*.yaml"))
TEXT_CNN = """\
name: text-cnn
input: {shape: [400], dtype: int64}
layers:
  - embedding: {entries: 5000, out: 50}
  - conv: {out: 250, kernel: 3, act: relu}
  - global_max_pool
  - linear: {out: 250, act: relu}
  - linear: 1
"""
POOLED = """\
name: pooled
input: {shape: [256], dtype: int64}
layers:
  - embedding: {entries: 10000, out: 16}
  - global_avg_pool
  - linear: {out: 16, act: relu}
  - linear: {out: 1, act: sigmoid}
"""
BATCH = """\
name: batch
input: [1, 3, 224, 224]
layers:
  - conv: {out: 64, kernel: 7, stride: 2, padding: 3, bias: false}
  - batch_norm
  - max_pool: {kernel: 3, stride: 2, padding: 1}
  - global_avg_pool
  - linear: 1000
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def notes_of(text: str) -> list[Diagnostic]:
    Path("net.yaml").write_text(text, encoding="utf-8")
    return Request("net.yaml").network().notes


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_a_fault_is_noted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    notes = Request(path.name).network().notes
    assert notes
    said, snapshot = show(notes, word="note") + "\n", path.with_suffix(".txt")
    if os.environ.get("ARCHCALC_SNAPSHOTS") == "write":
        snapshot.write_text(said, encoding="utf-8")
    assert said == snapshot.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_what_is_meant_is_not_noted(path: Path) -> None:
    assert Request(path).network().notes == []


@pytest.mark.parametrize("step", [10, pytest.param(1, marks=pytest.mark.slow)])
def test_no_shipped_spec_is_noted(step: int) -> None:
    names = shipped.names()[::step]
    assert len(names) > 150 // step
    assert {name: notes for name in names if (notes := Request(name).network().notes)} == {}


def test_the_tables_name_layer_types() -> None:
    assert OF_LAST_AXIS | MAKERS | KEEPERS | MOVERS.keys() <= FAMILY.keys()
    assert not KEEPERS & (MAKERS | MOVERS.keys() | OF_LAST_AXIS)


# The change that a note names


def changed(text: str, note: Diagnostic) -> str | None:
    """A spec with the change that a note names; None where a person has to choose."""
    lines, line, help = text.splitlines(), note.span.line, note.help or ""
    if written := re.match(r"write (\[.*?\])", help):
        lines[line] = lines[line][: note.span.start] + written[1] + lines[line][note.span.stop :]
        return "\n".join(lines) + "\n"
    step = re.match(r"( *- )(\w+)", lines[line])
    if step is None or len(step[1]) != note.span.start or note.message.split()[0].endswith(("/norm", "/act")):
        return None
    if axis := re.match(r"say axis: (\d+)", help):
        lines[line] = f"{step[1]}{step[2]}: {{axis: {axis[1]}}}"
    elif help.startswith("put '"):
        first, second = re.match(r"put '(- [^']*)'(?: before it)?(?: and '(- [^']*)')?", help).groups()
        lines[line:line] = [step[1][:-2] + first]
        if second is not None:
            lines.insert(line + 1 + ("after it" in help), step[1][:-2] + second)
    else:
        return None
    return "\n".join(lines) + "\n"


BY_HAND = {
    "sized-batch": "the size is a variable",
    "group-of-one": "how many groups there should be",
    "projector": "how many groups there should be",
    "next-frame": "the step moves into a map",
    "slopes": "the act moves into a step of its own",
    "kim-text-cnn": "the steps stand in one line",
    "rms-on-a-map": "the steps stand in one line",
    "residual-text": "a residual is to transpose back",
    "conformer": "the residual gives another shape then",
}


@pytest.mark.parametrize("path", [path for path in FAULTS if path.stem not in BY_HAND], ids=lambda path: path.stem)
def test_the_change_that_a_note_names_makes_it_go(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for _ in range(8):
        notes = notes_of(text)
        if not notes:
            break
        changed_text = changed(text, notes[0])
        assert changed_text is not None, notes[0]
        text = changed_text
    assert notes == []


@pytest.mark.parametrize(
    ("text", "params", "macs"),
    [
        (TEXT_CNN, 350_751, 14_987_750),  # 50*250*3 + 250 weights, at 398 positions
        (POOLED, 160_289, 272),  # as the TensorFlow tutorial on text classification prints it
        (BATCH, 74_536, 118_077_952),  # torch: Conv2d without a bias, 112x112 positions
    ],
)
def test_one_change_leads_to_the_figures_that_were_meant(text: str, params: int, macs: int) -> None:
    [note] = notes_of(text)
    text = changed(text, note)
    assert notes_of(text) == []
    totals = Request("net.yaml").report()["totals"]
    assert (totals["params"], totals["macs"]) == (params, macs)


@pytest.mark.parametrize(("text", "params", "macs"), [(TEXT_CNN, 350_751, 14_987_750), (POOLED, 160_289, 272)])
def test_the_layout_that_a_note_names_leads_there_too(text: str, params: int, macs: int) -> None:
    assert notes_of(text.replace("\ninput", "\nlayout: HWC\ninput")) == []
    totals = Request("net.yaml").report()["totals"]
    assert (totals["params"], totals["macs"]) == (params, macs)


# Silence, and how often a thing is said


def test_notes_none_silences_a_step() -> None:
    silent = TEXT_CNN.replace("kernel: 3, act: relu}\n", "kernel: 3, act: relu}\n    notes: none\n")
    assert notes_of(silent) == []
    assert notes_of(BATCH.replace("  - batch_norm", "    notes: none\n  - batch_norm")) == []


BLOCKS = """\
name: blocks
input: [64, 64]
blocks:
  unit:
    layers:
      - linear: 64
      - {conv}
layers:
  - unit:
    repeat: {times}
  - unit:
{keys}
"""


def test_a_step_in_a_block_is_noted_once() -> None:
    conv = "conv: {out: 64, kernel: 1}"
    once, again = notes_of(BLOCKS.format(conv=conv, times=50, keys=""))
    assert once.message == "unit1/0/conv1 takes axis 0 (64) for channels; unit1/0/linear1 gives [T, C]"
    assert again.message == "unit1/1/linear1 runs on T (64); unit1/0/conv1 gives [C, T]"
    assert [block for block, _ in once.called_from] == ["unit"]
    [left] = notes_of(BLOCKS.format(conv=conv + "\n        notes: none", times=2, keys=""))
    assert left.message == again.message
    silent = BLOCKS.format(conv=conv, times=2, keys="    notes: none")
    assert len(notes_of(silent)) == 2  # said of the other call
    assert notes_of(silent.replace("    repeat: 2\n", "    repeat: 2\n    notes: none\n")) == []


def test_figures_are_what_they_were() -> None:
    notes_of(TEXT_CNN)
    noted = Request("net.yaml").report()
    notes_of(TEXT_CNN.replace("kernel: 3, act: relu}\n", "kernel: 3, act: relu}\n    notes: none\n"))
    silent = Request("net.yaml").report()
    assert noted["totals"] == silent["totals"]
    assert "notes" in noted
    assert "notes" not in silent


# Where notes are told


COMMANDS = (["show"], ["explain"], ["explain", "conv1"], ["diff"], ["formula"], ["check"])


def arguments(command: list[str], *more: str) -> list[str]:
    name, *rest = command
    extra = {"diff": ["vgg16"], "formula": ["--vars", "classes"], "check": ["--max", "params=1G"]}.get(name, [])
    return [name, "net.yaml", *rest, *extra, *more]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_note_changes_the_status_only_if_strict(command: list[str], capsys: pytest.CaptureFixture) -> None:
    Path("net.yaml").write_text(
        TEXT_CNN.replace("layers:", "vars: {classes: 1}\nlayers:").replace(": 1\n", ": classes\n")
    )
    assert main(arguments(command)) == 0
    said = capsys.readouterr()
    told, other = (said.out, said.err) if command == ["check"] else (said.err, said.out)
    assert told.count("note: ") == 1
    assert "note: " not in other
    assert main(arguments(command, "--strict")) == 2
    assert capsys.readouterr() == said
    Path("net.yaml").write_text(
        Path("net.yaml").read_text().replace("relu}\n  - global", "relu}\n    notes: none\n  - global")
    )
    assert main(arguments(command, "--strict")) == 0
    assert capsys.readouterr().err == ""


def test_json_holds_the_notes(capsys: pytest.CaptureFixture) -> None:
    [note] = notes_of(TEXT_CNN)
    assert archcalc.load("net.yaml").notes == [note.data()]
    for options in ([], ["--count", "all"]):
        assert main(["show", "net.yaml", "--format", "json", *options]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        assert json.loads(out)["notes"] == [note.data()]
    assert main(["check", "net.yaml", "--max", "params=1G", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out)["notes"] == [note.data()]
    assert main(["diff", "net.yaml", "vgg16", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().err) == {"notes": [note.data()]}


def test_growth_without_a_base_is_noted(capsys: pytest.CaptureFixture) -> None:
    Path("net.yaml").write_text(BATCH.replace("[1, 3", "[3"))
    Path("archcalc.yaml").write_text("budgets:\n  - {specs: net.yaml, max_increase: {params: 1%, macs: 1%}}\n")
    assert main(["check"]) == 0
    assert "note: archcalc.yaml:2: 2 limits of growth hold nothing: there is no base" in capsys.readouterr().out
    assert main(["check", "--strict"]) == 2
    capsys.readouterr()
    assert main(["check", "--base", "net.yaml", "--strict"]) == 0
    assert "note" not in capsys.readouterr().out
