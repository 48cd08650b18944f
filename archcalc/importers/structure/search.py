"""The shortest description of a graph that can be proved: which modules are blocks is tried, longest gain first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from archcalc.importers.graphs.graph import Graph
from archcalc.importers.graphs.proof import Proof, prove
from archcalc.importers.rewriting import rewritten
from archcalc.importers.structure.building import PATTERN, Builder, Choice, Group
from archcalc.importers.structure.layout import Line
from archcalc.importers.structure.slots import Apart
from archcalc.importers.structure.writing import Writer
from archcalc.meter import Meter, OutOfWork, charge, metered

SEARCH = 500_000
"""Units of work that the search may take; the shortest text until then is taken."""

MOST_TRIES = 60
"""Descriptions that are tried."""

WORDS_A_LINE = 10
"""Words that are as much to read as a line."""

NAME = 7
"""Lines that a name is as much to read as."""

AGAIN = 3
"""Calls in a row that make a block, whatever it costs."""

FALLBACKS = (
    Choice(blocks=False),
    Choice(blocks=False, regions=False),
    Choice(blocks=False, regions=False, fused=False),
)
"""What is written where a description cannot be proved, down to the list of layers."""


class Description(NamedTuple):
    """A text, how long it is to read, how it came about, and where in the file each line comes from."""

    length: float
    text: str
    places: list[str]
    choice: Choice
    builder: Builder
    calls: dict[str, int]


class Spec(NamedTuple):
    """What was written, where in the file each line comes from, and the proof.

    ``folded``: how much, from 0 (a list of layers) on.
    """

    text: str
    places: list[str]
    proof: Proof
    folded: int


def described(graph: Graph, choice: Choice) -> Description:
    """The text of a graph in one way. Raises Apart where it cannot be said so."""
    builder = Builder(graph, choice)
    writer = Writer(builder, builder.build())
    lines = writer.lines()
    text = "\n".join(lines) + "\n"
    return Description(length(text), text, [*map(place, lines)], choice, builder, dict(writer.calls))


def place(line: str) -> str:
    return line.place if isinstance(line, Line) else ""


def length(text: str) -> float:
    """How much a text is to read: lines, words, and names that one has to remember."""
    words = len(re.findall(r"[\w.]+", text))
    return text.count("\n") + words / WORDS_A_LINE + NAME * text.count(" name: ")


def shortest(graph: Graph) -> Description:
    """The shortest text that inlining classes one by one finds, as long as the work for it lasts."""
    first = described(graph, Choice())
    meter, found = Meter(SEARCH), [first]
    with suppress(OutOfWork), metered(meter):
        other = described(graph, Choice(singles=True))
        for start in [first] if other.text == first.text else [first, other]:
            found.extend(descent(graph, start))
    charge(min(SEARCH, SEARCH - meter.left))
    return min(found, key=lambda one: one.length)


def descent(graph: Graph, best: Description) -> Iterator[Description]:
    """Ever shorter texts, each with one class more that is written where it stands."""
    yield best
    tried = {best.choice}
    gains = True
    while gains and len(tried) < MOST_TRIES:
        gains = False
        for group in candidates(best):
            choice = best.choice._replace(inlined=best.choice.inlined | {group})
            if choice in tried or len(tried) >= MOST_TRIES:
                continue
            tried.add(choice)
            try:
                found = described(graph, choice)
            except Apart:
                continue
            if found.length < best.length:
                best, gains = found, True
                yield best


def candidates(best: Description) -> Iterator[Group]:
    """The classes that may be written where they stand, those that are called least first."""
    calls: dict[Group, int] = {}
    longest: dict[Group, int] = {}
    for block in best.builder.blocks:
        times = best.calls.get(block.name, 0)
        if times:
            calls[block.group] = calls.get(block.group, 0) + times
            longest[block.group] = max(longest.get(block.group, 0), block.longest)
    for group in sorted(calls, key=lambda one: (calls[one], one)):
        if len(group) > 1 or group == PATTERN or longest[group] < AGAIN:
            yield group


def spec_of(graph: Graph, name: str = "converted.yaml") -> Spec:
    """The text of a graph as a spec, with its proof: folded as far as it can be proved."""
    read, graph = graph, rewritten(graph)
    for choice in choices(graph):
        try:
            text, places, proof = proved(graph, choice, name)
        except Apart:
            continue
        if not proof.differences:
            left = len(FALLBACKS) - (FALLBACKS.index(choice) + 1 if choice in FALLBACKS else 0)
            return Spec(text, places, proof, left)
    return Spec(*proved(read, FALLBACKS[-1], name), 0)


def choices(graph: Graph) -> Iterator[Choice]:
    """Ways of writing a graph until one is proved: the shortest, it without one class of blocks, then with less."""
    try:
        best = shortest(graph)
        yield best.choice
        for group in dict.fromkeys(block.group for block in best.builder.blocks):
            yield best.choice._replace(inlined=best.choice.inlined | {group})
    except Apart:
        pass
    yield from FALLBACKS[:-1]


def proved(graph: Graph, choice: Choice, name: str) -> tuple[str, list[str], Proof]:
    """The text in one way, its places and its proof. Raises Apart."""
    found = described(graph, choice)
    return found.text, found.places, prove(graph, found.text, name)
