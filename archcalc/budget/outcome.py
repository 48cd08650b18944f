"""What a check comes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archcalc.budget.loosening import Loosening
    from archcalc.budget.result import Result
    from archcalc.errors import Diagnostic

SCHEMA = "archcalc.check/1"
MOST_NAMES = 5


def some(names: Iterable[str]) -> str:
    """``a, b, c and 97 more``."""
    found = list(dict.fromkeys(names))
    rest = f" and {len(found) - MOST_NAMES:,} more" if len(found) > MOST_NAMES else ""
    return ", ".join(found[:MOST_NAMES]) + rest


class Outcome:
    """The results in order, and what was wrong on the way: with errors the check has no verdict.

    ``loosened``: what the base holds more strictly, which fails the check if ``holds_base``. ``left_out``: the files
    that globs match and that are no specs.
    """

    __slots__ = ("results", "errors", "notes", "loosened", "left_out", "base", "holds_base")

    def __init__(self, base: str | None, holds_base: bool = False) -> None:
        self.results: list[Result] = []
        self.errors: list[Diagnostic] = []
        self.notes: list[Diagnostic] = []
        self.loosened: list[Loosening] = []
        self.left_out: list[str] = []
        self.base, self.holds_base = base, holds_base

    @property
    def failed(self) -> bool:
        """Whether a limit does not hold, or one was loosened where none may be."""
        return any(result.failed for result in self.results) or (self.holds_base and bool(self.loosened))


class Results(list["Result"]):
    """The results of a check; ``notes``, ``loosened`` and ``left_out`` are those of its outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.results)
        self.notes, self.loosened, self.left_out = outcome.notes, outcome.loosened, outcome.left_out
