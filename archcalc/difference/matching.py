"""Which layers of two networks are the same: by their paths, then by alignment of what they are.

Parts are paired from the outside inwards, so that what holds a change is found before the change. If two parts hold
parts of the same paths, these are pairs; else they are aligned so that an inserted part is one insertion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from archcalc.difference.alignment import MOST_CELLS, Pair, cheapest, common, gaps
from archcalc.graph.repetition import unrolled
from archcalc.graph.wires import INPUT, Wires
from archcalc.report.model import network_of
from archcalc.report.rows import facts_of

if TYPE_CHECKING:
    from archcalc.report.documents import Facts, Report, Row

ALIKE = 5 << 32
"""Pairing two parts of a kind that differ inside: it costs more than a part left over, and less than two."""

RENAMED = 8 << 32
"""Pairing them if both have names that someone wrote, and these differ."""

MOVED = 1
"""Pairing two parts of different paths: of equal pairs, one with equal paths is preferred."""


class Layers:
    """The layers of one network as they are compared: rows, arguments as they are written, and what each reads."""

    __slots__ = ("rows", "given", "wires", "layout")

    def __init__(self, report: Report) -> None:
        network = unrolled(network_of(report))
        self.rows: list[Row] = list(map(lean, report["layers"]))
        self.given = [node.applied.layer.given for node in network.kept]
        self.wires, self.layout = Wires(network), network.layout

    def path(self, position: int) -> str:
        """The path of a layer; ``input`` for the inputs of the network."""
        return "input" if position == INPUT else self.rows[position]["path"]


class Lean(dict[str, Any]):
    """A row that looks up the facts that it shares in place of holding them: all rows of two networks are in memory."""

    __slots__ = ("facts",)

    def __init__(self, row: Row, facts: Facts) -> None:
        super().__init__(path=row["path"], name=row["name"], file=row["file"], line=row["line"])
        self.facts: Any = facts

    def __missing__(self, key: str) -> Any:
        return self.facts[key]


def lean(row: Row) -> Row:
    facts = facts_of(row)
    return row if facts is None else cast("Row", Lean(row, facts))


class Part:
    """A part of a network: the layers whose paths begin alike.

    ``row`` is its own row, if it is a layer. ``content`` is a number for all that it holds, arguments but no names or
    sizes; ``names`` one for the segments and kinds of the parts that it holds.
    """

    __slots__ = (
        "segment",
        "row",
        "parent",
        "parts",
        "kind",
        "content",
        "names",
        "size",
        "written",
        "paired",
        "matched",
    )

    def __init__(self, segment: str, parent: Part | None) -> None:
        self.segment, self.parent = segment, parent
        self.parts: dict[str, Part] = {}
        self.row: int | None = None
        self.kind: Any = None
        self.content = self.names = self.size = 0
        self.written = self.paired = self.matched = False

    @property
    def path(self) -> str:
        segments, part = [], self
        while part.parent is not None:
            segments.append(part.segment)
            part = part.parent
        return "/".join(reversed(segments))

    def walk(self) -> Iterator[Part]:
        """This part and all below, in order."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.parts.values()))


class Forest:
    """The parts of a network, described in numbers that two networks share: equal content has an equal number."""

    def __init__(self, layers: Layers, numbers: dict[Any, int]) -> None:
        self.layers, self.root = layers, Part("", None)
        self.places: list[Part] = []
        for position, row in enumerate(layers.rows):
            part = self.root
            for segment in row["path"].split("/"):
                part = part.parts.get(segment) or part.parts.setdefault(segment, Part(segment, part))
            part.row = position
            self.places.append(part)
        arguments: dict[int, str] = {}
        for part in reversed(list(self.root.walk())):
            self._describe(part, numbers, arguments)

    def _describe(self, part: Part, numbers: dict[Any, int], arguments: dict[int, str]) -> None:
        """What a part is and holds; the parts that it holds are described already."""
        own: Any = None
        stem = part.segment.rstrip("0123456789")
        if part.row is not None:
            row, given = self.layers.rows[part.row], self.layers.given[part.row]
            shown = arguments.get(id(given)) or arguments.setdefault(id(given), repr(sorted(given.items())))
            own = (row["type"], shown)
            part.kind, part.written = row["type"], row["name"] is not None
        else:
            part.kind = ("part", stem)  # a type without its number, or a name; all repetitions are of one kind
        part.written = part.written or stem == part.segment  # as those of norm: and act:, a residual's add, a branch
        part.size = (part.row is not None) + sum(child.size for child in part.parts.values())
        inside = tuple(child.content for child in part.parts.values())
        part.content = numbers.setdefault((own, inside), len(numbers))
        part.names = numbers.setdefault(
            tuple((child.segment, child.kind) for child in part.parts.values()), len(numbers)
        )

    def left_over(self) -> list[int]:
        """The rows without a partner."""
        return [position for position, part in enumerate(self.places) if not part.matched]

    def count(self, rows: Iterable[int]) -> dict[Part, int]:
        """How many of these rows each part holds."""
        found: dict[Part, int] = {}
        for row in rows:
            part: Part | None = self.places[row]
            while part is not None:
                found[part] = found.get(part, 0) + 1
                part = part.parent
        return found

    def holders(self, rows: list[int]) -> dict[int, Part]:
        """For each of these rows the outermost part without a partner that holds only such rows."""
        counts, found = self.count(rows), {}
        for row in rows:
            part = self.places[row]
            while (above := part.parent) and not above.paired and counts[above] == above.size:
                part = above
            found[row] = part
        return found


