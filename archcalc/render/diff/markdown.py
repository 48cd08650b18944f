"""A difference as a comment on a pull request: the totals, the largest changes, the others folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.difference.changes import HEADINGS, Changes, Line, added, signed
from archcalc.render.diff.words import notes
from archcalc.render.markdown import escape, head, line, paragraph
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Difference

MARKER = "<!-- archcalc diff -->"
"""The first line. A script finds the comment by it."""

MOST_LINES = 20
MOST_CHARACTERS = 65_000
"""GitHub takes 65,536 in a comment."""


def write(diff: Difference, out: TextIO, style: Style) -> None:
    """Write the totals and the changes: all with ``style.all_rows``, else as many as fit into one comment."""
    changes = Changes(diff, None if style.all_rows else MOST_LINES)
    old, new = map(escape, changes.names())
    out.write(f"{MARKER}\n### {old} → {new}\n\n")
    if not diff["different"]:
        out.write("No difference.\n")
        return
    out.write(head(["", "old", "new", "change", ""], "lr"))
    for heading, before, after, change, share in changes.totals():
        out.write(line([heading, f"{before:,}", f"{after:,}", signed(change) or "0", share]))
    if changes.lines:
        out.write("\n" + table(changes, changes.lines, None if style.all_rows else MOST_CHARACTERS // 2))
    if changes.rest:
        out.write(f"\n<details><summary>{len(changes.rest):,} more changes</summary>\n\n")
        out.write(table(changes, changes.rest, MOST_CHARACTERS // 3) + "\n</details>\n")
    for note in notes(changes):
        out.write(f"\n{paragraph(note)}\n")


def table(changes: Changes, lines: list[Line], most: int | None) -> str:
    """A table of the lines and their sum. Lines past ``most`` characters are added up in one."""
    columns = changes.columns
    first = head(["layer", "change", *[HEADINGS[key] for key in columns]], "llr")
    rows, left = [first], None if most is None else most - len(first)
    for number, one in enumerate(lines):
        row = line([escape(one.path), escape(one.text), *[signed(one.change[key]) for key in columns]])
        if left is not None:
            left -= len(row)
            if left < 0:
                rest = added(other.change for other in lines[number:])
                rows.append(line([f"{len(lines) - number:,} more", "", *[signed(rest[key]) for key in columns]]))
                break
        rows.append(row)
    total = added(one.change for one in lines)
    rows.append(line(["**total**", "", *[f"**{signed(total[key]) or '0'}**" for key in columns]]))
    return "".join(rows)
