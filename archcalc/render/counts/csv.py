"""What each convention counts of each kind of layer, as comma-separated values: plain integers, no totals."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from archcalc.render.style import Style
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.report.documents import Counts, Failed


def write(found: Sequence[Counts | Failed], out: TextIO, style: Style) -> None:
    """Write a row for each kind that is counted. With several specs, ``spec`` and ``variant`` come first."""
    writer = csv.writer(out, lineterminator="\n")
    several = len(found) > 1
    counted = [counts for counts in found if "errors" not in counts]
    for position, counts in enumerate(counted):
        conventions = counts["conventions"]
        if position == 0:
            names = [plain(convention["name"]) for convention in conventions]
            writer.writerow([*(("spec", "variant") if several else ()), "kind", *names])
        lead = [plain(counts["spec"]), plain(counts["variant"] or "")] if several else []
        for kind in dict.fromkeys(kind for convention in conventions for kind in convention["by_kind"]):
            writer.writerow([*lead, kind, *[convention["by_kind"].get(kind, 0) for convention in conventions]])
