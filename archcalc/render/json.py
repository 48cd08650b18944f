"""Documents as JSON: a row a line, exact integers. One document is an object, several are an array."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO, cast

from archcalc.render.style import Style
from archcalc.report.rows import facts_of

if TYPE_CHECKING:
    from archcalc.report.documents import Row


CHUNK = 10_000
"""Rows that are turned into text at once."""


def dumps(value: Any, indent: int | None = None) -> str:
    """A value as JSON, its decimals digit by digit."""
    try:
        return json.dumps(value, indent=indent)
    except TypeError:
        from archcalc.render.exact import dumps as exact

        return exact(value, indent)


def write(found: Mapping[str, Any] | Sequence[Mapping[str, Any]], out: TextIO, style: Style) -> None:
    """Write a document or a list of them. A report that failed is an object with its errors."""
    reports = [found] if isinstance(found, Mapping) else found
    if len(reports) == 1:
        out.writelines(lines(reports[0]))
    else:
        for position, report in enumerate(reports):
            out.write(",\n" if position else "[\n")
            out.writelines(lines(report))
        out.write("\n]" if reports else "[]")
    out.write("\n")


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """The object in pieces: a line for each key, and for each object of a list."""
    rows = RowWriter()
    start = "{\n"
    for key, value in report.items():
        yield f"{start}  {dumps(key)}: "
        start = ",\n"
        many = isinstance(value, Sequence) and not isinstance(value, (str, tuple))
        first = next(iter(value), None) if many else None
        if not isinstance(first, dict):
            yield dumps(list(value) if many else value)
            continue
        if facts_of(cast("Row", first)) is None and all(isinstance(one, (str, int)) for one in first.values()):
            yield from flat_rows(value)
            continue
        between = "[\n"
        for item in value:
            yield f"{between}    {rows.text(item)}"
            between = ",\n"
        yield "\n  ]"
    yield "\n}"


def flat_rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Objects of the same keys, which hold texts and numbers alone: many are turned into text at once.

    The text between two of them stands in no string: there a quote would be escaped.
    """
    waiting, between = iter(rows), "[\n    "
    while chunk := list(islice(waiting, CHUNK)):
        text = dumps(chunk)[1:-1]
        first = dumps(next(iter(chunk[0])))
        yield between + text.replace(f"}}, {{{first}: ", f"}},\n    {{{first}: ")
        between = ",\n    "
    yield "\n  ]"


class RowWriter:
    """Rows as JSON. Facts that many rows share are turned into text once."""

    def __init__(self) -> None:
        self._facts: dict[int, str] = {}

    def text(self, row: Row) -> str:
        facts = facts_of(row)
        if facts is None:
            return dumps(row)
        tail = self._facts.get(id(facts))
        if tail is None:
            tail = self._facts[id(facts)] = dumps(facts)[1:]
        own = islice(row.items(), len(row) - len(facts))  # they come first
        head = dumps(dict(own))[:-1]
        return f"{head}, {tail}"
