"""Rows as JSON, an object a line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TextIO

from archcalc.render.exact import dumps
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.sweep import Chunk, Rows


def write(rows: Rows, out: TextIO, style: Style) -> None:
    """Write an object for each variant; figures of one that does not fit are null."""
    for text in rows.each(partial(lines, rows.names, rows.figures)):
        out.write(text)


def lines(names: list[str], figures: list[str], chunk: Chunk) -> str:
    """The rows of a chunk. Those of whole numbers that all fit are formatted at once."""
    columns = chunk.cells(figures)
    if chunk.plain:
        row = ", ".join(f"{dumps(name).replace('%', '%%')}: %d" for name in names[:-1])
        row = f'{{{row}, "{names[-1]}": "{columns[-1][0]}"}}'
        return "\n".join(map(row.__mod__, zip(*columns[:-1], strict=True))) + "\n"
    return "".join([dumps(dict(zip(names, row, strict=True))) + "\n" for row in zip(*columns, strict=True)])
