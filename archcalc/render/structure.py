"""The page of a word that holds steps, or of a shipped block, as text."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, TextIO

from archcalc.render.layer import listed, paragraphs, show_arguments, show_shapes, table
from archcalc.render.style import Style
from archcalc.report.figures import FIGURES

if TYPE_CHECKING:
    from archcalc.report.documents import FormAt, Structure


def write(found: Structure, out: TextIO, style: Style) -> None:
    """Write what it does, its arguments, a block's own text, an example and what that computes."""
    columns = style.prose
    about = "a block that needs no import" if found["family"] == "blocks" else "holds steps"
    parts = [paragraphs(f"{found['name']} ({found['family']}), {about}\n\n{found['description']}", columns)]
    if found["source"]:
        parts.append(paragraphs(f"Source: {found['source']}", columns))
    if found["arguments"]:
        parts.append("Arguments\n" + show_arguments(found["arguments"], columns))
    if found["text"]:
        parts.append("As a spec writes it\n" + indent(found["text"], "  "))
    if found["example"]:
        rows = [(FIGURES[name].title, closed(form)) for name, form in found["figures"].items()]
        rows.append(("output", show_shapes(found["outputs"])))
        parts.append("Example\n" + indent(found["example"].rstrip(), "  "))
        parts.append("What the example computes\n" + table(rows, columns))
    if found["assumes"]:
        parts.append("Assuming\n" + listed(found["assumes"], columns))
    out.write("\n\n".join(parts) + "\n")


def closed(form: FormAt) -> str:
    """A closed form and its value in the example."""
    return f"{form['at']:,}" if form["text"] == f"{form['at']}" else f"{form['text']} = {form['at']:,}"
