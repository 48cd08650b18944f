"""Where totals come from: what each step contributes, from the rows of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from typing import Any

from archcalc.dims.expression import Expression, Step

FIGURES = {
    "params": "parameters",
    "macs": "multiply-adds",
    "ops": "ops",
    "buffers": "buffers",
    "activations": "activations",
}


class Part:
    """A step and what all its layers cost together."""

    __slots__ = ("path", "layers", "figures")

    def __init__(self, path: str, rows: Sequence[dict[str, Any]]) -> None:
        self.path, self.layers = path, len(rows)
        self.figures = {key: sum(row[key] for row in rows) for key in FIGURES}


class Sums:
    """The parts of a network, or of some of its layers, and the derivation of their sum for each figure."""

    __slots__ = ("parts", "steps")

    def __init__(self, parts: list[Part], full: bool, convention: str) -> None:
        self.parts = parts
        self.steps: dict[str, Step] = {}
        for key, title in FIGURES.items():
            if full or key in ("params", "macs", "ops"):
                title = f"ops ({convention})" if key == "ops" else title
                self.steps[key] = Step(title, added(parts, key))


def sum_up(rows: Sequence[dict[str, Any]], convention: str, *, full: bool = False) -> Sums:
    """What each step contributes: those at the top, or, where all rows are of one step, those that it holds."""
    held = shared(rows)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        levels = row["path"].split("/")
        groups.setdefault("/".join(levels[: held + 1]), []).append(row)
    return Sums([Part(path, members) for path, members in groups.items()], full, convention)


def shared(rows: Sequence[dict[str, Any]]) -> int:
    """How many levels the paths of the rows have in common."""
    if not rows:  # a network whose every step is left out
        return 0
    first, *others = [row["path"].split("/") for row in rows]
    number = len(first)
    for levels in others:
        number = min(number, sum(1 for _ in common(first, levels)))
    return number


def common(one: Iterable[str], other: Iterable[str]) -> Iterable[str]:
    for a, b in zip(one, other, strict=False):
        if a != b:
            return
        yield a


def added(parts: list[Part], key: str) -> Any:
    """The sum over the parts; those that contribute nothing are left out."""
    terms = [Expression.known(part.path, part.figures[key]) for part in parts if part.figures[key]]
    return reduce(add, terms) if terms else 0
