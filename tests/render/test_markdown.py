"""Markdown as a parser of GitHub's flavour reads it (markdown-it-py, which rich depends on)."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from archcalc.render.text import plain

from .conftest import SMALL, MakeReport, render
from .test_table import HOSTILE

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SPECIALS = r"""
a|b  a\|b  |  `a|b`  *a*  _a_  __a__  a_b_c  ~~a~~  [a](b)  ![a](b)  <b>a</b>  &amp;  &#65;  # a  - a  + a  1. a  1) a
= a  > a  ---  ===  ```  a\  \  $a$  | --- |  [a]: b  <!-- a -->  :--  -  1.
"""
NAMES = [*re.split("  |\n", SPECIALS.strip()), "    a", "a  b", "\ta", *HOSTILE]


def read(text: str) -> tuple[list[list[str]], list[str], list[Token]]:
    """The cells of the one table, the paragraphs below it, and all tokens."""
    tokens = PARSER.parse(text)
    rows: list[list[str]] = []
    paragraphs: list[str] = []
    for token, opened in zip(tokens[1:], tokens, strict=False):
        if opened.type == "tr_open":
            rows.append([])
        if opened.type in ("th_open", "td_open"):
            rows[-1].append(inline(token))
        elif opened.type == "paragraph_open":
            paragraphs.append(inline(token))
    return rows, paragraphs, tokens


def inline(token: Token) -> str:
    """The text of a piece, which may have bold in it and nothing else that Markdown knows."""
    children = token.children or []
    assert {child.type for child in children} <= {"text", "text_special", "strong_open", "strong_close", "hardbreak"}
    text = "".join("\n" if child.type == "hardbreak" else child.content for child in children)
    return text.replace("\u200b", "")  # what keeps a name from being a link


@pytest.mark.parametrize("style", [{}, {"depth": 1, "plus": ["type", "weights"]}, {"columns": ["params", "path"]}])
def test_the_table_is_one_and_its_cells_are_those_of_csv(small: dict[str, Any], style: dict[str, Any]) -> None:
    rows, paragraphs, tokens = read(render("markdown", small, **style))
    assert [token.tag for token in tokens if token.level == 0 and token.tag] == ["table", "table", "p", "p"]
    expected = list(csv.reader(io.StringIO(render("csv", small, **style))))
    assert {len(row) for row in rows} == {len(expected[0])}
    shown = [[re.sub(r" x\d+$|(?<=\d),(?=\d)", "", cell) for cell in row] for row in rows[1:-1]]
    assert shown == expected[1:]
    assert paragraphs[0].startswith("small, input 3x32x32, output 10, 19 layers\nweights")


def test_numbers_stand_to_the_right(small: dict[str, Any]) -> None:
    _, _, tokens = read(render("markdown", small, columns=["path", "params", "params_share", "pad"]))
    styles = [token.attrs.get("style") for token in tokens if token.type == "td_open"]
    assert styles[:4] == [None, "text-align:right", "text-align:right", None]


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", NAMES)
def test_names_are_read_as_they_are(make_report: MakeReport, name: str) -> None:
    small = make_report(SMALL)
    small["spec"] = small["convention"] = name
    for row in small["layers"]:
        row["path"] = row["name"] = row["file"] = name
    rows, paragraphs, _ = read(render("markdown", small, plus=["file"]))
    shown = plain(name).strip()
    assert {row[0] for row in rows[1:-1]} == {row[-1] for row in rows[1:-1]} == {shown}
    assert rows[0][6] == f"Ops ({plain(name)})"
    assert rows[-1][0] == "total"
    assert len(paragraphs) == 1
    assert paragraphs[0].startswith(f"{shown}, input 3x32x32")
    rows, _, _ = read(render("markdown", small, small))
    assert [row[0] for row in rows[1:]] == [shown, shown]
