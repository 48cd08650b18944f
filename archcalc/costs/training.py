"""One step of training of a network: what is computed, what is kept, and what each parameter takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import NamedTuple

from archcalc.costs.checkpoints import Choice, Step, TooLittle, choose, steps, top_step
from archcalc.costs.recipes import PRECISIONS, Recipe, Shape, State, state
from archcalc.costs.tape import Asked, Record, Tape
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Node
from archcalc.graph.paths import Paths, advice
from archcalc.graph.repetition import renamed, walk

WeightGradient = Callable[[Applied, int], int]
"""What a way of counting makes of the multiply-adds of a weight's gradient."""


class Unmatched(Exception):
    """A pattern that no step has, and what may have been meant."""

    def __init__(self, option: str, pattern: str, help: str) -> None:
        super().__init__(pattern)
        self.option, self.pattern, self.help = option, pattern, help


class Wanted(NamedTuple):
    """How a network is trained. ``room``: the bytes, in all, within which checkpoints are chosen."""

    recipe: Recipe = Recipe()
    batch: int = 1
    freeze: Sequence[str] = ()
    train_only: Sequence[str] = ()
    checkpoint: Sequence[str] = ()
    room: int | None = None
    mask: str | None = None


class Line(NamedTuple):
    """One layer: its record, what is computed again of it, and the bytes that it is the first to keep."""

    record: Record
    again: int
    kept: int


class Training:
    """A step of training. Raises Unmatched, and checkpoints.TooLittle where no choice stays within the room."""

    def __init__(self, network: Network, wanted: Wanted) -> None:
        self.network, self.wanted = network, wanted
        precision = PRECISIONS[wanted.recipe.precision]
        self.steps_of = Steps(network)
        self.asked = asked = Asked(self.trains(), precision.activations, wanted.mask, wanted.batch)
        self.records = [*Tape(network, asked)]
        self.state = self._state(asked)
        self.choice = self._choice()
        path_of = self.steps_of.below(self.choice.paths)
        self.kept_by_dtype: Counter[str] = Counter()
        self.largest = 0  # of what is kept so far and the step's own, in the backward pass
        self.lines = [*self._lines(steps(self.records, path_of))]

    def trains(self) -> Callable[[str, Node], bool]:
        """Whether the weights of the node at a path train, after what is frozen from outside."""
        frozen = self.steps_of.matched("freeze", self.wanted.freeze)
        only = self.steps_of.matched("train-only", self.wanted.train_only)

        def trains(path: str, node: Node) -> bool:
            return node.trainable and path not in frozen and (not self.wanted.train_only or path in only)

        return trains

    def _state(self, asked: Asked) -> State:
        parameters, trained = 0, Counter[Shape]()
        for record in self.records:
            more, shapes = parameters_of(record, asked.trains)
            parameters += more
            trained.update(shapes)
        self.trained = sum(prod(shape) * times for shape, times in trained.items())
        self.parameters = parameters
        return state(self.wanted.recipe, parameters, trained)

    def state_of(self, record: Record) -> State:
        """What a layer's own parameters take."""
        return state(self.wanted.recipe, *parameters_of(record, self.asked.trains))

    def _choice(self) -> Choice:
        if self.wanted.room is None:
            return Choice([*self.steps_of.outermost("checkpoint", self.wanted.checkpoint)], exact=True)
        path_of = {record.path: top_step(record.path) for record in self.records}
        state = sum(self.state)
        try:
            return choose([*steps(self.records, path_of)], self.wanted.room - state)
        except TooLittle as error:
            raise TooLittle(state + error.least) from None

    def _lines(self, found: Iterator[Step]) -> Iterator[Line]:
        seen: set[int] = set()
        sofar = 0
        for step in found:
            inside = sum({id(one): one.bytes for one in step.whole() if id(one) not in seen}.values())
            for number, record in enumerate(step.records):
                kept = record.kept if step.path is None else step.kept() if number == 0 else []
                new = {id(one): one for one in kept if id(one) not in seen}
                seen.update(new)
                for one in new.values():
                    self.kept_by_dtype[one.dtype] += one.bytes
                more = sum(one.bytes for one in new.values())
                sofar += more
                yield Line(record, record.forward if step.path is not None and step.wants else 0, more)
            own = max(record.gradient_bytes for record in step.records)
            self.largest = max(self.largest, sofar + own + (inside if step.path is not None else 0))


def parameters_of(record: Record, trains: Callable[[str, Node], bool]) -> tuple[int, Counter[Shape]]:
    """The parameters that a layer is counted with, and the tensors of them that train."""
    node, parameters, trained = record.node, 0, Counter[Shape]()
    if not node.applied.weights:
        return parameters, trained
    copies, train = node.multiples(1)[0], trains(record.path, node)
    for name, shape, size in node.applied.weights:
        if node.counts_itself(name):
            parameters += size * copies
            if train:
                trained[shape] += copies
    return parameters, trained


class Steps:
    """The steps of a network, layers and those around them, found by patterns."""

    def __init__(self, network: Network) -> None:
        self.layers = [renamed(node.path, repetition) for node, repetition in walk(network)]
        self._names: list[str] | None = None
        self._paths: Paths | None = None

    @property
    def names(self) -> list[str]:
        """The paths of all steps: each layer's, and every beginning of it."""
        if self._names is None:
            found: dict[str, None] = {}
            for path in self.layers:
                levels = path.split("/")
                found.update(dict.fromkeys("/".join(levels[: depth + 1]) for depth in range(len(levels))))
            self._names = [*found]
        return self._names

    def found(self, option: str, patterns: Sequence[str]) -> set[str]:
        """The steps that patterns mean. Raises Unmatched for one that means none."""
        if not patterns:
            return set()
        if self._paths is None:
            self._paths = Paths(self.names)
        found: set[str] = set()
        for pattern in patterns:
            places = self._paths.matched(pattern)
            if not places:
                raise Unmatched(option, pattern, advice(pattern, self._paths, self.names))
            found.update(self.names[place] for place in places)
        return found

    def matched(self, option: str, patterns: Sequence[str]) -> set[str]:
        """The layers in the steps that patterns mean."""
        return {*self.below(self.found(option, patterns))}

    def outermost(self, option: str, patterns: Sequence[str]) -> list[str]:
        """The steps that patterns mean and that stand in no other of them, in order."""
        return [*dict.fromkeys(self.below(self.found(option, patterns)).values())]

    def below(self, steps: Sequence[str] | set[str]) -> dict[str, str]:
        """Each layer in one of these steps, and the outermost of them around it."""
        wanted = {*steps}
        found = {}
        for path in self.layers if wanted else ():
            levels = path.split("/")
            around = ("/".join(levels[: depth + 1]) for depth in range(len(levels)))
            step = next((one for one in around if one in wanted), None)
            if step is not None:
                found[path] = step
        return found
