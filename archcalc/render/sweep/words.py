"""What the formats for people say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.report.figures import KNOWN
from archcalc.report.sweep import Count

if TYPE_CHECKING:
    from archcalc.report.sweep import Drawn, Rows


def heading(figure: str) -> str:
    return KNOWN[figure].heading


def headings(rows: Rows | Drawn) -> list[str]:
    """The columns: names that vary as they are, figures by their headings."""
    figures = [*map(heading, rows.figures)]
    return [*rows.varying, *figures, "Status"]


def summary(rows: Rows) -> str:
    """How many variants there were, how many fit, and how many are shown."""
    variants, fits, shown = rows.count
    front = f"no other beats {'this one' if shown == 1 else f'these {shown:,}'} in {aims(rows)}"
    if rows.parts:
        return f"{variants:,} rows of {rows.parts:,} parts" + (f"; {front}" if rows.aims else "")
    if rows.aims:
        return f"{counted(Count(variants, fits, variants))}; {front}"
    return counted(rows.count)


def counted(count: Count) -> str:
    """How many variants there were, how many fit, and how many meet conditions."""
    variants, fits, shown = count
    others = variants - fits
    found = f"{variants:,} variant{plural(variants)}"
    if others:
        found += f": {fits:,} fit{third(fits)}, {others:,} {'does' if others == 1 else 'do'} not"
    else:
        found += f" fit{third(variants)}"
    return found if shown == variants else f"{found}; {shown:,} meet{third(shown)} the conditions"


def plural(count: int) -> str:
    return "" if count == 1 else "s"


def third(count: int) -> str:
    """The ending of a verb."""
    return "s" if count == 1 else ""


def aims(rows: Rows) -> str:
    return ", ".join(f"{'large' if large else 'small'} {name}" for name, large in rows.aims)
