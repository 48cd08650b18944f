"""The source document's table, cell for cell, spacing and thousands separators aside."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from .conftest import EXAM, MakeReport, render

DOCUMENT = """
L-1-Conv-1 | 64x64x3   | 7x7x3   | 64x64x32  | 3x3     | 4704    | 19267584
L-1-Conv-2 | 64x64x32  | 3x3x32  | 64x64x64  | 1x1     | 18432   | 75497472
L-1-Pool   | 64x64x64  | 3x3     | 32x32x64  | 0.5x0.5 | 0       | 2359296
L2-Conv-1  | 32x32x64  | 3x3x64  | 32x32x128 | 1x1     | 73728   | 75497472
L2-Conv-2  | 32x32x128 | 3x3x128 | 32x32x64  | 1x1     | 73728   | 75497472
L2-Conv-3  | 32x32x64  | 3x3x64  | 32x32x16  | 1x1     | 9216    | 9437184
L-2-Pool   | 32x32x16  | 3x3     | 16x16x16  | 0.5x0.5 | 0       | 147456
L3-FC-1    | 4096      | NA      | 1000      | N/A     | 4096000 | 4096000
L3-FC-2    | 1000      | NA      | 1000      | N/A     | 1000000 | 1000000
L3-Softmax | 1000      | NA      | 10        | N/A     | 10000   | 10000
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in DOCUMENT.strip().splitlines()]
# Multiply-adds alone: a pool has none, and what a row has not is called NA throughout.
MAC_ROWS = [[cell.replace("N/A", "NA") for cell in row] for row in ROWS]
MAC_ROWS = [[*row[:-1], "0"] if "Pool" in row[0] else row for row in MAC_ROWS]
PARAMS = sum(int(row[5]) for row in ROWS)


def table_rows(text: str) -> list[list[str]]:
    """The rows between the rules, without separators."""
    body = text.split("---\n")[1].replace(",", "")
    return [line.split() for line in body.splitlines()[:-1]]


def markdown_rows(text: str) -> list[list[str]]:
    lines = [line for line in text.replace(",", "").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:-1]]


@pytest.mark.parametrize("count, rows", [("document", ROWS), ("mac", MAC_ROWS)])
def test_every_cell_in_every_format(make_report: MakeReport, count: str, rows: list[list[str]]) -> None:
    found = make_report(EXAM, count=count)
    assert table_rows(render("table", found)) == rows
    assert table_rows(render("table", found, width=80).replace("─", "-")) == rows
    assert markdown_rows(render("markdown", found)) == rows
    assert list(csv.reader(io.StringIO(render("csv", found))))[1:] == rows


def test_headings_are_the_documents(exam: dict[str, Any]) -> None:
    heading = render("markdown", exam).splitlines()[0]
    assert heading == "| Layer | Input Size | Kernel Size | Output Size | Pad | Params | Ops (document) |"


def test_multiply_adds_are_named_so(make_report: MakeReport) -> None:
    assert "Ops (multiply-adds)" in render("table", make_report(EXAM, count="mac")).splitlines()[0]


def test_totals_are_the_sums_of_the_documents_rows(exam: dict[str, Any]) -> None:
    total = next(line for line in render("table", exam).splitlines() if line.startswith("total")).split()
    assert total == ["total", f"{PARAMS:,}", f"{sum(int(row[6]) for row in ROWS):,}"]
    totals = json.loads(render("json", exam))["totals"]
    assert totals["ops"] == 262_809_936
    assert totals["macs"] == sum(int(row[6]) for row in MAC_ROWS)


def test_hidden_rows_are_shown_with_all_and_counted_without(exam: dict[str, Any]) -> None:
    assert "flatten1" not in render("table", exam)
    shown = render("table", exam, all_rows=True)
    assert "flatten1" in shown
    assert "softmax1" in shown
    assert "12 layers" in render("table", exam)
