"""What every tensor of a network sees of every axis of its inputs, repetitions that are alike computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from archcalc.costs.receptive_field.axes import Axis, positional
from archcalc.costs.receptive_field.field import ALL, All, Field, Sees, blind, itself, merged, read
from archcalc.costs.receptive_field.reading import readings
from archcalc.graph.inference import Applied
from archcalc.graph.network import Body, Network, Node, Run, Tensor
from archcalc.graph.repetition import Repetition
from archcalc.layers.reading import At, Axes, Reading

Seen = dict[Axis, Field]
"""What one tensor sees; an axis of which it sees nothing is left out."""

Made = tuple[Node | None, int]
"""A tensor by the node that makes it, None for the network's inputs, and its number there."""


class Moves(NamedTuple):
    """How far a repetition's first and last positions, and its centre, stand from those of the one before.

    None: nothing says how far.
    """

    low: int | None
    high: int | None
    centre: Fraction | None

    @property
    def still(self) -> bool:
        return not any(self)


ANY = Moves(None, None, None)


class Repeated(NamedTuple):
    """A run in one repetition of those around it: how many repetitions were computed, and how each later one moves."""

    computed: int
    moves: dict[Axis, Moves]


class Walk:
    """``at(node, repetition)`` is what the outputs of a node see.

    With ``gates=False`` a ``mul`` leaves out what sees all and is one number for all positions: the gate of a
    squeeze-excite block.
    """

    def __init__(self, network: Network, gates: bool = True) -> None:
        self.network, self.gates = network, gates
        self.seen: dict[Made, Seen] = {}
        self.computed: dict[tuple[Node, tuple[int, ...]], list[Seen]] = {}
        self.repeated: dict[tuple[Run, tuple[int, ...]], Repeated] = {}
        self._readings: dict[int, list[list[Axes]]] = {}
        self.axes = positional(network)
        for number in range(len(network.inputs)):
            self.seen[None, number] = {axis: itself(axis[1]) for axis in self.axes if axis[0] == number}
        runs = network.runs[::-1]
        runs.sort(key=lambda run: (run.start, -run.stop))
        self.runs = runs
        self.steps(range(len(network.kept)), range(len(runs)), ())
        self.outputs = [self.of(tensor) for tensor in network.outputs]

    # In order

    def steps(self, nodes: range, within: range, where: tuple[int, ...]) -> None:
        """The nodes of a stretch, with the runs in it; ``where`` are the repetitions around."""
        position, next_run = nodes.start, within.start
        while next_run < within.stop:
            run = self.runs[next_run]
            self.nodes(range(position, run.start), where)
            first = next_run = next_run + 1
            while next_run < within.stop and self.runs[next_run].start < run.stop:
                next_run += 1
            self.run(run, range(first, next_run), where)
            position = run.stop
        self.nodes(range(position, nodes.stop), where)

    def nodes(self, nodes: range, where: tuple[int, ...]) -> None:
        for node in self.network.kept[nodes.start : nodes.stop]:
            self.computed[node, where] = found = self.node(node)
            for number, seen in enumerate(found):
                self.seen[node, number] = seen

    def run(self, run: Run, inside: range, where: tuple[int, ...]) -> None:
        """A run, until a repetition stands to the one before as that did to the one before it."""
        fixed = self.read_besides(run)
        at_first = {made(tensor): self.seen[made(tensor)] for tensor in run.given}
        before, given = [], list(map(self.of, run.given))
        moves: dict[Axis, Moves] | None = None
        done = 0
        while done < run.times and moves is None:
            for tensor, seen in zip(run.given, given, strict=True):
                self.seen[made(tensor)] = enter(seen, tensor)
            self.steps(range(run.start, run.stop), inside, (*where, done))
            done += 1
            before, given = given, list(map(self.of, run.gives))
            moves = moving(before, given, fixed)
        self.repeated[run, where] = Repeated(done, moves or {})
        for node in self.network.kept[run.start : run.stop] if moves else ():
            for number in range(len(node.outputs)):
                self.seen[node, number] = moved(self.seen[node, number], moves or {}, run.times - done)
        self.seen.update(at_first)

    def read_besides(self, run: Run) -> set[Axis]:
        """The axes of which a repetition reads something that is the same for all repetitions."""
        given = set(map(made, run.given))
        nodes = self.network.kept[run.start : run.stop]
        own = set(nodes)
        found: set[Axis] = set()
        for node in nodes:
            for tensor in node.inputs:
                if tensor.node not in own and made(tensor) not in given:
                    seen = self.seen[made(tensor)]
                    found |= {axis for axis, field in seen.items() if isinstance(field, Sees)}
        return found

    # One node

    def of(self, tensor: Tensor) -> Seen:
        """What a tensor sees where it is read: inside a map it has one axis less."""
        return leave(self.seen[made(tensor)], tensor)

    def node(self, node: Node) -> list[Seen]:
        given = list(map(self.of, node.inputs))
        axes = dict.fromkeys(axis for seen in given for axis in seen)
        outputs = self.readings(node.applied)
        gates = gates_of(node, outputs[0]) if not self.gates and node.type == "mul" else ()
        found = []
        for output in outputs:
            seen = {axis: through(axis, given, output, gates) for axis in axes}
            some = {axis: field for axis, field in seen.items() if field is not None}
            found.append({} if any(map(blind, some.values())) else some)
        return found

    def readings(self, applied: Applied) -> list[list[Axes]]:
        found = self._readings.get(id(applied))
        if found is None:
            found = self._readings[id(applied)] = readings(applied)
        return found

    # Afterwards

    def at(self, node: Node, repetition: Repetition | None) -> list[Seen]:
        """What each output of a node sees in one repetition."""
        around: list[Repetition] = []
        while repetition is not None:
            around.append(repetition)
            repetition = repetition.outer
        where: tuple[int, ...] = ()
        further: list[tuple[dict[Axis, Moves], int]] = []
        for one in reversed(around):
            known = self.repeated[one.run, where]
            number = one.number - one.run.first
            if number >= known.computed:
                further.append((known.moves, number - known.computed + 1))
                number = known.computed - 1
            where = (*where, number)
        found = self.computed[node, where]
        for moves, times in further:
            found = [moved(seen, moves, times) for seen in found]
        return found


