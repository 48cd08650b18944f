"""What a reader cannot say of operators that it knows, gathered while it reads and told whole."""

from __future__ import annotations

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.imported import MOST_KINDS, MOST_PLACES, Unknown


class Unreadable(Exception):
    """An operator that cannot be said as it is used here: why, in words."""


class Unreadables:
    """What cannot be said, by its words: the nodes where it stands, in the order of the file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: dict[str, list[str]] = {}

    def add(self, what: str, place: str) -> None:
        self.found.setdefault(what, []).append(place)

    def stop(self, unknown: Unknown, as_custom: bool = False) -> None:
        """Raise SpecError with everything that cannot be said, and with the operators that are not known."""
        told = [Diagnostic(f"{self.file}: {what}, {places(at)}") for what, at in [*self.found.items()][:MOST_KINDS]]
        if len(self.found) > MOST_KINDS:
            told.append(Diagnostic(f"{self.file}: and {len(self.found) - MOST_KINDS:,} others"))
        try:
            if not as_custom or told:
                unknown.tell()
        except SpecError as error:
            told += error.diagnostics
        if told:
            raise SpecError(*told)


def places(at: list[str]) -> str:
    """``3 times: nodes nonzero, nonzero_1, nonzero_2``"""
    shown = ", ".join(at[:MOST_PLACES]) + (", ..." if len(at) > MOST_PLACES else "")
    return f"node {shown}" if len(at) == 1 else f"{len(at):,} times: nodes {shown}"
