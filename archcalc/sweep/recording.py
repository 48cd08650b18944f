"""Variants that are built alike: one of them is loaded, and what was recorded of it is computed for all as arrays.

A tree says how each variant is built. At a branch stands a number, or a condition, that the loader asked for; each
answer leads on to the next. At the end stands what such variants have: their figures, or why they do not fit. The tree
grows where variants come that give an answer which none gave before: one of them is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy

from archcalc.building.varied import Place, Varied
from archcalc.dims.recorded import Node, Nodes, Record, Recorded
from archcalc.errors import SpecError
from archcalc.report.sweep import Array
from archcalc.sweep.numbers import Numbers, Text, needed
from archcalc.sweep.terms import shortest

MOST_NODES, MOST_ENDS = 200_000, 2_000
"""Operations, and ways to be built, that are remembered from one chunk to the next."""


class Branch:
    """A number that was asked for, what is computed for it, and where its answers lead."""

    __slots__ = ("node", "plan", "ways")

    def __init__(self, node: Node, plan: list[Node]) -> None:
        self.node, self.plan = node, plan
        self.ways: dict[int | bool, Branch | End] = {}


class End(NamedTuple):
    """What variants come to: figures by name, as nodes or plain; or a message of what is wrong with them.

    With neither, each has to be computed alone.
    """

    figures: Mapping[str, Any] | None
    message: Text | None
    plan: list[Node]


ALONE = End(None, None, [])

Load = Callable[[Varied], Mapping[str, Any]]
"""The figures of a network with recorded numbers. Raises SpecError."""

Alone = Callable[[Mapping[str, int]], "str | Mapping[str, Any]"]
"""The figures of one variant by itself, or what is wrong with it."""


class Outcome(NamedTuple):
    """Some variants of a chunk that are built alike: which, and their ends."""

    numbers: Numbers
    end: End


class Recording:
    """All variants of a spec that differ in whole numbers alone: those of ``places``, by their names.

    ``leasts``: what each number is at least.
    """

    def __init__(
        self, places: Mapping[str, Place], leasts: Mapping[str, int], load: Load, alone: Alone, depth: bool
    ) -> None:
        self.leasts = leasts
        self.places, self.load, self.alone, self.depth = places, load, alone, depth
        self.forget()

    def forget(self) -> None:
        """Begin anew: a grid may have more ways to be built than there is memory for."""
        self.nodes = Nodes()
        self.variables = {name: self.nodes.node("name", name) for name in self.places}
        self.root: Branch | End | None = None
        self.ends = 0

    def outcomes(self, columns: dict[str, Array], size: int) -> Iterator[Outcome]:
        """The variants with these numbers, in parts that are built alike."""
        if len(self.nodes) > MOST_NODES or self.ends > MOST_ENDS:
            self.forget()
        waiting: list[tuple[Numbers, Branch | End | None]] = [(Numbers(numpy.arange(size), columns), self.root)]
        while waiting:
            numbers, at = waiting.pop()
            if at is None:
                at = self.root = self.recorded(numbers)
            while type(at) is Branch:
                numbers.compute(at.plan)
                if numbers.failed().any():
                    yield Outcome(numbers.part(numbers.failed()), ALONE)
                    numbers = numbers.part(~numbers.failed())
                    if not len(numbers.places):
                        break
                asked = numbers.known[at.node].values
                answer = asked[0].item() if isinstance(asked[0], numpy.generic) else asked[0]
                same = asked == answer
                if not same.all():
                    waiting.append((numbers.part(~same), at))
                    numbers = numbers.part(same)
                if answer not in at.ways:
                    self.recorded(numbers)
                at = at.ways[answer]
            if type(at) is End and len(numbers.places):
                numbers.compute(at.plan)
                failed = numbers.failed()
                if failed.any():
                    yield Outcome(numbers.part(failed), ALONE)
                    numbers = numbers.part(~failed)
                yield Outcome(numbers, at)

    def recorded(self, numbers: Numbers) -> Branch | End:
        """Load the first of some variants and let the tree grow by what it decides; the root."""
        point = {name: int(column[0]) for name, column in numbers.variables.items()}
        record = Record(self.nodes)
        record.least.update({self.variables[name]: least for name, least in self.leasts.items()})
        varied = Varied(
            {place: record.made(self.variables[name], point[name]) for name, place in self.places.items()}, self.depth
        )
        end = self.end(varied, point)
        self.ends += 1
        known: set[Node] = set()
        at: Branch | End | None = self.root
        before: tuple[Branch, int | bool] | None = None
        for node, answer in record.answers.items():
            if at is None:
                at = Branch(node, needed([node], known))
                self._put(before, at)
            assert type(at) is Branch
            assert at.node is node, "equal numbers were asked for different things"
            known.update(at.plan)
            before, at = (at, answer), at.ways.get(answer)
        self._put(before, end)
        assert self.root is not None
        return self.root

    def _put(self, before: tuple[Branch, int | bool] | None, at: Branch | End) -> None:
        if before is None:
            self.root = at
        else:
            before[0].ways[before[1]] = at

    def end(self, varied: Varied, point: Mapping[str, int]) -> End:
        """What the variant with these numbers comes to, as it is recorded; it is trusted as far as it is so alone."""
        try:
            figures = {
                name: shortest(value.node, self.nodes) if type(value) is Recorded else value
                for name, value in self.load(varied).items()
            }
            return End(figures, None, needed(figures.values()))
        except SpecError as error:
            message = Text(told(error), self.nodes)
        except (TypeError, ValueError, AttributeError, IndexError, KeyError, ArithmeticError):
            return ALONE  # what asks for a plain number in a way that leaves no record
        plan = needed(message.nodes)
        one = Numbers(numpy.arange(1), {name: numpy.array([value]) for name, value in point.items()})
        one.compute(plan)
        return End(None, message, plan) if self.alone(point) == message.of(one)[0] else ALONE


def told(error: SpecError) -> str:
    """What is wrong, and where: the first that ``show`` tells of a variant."""
    first = error.diagnostics[0]
    return f"{first.message}, {first.span.source.name}:{first.span.line + 1}" if first.span else first.message
