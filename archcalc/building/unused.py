"""What a file says and nothing reads: variables, blocks, defaults, inputs; and tensors that nobody reads.

"Read" means read somewhere in the text, also under a ``when`` that is false. Only tensors are judged by what was built.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archcalc.building.work import Work
from archcalc.errors import Diagnostic, nearest
from archcalc.language.mentions import Mentions, in_block, mentions, outside_blocks
from archcalc.language.parts import Document
from archcalc.language.problems import Problems
from archcalc.layers.axes import show_value

if TYPE_CHECKING:
    from archcalc.graph.network import Origin, Tensor


def tell_unused(document: Document, problems: Problems) -> None:
    """Report variables, blocks and defaults that the text never reads."""
    found = mentions(document)
    inputs = {name for item in document.inputs or () for axis in item.axes for name in axis.names()}
    for name, span in document.var_spans.items():
        if name not in found.variables and name not in inputs and not (problems and mistyped(name, found, document)):
            problems.say(f"variable '{name}' is never used", span, help="remove it, or use it")
    for name, span in document.default_spans.items():
        if not found.calls(name):
            problems.say(f"defaults for '{name}', but no step of this file is one", span)
    if document.layers is None or not document.blocks:
        return
    outside, inside = outside_blocks(document), {name: in_block(block) for name, block in document.blocks.items()}
    callers = Counter(word for found in inside.values() for word in found.words | found.variables)
    for name, block in document.blocks.items():
        if not outside.calls(name) and callers[name] == inside[name].calls(name):
            problems.say(f"block '{name}' is never used", block.span, help=f"remove it, or call it: '- {name}'")


def mistyped(name: str, found: Mentions, document: Document) -> bool:
    """Whether the text reads a similar name that no variable has: that error, told elsewhere, may be the cause."""
    return nearest(name, found.variables.difference(document.var_spans)) is not None


def tell_unread(document: Document, work: Work) -> None:
    """Report inputs and outputs that no step reads and that the network does not give."""
    network, problems = work.network, work.problems
    for tensor in network.outputs:
        tensor.read = True
    text = mentions(document)
    for item in document.inputs or ():
        tensor = network.inputs[item.name]
        if not tensor.read and id(tensor) not in work.skipped and item.name not in text.tensors:
            which = f" '{item.name}'" if document.several_inputs else ""
            problems.say(f"no step reads the input{which}", item.span)
    given = [(node.origin, node.path, node.outputs) for node in network.kept]
    given += [(origin, path, [tensor]) for tensor, path, origin in work.gathered]
    for origin, path, outputs in given:
        alone = [position for position, tensor in enumerate(outputs) if not tensor.read and not tensor.named]
        if alone:
            problems.add(unread(origin, path, alone, outputs))


def unread(origin: Origin, path: str, alone: list[int], outputs: list[Tensor]) -> Diagnostic:
    which = f"the output{'s' if len(outputs) > 1 else ''} of '{path}'"
    if len(alone) < len(outputs):
        which = f"output {', '.join(map(str, alone))} of '{path}'"
    shapes = [show_value(outputs[position].shape or ()) for position in alone]
    message = f"nobody reads {which}, {' and '.join(shapes)}"
    help = "read it with from:, or give the step a name if it is meant to stay unread"
    return Diagnostic(message, origin.span(), help=help, called_from=origin.calls)
