"""The ways of counting as text: several side by side, or one in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import hung, ruled, taken, widths
from archcalc.render.style import Style
from archcalc.render.text import width, words

if TYPE_CHECKING:
    from archcalc.report.documents import Conventions, WrongFor


def write(found: Conventions, out: TextIO, style: Style) -> None:
    """Write several conventions side by side, or one in full."""
    show = show_one if len(found["conventions"]) == 1 else show_several
    out.write(show(found, style) + "\n")


def show_several(found: Conventions, style: Style) -> str:
    """A row a kind of layer, a column a convention; then the signs, and what each convention counts."""
    conventions, columns = found["conventions"], style.prose
    rows = [["", *[convention["name"] for convention in conventions]]]
    for kind in found["kinds"]:
        rules = [convention["rules"].get(kind) for convention in conventions]
        rows.append([kind, *[rule["sign"] if rule else "-" for rule in rules]])
    lead = max(width(convention["name"]) for convention in conventions) + 2
    says = []
    for convention in conventions:
        says += hung(convention["name"], words(f"{convention['counts']} [{convention['unit']}]"), lead, columns)
    table = "\n\n".join("\n".join(ruled(part, "l")) for part in parted(rows, style.width))
    meaning = "\n".join(["Signs", *signs(found, columns)])
    return "\n\n".join([table, meaning, "\n".join(says), filled(NOTE, columns)])


def parted(rows: list[list[str]], limit: int | None) -> Iterator[list[list[str]]]:
    """The rows in as many tables as a terminal needs, each with the first column."""
    first, *others = widths(rows)
    start = 0
    while start < len(others):
        stop = start + 1
        while stop < len(others) and (limit is None or taken([first, *others[start : stop + 1]]) <= limit):
            stop += 1
        yield [[row[0], *row[start + 1 : stop + 1]] for row in rows]
        start = stop


NOTE = "'archcalc count NAME' tells one in full; 'archcalc show SPEC --count all' applies them all."


def signs(found: Conventions, columns: int) -> list[str]:
    """What each sign of the table means. Where conventions differ, every meaning is listed."""
    meant: dict[str, dict[str, None]] = {}
    for convention in found["conventions"]:
        for rule in convention["rules"].values():
            meant.setdefault(rule["sign"], {})[rule["counts"]] = None
    return listed([(sign, "; or ".join(meanings)) for sign, meanings in meant.items()], columns)


def listed(rows: list[tuple[str, str]], columns: int) -> list[str]:
    """Each name with its text beside it."""
    lead = max(width(name) for name, _ in rows) + 4
    return [line for name, text in rows for line in hung(f"  {name}", words(text), lead, columns)]


def show_one(found: Conventions, style: Style) -> str:
    """One convention: what it counts, its source, its rule for each kind, and what its tool gets wrong."""
    columns = style.prose
    (convention,) = found["conventions"]
    rules = []
    for kind in found["kinds"]:
        rule = convention["rules"].get(kind)
        rules.append((kind, rule["counts"] if rule else "-"))
    parts = [
        f"{convention['name']}, in {convention['unit']}",
        filled(convention["counts"], columns),
        filled(f"Source: {convention['source']}", columns),
        "Counts, a sample\n" + "\n".join(listed(rules, columns)),
    ]
    if convention["wrong"]:
        told = [wrong(entry, columns) for entry in convention["wrong"]]
        parts.append("\n".join(["What the tool itself prints otherwise", *told]))
    if convention["notes"]:
        notes = [line for note in convention["notes"] for line in hung("  -", words(note), 4, columns)]
        parts.append("\n".join(["Notes", *notes]))
    return "\n\n".join(parts)


def wrong(entry: WrongFor, columns: int) -> str:
    return filled(f"{entry['reason']}:", columns, 2) + "\n" + filled(", ".join(entry["networks"]), columns, 4)


def filled(text: str, columns: int, indent: int = 0) -> str:
    return "\n".join(hung("", words(text), indent, columns))
