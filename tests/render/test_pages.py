"""Pages fit the terminal, wrap with a hanging indent and carry no markup; tables of a terminal fold what is alike."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from archcalc.api import reference
from archcalc.conventions import CONVENTIONS
from archcalc.errors import Diagnostic, Source
from archcalc.language.keys import LISTS
from archcalc.layers import FAMILY
from archcalc.render import writer
from archcalc.render.diagnostics import show
from archcalc.render.style import Style
from archcalc.request import Request
from archcalc.sources import shipped
from archcalc.sources.source import Located

PAGES: dict[str, Callable[[], Any]] = {
    "layers": reference.vocabulary,
    "count": reference.conventions,
    "specs": reference.shipped_specs,
    **{f"count {name}": (lambda name=name: reference.conventions(name)) for name in CONVENTIONS},
    **{
        f"layers {name}": (lambda name=name: reference.layer_page(name))
        for name in (*FAMILY, "custom", *LISTS, *shipped.index()["blocks"])
    },
}
WRITTEN = ("As a spec writes it", "Example")
"""Texts of a page that stand as they are written."""


def page(name: str, width: int | None) -> str:
    found = PAGES[name]()
    out = io.StringIO()
    writer(found["schema"].partition("/")[0].removeprefix("archcalc."), "text")(found, out, Style(width=width))
    return out.getvalue()


def wrapped(text: str) -> list[str]:
    """The lines of a page but those of specs."""
    parts = [part for part in text.split("\n\n") if not part.startswith(WRITTEN)]
    return [line for part in parts for line in part.splitlines()]


@pytest.mark.sampled(7)
@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_the_terminal(name: str, width: int) -> None:
    if name == "specs":  # names, inputs and figures alone take more than 80
        width = max(width, 100)
    assert [line for line in wrapped(page(name, width)) if len(line) > width] == []


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_markup_and_the_same_words_at_each_width(name: str) -> None:
    assert "`" not in page(name, None)
    if name not in ("count", "specs"):  # whose tables are laid out anew
        assert page(name, 60).split() == page(name, None).split()


def test_what_hangs_stands_below_its_text() -> None:
    lines = page("layers conv", 60).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  padding=0"))
    start = lines[first].index("a whole number")
    assert lines[first + 1].startswith(" " * start + lines[first + 1].strip()[0])


def test_an_error_wraps_with_its_help() -> None:
    found = [Diagnostic("a " * 30 + "fault", help="the " * 30 + "help")]
    lines = show(found, columns=40).splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[1].startswith("       a")
    assert [line[:10] for line in lines if "help:" in line] == ["  = help: "]
    assert lines[-1].startswith("          the")
    assert show(found).count("\n") == 1  # of a pipe each on one line


ALIKE = """\
name: net
input: [16]
blocks:
  unit:
    layers:
      - linear: 16
      - relu
layers:
  - unit:
    repeat: 28
    name: body
  - linear: {out: 8*(i + 1)}
    repeat: 3
    name: growing
"""


def report_of(text: str) -> dict[str, Any]:
    return Request(Located(Source("net.yaml", text), None)).report()


def table(**asked: Any) -> str:
    out = io.StringIO()
    writer("report", "table")([report_of(ALIKE)], out, Style(**asked))
    return out.getvalue()


def test_on_a_terminal_repetitions_that_are_alike_stand_once() -> None:
    lines = table(width=100).splitlines()
    labels = [line.split("  ")[0].strip() if line[0] != " " else line[:16].strip() for line in lines[2:] if line]
    assert [label for label in labels if " x" in label] == ["body x28", "0..27 x28", "growing x3"]
    assert sum("linear1" in line for line in lines) == 1
    assert sum(line.lstrip().startswith(("0 ", "1 ", "2 ")) for line in lines) == 3  # their outputs grow
    assert "--all-repetitions" in lines[-1]
    params = 28 * (16 * 16 + 16) + (16 * 8 + 8) + (8 * 16 + 16) + (16 * 24 + 24)
    assert f"{params:,}" in table(width=100)


def test_unfolded_and_in_a_pipe_each_has_its_rows() -> None:
    unfolded = table(width=100, all_repetitions=True)
    assert sum("linear1" in line for line in unfolded.splitlines()) == 28
    assert "--all-repetitions" not in unfolded
    assert sum("linear1" in line for line in table().splitlines()) == 28


def test_only_neighbours_fold_and_each_run_says_where_it_begins() -> None:
    out = io.StringIO()
    text = ALIKE.replace("8*(i + 1)", "32 if i == 2 else 16").replace("repeat: 3", "repeat: 5")
    writer("report", "table")([report_of(text)], out, Style(width=100))
    folded = [line.split("  ")[0] or line.strip().split("  ")[0] for line in out.getvalue().splitlines()]
    assert [one for one in folded if one[:1].isdigit() and one != "0..27 x28"] == ["0..1 x2", "2", "3", "4"]


def test_one_sign_for_what_a_layer_does_not_have() -> None:
    out = io.StringIO()
    writer("report", "csv")([Request("bert-base").report()], out, Style(plus=["stride", "weights", "reads"]))
    row = next(line for line in out.getvalue().splitlines() if line.startswith("parameter1"))
    assert "-" not in row.split(",")
    assert row.split(",").count("NA") >= 4


def test_pages_say_what_was_read_as_its_opposite_or_missing() -> None:
    assert "the result may be empty" in " ".join(page("layers slice", None).split())
    torch = " ".join(page("count torch", None).split())
    assert "an LSTM without a projection gives 0" in torch  # on a CPU
    assert "the gradient of a convolution's weight is counted as if it had one group" in torch
