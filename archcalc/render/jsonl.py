"""Documents as JSON, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import dumps
from typing import Any, TextIO

from archcalc.render.json import RowWriter
from archcalc.render.style import Style


def write(reports: Iterable[dict[str, Any]], out: TextIO, style: Style) -> None:
    """Write the documents. A report that failed is an object with its errors."""
    for report in reports:
        out.writelines(pieces(dict(report)))


def pieces(report: dict[str, Any]) -> Iterator[str]:
    """The line in pieces: a million layers are never one text."""
    rows = report.pop("layers", None)
    if rows is None:
        yield dumps(report) + "\n"
        return
    yield f'{dumps(report)[:-1]}, "layers": ['
    between = ""
    writer = RowWriter()
    for row in rows:
        yield f"{between}{writer.text(row)}"
        between = ", "
    yield "]}\n"
