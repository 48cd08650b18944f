"""The totals as a table of GitHub's Markdown, and the differences as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from archcalc.render.counts import attribution, heading
from archcalc.render.counts.table import totals
from archcalc.render.markdown import escape, line

if TYPE_CHECKING:
    from archcalc.render.style import Style


def write(found: list[dict[str, Any]], out: TextIO, style: Style) -> None:
    """Write each network's totals and differences; those that failed are left out."""
    out.write("\n".join(block(counts) for counts in found if "errors" not in counts))


def block(counts: dict[str, Any]) -> str:
    head, rows = totals(counts)
    table = [line([escape(cell) for cell in row]) for row in (head, *rows)]
    table.insert(1, line(["---", "---", "---:", "---:"]))
    sentences = [f"- {escape(attribution(difference))}\n" for difference in counts["differences"]]
    return "".join([f"{escape(heading(counts))}\n\n", *table, "\n", *sentences])
