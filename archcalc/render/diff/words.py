"""What the formats say in the same words: the changes that they leave out."""

from __future__ import annotations

from collections.abc import Iterator

from archcalc.difference.changes import Changes
from archcalc.render.text import plain


def notes(changes: Changes) -> Iterator[str]:
    """How many changes are not listed, and why."""
    if changes.only_sizes:
        yield f"{layers(changes.only_sizes)} more with other sizes and the same cost: --all shows them"
    renamed = changes.diff["renamed"]
    if renamed:
        first = f"{plain(renamed[0]['old'])} -> {plain(renamed[0]['new'])}"
        yield f"{layers(len(renamed))} under another path: {first}{', ...' if len(renamed) > 1 else ''}"


def layers(number: int) -> str:
    return f"{number:,} layer{'' if number == 1 else 's'}"
