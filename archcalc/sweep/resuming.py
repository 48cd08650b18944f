"""A file of rows that ends before its grid does: from which variant on it is to be continued."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from typing import Any, BinaryIO

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.sweep.grid import Axis
from archcalc.sweep.rows import Rows
from archcalc.sweep.values import Values

BLOCK = 1 << 16
"""Bytes that are read at once, from the end."""


def resume(rows: Rows, whole: str, partial: str, form: str, head: str) -> bool:
    """Let rows begin behind those that a partial file has, which then ends with a whole row; whether there is one.

    A whole file becomes a partial one: the grid may have grown. ``head`` is the first line, if the format has one.
    Raises SpecError for a file of other rows.
    """
    path = partial if os.path.exists(partial) else whole
    if not os.path.exists(path) or not os.path.getsize(path):
        return False
    if not begun(rows, path, form, head):
        return False
    if path != partial:
        os.replace(path, partial)
    return True


def begun(rows: Rows, path: str, form: str, head: str) -> bool:
    """Whether a file has the head; rows then begin behind those that it has."""
    try:
        with open(path, "r+b") as file:
            begins = file.read(len(head.encode())).decode("utf-8", "replace")
            if len(begins) < len(head) and head.startswith(begins):
                return False
            if begins != head:
                raise SpecError(others(path, f"it begins '{begins.strip()}', and the rows asked for '{head.strip()}'"))
            stop, last = last_line(file)
            if stop > len(head.encode()):
                go_on(rows, path, cells_of(last, form, rows.names))
            else:
                rows.begin(0)
            file.truncate(stop)
    except OSError as error:
        raise SpecError(Diagnostic(f"cannot resume '{path}': {error.strerror or error}")) from None
    return True


def go_on(rows: Rows, path: str, last: list[Any] | None) -> None:
    """Let rows begin behind the one whose cells are given."""
    place = None if last is None else position(rows, last)
    if place is None or not 0 <= place < rows.total:
        raise SpecError(others(path, "its last row is none of these variants"))
    rows.begin(place + 1)


def others(path: str, why: str) -> Diagnostic:
    return Diagnostic(f"'{path}' has other rows: {why}", help=f"leave out {option('resume')} to write it anew")


def last_line(file: BinaryIO) -> tuple[int, str]:
    """Where the last whole line ends, and its text without the end."""
    file.seek(0, os.SEEK_END)
    size, found = file.tell(), b""
    at = size
    while at > 0 and found.count(b"\n") < 2:
        step = min(BLOCK, at)
        at -= step
        file.seek(at)
        found = file.read(step) + found
    whole = found[: found.rfind(b"\n") + 1]
    return size - len(found) + len(whole), whole[whole[:-1].rfind(b"\n") + 1 : -1].decode("utf-8", "replace")


def cells_of(line: str, form: str, names: list[str]) -> list[Any] | None:
    """The cells of a row, None where it is none."""
    try:
        if form != "jsonl":
            (cells,) = csv.reader([line])
            return list(cells)
        found = json.loads(line)
        return [found[name] for name in names]
    except (ValueError, KeyError, TypeError, csv.Error):
        return None


def position(rows: Rows, cells: list[Any]) -> int | None:
    """The position of the variant whose row has these cells; None for none of the grid."""
    written = dict(zip(rows.varying, cells, strict=False))
    indexes = {}
    for dimension in rows.sweep.grid.dimensions:
        if any(axis.name not in written for axis in dimension):
            return None
        found = index_among(dimension, written)
        if found is None:
            return None
        indexes[dimension[0].name] = found
    return rows.sweep.grid.position(indexes)


def index_among(dimension: list[Axis], written: Mapping[str, Any]) -> int | None:
    """The index at which names that go together have these values."""
    sure = next((axis for axis in dimension if not axis.values.repeats), None)
    tried = range(dimension[0].values.size()) if sure is None else [index_of(sure.values, written[sure.name])]
    for index in tried:
        if index is not None and all(same(axis.values.one(index), written[axis.name]) for axis in dimension):
            return index
    return None


def same(value: Any, cell: Any) -> bool:
    """Whether a cell has a value: a text may have an apostrophe before it."""
    return str(value) in (str(cell), str(cell).removeprefix("'"))


def index_of(values: Values, cell: Any) -> int | None:
    """The index of a value as a cell has it."""
    if not values.numbers:
        return next((index for index, value in enumerate(values.listed) if same(value, cell)), None)
    try:
        return values.index(int(cell))
    except ValueError:
        return None
