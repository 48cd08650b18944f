"""What an importer does not know, gathered while it reads and told whole: each with its count and its first places."""

from __future__ import annotations

from archcalc.errors import Diagnostic, SpecError

PLACES = 3
"""Places that are told of each."""

TOLD = 40
"""What is told at most, one by one."""


class Unreadable(Exception):
    """An operator that is not known, or not as it is used here: what, in words."""


class Unknown:
    """What is not known, by its words: where it stands, in the order of the file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: dict[str, list[str]] = {}

    def add(self, what: str, place: str) -> None:
        self.found.setdefault(what, []).append(place)

    def stop(self) -> None:
        """Raise SpecError with everything that is not known."""
        if not self.found:
            return
        ordered = sorted(self.found.items(), key=lambda item: -len(item[1]))
        told = [Diagnostic(f"{self.file}: {what}, {places(at)}") for what, at in ordered[:TOLD]]
        if len(ordered) > TOLD:
            told.append(Diagnostic(f"{self.file}: and {len(ordered) - TOLD:,} more operators that are not known"))
        raise SpecError(*told)


def places(at: list[str]) -> str:
    """``3 times: at nonzero, nonzero_1, nonzero_2``"""
    shown = ", ".join(at[:PLACES]) + (", ..." if len(at) > PLACES else "")
    return f"at {shown}" if len(at) == 1 else f"{len(at):,} times: at {shown}"
