"""The totals as a table of GitHub's Markdown, and the differences as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from archcalc.render.counts.words import attribution, heading, totals
from archcalc.render.markdown import escape, head, line, paragraph
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Counts, Failed


def write(found: Sequence[Counts | Failed], out: TextIO, style: Style) -> None:
    """Write each network's totals and differences; those that failed are left out."""
    out.write("\n".join(block(counts) for counts in found if "errors" not in counts))


def block(counts: Counts) -> str:
    headings, *rows = [list(map(escape, row)) for row in totals(counts)]
    table = [head(headings, "llr"), *map(line, rows)]
    sentences = [f"- {paragraph(attribution(difference))}\n" for difference in counts["differences"]]
    return "".join([f"{paragraph(heading(counts))}\n\n", *table, "\n", *sentences])
