"""The ways of counting as text: several side by side, or one in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import hung, ruled
from archcalc.render.style import Style
from archcalc.render.text import width

if TYPE_CHECKING:
    from archcalc.report.documents import Conventions, WrongFor

WIDTH = 100


def write(found: Conventions, out: TextIO, style: Style) -> None:
    """Write several conventions side by side, or one in full."""
    show = show_one if len(found["conventions"]) == 1 else show_several
    out.write(show(found) + "\n")


def show_several(found: Conventions) -> str:
    """A row a kind of layer, a column a convention; then the signs, and what each convention counts."""
    conventions = found["conventions"]
    rows = [["", *[convention["name"] for convention in conventions]]]
    for kind in found["kinds"]:
        rules = [convention["rules"].get(kind) for convention in conventions]
        rows.append([kind, *[rule["sign"] if rule else "-" for rule in rules]])
    lead = max(width(convention["name"]) for convention in conventions) + 2
    says = []
    for convention in conventions:
        words = f"{convention['counts']} [{convention['unit']}]".split(" ")
        says += hung(convention["name"], words, lead, WIDTH)
    table, meaning = "\n".join(ruled(rows, "l")), "\n".join(["Signs", *signs(found)])
    return "\n\n".join([table, meaning, "\n".join(says), NOTE])


NOTE = "'archcalc count NAME' tells one in full; 'archcalc show SPEC --count all' applies them all."


def signs(found: Conventions) -> list[str]:
    """What each sign of the table means. Where conventions differ, every meaning is listed."""
    meant: dict[str, dict[str, None]] = {}
    for convention in found["conventions"]:
        for rule in convention["rules"].values():
            meant.setdefault(rule["sign"], {})[rule["counts"]] = None
    return listed([(sign, "; or ".join(words)) for sign, words in meant.items()])


def listed(rows: list[tuple[str, str]]) -> list[str]:
    """Each name with its text beside it."""
    lead = max(width(name) for name, _ in rows) + 4
    return [line for name, text in rows for line in hung(f"  {name}", text.split(" "), lead, WIDTH)]


def show_one(found: Conventions) -> str:
    """One convention: what it counts, its source, its rule for each kind, and what its tool gets wrong."""
    (convention,) = found["conventions"]
    rules = []
    for kind in found["kinds"]:
        rule = convention["rules"].get(kind)
        rules.append((kind, rule["counts"] if rule else "-"))
    parts = [
        f"{convention['name']}, in {convention['unit']}",
        filled(convention["counts"]),
        filled(f"Source: {convention['source']}"),
        "Counts, a sample\n" + "\n".join(listed(rules)),
    ]
    if convention["wrong"]:
        parts.append("What the tool itself prints otherwise\n" + "\n".join(map(wrong, convention["wrong"])))
    if convention["notes"]:
        notes = [line for note in convention["notes"] for line in hung("  -", note.split(" "), 4, WIDTH)]
        parts.append("\n".join(["Notes", *notes]))
    return "\n\n".join(parts)


def wrong(entry: WrongFor) -> str:
    return filled(f"{entry['reason']}:", 2) + "\n" + filled(", ".join(entry["networks"]), 4)


def filled(text: str, indent: int = 0) -> str:
    return "\n".join(hung("", text.split(" "), indent, WIDTH))