def match(old: Layers, new: Layers) -> tuple[list[Pair], Forest, Forest]:
    """The pairs of rows that are one layer, by the new row, and the parts of both.

    Exchanging old and new gives the same pairs, exchanged.
    """
    if fingerprint(new) < fingerprint(old):
        pairs, after, before = match_in_order(new, old)
        return sorted(((i, j) for j, i in pairs), key=lambda pair: pair[1]), before, after
    return match_in_order(old, new)


def fingerprint(layers: Layers) -> list[str]:
    """What orders two networks, so that both orders of them are matched as one."""
    return [
        f"{row['path']} {row['type']} {row['inputs']} {given}"
        for row, given in zip(layers.rows, layers.given, strict=True)
    ]


def match_in_order(old: Layers, new: Layers) -> tuple[list[Pair], Forest, Forest]:
    numbers: dict[Any, int] = {}
    before, after = Forest(old, numbers), Forest(new, numbers)
    pairing = Pairing()
    waiting = [(before.root, after.root)]
    while waiting:
        one, other = waiting.pop()
        one.paired = other.paired = True
        if one.row is not None and other.row is not None:
            one.matched = other.matched = True
            pairing.pairs.append((one.row, other.row))
        waiting.extend(pairing.pair(one, other))
    pairing.pairs.extend(match_moved(before, after))
    return sorted(pairing.pairs, key=lambda pair: pair[1]), before, after


class Pairing:
    """Pairs the parts that two parts hold. Equal questions are answered once, since networks repeat themselves."""

    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self._known: dict[tuple[int, int, int, int], list[Pair]] = {}

    def pair(self, old: Part, new: Part) -> list[tuple[Part, Part]]:
        a, b = list(old.parts.values()), list(new.parts.values())
        if old.content == new.content or old.names == new.names:
            return list(zip(a, b, strict=True))
        key = (old.content, old.names, new.content, new.names)
        if key not in self._known:
            self._known[key] = align(a, b)
        return [(a[i], b[j]) for i, j in self._known[key]]


def align(old: list[Part], new: list[Part]) -> list[Pair]:
    """The pairs among the parts of two parts, after something was inserted, removed or renamed."""

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
    pairs = common([part.content for part in old], [part.content for part in new])
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
    """Layers that moved elsewhere unchanged, such as into a block: whole parts with equal layers and sizes."""
    before, after = old.left_over(), new.left_over()
    pairs = [
        (before[i], after[j])
        for i, j in common([whole(old.layers, i) for i in before], [whole(new.layers, j) for j in after])
    ]
    moved_before, moved_after = old.count(i for i, _ in pairs), new.count(j for _, j in pairs)
    holders_before, holders_after = old.holders(before), new.holders(after)
    kept = []
    for i, j in pairs:
        one, other = holders_before[i], holders_after[j]
        if moved_before[one] == one.size or moved_after[other] == other.size:
            for part in (old.places[i], new.places[j]):
                part.paired = part.matched = True
            kept.append((i, j))
    return kept


def whole(layers: Layers, position: int) -> tuple[Any, ...]:
    row = layers.rows[position]
    return row["type"], repr(sorted(layers.given[position].items())), row["inputs"], row["outputs"]
