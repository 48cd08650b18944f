"""Columns line up by what a terminal shows: two columns for a wide character, none for one that combines."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archcalc.api.reference import conventions, layer_page, vocabulary
from archcalc.cli import main
from archcalc.render import writer
from archcalc.render.grid import grid, hung, ruled
from archcalc.render.style import Style
from archcalc.render.text import width, wrap
from archcalc.sources import shipped

WIDE, ASCII = "中e\u0301文n\u0303层", "xxxxxxxx"  # as wide as each other
SPEC = """
name: {name}
input: [3, 8, 8]
vars: {{w: 4}}
layers:
  - {{conv: {{out: w, kernel: 3}}, name: {name}}}
  - {{conv: {{out: 8, kernel: 3}}, name: a}}
  - {{linear: 10, name: the_last_of_all}}
"""
CONVENTION = "{{name: {name}, unit: ops, operations: {{mac: 1}}}}"
COMMANDS = [
    ["show", "net.yaml"],
    ["show", "net.yaml", "--sort", "params"],
    ["show", "net.yaml", "--count", "mac,own.yaml"],
    ["diff", "old.yaml", "net.yaml", "--all"],
    ["check", "net.yaml", "old.yaml", "--max", "params=1M"],
    ["explain", "net.yaml"],
    ["explain", "net.yaml", "**", "--level", "full"],
    ["memory", "net.yaml", "--map"],
    ["formula", "net.yaml", "--vars", "w,H", "--layers"],
]
DOCUMENTS: dict[str, tuple[str, Callable[[], Any]]] = {  # with a word that stands in a column
    "layer": ("kernel", lambda: layer_page("conv")),
    "layers": ("conv_transpose", vocabulary),
    "count": ("batch norm", lambda: conventions()),
    "specs": ("resnet50", lambda: {"specs": shipped.catalogue()}),
}


def test_the_two_names_are_as_wide_as_each_other() -> None:
    assert width(WIDE) == len(ASCII) != len(WIDE)


@pytest.mark.parametrize("columns", [None, 40, 60, 100])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_wide_name_takes_the_room_of_a_plain_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    columns: int | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", str(columns))
    Path("old.yaml").write_text(SPEC.format(name="old").replace("kernel: 3", "kernel: 1"), encoding="utf-8")
    texts = []
    for name in (WIDE, ASCII):
        Path("net.yaml").write_text(SPEC.format(name=name), encoding="utf-8")
        Path("own.yaml").write_text(CONVENTION.format(name=name), encoding="utf-8")
        main([*command, *(["--color"] if columns else [])])
        texts.append(capsys.readouterr().out)
    assert WIDE in texts[0]
    assert texts[0].replace(WIDE, ASCII) == texts[1]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_wide_word_takes_the_room_of_a_plain_one(document: str) -> None:
    word, make = DOCUMENTS[document]
    texts = []
    for name in (WIDE, ASCII):
        out = io.StringIO()
        found = json.loads(json.dumps(make()).replace(f'"{word}"', json.dumps(name)))
        writer(document, "text")(found, out, Style())
        texts.append(out.getvalue())
    assert WIDE in texts[0]
    assert texts[0].replace(WIDE, ASCII) == texts[1]


def test_numbers_stand_to_the_right_and_lines_have_no_spaces_at_their_end() -> None:
    rows = [["name", "n", ""], ["中", "1,000", "x"], ["e\u0301", "7", ""]]
    assert grid(rows, "lrl") == ["name      n", "中    1,000  x", "e\u0301         7"]
    assert ruled([["a", "bb"], ["ccc", "d"]], "l") == ["a    bb", "-------", "ccc  d"]
    assert grid([], "l") == []


def test_what_does_not_print_is_escaped_and_measured_so() -> None:
    assert grid([["\x1b[2J", "1"], ["ab", "22"]], "lr") == ["\\x1b[2J   1", "ab       22"]
    assert hung("\n", ["a\rb"], 6, None) == ["\\x0a  a\\x0db"]


@pytest.mark.parametrize("size, lines", [(9, ["aa 中中", "  bbbb cc"]), (5, ["aa", "  中中", "  bbbb", "  cc"])])
def test_lines_are_broken_by_width_between_words(size: int, lines: list[str]) -> None:
    assert wrap("aa 中中 bbbb cc".split(" "), size, 2) == lines
