"""The bytes that each layer of a network moves between memory and where it is computed, when the network runs once.

A layer moves what it reads, its weights and what it gives, each once. Views move nothing, and of what is read through
one only the elements that it shows: a slice those of the slice, an expanded tensor those that it was expanded from.
Of a table that is read by index a row moves for each index, at most the whole table; of experts the weights of those
that run for one token. Buffers do not move: what a batch norm kept is folded into its weights.

Fused means: a layer that may work in place (``Layer.in_place``) and is the only reader of what another layer made, the
network's user counted as a reader, is computed where that is made. It moves nothing, its weights neither. These are the
layers that ``archcalc memory`` has write over their input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from archcalc.costs.lifetimes import WIDTHS, Asked, Key, Lifetimes, key_of
from archcalc.costs.memory import Span, chain_of, cut_runs
from archcalc.dims import ceil_div, volume
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import Few, Repetition, unrolled, walk

FEW = Few(4, 1)
"""The repetitions that stand for all: the first, the next, and the last two."""

MOST_DIGITS = 300
"""Of figures of which a time can be told."""

Bits = Callable[[int, str], int]
"""How wide a weight is: of the layer at a place in the order that they run, by its name."""


class Moves(NamedTuple):
    """What a layer does when the network runs once: multiply-adds, and bytes that it moves, by what they are of.

    ``fused``: it is computed where what it reads is made.
    """

    macs: int
    read: int = 0
    weights: int = 0
    given: int = 0
    fused: bool = False

    @property
    def bytes(self) -> int:
        return self.read + self.weights + self.given


Fact = tuple[Key, int, int, str, "int | None"]
"""A tensor that is read: whose memory it lies in, bytes of that and bytes it shows, dtype, what may be written over."""


class Moved:
    """What the layers of a network move. ``alike``: whether repetitions that are alike have weights of one width.

    Repetitions that do the same are not run one by one. Raises SpecError for a figure of more than 300 digits.
    """

    def __init__(self, network: Network, asked: Asked, bits: Bits, alike: bool = True) -> None:
        self.network, self.bits = network, bits
        for self.few in (FEW, None) if network.runs and alike else (None,):
            self.lifetimes = Lifetimes(unrolled(network, self.few), asked)
            self.lies: dict[Key, Key] = {}
            self.shows: dict[Key, int] = {}
            self.sizes: dict[Key, int] = {}  # of what lies nowhere else, and the bits of its elements
            self.widths: dict[Key, int] = {}
            self.facts: list[list[Fact]] = []
            self.steps = [self._moves(place, node) for place, node in enumerate(self.lifetimes.nodes)]
            if self.few is None or self._is_steady():
                break
        self._of = {
            (node, self._stands(repetition)): moves
            for (node, repetition), moves in zip(walk(network, self.few), self.steps, strict=True)
        }

    def of(self, node: Node, repetition: Repetition | None) -> Moves:
        """What a layer moves, as the kept node and the repetition that it is in."""
        return self._of[node, self._stands(repetition)]

    def each(self) -> Iterator[tuple[Node, Repetition | None, Moves]]:
        """Every layer of the whole network in order."""
        for node, repetition in walk(self.network):
            yield node, repetition, self.of(node, repetition)

    def counted(self) -> Iterator[tuple[Node, Repetition | None, Moves, int]]:
        """The layers that stand for all, each with the number of those that it stands for."""
        for (node, repetition), moves in zip(walk(self.network, self.few), self.steps, strict=True):
            yield node, repetition, moves, self._times(repetition)

    def whole(self, node: Node) -> tuple[int, int]:
        """Multiply-adds and bytes of a kept node, in all its repetitions together."""
        return self._whole[node]

    @cached_property
    def _whole(self) -> dict[Node, tuple[int, int]]:
        found = dict.fromkeys(self.network.kept, (0, 0))
        for node, _, moves, times in self.counted():
            macs, size = found[node]
            found[node] = macs + moves.macs * times, size + moves.bytes * times
        return found

    @property
    def bytes(self) -> int:
        return sum(moves.bytes * times for _, _, moves, times in self.counted())

    @property
    def macs(self) -> int:
        return sum(moves.macs * times for _, _, moves, times in self.counted())

    # One layer

    def _moves(self, place: int, node: Node) -> Moves:
        layer, applied, asked, keys = node.applied.layer, node.applied, self.lifetimes.asked, self._read(node)
        _, active, runs = node.multiples(asked.batch)
        macs = applied.ops.get("mac", 0) * runs
        gives = [(node, number) for number in range(len(applied.gives))]
        if layer.view:
            for key in gives:
                self._view(place, key, keys)
            return Moves(macs)
        for key in gives:
            self._holds(key, self.lifetimes.sizes[key])
        if layer.in_place and not self.lifetimes.made[place]:
            return Moves(macs, fused=True)
        weights = ceil_div(self._weight_bits(place, node, runs // active) * active, 8)
        given = sum(self.lifetimes.sizes[key] for key in gives)
        return held(node, Moves(macs, self._bytes_read(keys), weights, given))

    def _holds(self, key: Key, size: int, width: int | None = None) -> None:
        """A tensor that lies nowhere else; ``width``: the bits of an element, if they are not its dtype's."""
        self.lies[key], self.shows[key], self.sizes[key] = key, size, size
        self.widths[key] = width or WIDTHS[self.lifetimes.dtypes[key]]

    def _view(self, place: int, key: Key, keys: list[Key]) -> None:
        """A tensor that lies in another, or is a weight, as wide as that."""
        size, width = self.lifetimes.sizes[key], WIDTHS[self.lifetimes.dtypes[key]]
        if not keys:
            node = self.lifetimes.nodes[place]
            own = next((self.bits(place, name) for name, *_ in node.applied.weights), width)
            self._holds(key, ceil_div(size * own, width), own)
            return
        lies = self.lies[keys[0]]
        self.lies[key] = lies
        self.shows[key] = min(ceil_div(size * self.widths[lies], width), self.shows[keys[0]])

    def _read(self, node: Node) -> list[Key]:
        """The tensors that a node reads, each once."""
        lifetimes = self.lifetimes
        keys = list(dict.fromkeys(map(key_of, node.inputs)))
        for key in keys:
            if key[0] is None:
                self._holds(key, lifetimes.sizes[key])
        self.facts.append([self._fact(key) for key in keys])
        return keys

    def _fact(self, key: Key) -> Fact:
        lies = self.lies[key]
        return lies, self.sizes[lies], self.shows[key], self.lifetimes.dtypes[key], self.lifetimes.free.get(key)

    def _bytes_read(self, keys: list[Key]) -> int:
        """Of several tensors that lie in one no more than that has."""
        shown: dict[Key, int] = {}
        for key in keys:
            shown[self.lies[key]] = shown.get(self.lies[key], 0) + self.shows[key]
        return sum(min(size, self.sizes[lies]) for lies, size in shown.items())

    def _weight_bits(self, place: int, node: Node, runs: Any) -> Any:
        """Those of one copy of a layer that runs so often."""
        applied = node.applied
        if applied.layer.by_index:
            rows = volume(applied.reads[0]) * runs
            return sum(
                min(rows, shape[0]) * volume(shape[1:]) * self.bits(place, name) for name, shape, _ in applied.weights
            )
        return sum(size * self.bits(place, name) for name, _, size in applied.weights)

    # Repetitions

    def _stands(self, repetition: Repetition | None) -> tuple[int, ...]:
        """The numbers of the repetitions that stand for this one and those around it."""
        if self.few is None:
            return tuple(one.number for one in chain_of(repetition))
        found = []
        for one in chain_of(repetition):
            is_kept = one.number in self.few.numbers(one.run)
            found.append(one.number if is_kept else one.run.first + 1)
        return tuple(found)

    def _times(self, repetition: Repetition | None) -> int:
        times = 1
        for one in chain_of(repetition) if self.few is not None else ():
            assert self.few is not None
            if one.number == one.run.first + 1:
                times *= 1 + one.run.times - len(self.few.numbers(one.run))
        return times

    def _is_steady(self) -> bool:
        """Whether the second and the third repetition of each run that is cut find the same before them.

        Then so do all that are left out: what a layer makes of it hangs on nothing else.
        """
        assert self.few is not None
        return all(self._are_alike(spans[1], spans[2]) for spans in cut_runs(self.network, self.few))

    def _are_alike(self, one: Span, other: Span) -> bool:
        if self.steps[slice(*one)] != self.steps[slice(*other)]:
            return False
        forth: dict[Key, Key] = {}
        back: dict[Key, Key] = {}
        for facts, others in zip(self.facts[slice(*one)], self.facts[slice(*other)], strict=True):
            if len(facts) != len(others):
                return False
            for (lies, *fact), (its, *same) in zip(facts, others, strict=True):
                if fact != same or forth.setdefault(lies, its) != its or back.setdefault(its, lies) != lies:
                    return False
        return True


def held(node: Node, moves: Moves) -> Moves:
    """Raise SpecError for a figure of which no time can be told."""
    if max(moves.macs, moves.bytes) >= 10**MOST_DIGITS:
        message = f"what '{node.path}' computes and moves has more than {MOST_DIGITS} digits"
        raise SpecError(Diagnostic(message, node.origin.span(), called_from=node.origin.calls))
    return moves
