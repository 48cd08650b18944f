"""Which layers of two networks are the same: by their paths, then by alignment of what they are.

Steps are paired level by level, so that what holds a change is found before the change: where the steps of a level
have the same paths they are pairs, else they are aligned so that an inserted step is one insertion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from archcalc.report.alignment import MOST_CELLS, Pair, cheapest, common, gaps
from archcalc.report.rows import Row

ALIKE = 5 << 32
"""Pairing two steps of a kind that differ inside: dearer than a step left over, cheaper than two."""

RENAMED = 8 << 32
"""Pairing them where each has a name that someone wrote, and another one."""

MOVED = 1
"""Any pair under another path: between equal pairs, those of one path win."""


class Step:
    """A step: a piece of a path with the rows and the steps below it.

    ``row`` is its own row, if it is a layer. ``content`` stands for all that it holds, arguments but no names or sizes.
    """

    __slots__ = (
        "segment",
        "row",
        "parent",
        "steps",
        "kind",
        "content",
        "level",
        "size",
        "written",
        "paired",
        "matched",
    )

    def __init__(self, segment: str, parent: Step | None) -> None:
        self.segment, self.parent = segment, parent
        self.steps: dict[str, Step] = {}
        self.row: int | None = None
        self.kind: Any = None
        self.content = self.level = self.size = 0
        self.written = self.paired = self.matched = False

    @property
    def path(self) -> str:
        segments, step = [], self
        while step.parent is not None:
            segments.append(step.segment)
            step = step.parent
        return "/".join(reversed(segments))

    def walk(self) -> Iterator[Step]:
        """This step and all below, in order."""
        waiting = [self]
        while waiting:
            step = waiting.pop()
            yield step
            waiting.extend(reversed(step.steps.values()))


class Forest:
    """The steps of a network, described in numbers that two networks share: equal content has an equal number."""

    def __init__(self, rows: list[Row], numbers: dict[Any, int]) -> None:
        self.rows, self.root = rows, Step("", None)
        self.places: list[Step] = []
        for position, row in enumerate(rows):
            step = self.root
            for segment in row["path"].split("/"):
                step = step.steps.get(segment) or step.steps.setdefault(segment, Step(segment, step))
            step.row = position
            self.places.append(step)
        arguments: dict[int, str] = {}
        for step in reversed(list(self.root.walk())):
            self._describe(step, numbers, arguments)

    def _describe(self, step: Step, numbers: dict[Any, int], arguments: dict[int, str]) -> None:
        """What a step is and holds; its own steps are described."""
        own: Any = None
        stem = step.segment.rstrip("0123456789")
        if step.row is not None:
            row = self.rows[step.row]
            given = row["_arguments"]
            shown = arguments.get(id(given)) or arguments.setdefault(id(given), repr(sorted(given.items())))
            own = (row["type"], shown)
            step.kind, step.written = row["type"], row["name"] is not None
        else:
            step.kind = ("step", stem)  # a type without its number, or a name; all repetitions are of one kind
        step.written = step.written or stem == step.segment  # as those of norm: and act:, a residual's add, a branch
        step.size = (step.row is not None) + sum(child.size for child in step.steps.values())
        inside = tuple(child.content for child in step.steps.values())
        step.content = numbers.setdefault((own, inside), len(numbers))
        step.level = numbers.setdefault(
            tuple((child.segment, child.kind) for child in step.steps.values()), len(numbers)
        )

    def left_over(self) -> list[int]:
        """The rows without a partner."""
        return [position for position, step in enumerate(self.places) if not step.matched]

    def count(self, rows: Iterable[int]) -> dict[Step, int]:
        """How many of these rows each step holds."""
        found: dict[Step, int] = {}
        for row in rows:
            step: Step | None = self.places[row]
            while step is not None:
                found[step] = found.get(step, 0) + 1
                step = step.parent
        return found

    def holders(self, rows: list[int]) -> dict[int, Step]:
        """For each of these rows the highest step without a partner that holds none but them."""
        counts, found = self.count(rows), {}
        for row in rows:
            step = self.places[row]
            while (above := step.parent) and not above.paired and counts[above] == above.size:
                step = above
            found[row] = step
        return found


def match(old: list[Row], new: list[Row]) -> tuple[list[Pair], Forest, Forest]:
    """The pairs of rows that are one layer, by the new row, and the steps of both.

    The same pairs come out, turned round, when old and new change places.
    """
    if fingerprint(new) < fingerprint(old):
        pairs, after, before = match_in_order(new, old)
        return sorted(((i, j) for j, i in pairs), key=lambda pair: pair[1]), before, after
    return match_in_order(old, new)


def fingerprint(rows: list[Row]) -> list[str]:
    """What tells two networks apart, so that either order of them is turned into one."""
    return [f"{row['path']} {row['type']} {row['inputs']} {row['_arguments']}" for row in rows]


def match_in_order(old: list[Row], new: list[Row]) -> tuple[list[Pair], Forest, Forest]:
    numbers: dict[Any, int] = {}
    before, after = Forest(old, numbers), Forest(new, numbers)
    levels = Levels(before.rows, after.rows)
    waiting = [(before.root, after.root)]
    while waiting:
        one, other = waiting.pop()
        one.paired = other.paired = True
        if one.row is not None and other.row is not None:
            one.matched = other.matched = True
            levels.pairs.append((one.row, other.row))
        waiting.extend(levels.pair(one, other))
    levels.pairs.extend(match_moved(before, after))
    return sorted(levels.pairs, key=lambda pair: pair[1]), before, after


class Levels:
    """Pairs the steps that two steps hold; equal questions are answered once, since networks repeat themselves."""

    def __init__(self, old: list[Row], new: list[Row]) -> None:
        self.old, self.new = old, new
        self.pairs: list[Pair] = []
        self._known: dict[tuple[int, int, int, int], list[Pair]] = {}

    def pair(self, old: Step, new: Step) -> list[tuple[Step, Step]]:
        a, b = list(old.steps.values()), list(new.steps.values())
        if old.content == new.content or old.level == new.level:
            return list(zip(a, b, strict=True))
        key = (old.content, old.level, new.content, new.level)
        if key not in self._known:
            self._known[key] = align(a, b)
        return [(a[i], b[j]) for i, j in self._known[key]]


def align(old: list[Step], new: list[Step]) -> list[Pair]:
    """The pairs among the steps of one level, where something was inserted, taken out or renamed."""

    def cost(i: int, j: int) -> int | None:
        a, b = old[i], new[j]
        moved = a.segment != b.segment
        if a.content == b.content:
            return moved * MOVED
        if a.kind != b.kind:
            return ALIKE if not moved and a.written and b.written else None
        return RENAMED + MOVED if moved and a.written and b.written else ALIKE + moved * MOVED

    if len(old) * len(new) <= MOST_CELLS:
        return cheapest(range(len(old)), range(len(new)), cost)
    pairs = common([step.content for step in old], [step.content for step in new])
    between = []
    for rows, columns in gaps(pairs, len(old), len(new)):
        if len(rows) * len(columns) <= MOST_CELLS:
            between += cheapest(rows, columns, cost)
        else:
            kinds = common(
                [(old[i].segment, old[i].kind) for i in rows], [(new[j].segment, new[j].kind) for j in columns]
            )
            between += [(rows[i], columns[j]) for i, j in kinds]
    return sorted(pairs + between)


def match_moved(old: Forest, new: Forest) -> list[Pair]:
    """Layers that went to another level as they are, such as into a block: whole steps of equal layers and sizes."""
    before, after = old.left_over(), new.left_over()
    pairs = [
        (before[i], after[j])
        for i, j in common([whole(old.rows[i]) for i in before], [whole(new.rows[j]) for j in after])
    ]
    moved_before, moved_after = old.count(i for i, _ in pairs), new.count(j for _, j in pairs)
    holders_before, holders_after = old.holders(before), new.holders(after)
    kept = []
    for i, j in pairs:
        one, other = holders_before[i], holders_after[j]
        if moved_before[one] == one.size or moved_after[other] == other.size:
            for step in (old.places[i], new.places[j]):
                step.paired = step.matched = True
            kept.append((i, j))
    return kept


def whole(row: Row) -> tuple[Any, ...]:
    return row["type"], repr(sorted(row["_arguments"].items())), row["inputs"], row["outputs"]
