"""The ways of counting as text: all side by side, or one in full."""

from __future__ import annotations

from textwrap import fill
from typing import Any, TextIO

from archcalc.render.style import Style

WIDTH = 100


def write(found: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write several conventions side by side, or one in full."""
    show = show_one if len(found["conventions"]) == 1 else show_several
    out.write(show(found) + "\n")


def show_several(found: dict[str, Any]) -> str:
    """A row a kind of layer, a column a convention; then what each counts, and what the signs stand for."""
    conventions = found["conventions"]
    rows = [["", *[convention["name"] for convention in conventions]]]
    for kind in found["kinds"]:
        rules = [convention["rules"].get(kind) for convention in conventions]
        rows.append([kind, *[rule["sign"] if rule else "-" for rule in rules]])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lead = max(len(convention["name"]) for convention in conventions) + 2
    says = [
        fill(
            f"{convention['counts']} [{convention['unit']}]",
            WIDTH,
            initial_indent=f"{convention['name']:<{lead}}",
            subsequent_indent=" " * lead,
        )
        for convention in conventions
    ]
    table.insert(1, "-" * (sum(widths) + 2 * (len(widths) - 1)))
    return "\n\n".join(["\n".join(table), "Signs\n" + "\n".join(signs(found)), "\n".join(says), NOTE])


NOTE = "'archcalc count NAME' tells one in full; 'archcalc show SPEC --count all' applies them all."


def signs(found: dict[str, Any]) -> list[str]:
    """What each sign of the table stands for; where conventions mean different things by one, each is told."""
    meant: dict[str, dict[str, None]] = {}
    for convention in found["conventions"]:
        for rule in convention["rules"].values():
            meant.setdefault(rule["sign"], {})[rule["counts"]] = None
    lead = max(map(len, meant)) + 4
    return [
        fill("; or ".join(words), WIDTH, initial_indent=f"  {sign:<{lead - 2}}", subsequent_indent=" " * lead)
        for sign, words in meant.items()
    ]


def show_one(found: dict[str, Any]) -> str:
    """One convention: what it counts, where that is said, its rule for each kind, and where the tool goes wrong."""
    (convention,) = found["conventions"]
    lead = max(map(len, found["kinds"])) + 4
    rules = []
    for kind in found["kinds"]:
        rule = convention["rules"].get(kind)
        words = rule["counts"] if rule else "-"
        rules.append(fill(words, WIDTH, initial_indent=f"  {kind:<{lead - 2}}", subsequent_indent=" " * lead))
    parts = [
        f"{convention['name']}, in {convention['unit']}",
        fill(convention["counts"], WIDTH),
        fill(f"Source: {convention['source']}", WIDTH),
        "Counts, a sample\n" + "\n".join(rules),
    ]
    if convention["wrong"]:
        parts.append("What the tool itself prints otherwise\n" + "\n".join(map(wrong, convention["wrong"])))
    return "\n\n".join(parts)


def wrong(entry: dict[str, Any]) -> str:
    names = fill(", ".join(entry["networks"]), WIDTH, initial_indent="    ", subsequent_indent="    ")
    return fill(f"{entry['reason']}:", WIDTH, initial_indent="  ", subsequent_indent="    ") + "\n" + names
