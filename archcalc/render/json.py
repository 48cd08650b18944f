"""A document as JSON: a row a line, exact integers. Of a list of documents, one is an object, several are an array."""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps
from typing import Any, TextIO

from archcalc.render.style import Style
from archcalc.report.rows import OF_ITS_OWN, LikeRow, Row, Rows


def write(found: dict[str, Any] | list[dict[str, Any]], out: TextIO, style: Style) -> None:
    """Write a document, or a list of them; one that failed is its errors."""
    reports = [found] if isinstance(found, dict) else found
    if len(reports) == 1:
        out.writelines(lines(reports[0]))
    else:
        for position, report in enumerate(reports):
            out.write(",\n" if position else "[\n")
            out.writelines(lines(report))
        out.write("\n]" if reports else "[]")
    out.write("\n")


def lines(report: dict[str, Any]) -> Iterator[str]:
    """The object in pieces: a key a line, and of a list of objects one a line."""
    written = Written()
    start = "{\n"
    for key, value in public(report).items():
        yield f"{start}  {dumps(key)}: "
        start = ",\n"
        if not (isinstance(value, (list, Rows)) and isinstance(next(iter(value), None), dict)):
            yield dumps(list(value) if isinstance(value, Rows) else value)
            continue
        between = "[\n"
        for item in map(public, value) if "_gives" in report else value:
            yield f"{between}    {written.text(item)}"
            between = ",\n"
        yield "\n  ]"
    yield "\n}"


class Written:
    """Rows as JSON; what rows have in common with the one that they are like is turned into text once."""

    def __init__(self) -> None:
        self._tails: dict[int, str] = {}

    def text(self, row: Row) -> str:
        if type(row) is not LikeRow:
            return dumps(row)
        tail = self._tails.get(id(row.like))
        if tail is None:
            common = {key: value for key, value in row.like.items() if key not in OF_ITS_OWN}
            tail = self._tails[id(row.like)] = dumps(common)[1:]
        head = dumps({key: row[key] for key in OF_ITS_OWN})[:-1]
        return f"{head}, {tail}"


def public(value: dict[str, Any]) -> dict[str, Any]:
    """Without the keys that serve folding and are no part of the schema."""
    return {key: item for key, item in value.items() if key[0] != "_"}
