"""Notes: what is right by the letter and probably not meant, with the smallest change that makes the note go.

A network that was built is walked once. Figures do not depend on what is noted, and a step with ``notes: none`` is
left alone. Few kinds, and none that a usual network would be noted for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archcalc.errors import Diagnostic, option
from archcalc.graph.features import MAKERS, Clash, clashes
from archcalc.graph.network import Network, Node
from archcalc.language.parts import Document
from archcalc.language.problems import MOST
from archcalc.layers.axes import show_value
from archcalc.layers.base import Dims

SMALLEST = 16
"""Positions along an axis of an image, at least: fewer may be anything."""

MOVING = frozenset("permute transpose reshape unflatten squeeze unsqueeze select slice split take einsum stack".split())
"""Layer types whose reading of an input's axes is deliberate."""


def find_notes(network: Network, document: Document) -> list[Diagnostic]:
    """The notes of a network, at most one for a step however often it runs, the inputs' first."""
    found = dict(enumerate(of_inputs(network, document)))
    left_out = 0
    for node, note in of_nodes(network):
        span = node.origin.span()
        place: Any = (span.source.name, span.line, span.start)
        if not node.noted or place in found:
            continue
        if len(found) < MOST:
            found[place] = note
        else:
            left_out += 1
    notes = list(found.values())
    return [*notes, Diagnostic(f"and {left_out:,} notes more")] if left_out else notes


def of_nodes(network: Network) -> Iterator[tuple[Node, Diagnostic]]:
    for clash in clashes(network):
        yield clash[0], of_clash(clash)
    for node in network.kept:
        if node.type == "group_norm" and one_value_a_group(node):
            message = f"{node.path} normalises groups of one value, which PyTorch refuses in training at batch 1"
            yield node, at(node, message, help="take fewer groups")


def one_value_a_group(node: Node) -> bool:
    values = 1
    for size in node.applied.inputs[0]:
        if type(size) is not int:
            return False
        values *= size
    return values == getattr(node.applied.layer, "groups", None)


def at(node: Node, message: str, help: str) -> Diagnostic:
    """A note at the step of a node, which shows what the node reads."""
    label = f"input is {show_value(node.applied.reads[0])}"
    return Diagnostic(message, node.origin.span(), label=label, help=help, called_from=node.origin.calls)


# Features on another axis than the one that a layer takes


def of_clash(clash: Clash) -> Diagnostic:
    """``conv1 takes axis 0 (400) for channels; embedding1 gives [T, C]``, ``linear1 runs on W (32); ...``"""
    node, taken, features, maker = clash
    x = node.applied.reads[0]
    names = letters(len(x), features)
    gives = f"{maker.path} gives [{', '.join(names)}]"
    if node.applied.layer.channel_axis is not None:
        message = f"{node.path} takes axis {taken} ({x[taken]}) for channels; {gives}"
        return at(node, message, turned(node, taken, features))
    return at(node, f"{node.path} runs on {names[taken]} ({x[taken]}); {gives}", meant(node, features, names[taken]))


def letters(rank: int, features: int) -> list[str]:
    """The axes of a tensor whose features are on that axis: T, C; C, H, W."""
    names = list({2: "T", 3: "HW", 4: "DHW"}.get(rank, "")) or [f"A{axis}" for axis in range(rank - 1)]
    return [*names[:features], "C", *names[features:]]


def turned(node: Node, taken: int, features: int) -> str:
    """How to put the features where a layer of channels takes them, and back if it leaves them there."""
    rank = len(node.applied.reads[0])
    others = [axis for axis in range(rank) if axis != features]
    layout = node.applied.layout
    if layout == "CHW" and features not in (0, rank - 1):
        return "run it on each slice: map: [...]; notes: none if it is meant"
    order = [*others[:taken], features, *others[taken:]]
    step, back = f"permute: {order}", f"permute: {sorted(range(rank), key=order.__getitem__)}"
    if rank == 2:
        step = back = "transpose: [0, 1]"
    after = "" if node.type in MAKERS or node.type.startswith("global_") else f" and '- {back}' after it"
    file = ", or say layout: HWC" if layout == "CHW" else ""
    return f"put '- {step}' before it{after}{file}; notes: none if it is meant"


