"""What the formats say in the same words: which network, what each convention counts, why they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.report.columns import show_inputs
from archcalc.report.listing import network_words

if TYPE_CHECKING:
    from archcalc.report.documents import CountedDifference, Counts


def heading(counts: Counts) -> str:
    """Which network it is: its name, variant, settings, input and batch."""
    parts = [*network_words(counts), f"input {show_inputs(counts)}"]
    if counts["batch"] != 1:
        parts.append(f"batch {counts['batch']:,}")
    return ", ".join(parts)


def attribution(difference: CountedDifference) -> str:
    """``ptflops - mac = 43,252,712: batch norm 22,227,968, relu 18,515,968``; the parts sum to the difference."""
    whole = f"{difference['name']} - {difference['from']} = {difference['total']:,}"
    parts = ", ".join(f"{kind} {figure:,}" for kind, figure in difference["by_kind"].items())
    return f"{whole}: {parts}" if parts else f"{whole}: every kind of layer counts the same"


def totals(counts: Counts) -> list[list[str]]:
    """The rows of the totals, headings first: name, unit, total and difference of each convention."""
    differences = {difference["name"]: difference for difference in counts["differences"]}
    base = next(iter(differences.values()))["from"]
    rows = [["Convention", "Unit", "Total", f"minus {base}"]]
    for convention in counts["conventions"]:
        name = convention["name"]
        more = f"{differences[name]['total']:+,}" if name in differences else ""
        rows.append([name, convention["unit"], f"{convention['total']:,}", more])
    return rows
