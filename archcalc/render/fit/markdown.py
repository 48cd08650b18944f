"""The best variant as GitHub's Markdown has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.fit import words
from archcalc.render.markdown import escape, head, line, paragraph
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Fit


def write(fit: Fit, out: TextIO, style: Style) -> None:
    """Write the sentence, the variants around the answer, the front, and what chooses it."""
    out.write(f"### {escape(words.title(fit))}\n\n{paragraph(fit['sentence'])}\n")
    training = [*words.training(fit)]
    if training:
        out.write("\n" + head(["", ""], "ll"))
        out.writelines(line([escape(name), escape(said)]) for name, said in training)
    around = words.around(fit)
    if around:
        table(around, "l" + "r" * (len(around[0]) - 2) + "l", out)
    front = words.front(fit)
    if front:
        out.write(f"\n{paragraph(words.of_front(fit))}\n")
        table(front, "r", out)
    if words.command(fit):
        out.write(f"\n{paragraph(words.command(fit))}\n")


def table(rows: words.Rows, align: str, out: TextIO) -> None:
    out.write("\n" + head([*map(escape, rows[0])], align))
    out.writelines(line([*map(escape, row)]) for row in rows[1:])