def made(tensor: Tensor) -> Made:
    return tensor.node, tensor.number


def gates_of(node: Node, output: list[Axes]) -> list[int]:
    """The inputs of a ``mul`` that have one number for all positions: they are stretched, or have a single position."""
    rank = len(node.outputs[0].shape or ())
    found = []
    for number, (axes, shape) in enumerate(zip(output, node.applied.reads, strict=True)):
        single = rank > 2 and sum(size != 1 for size in shape) < 2
        if single or len(shape) < rank or any(isinstance(one, At) for one in axes):
            found.append(number)
    return found


def through(axis: Axis, given: list[Seen], output: list[Axes], gates: Sequence[int]) -> Field | None:
    """What an output sees of one axis, None for nothing. ``gates`` that see all are left out where others do not."""
    found: list[tuple[Field, Reading | None]] = []
    local = [number for number, seen in enumerate(given) if seen.get(axis) not in (None, ALL)]
    for number, (seen, read_so) in enumerate(zip(given, output, strict=True)):
        if local and number in gates and seen.get(axis) == ALL:
            continue
        field = seen.get(axis)
        if field is not None:
            along = field.axis if isinstance(field, Sees) else None
            found.append((read(field, read_so), read_so[along] if type(along) is int else None))
    return merged(found) if found else None


# Repetitions


