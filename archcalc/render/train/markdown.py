"""A step of training as GitHub's Markdown has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.markdown import escape, head, line
from archcalc.render.style import Style
from archcalc.render.train import words

if TYPE_CHECKING:
    from archcalc.report.documents import Train


def write(train: Train, out: TextIO, style: Style) -> None:
    """Write the sums and what each step has of them."""
    out.write(f"### {escape(words.title(train))}\n\n")
    out.write(head(["", ""], "ll"))
    out.writelines(line([escape(name), escape(said)]) for name, said in words.sums(train))
    out.write("\n" + head([*words.HEADINGS], "lrrrrr"))
    for path, numbers in words.steps(train, style):
        out.write(line([escape(path), *(f"{number:,}" for number in numbers)]))
