"""What the formats say in the same words: the changes that they leave out."""

from __future__ import annotations

from collections.abc import Iterator

from archcalc.difference.changes import Changes
from archcalc.render.text import plain


def notes(changes: Changes) -> Iterator[str]:
    """How many changes are not listed, and why."""
    if changes.only_sizes:
        yield f"{layers(changes.only_sizes)} more with other sizes and the same cost: --all shows them"
    yield from peak(changes)
    yield from receptive_field(changes)
    renamed = changes.diff["renamed"]
    if renamed:
        first = f"{plain(renamed[0]['old'])} -> {plain(renamed[0]['new'])}"
        yield f"{layers(len(renamed))} under another path: {first}{', ...' if len(renamed) > 1 else ''}"


def receptive_field(changes: Changes) -> Iterator[str]:
    """What the outputs see and saw, where that is no number."""
    found = changes.diff["receptive_field"]
    if found is not None and found["change"] is None and found["old"] != found["new"]:
        old, new = (found[side] if found[side] is not None else "none" for side in ("old", "new"))
        yield f"receptive field is {new}, and was {old}"


def layers(number: int) -> str:
    return f"{number:,} layer{'' if number == 1 else 's'}"


def peak(changes: Changes) -> Iterator[str]:
    """Where most memory is used, and where it was, if that changed."""
    found = changes.diff["peaks"].get("peak_memory")
    if found is None or found["new_at"] is None or found["old_at"] is None:
        return
    old, new = (f"{plain(at['path'])} ({plain(at['file'])}:{at['line']})" for at in (found["old_at"], found["new_at"]))
    if found["change"] or found["old_at"]["path"] != found["new_at"]["path"]:
        moved = found["old_at"]["path"] != found["new_at"]["path"]
        yield f"peak memory is at {new}, and was at {old}" if moved else f"peak memory is at {new}, as it was"