def meant(node: Node, features: int, letter: str) -> str:
    """What may be meant by a layer of the last axis on ``[C, ...spatial]``."""
    rank, arguments = len(node.applied.reads[0]), node.applied.layer.arguments
    anyway = f"axis: -1 if {letter} is meant" if "axis" in arguments else f"notes: none if {letter} is meant"
    if node.type in ("layer_norm", "rms_norm", "glu"):
        return f"say axis: {features} for the channels, {anyway}"
    if node.type in ("linear", "maxout"):
        steps = ["flatten", "global_avg_pool"] if rank > 2 else ["flatten", "global_avg_pool", "transpose: [0, 1]"]
        written = [f"'- {step}'" for step in steps]
        return f"put {', '.join(written[:-1])} or {written[-1]} before it, or say {anyway}"
    before = "'- flatten: {start: 1}' and " if rank > 2 else ""
    return f"put {before}'- transpose: [0, 1]' before it; {anyway}"


# Inputs


def of_inputs(network: Network, document: Document) -> Iterator[Diagnostic]:
    """Notes of inputs that begin with a batch axis, or have their channels where the layout has none."""
    inputs = document.inputs or []
    readers: dict[int, list[Node]] = {}
    for node in network.kept:
        for number in {read.number for read in node.inputs if read.node is None}:
            readers.setdefault(number, []).append(node)
    for item, tensor in zip(inputs, network.inputs.values(), strict=True):
        shape = tensor.shape or ()
        if not all(type(size) is int for size in shape):
            continue
        found = batch(shape, item.dtype, network.layout) or misplaced(shape, network.layout)
        if found is None:
            continue
        message, help, one_sample = found
        found_there = readers.get(tensor.number, [])  # that read it, whole or a slice of it
        if found_there and all(node.noted and takes_at_its_word(node, one_sample) for node in found_there):
            yield Diagnostic(message, item.span, help=f"{help}; notes: none on the step that reads it if it is meant")


def takes_at_its_word(node: Node, one_sample: bool) -> bool:
    """Whether a reader does with the axes what it would without a batch, and says nothing of how many there are."""
    layer, kernel = node.applied.layer, node.applied.layer.given.get("kernel")
    if node.body is not None or (isinstance(kernel, (list, tuple)) and len(kernel) == 3):
        return False
    return layer.channel_axis == 0 or (one_sample and layer.channel_axis is None and node.type not in MOVING)


def batch(shape: Dims, dtype: str, layout: str) -> tuple[str, str, bool] | None:
    """``[1, 3, 224, 224]``, ``[8, 3, 32, 32]``, tokens as ``[1, 512]``: message, help, whether the batch is 1."""
    if len(shape) == 4:
        channels, positions = (shape[1], shape[2:]) if layout == "CHW" else (shape[3], shape[1:3])
        one = shape[0] == 1 and channels <= 4
        square = positions[0] == positions[1] and channels in (1, 3) and layout == "CHW"
        if min(positions) < SMALLEST or not (one or square):
            return None
    elif not (len(shape) == 2 and "int" in dtype and shape[0] == 1 < shape[1]):
        return None
    message = f"the input {show_value(shape)} begins with {shape[0]}, as a batch would: a shape has no batch axis"
    batch = f", and {option('batch', str(shape[0]))}" if shape[0] != 1 else ""
    return message, f"write {show_value(shape[1:])}{batch}", shape[0] == 1


def misplaced(shape: Dims, layout: str) -> tuple[str, str, bool] | None:
    """``[224, 224, 3]`` where channels come first, ``[3, 224, 224]`` where they come last: message, help."""
    if len(shape) != 3:
        return None
    *positions, channels = shape if layout == "CHW" else [*shape[1:], shape[0]]
    if channels not in (1, 3) or min(positions) < SMALLEST:
        return None
    right = [channels, *positions] if layout == "CHW" else [*positions, channels]
    where, other = ("last", "HWC") if layout == "CHW" else ("first", "CHW")
    message = f"the input {show_value(shape)} looks as if its channels came {where}; the layout is {layout}"
    return message, f"write {show_value(right)}, or layout: {other}", False
