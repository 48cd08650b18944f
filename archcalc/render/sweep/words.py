"""What the formats for people say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.report.figures import FIGURES, WHEN_ASKED
from archcalc.report.sweep import Count

if TYPE_CHECKING:
    from archcalc.report.sweep import Drawn, Rows


def heading(figure: str) -> str:
    return (FIGURES.get(figure) or WHEN_ASKED[figure]).heading


def headings(rows: Rows | Drawn) -> list[str]:
    """The columns: names that vary as they are, figures by their headings."""
    figures = [*map(heading, rows.figures)]
    return [*rows.varying, *figures, "Status"]


def summary(rows: Rows) -> str:
    """How many variants there were, how many fit, and how many are shown."""
    variants, fits, shown = rows.count
    front = f"no other beats these {shown:,} in {aims(rows)}"
    if rows.parts:
        return f"{variants:,} rows of {rows.parts:,} parts" + (f"; {front}" if rows.aims else "")
    if rows.aims:
        return f"{counted(Count(variants, fits, variants))}; {front}"
    return counted(rows.count)


def counted(count: Count) -> str:
    """How many variants there were, how many fit, and how many meet conditions."""
    variants, fits, shown = count
    found = f"{variants:,} variant{'' if variants == 1 else 's'}"
    found += " fit" if fits == variants else f": {fits:,} fit, {variants - fits:,} do not"
    return found if shown == variants else f"{found}; {shown:,} meet the conditions"


def aims(rows: Rows) -> str:
    return ", ".join(f"{'large' if large else 'small'} {name}" for name, large in rows.aims)
