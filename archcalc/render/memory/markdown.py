"""The memory of a network as GitHub's Markdown has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.markdown import escape, head, line, paragraph
from archcalc.render.memory import words
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Memory


def write(memory: Memory, out: TextIO, style: Style) -> None:
    """Write the sums, the tensors alive at the peak and the curve; the map and the banks where asked for."""
    out.write(f"### {escape(words.title(memory))}\n\n")
    out.writelines(table(["", ""], [list(row) for row in words.sums(memory)], "ll"))
    out.writelines(f"\n{paragraph(one)}\n" for one in words.unplaced(memory))
    alive = [[path, f"{size:,}", place] for path, size, place in words.alive(memory)]
    out.writelines(table(["alive at the peak", "bytes", "made at"], alive, "lrl"))
    out.writelines(table(["bank", "used", "size"], [list(row) for row in words.banks(memory)], "lrr"))
    out.writelines(table(["offset", "bytes", "bank", "tensor", "exists"], words.mapped(memory), "rrlll"))
    steps = words.steps_of_order(memory, style)
    if steps:
        out.write(f"\nOrder: {', '.join(map(escape, steps))}\n")
    curve = [[one["path"], f"{one['bytes']:,}"] for one in words.curve(memory, style)]
    out.writelines(table(["step", "bytes that exist"], curve, "lr"))


def table(headings: list[str], rows: list[list[str]], align: str) -> Iterator[str]:
    """A table after an empty line; nothing without rows."""
    if rows:
        yield "\n"
        yield head(headings, align)
        yield from (line(list(map(escape, row))) for row in rows)
