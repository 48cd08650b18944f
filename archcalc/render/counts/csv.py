"""What each convention counts of each kind of layer, as comma-separated values: plain integers, no totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from archcalc.render.csv import row_writer
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Counts, Failed


def write(found: Sequence[Counts | Failed], out: TextIO, style: Style) -> None:
    """Write a row for each kind that is counted. With several specs, ``spec`` and ``variant`` come first."""
    write_row = row_writer(out)
    several = len(found) > 1
    counted = [counts for counts in found if "errors" not in counts]
    for position, counts in enumerate(counted):
        conventions = counts["conventions"]
        if position == 0:
            names = [convention["name"] for convention in conventions]
            write_row([*(("spec", "variant") if several else ()), "kind", *names])
        lead = [counts["spec"], counts["variant"] or ""] if several else []
        for kind in dict.fromkeys(kind for convention in conventions for kind in convention["by_kind"]):
            write_row([*lead, kind, *[convention["by_kind"].get(kind, 0) for convention in conventions]])
