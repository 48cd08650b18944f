"""The table at every width: no number cut or wrapped, nothing printed that a terminal would obey."""

from __future__ import annotations

import re
from typing import Any

import pytest

from archcalc.render.text import width

from .conftest import MakeReport, render

WIDTHS = [1, 20, 40, 60, 80, 100, 120, 200]
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = [
    "\x1b[2Jgone",
    "a\r\nb",
    "\u202egpj.exe",
    "שלום",
    "层" * 30,
    "e\u0301" * 10,
    "x" * 300,
    "/".join(["level1"] * 60),
    "\x9b31m",
    "\ud800",
]


def numbers(text: str) -> list[str]:
    """The numbers with separators, which no other cell has."""
    return re.findall(r"\d{1,3}(?:,\d{3})+", ESCAPES.sub("", text))


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("columns", WIDTHS)
def test_numbers_are_whole_at_every_width(small: dict[str, Any], columns: int, color: bool) -> None:
    text = render("table", small, width=columns, color=color)
    found = numbers(text)
    for row in small["layers"]:
        for key in ("params", "ops"):
            if row["row"] and row[key] > 999:
                assert f"{row[key]:,}" in found
    assert f"{small['totals']['ops']:,}" in found
    assert "…" not in text


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("columns", [60, 80, 100, 120, 200])
def test_lines_keep_within_the_terminal(small: dict[str, Any], columns: int, color: bool) -> None:
    lines = ESCAPES.sub("", render("table", small, width=columns, color=color)).splitlines()
    assert max(map(width, lines)) <= columns


def test_a_narrow_terminal_says_what_it_leaves_out(small: dict[str, Any]) -> None:
    assert "left out" not in render("table", small, width=80)
    text = render("table", small, width=60)
    assert "left out at 60 columns: Pad" in text
    assert "Pad" not in text.splitlines()[0]


def test_columns_that_were_asked_for_stay(small: dict[str, Any]) -> None:
    text = render("table", small, width=40, columns=["path", "kernel", "pad", "input"])
    assert re.search(r"Kernel\s+Pad\s+Input", text)


def test_type_is_shown_where_there_is_room(small: dict[str, Any]) -> None:
    assert "Type" in render("table", small, width=200).splitlines()[0]
    assert "Type" not in render("table", small, width=60).splitlines()[0]
    assert "Type" not in render("table", small).splitlines()[0]


def test_a_pipe_has_whole_paths_and_no_escape_codes(small: dict[str, Any]) -> None:
    text = render("table", small)
    assert all(re.search(rf"^{row['path']} ", text, re.M) for row in small["layers"] if row["row"])
    assert text.isascii()
    assert "\x1b" not in text


def test_a_terminal_indents_and_sums_only_in_colour(small: dict[str, Any]) -> None:
    plain, colored = (render("table", small, width=120, color=color) for color in (False, True))
    assert re.search(r"^body x2$", plain, re.M)
    body = sum(row["params"] for row in small["layers"] if row["path"].startswith("body/"))
    assert re.search(rf"\x1b\[2m.*body x2.*{body:,}", colored)


def test_large_rows_stand_out_in_colour(small: dict[str, Any]) -> None:
    text = render("table", small, width=120, color=True)
    for row in small["layers"]:
        large = 10 * row["params"] >= small["totals"]["params"]
        marked = re.search(rf"\x1b\[1;33m +{row['params']:,}\b", text) is not None
        assert marked == (large and row["row"]), row["path"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("columns", [None, 40, 80])
def test_hostile_names_print_as_text(small: dict[str, Any], name: str, columns: int | None) -> None:
    row = small["layers"][0]
    row["path"] = row["name"] = small["spec"] = name
    text = render("table", small, width=columns)
    assert all(line.isprintable() for line in text.split("\n"))
    whole = [line for line in text.splitlines() if f"{row['ops']:,}" in line]
    assert len(whole) == 1
    if columns == 80:
        assert max(map(width, text.split("\n\n")[0].splitlines())) <= 80


def test_columns_line_up_beside_wide_characters(small: dict[str, Any]) -> None:
    small["layers"][0]["path"] = "层层e\u0301"
    lines = render("table", small).split("\n\n")[0].splitlines()
    assert {width(line) for line in lines if line.rstrip()[-1:].isdigit()} == {width(lines[0])}


def test_many_inputs_are_whole_in_a_pipe_and_counted_in_a_terminal(small: dict[str, Any]) -> None:
    small["layers"][1]["inputs"] = [(16, 16, 16)] * 40
    assert ", ".join(["16x16x16"] * 40) in render("table", small)
    assert re.search(r"\d+ more", render("table", small, width=80))


def test_no_rows(small: dict[str, Any]) -> None:
    for row in small["layers"]:
        row["row"] = False
    for style in ({}, {"width": 80}, {"width": 80, "color": True}, {"depth": 1}, {"sort": "params"}):
        assert f"{small['totals']['params']:,}" in render("table", small, **style)


def test_what_only_some_networks_have_is_said_below(small: dict[str, Any], make_report: MakeReport) -> None:
    text = render("table", small)
    assert f"{small['totals']['frozen']:,} frozen" in text
    assert f"buffers {small['totals']['buffers']:,}" in text
    assert "batch" not in text
    bare = make_report(
        "name: bare\ninput: {ids: {shape: [7], dtype: int64}, x: [2, 3]}\n"
        "vars: {w: 5}\nlayers:\n  - {embedding: {entries: 9, out: w}, from: ids, name: a}\n"
        "  - {linear: w, from: x, name: b}\n  - from: [a, b]\n",
        batch=4,
        dtype="int8",
        settings={"w": "6"},
    )
    text = render("table", bare)
    assert "bare, w=6, input ids 7 (int64), x 2x3, output 7x6, 2x6, 2 layers, batch 4" in text
    assert "weights 78 B as int8" in text  # 9*6 + 3*6 + 6
    assert "frozen" not in text
    assert "buffers" not in text


def test_a_bar_is_an_exact_share(small: dict[str, Any]) -> None:
    """24 characters are the total, and an eighth of one is the least of what has parameters."""
    total = small["totals"]["params"]
    text = render("table", small, columns=["path", "params", "bar"], all_rows=True)
    rows = [line.split("  ") for line in text.splitlines()[2:]]
    bars = {row[0]: row[-1] if set(row[-1]) & {*"█▏▎▍▌▋▊▉"} else "" for row in rows}
    for row in small["layers"]:
        bar = bars[row["path"]]
        eighths = 8 * bar.count("█") + sum(" ▏▎▍▌▋▊▉".index(one) for one in bar if one != "█")
        assert eighths == (max(8 * 24 * row["params"] // total, 1) if row["params"] else 0)
