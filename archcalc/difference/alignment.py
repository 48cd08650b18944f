"""Aligns two sequences, in bounded time whatever they hold."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

Pair = tuple[int, int]

MOST_EDITS = 300
"""Up to this many edits the alignment is exact; beyond, only items that occur once are aligned."""

MOST_CELLS = 40_000
"""Cells of a table of costs."""

GAP = 4 << 32
"""The cost of an item without a partner. It exceeds any sum of the tie-breakers, which use the lower 32 bits."""


def common(old: Sequence[Any], new: Sequence[Any]) -> list[Pair]:
    """Positions of a common subsequence, the longest unless the sequences differ in more than ``MOST_EDITS`` places."""
    start, stop = equal_ends(old, new)
    a, b = old[start : len(old) - stop], new[start : len(new) - stop]
    pairs = fewest_edits(a, b) if a and b else []
    if pairs is None:
        pairs = unique_anchors(a, b)
    return [
        *[(position, position) for position in range(start)],
        *[(start + i, start + j) for i, j in pairs],
        *[(len(old) - back, len(new) - back) for back in range(stop, 0, -1)],
    ]


def equal_ends(old: Sequence[Any], new: Sequence[Any]) -> Pair:
    """How many items are equal at the start, and how many of the rest are equal at the end."""
    most, start, stop = min(len(old), len(new)), 0, 0
    while start < most and old[start] == new[start]:
        start += 1
    while stop < most - start and old[-1 - stop] == new[-1 - stop]:
        stop += 1
    return start, stop


def fewest_edits(old: Sequence[Any], new: Sequence[Any]) -> list[Pair] | None:
    """A longest common subsequence by the greedy method of Myers 1986; None where it takes more than ``MOST_EDITS``.

    Time and memory grow with the square of the edits, not of the sequences.
    """
    reached = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(MOST_EDITS, len(old) + len(new)) + 1):
        history.append(reached)
        after = {}
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and reached.get(diagonal - 1, -1) < reached.get(diagonal + 1, -1)
            )
            x = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            while x < len(old) and 0 <= x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            after[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return walk_back(history, x, x - diagonal)
        reached = after
    return None


def walk_back(history: list[dict[int, int]], x: int, y: int) -> list[Pair]:
    """The equal items on the way that ``fewest_edits`` found."""
    pairs = []
    for edits in range(len(history) - 1, -1, -1):
        reached, diagonal = history[edits], x - y
        down = diagonal == -edits or (
            diagonal != edits and reached.get(diagonal - 1, -1) < reached.get(diagonal + 1, -1)
        )
        before = diagonal + 1 if down else diagonal - 1
        start = reached[before] if edits else 0
        while x > start and y > start - before and x > 0 and y > 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = start, start - before
    return pairs[::-1]


def unique_anchors(old: Sequence[Any], new: Sequence[Any]) -> list[Pair]:
    """The items that occur once in each sequence: the most that keep their order."""
    once = {item for item, number in Counter(old).items() if number == 1}
    places = {item: j for j, item in enumerate(new)}
    once = {item for item, number in Counter(new).items() if number == 1 and item in once}
    return rising((i, places[item]) for i, item in enumerate(old) if item in once)


def rising(pairs: Iterable[Pair]) -> list[Pair]:
    """The most pairs whose second numbers rise; their first numbers rise already."""
    ends: list[int] = []
    last: list[int] = []
    found: list[Pair] = []
    before: list[int] = []
    for position, pair in enumerate(pairs):
        found.append(pair)
        place = bisect_left(ends, pair[1])
        before.append(last[place - 1] if place else -1)
        ends[place : place + 1], last[place : place + 1] = [pair[1]], [position]
    chosen, position = [], last[-1] if last else -1
    while position >= 0:
        chosen.append(found[position])
        position = before[position]
    return chosen[::-1]


def gaps(pairs: Iterable[Pair], old: int, new: int) -> Iterator[tuple[range, range]]:
    """The gaps between neighbouring pairs of two sequences of these lengths, if neither gap is empty."""
    i = j = 0
    for stop_i, stop_j in [*pairs, (old, new)]:
        if i < stop_i and j < stop_j:
            yield range(i, stop_i), range(j, stop_j)
        i, j = stop_i + 1, stop_j + 1


def cheapest(old: range, new: range, cost: Callable[[int, int], int | None]) -> list[Pair]:
    """The pairs, in order, of least cost. Each item left over costs ``GAP``; a ``cost`` of None forbids a pair."""
    rows = [[GAP * j for j in range(len(new) + 1)]]
    steps: list[list[str]] = []
    for i in old:
        above, row, step = rows[-1], [rows[-1][0] + GAP], []
        for j in new:
            place = j - new.start
            best, how = above[place + 1] + GAP, "old"
            if row[place] + GAP < best:
                best, how = row[place] + GAP, "new"
            paired = cost(i, j)
            if paired is not None and above[place] + paired <= best:
                best, how = above[place] + paired, "pair"
            row.append(best)
            step.append(how)
        rows.append(row)
        steps.append(step)
    pairs, x, y = [], len(old), len(new)
    while x and y:
        how = steps[x - 1][y - 1]
        if how == "pair":
            pairs.append((old[x - 1], new[y - 1]))
        x, y = x - (how != "new"), y - (how != "old")
    return pairs[::-1]
