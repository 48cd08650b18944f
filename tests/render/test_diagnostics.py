"""Errors as they are drawn, and as data."""

from __future__ import annotations

import re

import pytest

from archcalc.errors import Diagnostic, Source, Span
from archcalc.render.diagnostics import show
from archcalc.render.text import width

NET = Source("specs/net.yaml", "\n" * 11 + "  - conv2: {out: 64, kernel: 3}\n")
UNET = Source("specs/unet.yaml", "")
UNKNOWN = Diagnostic("unknown layer 'conv2'", Span(NET, 11, 4, 9), label="did you mean 'conv'?")
PLACELESS = Diagnostic("unknown column 'x'", label="did you mean 'y'?", help="the columns are y and z")

DRAWN = """\
error: unknown layer 'conv2'
  --> specs/net.yaml:12:5
   |
12 |   - conv2: {out: 64, kernel: 3}
   |     ^^^^^ did you mean 'conv'?"""


def line_and_caret(line: str, start: int, stop: int) -> tuple[str, str]:
    """The source line and the carets below it, as they are drawn, without the margin."""
    lines = show([Diagnostic("m", Span(Source("f", line), 0, start, stop))]).splitlines()
    return lines[3].removeprefix("1 |")[1:], lines[4].removeprefix("  |")[1:]


def test_an_error_at_its_place() -> None:
    assert show([UNKNOWN]) == DRAWN


def test_calls_and_help_stand_below() -> None:
    called = Diagnostic("m", UNKNOWN.span, help="h", called_from=[("up", Span(UNET, 30, 0, 1))])
    assert show([called]).splitlines()[5:] == ["   = in block 'up', called at specs/unet.yaml:31", "   = help: h"]


def test_an_error_without_a_place_keeps_its_label() -> None:
    assert show([PLACELESS]) == ("error: unknown column 'x'\n  = did you mean 'y'?\n  = help: the columns are y and z")


def test_many_errors_are_all_shown_and_counted() -> None:
    assert show([UNKNOWN, PLACELESS]) == f"{show([UNKNOWN])}\n\n{show([PLACELESS])}\n\n2 errors"
    assert show([]) == ""


def test_colour_adds_codes_and_nothing_else() -> None:
    colored = show([UNKNOWN, PLACELESS], color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == show([UNKNOWN, PLACELESS])
    assert colored != show([UNKNOWN, PLACELESS])


CARETS = [  # line, start, stop, the text that the carets stand under
    ("a: bad", 3, 6, "bad"),
    ("\ta: bad", 4, 7, "bad"),
    ("a:\tb: bad", 6, 9, "bad"),
    ("漢字: bad", 4, 7, "bad"),
    ("a: 漢字", 3, 5, "漢字"),
    ("e\u0301e\u0301: bad", 6, 9, "bad"),
    ("\x1b[0m: bad", 6, 9, "bad"),
    ("a: \u202e!", 3, 4, "\\u202e"),
    ("x" * 500 + "bad" + "y" * 500, 500, 503, "bad"),
    ("漢" * 500 + "bad" + "漢" * 500, 500, 503, "bad"),
    ("bad" + "y" * 500, 0, 3, "bad"),
    ("x" * 500 + "bad", 500, 503, "bad"),
    ("\t" * 500 + "bad", 500, 503, "bad"),
]


@pytest.mark.parametrize("line, start, stop, under", CARETS)
def test_carets_stand_under_their_text(line: str, start: int, stop: int, under: str) -> None:
    drawn, carets = line_and_caret(line, start, stop)
    assert drawn.isprintable()
    assert width(drawn) <= 106
    before = len(carets) - len(carets.lstrip())
    assert len(carets.strip()) == width(under)
    position = next(
        index for index in range(len(drawn) + 1) if width(drawn[:index]) == before and drawn[index:].startswith(under)
    )
    assert drawn[position : position + len(under)] == under


@pytest.mark.parametrize("line, start, stop", [("ab", 2, 2), ("ab", 2, 3), ("", 0, 0), ("ab", 7, 9), ("ab", 1, 1)])
def test_an_empty_span_has_one_caret_at_its_place(line: str, start: int, stop: int) -> None:
    _, carets = line_and_caret(line, start, stop)
    assert carets == " " * start + "^"


def test_a_span_longer_than_what_is_shown_has_carets_to_its_end() -> None:
    drawn, carets = line_and_caret("[" * 5000, 0, 5000)
    assert drawn == "[" * 100 + "..."
    assert carets == "^" * 100


def test_a_line_past_the_end_is_empty() -> None:
    assert show([Diagnostic("m", Span(Source("f", "a"), 9, 0, 1))]).splitlines()[3:] == ["10 |", "   | ^"]


@pytest.mark.parametrize("number, lines", [(1, 1), (6, 6), (7, 7), (8, 7), (1000, 7)])
def test_a_long_chain_of_calls_is_shortened_in_the_middle(number: int, lines: int) -> None:
    calls = [(f"b{index}", Span(UNET, index, 0, 1)) for index in range(number)]
    drawn = [line for line in show([Diagnostic("m", UNKNOWN.span, called_from=calls)]).splitlines() if "= " in line]
    assert len(drawn) == lines
    assert "'b0'" in drawn[0]
    assert f"'b{number - 1}'" in drawn[-1]
    if number > lines:
        assert f"= ... {number - 6:,} calls more ..." in "\n".join(drawn)


def test_what_others_wrote_cannot_end_a_line() -> None:
    bad = "x\nerror: forged\x1b[2J"
    source = Source(bad, bad)
    drawn = show(
        [Diagnostic(bad, Span(source, 0, 0, 1), label=bad, help=bad, called_from=[(bad, Span(source, 0, 0, 1))])]
    )
    assert len(drawn.splitlines()) == 7
    assert "\x1b" not in drawn


def test_data_counts_from_one_and_says_null_where_nothing_is_known() -> None:
    found = Diagnostic("m", UNKNOWN.span, label="l", help="h", called_from=[("up", Span(UNET, 30, 0, 1))])
    assert found.data() == {
        "message": "m",
        "file": "specs/net.yaml",
        "line": 12,
        "column": 5,
        "end_column": 10,
        "label": "l",
        "help": "h",
        "called_from": [{"block": "up", "file": "specs/unet.yaml", "line": 31}],
    }
    assert Diagnostic("m").data() == {
        "message": "m",
        "file": None,
        "line": None,
        "column": None,
        "end_column": None,
        "label": None,
        "help": None,
        "called_from": [],
    }
