"""The totals side by side, then every difference with the kinds of layer that make it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from archcalc.render.counts.words import attribution, heading, totals
from archcalc.render.grid import ruled
from archcalc.render.style import Style
from archcalc.render.text import plain, width, wrap

if TYPE_CHECKING:
    from archcalc.report.documents import Counts, Failed


def write(found: Sequence[Counts | Failed], out: TextIO, style: Style) -> None:
    """Write each network's totals and differences; those that failed are left out."""
    blocks = ["\n".join(lines(counts, style.width)) for counts in found if "errors" not in counts]
    if blocks:
        out.write("\n\n".join(blocks) + "\n")


def lines(counts: Counts, limit: int | None) -> list[str]:
    """One network's lines. In a terminal sentences are wrapped, and a table that is too wide loses its units."""
    rows = totals(counts)
    table = ruled(rows, "llr")
    if limit is not None and width(table[1]) > limit:
        table = ruled([[row[0], *row[2:]] for row in rows], "lr")
    sentences = [plain(attribution(difference)) for difference in counts["differences"]]
    if limit is not None:
        sentences = [part for sentence in sentences for part in wrap(sentence.split(" "), limit, 4)]
    return [plain(heading(counts)), "", *table, "", *sentences]
