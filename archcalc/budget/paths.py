"""Patterns of paths: ``*`` is one level or a part of its name, ``**`` any number of levels, none too.

Matched level by level without regular expressions: a pattern may come from anyone, and no pattern takes long.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def matches(pattern: str, path: str) -> bool:
    """Whether a path, from its first level to its last, is one that the pattern means."""
    levels = _levels(pattern)
    states = _passed(levels, {0})
    for name in path.split("/"):
        reached = {state for state in states if levels[state : state + 1] == ["**"]}
        reached |= {state + 1 for state in states - reached if state < len(levels) and _fits(levels[state], name)}
        states = _passed(levels, reached)
        if not states:
            return False
    return len(levels) in states


@cache
def _levels(pattern: str) -> list[str]:
    """The levels of a pattern, of several ``**`` in a row one: it takes as much."""
    levels = pattern.split("/")
    return [level for before, level in zip(["", *levels], levels, strict=False) if not before == level == "**"]


def _passed(levels: list[str], states: set[int]) -> set[int]:
    """The states with those that a ``**`` which takes nothing leads to."""
    found = set(states)
    for state in states:
        while state < len(levels) and levels[state] == "**":
            state += 1
            found.add(state)
    return found


def _fits(level: str, name: str) -> bool:
    first, *rest = level.split("*")
    if not rest:
        return name == first
    *middle, last = rest
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    at, stop = len(first), len(name) - len(last)
    for piece in middle:
        at = name.find(piece, at, stop) + len(piece)
        if at < len(piece):
            return False
    return True


def matched(pattern: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a report whose path a pattern means."""
    return [row for row in rows if matches(pattern, row["path"])]


def advice(pattern: str, rows: list[dict[str, Any]]) -> str | None:
    """What a pattern that matches no layer may have meant."""
    from archcalc.errors import nearest

    if matched(f"{pattern}/**", rows):
        return f"'{pattern}' holds layers: write {pattern}/**"
    paths = [row["path"] for row in rows[:10_000]]
    close = nearest(pattern, paths) if "*" not in pattern else None
    if close:
        return f"did you mean '{close}'?"
    top = list(dict.fromkeys(path.partition("/")[0] for path in paths))
    return f"the steps at the top are {', '.join(top[:8])}{', ...' if len(top) > 8 else ''}"
