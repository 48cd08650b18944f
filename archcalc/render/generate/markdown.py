"""A sequence made token by token as GitHub's Markdown has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.generate import words
from archcalc.render.markdown import escape, head, line
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Generate


def write(found: Generate, out: TextIO, style: Style) -> None:
    """Write the sums and what each step has of them."""
    out.write(f"### {escape(words.title(found))}\n\n")
    out.write(head(["", ""], "ll"))
    out.writelines(line([escape(name), escape(said)]) for name, said in words.sums(found))
    out.write("\n" + head([*words.HEADINGS], "l" + "r" * len(words.COLUMNS)))
    for path, numbers in words.steps(found, style):
        out.write(line([escape(path), *(f"{number:,}" for number in numbers)]))
