"""What a text reads: names in expressions, names of tensors, and words for layers and blocks."""

from __future__ import annotations

from collections.abc import Iterable

from archcalc.language.names import Reference
from archcalc.language.parts import Block, Document, Step
from archcalc.language.problems import Problems
from archcalc.language.values import Value


class Mentions:
    """The names and words that values and steps read."""

    __slots__ = ("variables", "tensors", "words", "reached")

    def __init__(self, values: Iterable[Value | None] = (), steps: Iterable[Step] = ()) -> None:
        self.variables: set[str] = set()
        self.tensors: set[str] = set()
        self.words: set[str] = set()
        self.reached: set[str] = set()  # steps of which a path or shared weights single out what is inside
        self.add_values(values)
        self.add_steps(steps)

    def add_values(self, values: Iterable[Value | None]) -> None:
        for value in values:
            if value is not None and not value.is_constant:
                self.variables.update(value.names())
                self.words.update(value.keys())

    def add_steps(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if step.type is not None:
                self.words.add(step.type)
            for values in (step.arguments, step.first or {}, *(step.rows or ())):
                self.add_values(values.values())
            self.add_values(step.values.values())
            for reference in step.reads or ():
                self.add_reference(reference)
            if step.share is not None:
                self.add_reference(step.share)
                self.reached.add(step.share.segments[0])
            for node in step.literals.values():
                self.add_reference(Reference(node, Problems()))
            for inside in (step.steps or (), *(step.branches or {}).values()):
                self.add_steps(inside)

    def add_reference(self, reference: Reference) -> None:
        first, *inside = reference.segments
        self.add_values([reference.index])
        self.tensors.add(first)
        if inside:
            self.reached.add(first)

    def add(self, other: Mentions, hidden: Iterable[str] = ()) -> None:
        """Add another's, except the names that are ``hidden``: they stand for something else there."""
        self.variables |= other.variables.difference(hidden)
        self.tensors |= other.tensors
        self.words |= other.words
        self.reached |= other.reached

    def calls(self, word: str) -> bool:
        """Whether a step, or a word in an expression, names a layer or block."""
        return word in self.words or word in self.variables


def outside_blocks(document: Document) -> Mentions:
    """What a file reads outside of its ``input`` and its blocks."""
    found = Mentions(document.vars.values(), document.layers or ())
    for values in (*document.variants.values(), *document.defaults.values()):
        found.add_values(values.values())
    return found


def in_block(block: Block) -> Mentions:
    return Mentions((*block.arguments.values(), *(block.input or ())), block.steps)


def mentions(document: Document) -> Mentions:
    """What a file reads outside of its ``input``; gathered once."""
    found: Mentions | None = document.mentions
    if found is None:
        document.mentions = found = outside_blocks(document)
        for block in document.blocks.values():
            found.add(in_block(block), hidden=block.arguments)
    return found
