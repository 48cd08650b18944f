"""Modules for graphs of formats that know none, found in what flows into what.

A module is a closed list of nodes: it reads one tensor, and only what its last node gives is read outside. Each sum and
each concatenation with the lists that it joins is one; then each list that comes several times, whatever its numbers.
How alike they are is for ``building`` to find out, and which become blocks for ``search``.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from archcalc.importers.graphs.graph import Graph, Module, Node, Value
from archcalc.importers.structure.items import WITH_ROLES
from archcalc.importers.structure.naming import BLAND
from archcalc.layers import FAMILY
from archcalc.meter import charge

LONGEST = 40
"""Units of a list that comes several times, and of the lists that one merge joins."""
MOST_UNITS = 2_000
"""A longer graph has no modules looked for."""
MOST_ROUNDS = 6
MOST_READ = 3
"""Tensors that a list reads, of which all but one are inputs of the network, such as states."""
LOOKED = 1
"""Units of work for each list that is looked at."""
LEAST_GAIN = 3
"""Lines that a list has to save."""
MUCH_LARGER = 1.7
"""So many times the nodes of a module make another kind of it."""
LETTERS = ("", "B", "C", "D", "E", "F", "G")
LEAST_STAGE = 3
"""Modules of the longest of several stages."""
LEAST_WORD = 4
"""Letters of a word that names a block."""
KINDS = {"add": "Residual", "concat": "Branches", "mul": "Gated"}


class Unit:
    """A node with its norm and activation, or a module. ``sign`` is equal for units that differ in numbers at most.

    ``end``: the number of its last node; ``weight``: how many layers it is.
    """

    __slots__ = ("nodes", "sign", "reads", "gives", "type", "weight", "end", "_numbers")

    def __init__(self, nodes: list[Node], sign: Hashable, reads: list[Value], end: int, weight: int = 1) -> None:
        self.nodes, self.sign, self.reads, self.end, self.weight = nodes, sign, reads, end, weight
        self.gives = nodes[-1].outputs
        self._numbers: list[str] | None = None
        self.type = nodes[0].type if weight == 1 else ""

    @property
    def numbers(self) -> list[str]:
        """The numbers of a layer; those of a module are inside it."""
        if self._numbers is None:
            one = self.nodes if self.weight == 1 else []
            self._numbers = [str(value) for node in one for value in node.arguments.values()]
        return self._numbers


class Found(NamedTuple):
    """A module: what it is called unless its names say more, its nodes, and how many units a person would see in it."""

    kind: str
    nodes: list[Node]
    size: int


class Span(NamedTuple):
    """Units from ``start`` up to ``stop``."""

    start: int
    stop: int


def give_modules(graph: Graph) -> None:
    """Say of each node in which modules it stands, where the graph knows of none."""
    if any(node.modules for node in graph.nodes):
        return
    units = units_of(graph)
    if len(units) > MOST_UNITS:
        return
    found: list[Found] = []
    last = last_readers(graph)
    units = merged(units, last, found)
    units = staged(units, found)
    for number in range(MOST_ROUNDS):
        units = collapsed_runs(units)
        spans = most_gained(units, last)
        if not spans:
            break
        units = replaced(units, spans, f"Part{number + 1}" if number else "Part", found)
    names = [common_name(one.nodes) for one in found]
    found = by_size(found)
    for number, (kind, nodes, _) in reversed([*enumerate(found)]):  # the outermost were found last
        named = kind_of(names[number]) if kind.rstrip("BCDEFG") in KINDS.values() else ""
        module = Module(f"{kind} {number}", names[number], named or kind)
        for node in nodes:
            node.modules = (*node.modules, module)
            node.name = ""


def by_size(found: list[Found]) -> list[Found]:
    """The modules with a letter behind their kind where others of it are much smaller: those are another block."""
    sizes: dict[str, list[int]] = {}
    for one in found:
        sizes.setdefault(one.kind, []).append(one.size)
    starts = {kind: class_starts(sorted(those)) for kind, those in sizes.items() if kind in KINDS.values()}
    classes = [sum(start <= one.size for start in starts.get(one.kind, [0])) for one in found]
    return [
        one._replace(kind=one.kind + LETTERS[min(number, len(LETTERS)) - 1])
        for one, number in zip(found, classes, strict=True)
    ]


def class_starts(sizes: Sequence[int]) -> list[int]:
    found: list[int] = []
    for size in sizes:
        if not found or size > MUCH_LARGER * found[-1]:
            found.append(size)
    return found


def common_name(nodes: Sequence[Node]) -> str:
    """What the names of all nodes begin with, as far as it is a word or more."""
    names = [node.name for node in nodes if node.name] or [""]
    first, last = min(names), max(names)
    alike = next((place for place, sign in enumerate(first) if last[place] != sign), len(first))
    return re.sub(r"[\W_]+$", "", first[:alike])


def kind_of(name: str) -> str:
    """The word that names of modules such as inception_3a and fire2 begin with, if it says more than a layer."""
    word = re.sub(r"[_-]?\d+[a-z]?$", "", name)
    plain = re.fullmatch(r"[A-Za-z]+(_[A-Za-z]+)*", word) is not None and len(word) >= LEAST_WORD
    return word.title().replace("_", "") if plain and not BLAND.fullmatch(word) else ""


def units_of(graph: Graph) -> list[Unit]:
    """Nodes with what stands directly behind them."""
    readers = graph.readers()
    units: list[Unit] = []
    for number, node in enumerate(graph.nodes):
        before = units[-1] if units else None
        if before is not None and follows(before, node, readers):
            before.nodes.append(node)
            before.gives, before.end = node.outputs, number
            before.sign = (before.sign, sign_of(node))
        else:
            units.append(Unit([node], sign_of(node), [*node.inputs], number))
    return units


def follows(unit: Unit, node: Node, readers: dict[Value, list[Node | None]]) -> bool:
    """Whether a node is the norm or the activation of a unit, or the activation behind a merge."""
    if node.inputs != unit.gives or len(unit.gives) != 1 or len(readers.get(unit.gives[0], ())) != 1:
        return False
    last = unit.nodes[-1]
    if node.type == "batch_norm":
        return last.type in WITH_ROLES
    simple = FAMILY.get(node.type) == "activation" and node.type not in ("softmax", "log_softmax")
    return simple and (last.type in WITH_ROLES or last.type == "batch_norm")


def sign_of(node: Node) -> Hashable:
    """A layer without its numbers."""
    return node.type, tuple(sorted((name, plain(value)) for name, value in node.arguments.items()))


def plain(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, list, tuple)):
        return str(value)
    return "[" + ", ".join(map(plain, value)) + "]" if isinstance(value, (list, tuple)) else "#"


def last_readers(graph: Graph) -> dict[Value, int]:
    """The number of the node that reads each tensor last; behind the end if it is given out."""
    found = {value: number for number, node in enumerate(graph.nodes) for value in node.inputs}
    return {**found, **dict.fromkeys(graph.outputs, len(graph.nodes))}


# Merges with what they join


def merged(units: list[Unit], last: dict[Value, int], found: list[Found]) -> list[Unit]:
    """The units with each merge and the lists that it joins as one, the innermost first."""
    for kind in KINDS:
        place = 0
        while place < len(units):
            span = joined(units, place, last) if units[place].type == kind else None
            if span is not None:
                units = replaced(units, [span], KINDS[kind], found)
                place = span.start
            place += 1
    return units


def joined(units: Sequence[Unit], place: int, last: dict[Value, int]) -> Span | None:
    """The shortest closed list that ends with a merge, and the activation behind it."""
    for start in range(place - 1, max(-1, place - LONGEST), -1):
        charge(LOOKED)
        if is_closed(units, start, place + 1, last):
            return Span(start, place + 1 + is_activated(units, place, last)) if place - start >= 2 else None
    return None


def is_activated(units: Sequence[Unit], place: int, last: dict[Value, int]) -> bool:
    """Whether the unit behind a merge is its activation."""
    if place + 1 >= len(units) or units[place + 1].reads != units[place].gives:
        return False
    return FAMILY.get(units[place + 1].type) == "activation" and last[units[place].gives[0]] <= units[place + 1].end


def is_closed(units: Sequence[Unit], start: int, stop: int, last: dict[Value, int]) -> bool:
    made: set[Value] = set()
    read: set[Value] = set()
    for place in range(start, stop):
        read.update(value for value in units[place].reads if value not in made)
        made.update(units[place].gives)
        if place < stop - 1 and any(last.get(value, 0) > units[stop - 1].end for value in units[place].gives):
            return False
        if len(read) > 1:
            return False
    return len(read) == 1 and len(units[stop - 1].gives) == 1


# Modules in a row


def staged(units: list[Unit], found: list[Found]) -> list[Unit]:
    """The units with modules of one kind in a row as stages, in which all but the first are the same."""
    spans: list[Span] = []
    start = 0
    for place in range(1, len(units) + 1):
        if place < len(units) and is_next(units[place - 1], units[place]):
            continue
        stages = [span for span in stages_in(units, start, place) if span.stop - span.start > 1]
        if len(stages) > 1 and max(stop - begin for begin, stop in stages) >= LEAST_STAGE:
            spans += stages
        start = place
    return replaced(units, spans, "Stage", found)


def is_next(before: Unit, unit: Unit) -> bool:
    return unit.weight > 1 and before.sign == unit.sign and unit.reads == before.gives


def stages_in(units: Sequence[Unit], start: int, stop: int) -> list[Span]:
    said = [[(node.type, str(node.arguments)) for node in unit.nodes] for unit in units[start:stop]]
    found: list[Span] = []
    begin = 0
    for place in range(1, len(said) + 1):
        if place == len(said) or (said[place] != said[place - 1] and place - begin > 1):
            found.append(Span(start + begin, start + place))
            begin = place
    return found


# Lists that come several times


def collapsed_runs(units: Sequence[Unit]) -> list[Unit]:
    """Equal modules in a row, each reading what the one before gives, as one unit: how many is a number too."""
    found: list[Unit] = []
    for unit in units:
        before = found[-1] if found else None
        in_a_row = before is not None and unit.reads == before.gives and unit.weight > 1
        if before is not None and in_a_row and before.sign in (unit.sign, ("run", unit.sign)):
            found[-1] = Unit(before.nodes + unit.nodes, ("run", unit.sign), before.reads, unit.end, unit.weight)
        else:
            found.append(unit)
    return [Unit(one.nodes, run_sign(one), one.reads, one.end, one.weight) for one in found]


def run_sign(unit: Unit) -> Hashable:
    return ("run", unit.sign) if unit.weight > 1 and not is_run(unit.sign) else unit.sign


def is_run(sign: Hashable) -> bool:
    return isinstance(sign, tuple) and len(sign) == 2 and sign[0] == "run"


def most_gained(units: Sequence[Unit], last: dict[Value, int]) -> list[Span]:
    """The uses of the list that saves most lines; nothing if none saves enough."""
    uses: dict[Hashable, list[Span]] = {}
    for start in range(len(units)):
        for stop, key in closed_from(units, start, last):
            uses.setdefault(key, []).append(Span(start, stop))
    best: tuple[float, list[Span]] = (LEAST_GAIN, [])
    for spans in uses.values():
        apart = without_overlaps(spans)
        if len(apart) > 1 and saved(apart) > best[0]:
            gained = saved(apart) - differing(units, apart)
            if gained > best[0]:
                best = gained, apart
    return best[1]


def closed_from(units: Sequence[Unit], start: int, last: dict[Value, int]) -> Iterator[tuple[int, Hashable]]:
    """Where closed lists that begin here stop, each with what is equal for lists that differ in numbers at most."""
    made: dict[Value, int] = {}
    read: dict[Value, int] = {}
    furthest, key = 0, 0
    for stop in range(start + 1, min(start + LONGEST, len(units)) + 1):
        charge(LOOKED)
        unit = units[stop - 1]
        for value in unit.reads:
            if value not in made:
                read.setdefault(value, -1 - len(read))
        if len(read) > MOST_READ or sum(value.node is not None for value in read) > 1:
            return
        key = hash((key, unit.sign, tuple(made.get(value, read.get(value)) for value in unit.reads)))
        if stop - start >= 2 and furthest <= unit.end and len(unit.gives) == 1 and read:
            yield stop, (stop - start, key)
        made.update((value, stop - start) for value in unit.gives)
        furthest = max(furthest, *(last.get(value, 0) for value in unit.gives))


def without_overlaps(spans: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for span in spans:
        if not found or found[-1].stop <= span.start:
            found.append(span)
    return found


def saved(spans: Sequence[Span]) -> float:
    """About how many lines a block saves whose uses do not differ: each use is one."""
    length = spans[0].stop - spans[0].start
    return len(spans) * length - (length + 3 + len(spans))


def differing(units: Sequence[Unit], spans: Sequence[Span]) -> float:
    """Lines that its arguments are as much to read as: two each; half a line if it begins with an activation or so."""
    charge(len(spans) * (spans[0].stop - spans[0].start))
    rows = [[number for unit in units[one.start : one.stop] for number in unit.numbers] for one in spans]
    arguments = {column for column in zip(*rows, strict=False) if len({*column}) > 1}
    first = units[spans[0].start]
    return 2 * len(arguments) + 0.5 * (first.type not in WITH_ROLES and first.weight == 1)


def replaced(units: Sequence[Unit], spans: Sequence[Span], kind: str, found: list[Found]) -> list[Unit]:
    """The units with these lists as one unit each, which are modules from now on."""
    result: list[Unit] = []
    at = 0
    for span in spans:
        inside = units[span.start : span.stop]
        nodes = [node for unit in inside for node in unit.nodes]
        made = {value for unit in inside for value in unit.gives}
        reads = [*dict.fromkeys(value for unit in inside for value in unit.reads if value not in made)]
        weight = sum(unit.weight for unit in inside)
        result += [*units[at : span.start], Unit(nodes, kind, reads, inside[-1].end, weight)]
        found.append(Found(kind, nodes, len(collapsed_runs(inside))))
        at = span.stop
    return [*result, *units[at:]]