def moving(before: list[Seen], given: list[Seen], fixed: set[Axis]) -> dict[Axis, Moves] | None:
    """How what repetitions are given moves from one to the next, if it goes on so; else None.

    It does if all that a repetition reads moves alike, and nothing that stays is beside it (``fixed``): what it makes
    of that is moved as far, since the first and the last position that is seen through several paths are a least and a
    largest of sums.
    """
    found: dict[Axis, Moves] = {}
    for axis in dict.fromkeys(axis for seen in (*before, *given) for axis in seen):
        move: Moves | None = ANY
        for one, other in zip(before, given, strict=True):
            move = common(move, distance(one.get(axis), other.get(axis)))
        if move is None or (axis in fixed and not move.still):
            return None
        found[axis] = move
    return found


def distance(one: Field | None, other: Field | None) -> Moves | None:
    """How far the second stands from the first; None if they differ in more than that."""
    if not (isinstance(one, Sees) and isinstance(other, Sees)):
        return ANY if one == other else None
    if one.axis != other.axis or len(one.parts) != len(other.parts):
        return None
    found: Moves | None = ANY
    for a, b in zip(one.parts, other.parts, strict=True):
        if len(a.intervals) != len(b.intervals) or a.shift != b.shift or a.aligned != b.aligned:
            return None
        found = common(found, Moves(None, None, b.centre - a.centre if a.aligned else None))
        for low, high in zip(a.intervals, b.intervals, strict=True):
            if low is None or high is None:
                found = found if low == high else None
            else:
                found = common(found, Moves(high[0] - low[0], high[1] - low[1], None))
    return found


def common(one: Moves | None, other: Moves | None) -> Moves | None:
    """The moves that are both; None if they differ."""
    if one is None or other is None:
        return None
    if any(None not in (a, b) and a != b for a, b in zip(one, other, strict=True)):
        return None
    low, high, centre = other
    return Moves(
        one.low if low is None else low, one.high if high is None else high, one.centre if centre is None else centre
    )


def moved(seen: Seen, moves: dict[Axis, Moves], times: int) -> Seen:
    """The same, so many repetitions later."""
    found = {}
    for axis, field in seen.items():
        move = moves.get(axis, ANY)
        if isinstance(field, Sees) and not move.still:
            by = (times * (move.low or 0), times * (move.high or 0), times * (move.centre or Fraction(0)))
            field = Sees(field.axis, tuple([part.moved(*by) for part in field.parts]))
        found[axis] = field
    return found


# Maps: their slices are positions of an axis that the layers inside do not know


def leave(seen: Seen, tensor: Tensor) -> Seen:
    """What a tensor sees, from where it is made to where it is read."""
    made = None if tensor.node is None else tensor.node.body
    return turned(seen, made, tensor.body)


def enter(seen: Seen, tensor: Tensor) -> Seen:
    """The reverse of ``leave``."""
    made = None if tensor.node is None else tensor.node.body
    return turned(seen, tensor.body, made)


def turned(seen: Seen, made: Body | None, there: Body | None) -> Seen:
    if made is there:
        return seen
    from_here, into = list(around(made)), list(around(there))
    for body in from_here:
        if body not in into and body.slices is not None:
            seen = {axis: axes_called(field, outside(body)) for axis, field in seen.items()}
    for body in reversed(into):
        if body not in from_here and body.slices is not None:
            seen = {axis: axes_called(field, inside(body)) for axis, field in seen.items()}
    return seen


def around(body: Body | None) -> Iterator[Body]:
    while body is not None:
        yield body
        body = body.parent


def outside(body: Body) -> Any:
    return lambda axis: 0 if axis is body else axis + 1 if type(axis) is int else axis


def inside(body: Body) -> Any:
    return lambda axis: body if axis == 0 and type(axis) is int else axis - 1 if type(axis) is int else axis


def axes_called(field: Field, called: Any) -> Field:
    """The field with its axes called otherwise."""
    if isinstance(field, Sees):
        return field if field.axis is None else field._replace(axis=called(field.axis))
    return field if isinstance(field, All) else field._replace(axes=frozenset(map(called, field.axes)))
