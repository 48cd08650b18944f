"""The least time as GitHub's Markdown has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.markdown import escape, head, line
from archcalc.render.style import Style
from archcalc.render.time import words

if TYPE_CHECKING:
    from archcalc.report.documents import Time


def write(time: Time, out: TextIO, style: Style) -> None:
    """Write the sums and the steps."""
    out.write(f"### {escape(words.title(time))}\n\n")
    out.write(head(["", ""], "ll"))
    out.writelines(line([escape(name), escape(said)]) for name, said in words.sums(time))
    out.write("\n" + head([*words.HEADINGS], "lrrrrl"))
    out.writelines(line(list(map(escape, words.cells(row)))) for row in words.steps(time, style))
