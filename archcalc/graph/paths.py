"""Patterns of paths: ``*`` is one level or a part of its name, ``**`` any number of levels, none too.

Matched level by level without regular expressions, on a tree of the paths: patterns and paths may come from anyone, and
none take long.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from archcalc.errors import Diagnostic, Span, SpecError, nearest

LONGEST = 10_000
MOST_STEPS = 1_000_000
READ = 8
"""How many characters of a pattern take as long to be read as one comparison."""

MOST_NAMES = 10_000
"""How many paths an error compares with a mistyped one."""

ANY = ["*", "*"]
"""``**``. No level that is split at its stars looks like this."""


class Paths:
    """Paths as a tree of their levels: what several of them begin with is compared once."""

    __slots__ = ("root", "steps")

    def __init__(self, paths: Iterable[str]) -> None:
        self.root = Branch()
        self.steps = 0
        for place, path in enumerate(paths):
            branch = self.root
            for name in path.split("/"):
                below = branch.below.get(name)
                if below is None:
                    below = branch.below[name] = Branch()
                branch = below
            branch.places.append(place)

    def matched(self, pattern: str, span: Span | None = None) -> list[int]:
        """The places, in order, of the paths that a pattern means. ``span``: where it is written.

        Raises SpecError if it, or all patterns so far together, would take long.
        """
        if len(pattern) > LONGEST:
            raise SpecError(Diagnostic(f"a pattern has at most {LONGEST:,} characters", span))
        self.steps += len(pattern) // READ
        levels = _levels(pattern)
        found: list[int] = []
        waiting = [(self.root, _passed(levels, {0}))]
        while waiting:
            branch, states = waiting.pop()
            if len(levels) in states:
                found += branch.places
            candidates = branch.candidates([levels[state] for state in states if state < len(levels)])
            self.steps += 1 + sum(1 + len(name) // 20 for name in candidates) * len(states)
            if self.steps > MOST_STEPS:
                message = f"the patterns take more than {MOST_STEPS:,} comparisons with names"
                raise SpecError(Diagnostic(message, span, help="fewer of them, or with fewer stars, take less"))
            for name in candidates:
                reached = _reached(levels, states, name)
                if reached:
                    waiting.append((branch.below[name], reached))
        self.steps += len(found)
        return sorted(found)


class Branch:
    """What stands below one beginning of paths, by its next level; ``places`` of the paths that end here."""

    __slots__ = ("below", "places")

    def __init__(self) -> None:
        self.below: dict[str, Branch] = {}
        self.places: list[int] = []

    def candidates(self, levels: list[list[str]]) -> Iterable[str]:
        """The names below that one of the levels may be: a level without stars is looked up."""
        if any(len(level) > 1 for level in levels):
            return self.below
        return [level[0] for level in levels if level[0] in self.below]


def _levels(pattern: str) -> list[list[str]]:
    """The levels of a pattern, each in pieces; several ``**`` in a row are one: it matches as much."""
    levels = pattern.split("/")
    kept = [level for before, level in zip(["", *levels], levels, strict=False) if not before == level == "**"]
    return [ANY if level == "**" else _pieces(level) for level in kept]


def _pieces(level: str) -> list[str]:
    """What stands between the stars of a level; several stars in a row are one: it matches as much."""
    first, *rest = level.split("*")
    return [first, *filter(None, rest[:-1]), *rest[-1:]]


def _reached(levels: list[list[str]], states: set[int], name: str) -> set[int]:
    """The states after one more level of a path."""
    reached = set()
    for state in states:
        if state < len(levels):
            if levels[state] is ANY:
                reached.add(state)
            elif _fits(levels[state], name):
                reached.add(state + 1)
    return _passed(levels, reached)


def _passed(levels: list[list[str]], states: set[int]) -> set[int]:
    """The states, and those reached by letting ``**`` match nothing."""
    return states | {state + 1 for state in states if state < len(levels) and levels[state] is ANY}


def _fits(pieces: list[str], name: str) -> bool:
    """Whether a name holds the pieces in order, with anything between them."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return name == first
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    at, stop = len(first), len(name) - len(last)
    for piece in pieces[1:-1]:
        at = name.find(piece, at, stop) + len(piece)
        if at < len(piece):
            return False
    return True


def advice(pattern: str, paths: Paths, names: Iterable[str]) -> str:
    """What a pattern that matches no layer may have meant; ``names`` are the paths."""
    if paths.matched(f"{pattern}/**"):
        return f"'{pattern}' holds layers: write {pattern}/**"
    known = [*islice(names, MOST_NAMES)]
    close = nearest_pattern(pattern, paths, known) if "*" in pattern else nearest(pattern, known)
    if close:
        return f"did you mean '{close}'?"
    top = list(paths.root.below)
    return f"the steps at the top are {', '.join(top[:8])}{', ...' if len(top) > 8 else ''}"


def nearest_pattern(pattern: str, paths: Paths, names: Iterable[str]) -> str | None:
    """The pattern with the name nearest to the first of its levels that no path has."""
    levels = pattern.split("/")
    number = next((n for n in range(len(levels)) if not paths.matched("/".join([*levels[: n + 1], "**"]))), None)
    if number is None:
        return None
    known = dict.fromkeys(level for name in names for level in name.split("/") if not level.isdigit())
    close = nearest(levels[number].replace("*", ""), known)
    found = "/".join([*levels[:number], close or "", *levels[number + 1 :]])
    return found if close and paths.matched(found) else None
