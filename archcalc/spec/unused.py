"""What a file says and nothing reads: variables, blocks, defaults, inputs; and tensors that nobody reads.

"Read" means read somewhere in the text, also under a ``when`` that does not hold; only tensors are judged as built.
"""

from __future__ import annotations

from collections.abc import Iterable

from archcalc.errors import Diagnostic, nearest
from archcalc.graph.network import Network, Origin, Tensor
from archcalc.layers.arguments import show_value
from archcalc.spec.document import Block, Document
from archcalc.spec.layout import printed
from archcalc.spec.problems import Problems
from archcalc.spec.steps import Step
from archcalc.spec.values import Value


class Mentions:
    """What a text reads: names in expressions, names of tensors, and words for layers and blocks."""

    __slots__ = ("variables", "tensors", "words")

    def __init__(self, values: Iterable[Value | None] = (), steps: Iterable[Step] = ()) -> None:
        self.variables: set[str] = set()
        self.tensors: set[str] = set()
        self.words: set[str] = set()
        self.add_values(values)
        self.add_steps(steps)

    def add_values(self, values: Iterable[Value | None]) -> None:
        for value in values:
            if value is not None:
                self.variables.update(value.names())
                self.words.update(value.keys())

    def add_steps(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if step.type is not None:
                self.words.add(step.type)
            for values in (step.arguments, step.first or {}, *(step.rows or ())):
                self.add_values(values.values())
            self.add_values((step.repeat, step.when, step.trainable, step.expect, step.row))
            self.tensors.update(
                reference.segments[0] for reference in (*(step.reads or ()), *filter(None, [step.share]))
            )
            self.tensors.update(node.text.split("/")[0] for node in step.literals.values())
            for inside in (step.steps or (), *(step.branches or {}).values()):
                self.add_steps(inside)

    def add(self, other: Mentions, hidden: Iterable[str] = ()) -> None:
        """Add another's, but for the names that ``hidden`` stand for something else there."""
        self.variables |= other.variables.difference(hidden)
        self.tensors |= other.tensors
        self.words |= other.words

    def calls(self, word: str) -> bool:
        """Whether a layer or block is named, by a step or as a word in an expression."""
        return word in self.words or word in self.variables


def outside_blocks(document: Document) -> Mentions:
    """What a file reads apart from its ``input`` and its blocks."""
    found = Mentions(document.vars.values(), document.layers or ())
    for values in (*document.variants.values(), *document.defaults.values()):
        found.add_values(values.values())
    return found


def in_block(block: Block) -> Mentions:
    return Mentions((*block.arguments.values(), *(block.input or ())), block.steps)


def mentions(document: Document) -> Mentions:
    """What a file reads apart from its ``input``; gathered once."""
    if document.mentions is None:
        document.mentions = found = outside_blocks(document)
        for block in document.blocks.values():
            found.add(in_block(block), hidden=block.arguments)
    return document.mentions


def tell_unused(document: Document, problems: Problems) -> None:
    """Tell of variables, blocks and defaults that the text never reads."""
    found = mentions(document)
    inputs = {name for item in document.inputs or () for axis in item.axes for name in axis.names()}
    for name, span in document.var_spans.items():
        if name not in found.variables and name not in inputs and not (problems and mistyped(name, found, document)):
            problems.say(f"variable '{name}' is never used", span, help="remove it, or use it")
    for name, span in document.default_spans.items():
        if not found.calls(name):
            problems.say(f"defaults for '{name}', but no step of this file is one", span)
    if document.layers is None:
        return
    outside = outside_blocks(document)
    for name, block in document.blocks.items():
        others = (in_block(other) for other in document.blocks.values() if other is not block)
        if not outside.calls(name) and not any(other.calls(name) for other in others):
            problems.say(f"block '{name}' is never used", block.span, help=f"remove it, or call it: '- {name}'")


def mistyped(name: str, found: Mentions, document: Document) -> bool:
    """Whether the text has a name much like it that no variable has: that error, told elsewhere, may be the cause."""
    return nearest(name, found.variables.difference(document.var_spans)) is not None


def tell_unread(
    document: Document,
    network: Network,
    gathered: Iterable[tuple[Tensor, str, Origin]],
    skipped: set[int],
    problems: Problems,
) -> None:
    """Tell of inputs and outputs that no step reads and that the network does not give."""
    for tensor in network.outputs:
        tensor.read = True
    text = mentions(document)
    for item in document.inputs or ():
        tensor = network.inputs[item.name]
        if not tensor.read and id(tensor) not in skipped and item.name not in text.tensors:
            which = f" '{item.name}'" if document.several_inputs else ""
            problems.say(f"no step reads the input{which}", item.span)
    for node in network.nodes:
        alone = [position for position, tensor in enumerate(node.outputs) if not tensor.read and not tensor.named]
        if alone:
            unread(node.origin, node.path, alone, node.outputs, network.layout, problems)
    for tensor, path, origin in gathered:
        if not tensor.read and not tensor.named:
            unread(origin, path, [0], [tensor], network.layout, problems)


def unread(origin: Origin, path: str, alone: list[int], outputs: list[Tensor], layout: str, problems: Problems) -> None:
    if len(alone) < len(outputs):
        which = f"output {', '.join(map(str, alone))} of '{path}'"
    else:
        which = f"the output{'s' if len(outputs) > 1 else ''} of '{path}'"
    shapes = [show_value(printed(outputs[position].shape or (), layout)) for position in alone]
    problems.add(
        Diagnostic(
            f"nobody reads {which}, {' and '.join(shapes)}",
            origin.span(),
            help="read it with from:, or give the step a name if it is meant to stay unread",
            called_from=origin.calls,
        )
    )
