"""Documents as JSON, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from archcalc.render.json import RowWriter, dumps
from archcalc.render.style import Style


def write(reports: Iterable[Mapping[str, Any]], out: TextIO, style: Style) -> None:
    """Write the documents. A report that failed is an object with its errors."""
    for report in reports:
        out.writelines(pieces(report))


def pieces(report: Mapping[str, Any]) -> Iterator[str]:
    """The line in pieces: a million layers are never one text."""
    head = dumps({key: value for key, value in report.items() if key != "layers"})
    rows = report.get("layers")
    if rows is None:
        yield head + "\n"
        return
    yield f'{head[:-1]}, "layers": ['
    between = ""
    writer = RowWriter()
    for row in rows:
        yield f"{between}{writer.text(row)}"
        between = ", "
    yield "]}\n"
