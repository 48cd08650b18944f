"""How a sequence that is made token by token runs through a network: along which axes, and what reads its past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archcalc.costs.receptive_field.reading import place, readings
from archcalc.graph.network import Body, Network, Node, Run, Tensor
from archcalc.graph.repetition import counted, unrolled
from archcalc.layers.cached import Cached
from archcalc.layers.reading import At, Axes, Past, Reading, Slide

Key = tuple[Node | None, int]
"""A tensor: the node that makes it, None for an input of the network, and its number there."""

KEPT, ANEW, PARTLY = "kept", "anew", "partly"
"""What its past is read from: what readers keep; what ``cache: true`` keeps, of which it is made anew; or both."""

UNROLLED = 60
"""Units of work for each layer of a network that is unrolled."""

EVERY = -1
"""As many positions as there are."""

MASK = "say causal: true, if later positions are masked"
ATTENTION = "write scaled_dot_product_attention: {causal: true} in its place"
BEFORE = "pad the sequence before it alone, as padding: [[kernel - 1, 0]]"
CACHE = "say cache: true on every step that they are made of"


class NotCausal(Exception):
    """A sequence cannot be made token by token with this layer: why, and what may be done about it.

    ``reached``: how many layers the sequence came through before.
    """

    reached = 0

    def __init__(self, node: Node, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.node, self.help = node, help


class Unsteady(Exception):
    """The repetitions of a step are not alike for a sequence."""


class Along(NamedTuple):
    """How a tensor depends on the sequence.

    ``axis`` has its positions, counted outside all maps; None if there is none. Position ``o`` sees the sequence up to
    ``o + ahead``. ``early``: the layer through which it sees what is yet to come.
    """

    axis: int | None
    ahead: int = 0
    past: str = KEPT
    early: Node | None = None


class Role(NamedTuple):
    """What a node does in a step; axes are in the order of its rules.

    ``inputs``: how they depend on the sequence. ``reads``, ``gives``: the axis of its positions in each tensor.
    ``keeps``: what its rule keeps of the past, ``fixed`` what it keeps of inputs that do not depend on the sequence.
    ``anew``: keys are made anew of what ``cache: true`` keeps. ``delays``: of an input so many positions wait until the
    others have come as far. ``beside``: axes of other inputs that lie along the sequence. ``mapped``: the maps whose
    slices are its positions. ``whole``: how many positions it is computed for, 0 if only the last.
    """

    node: Node
    times: int
    inputs: tuple[Along | None, ...]
    reads: tuple[int | None, ...]
    gives: tuple[int | None, ...]
    keeps: tuple[Cached, ...]
    fixed: tuple[Cached, ...]
    anew: bool
    delays: dict[int, int]
    beside: dict[int, tuple[int, ...]]
    mapped: frozenset[Body]
    whole: int = 0


class Trace:
    """The way of a sequence, from these axes of the inputs (by number) on. Raises NotCausal.

    ``roles``: what runs in a step, in order. ``roots``: the tensors that ``cache: true`` keeps, and how many positions
    of each are needed. ``causal``: the first layer that reads the past, None without one.
    """

    def __init__(self, network: Network, starts: dict[int, int]) -> None:
        self.starts, inputs = starts, [*network.inputs.values()]
        self.length: int = min((inputs[number].shape or ())[axis] for number, axis in starts.items())
        try:
            self._run(network)
        except Unsteady:
            units, what = UNROLLED * network.size, f"to follow a sequence through {network.size:,} layers"
            network.meter.charge(units, what=what)
            self._run(unrolled(network))

    def _run(self, network: Network) -> None:
        self.network = network
        self.causal: Node | None = None
        self.times = dict(counted(network))
        self.at: dict[Key, Along] = {(None, number): Along(axis) for number, axis in self.starts.items()}
        self.cached: dict[Key, Tensor] = {}
        ends: dict[int, list[Run]] = {}
        for run in network.runs:
            ends.setdefault(run.stop - 1, []).append(run)
        roles = []
        for position, node in enumerate(network.kept):
            inputs = tuple([self.of(tensor) for tensor in node.inputs])
            if any(inputs):
                try:
                    roles.append(self.role(node, inputs))
                except NotCausal as error:
                    error.reached = len(roles)
                    raise
            for run in ends.get(position, ()):
                self.hold_steady(run)
        for tensor in network.outputs:
            found = self.of(tensor)
            if found is not None and found.early is not None:
                late = NotCausal(found.early, "reads positions that are yet to come", BEFORE)
                late.reached = len(roles)
                raise late
        self.roots: dict[Key, int] = {}
        self.roles = self.wanted(roles)
        self.hold_cached()

    def of(self, tensor: Tensor) -> Along | None:
        """How a tensor depends on the sequence where it is read; None if it does not."""
        found = self.at.get((tensor.node, tensor.number))
        if found is None or not tensor.cached:
            return found
        self.cached.setdefault((tensor.node, tensor.number), tensor)
        return found._replace(past=ANEW)

    def hold_steady(self, run: Run) -> None:
        """One repetition stands for the others only if the sequence runs through all of them alike."""
        for tensor, other in zip(run.given, run.gives, strict=True):
            given, gives = self.of(tensor), self.of(other)
            if (given and given[:3]) != (gives and gives[:3]) or (given is not None and given.past != KEPT):
                raise Unsteady

    # One layer

    def role(self, node: Node, inputs: tuple[Along | None, ...]) -> Role:
        applied, maps = node.applied, maps_around(node.body)
        local = [None if one is None or one.axis is None else one.axis - len(maps) for one in inputs]
        outside = next((axis + len(maps) for axis in local if axis is not None and axis < 0), None)
        reads = [None if axis is None or axis < 0 else axis for axis in local]
        rules = [in_rules(node, *pair) for pair in zip(reads, map(len, applied.inputs), strict=True)]
        cached = [*applied.layer.cache(*applied.inputs)]
        keeps = tuple([one for one in cached if rules[one.number] == one.axis])
        fixed = tuple([one for one in cached if inputs[one.number] is None and not one.state])
        hold_together(node, inputs, outside)
        found = [one_output(node, read, inputs, reads, keeps) for read in readings(applied)]
        past = KEPT if keeps else past_of(inputs)
        early = next((one.early for one in inputs if one and one.early), None)
        for number, (axis, ahead, *_) in enumerate(found):
            if axis is not None:
                later = applied.gives[number][axis] + ahead > self.length
                early = (early or node) if later else None
                if keeps and not later and (ahead <= 0 or not all(one.state for one in keeps)):
                    self.causal = self.causal or node
            elif keeps:
                self.causal = self.causal or node
            full = outside if axis is None else axis + len(maps)
            self.at[node, number] = Along(full, ahead, past, early)
        gives = [in_rules(node, axis, len(shape)) for (axis, *_), shape in zip(found, applied.gives, strict=True)]
        mapped = frozenset(body for level, body in enumerate(maps) if level == outside)
        return Role(
            node, self.times[node], inputs, tuple(rules), tuple(gives), keeps, fixed, made_anew(node, inputs, keeps),
            *found[0][2:], mapped,
        )  # fmt: skip

    # What is made anew

    def wanted(self, roles: list[Role]) -> list[Role]:
        """The roles, with how many positions each is computed for; notes what ``cache: true`` has to keep."""
        demand: dict[Key, int] = {}

        def want(tensor: Tensor, most: int) -> None:
            key, into = (tensor.node, tensor.number), self.roots if tensor.cached else demand
            into[key] = more(into.get(key, 0), most)

        found = []
        for role in reversed(roles):
            node, whole = role.node, 0
            for number in range(len(node.outputs)):
                whole = more(whole, demand.get((node, number), 0))
            for kept in role.keeps if role.anew else ():
                want(node.inputs[kept.number], kept.most or EVERY)
            for tensor, one in zip(node.inputs, role.inputs, strict=True):
                if whole and one is not None:
                    want(tensor, whole)
            found.append(role._replace(whole=whole))
        return found[::-1]

    def hold_cached(self) -> None:
        """``cache: true`` is of use only where keys and values are made of it."""
        for node in self.network.kept:
            for tensor in node.outputs:
                if tensor.cached and (node, tensor.number) not in self.roots:
                    message = "is kept by cache: true, and nothing that reads the past is made of it"
                    raise NotCausal(node, message, "leave cache: true out")


def more(one: int, other: int) -> int:
    """The larger number of positions."""
    return EVERY if EVERY in (one, other) else max(one, other)


def maps_around(body: Body | None) -> list[Body]:
    """The maps around a node, the outermost first."""
    found = []
    while body is not None:
        found += [body] if body.slices is not None else []
        body = body.parent
    return found[::-1]


def in_rules(node: Node, axis: int | None, rank: int) -> int | None:
    """An axis of the file as the rules have it: in layout HWC the channels come first there."""
    channels = node.applied.axis
    if axis is None or channels is None:
        return axis
    return next(rule for rule in range(rank) if place(rule, rank, channels) == axis)


def past_of(inputs: Sequence[Along | None]) -> str:
    """The past of what is made of these."""
    pasts = {one.past for one in inputs if one is not None}
    return pasts.pop() if len(pasts) == 1 else PARTLY


def made_anew(node: Node, inputs: Sequence[Along | None], keeps: Sequence[Cached]) -> bool:
    """Whether the keys that a layer reads are made anew of what ``cache: true`` keeps."""
    pasts = {one.past for kept in keeps if not kept.state and (one := inputs[kept.number]) is not None}
    if PARTLY in pasts or len(pasts) > 1:
        raise NotCausal(node, "reads keys and values of which cache: true keeps a part", CACHE)
    return pasts == {ANEW}


def hold_together(node: Node, inputs: Sequence[Along | None], outside: int | None) -> None:
    """What has no axis of positions depends on all of them: it may not go back to each."""
    if len({one.axis is None for one in inputs if one}) > 1:
        raise NotCausal(node, "joins what depends on the whole sequence with each of its positions")


def one_output(
    node: Node,
    read: list[Axes],
    inputs: Sequence[Along | None],
    axes: Sequence[int | None],
    keeps: Sequence[Cached],
) -> tuple[int | None, int, dict[int, int], dict[int, tuple[int, ...]]]:
    """The axis of the sequence in an output, how far ahead it sees, and a role's ``delays`` and ``beside``."""
    given, ahead = set[int](), dict[int, int]()
    for number, one in enumerate(inputs):
        if one is None:
            continue
        axis, ahead[number] = axes[number], one.ahead
        if axis is not None:
            reading = read[number][axis]
            ahead[number] += seen_ahead(node, reading, [kept for kept in keeps if kept.state or kept.number == number])
            given |= {reading.axis} if isinstance(reading, (Past, Slide)) else set()
    if len(given) > 1:
        message = "compares every position with every other, and grows with the square of the length"
        raise NotCausal(node, message, ATTENTION)
    along, most = given.pop() if given else None, max(ahead.values())
    beside = {
        number: tuple([axis for axis, one in enumerate(read[number]) if getattr(one, "axis", None) == along])
        for number in range(len(inputs))
        if inputs[number] is None and along is not None
    }
    return along, most, {number: most - its for number, its in ahead.items() if its < most}, beside


def seen_ahead(node: Node, reading: Reading, keeps: Sequence[Cached]) -> int:
    """How much further ahead an output sees. Raises NotCausal for one that sees all, or has other positions."""
    if isinstance(reading, Past) and keeps:
        return int(reading.after)
    if isinstance(reading, Slide):
        if reading.stride != 1:
            raise NotCausal(node, f"gives one position for {reading.stride}")
        return int((reading.kernel - 1) * reading.dilation - reading.before)
    if isinstance(reading, At) or (keeps and all(kept.state for kept in keeps)):
        return 0
    if [*node.applied.layer.cache(*node.applied.inputs)]:
        raise NotCausal(node, "reads all positions of the sequence, later ones too", MASK)
    if node.type in ("matmul", "einsum"):
        raise NotCausal(node, "reads all positions, and is not known to leave out later ones", ATTENTION)
    raise NotCausal(node, "reads or mixes all positions of the sequence, later ones too")
