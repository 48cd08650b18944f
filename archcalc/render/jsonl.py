"""Documents as JSON, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import dumps
from typing import Any, TextIO

from archcalc.render.json import Written, public
from archcalc.render.style import Style
from archcalc.report.rows import Rows


def write(reports: Iterable[dict[str, Any]], out: TextIO, style: Style) -> None:
    """Write the reports; one that failed is its errors."""
    for report in reports:
        out.writelines(pieces(public(report)))


def pieces(report: dict[str, Any]) -> Iterator[str]:
    """The line; a network of a million layers is never one text."""
    rows = report.pop("layers", None)
    if rows is None:
        yield dumps(report) + "\n"
        return
    yield f'{dumps(report)[:-1]}, "layers": ['
    between = ""
    written = Written()
    for row in rows if isinstance(rows, Rows) else map(public, rows):
        yield f"{between}{written.text(row)}"
        between = ", "
    yield "]}\n"
