"""From a layer step to nodes of the graph: its arguments, its inputs checked against what it reads, norm and act."""

from __future__ import annotations

from typing import Any

from archcalc.building.calls import call
from archcalc.building.origin import NO_DEFAULTS, StepOrigin
from archcalc.building.scope import Result, Scope
from archcalc.building.tensors import what_is_read
from archcalc.building.variables import Program
from archcalc.building.work import CHARACTERS, LAYER, TENSOR, Work
from archcalc.errors import Diagnostic, RuleError, Span, SpecError, nearest
from archcalc.graph.inference import Applied, reading
from archcalc.graph.network import Body, Node, Tensor
from archcalc.language import foreign
from archcalc.language.expressions import Mapping
from archcalc.language.keys import LISTS
from archcalc.language.parts import ANY, Block, Step
from archcalc.language.problems import Problems, Unknown
from archcalc.language.values import Placed
from archcalc.language.words import find_word, foreign_step, known_word
from archcalc.language.yaml_nodes import node_at
from archcalc.layers.axes import show_value
from archcalc.layers.base import Computed, Dims, Layer, SameAs

MEETING = ("concat", "stack", "add", "sub", "mul", "div")
"""Layers of tensors whose sizes must be equal."""

SHOWN = 4
"""Inputs that the error of a rule shows."""

ROLES = ("norm", "act")
"""Arguments that expand to nodes of their own; act reads what norm gives."""


def run_layer(
    work: Work, step: Step, scope: Scope, result: Result, values: dict[str, Any], places: dict[str, Span]
) -> list[Tensor]:
    """A layer, and the ``norm`` and ``act`` that it expands to."""
    assert step.layer is not None
    inputs = scope.prev
    if step.layer.reads == (0,):
        if step.reads is not None:
            raise SpecError(Diagnostic(f"{step.type} reads nothing", step.places["from"]))
        inputs = []
    if len(inputs) == 1 and step.passes_one:
        return inputs
    outputs = apply(work, step.layer, values, inputs, result, StepOrigin(step, scope, places), scope)
    work.network.kept[result.start].name = step.name
    return outputs


def apply(
    work: Work,
    layer_type: type[Layer],
    values: dict[str, Any],
    inputs: list[Tensor],
    result: Result,
    origin: StepOrigin,
    scope: Scope,
) -> list[Tensor]:
    """The node of a layer, and those of its ``norm`` and ``act``, each read by the next."""
    roles = [(role, values.pop(role, None)) for role in ROLES] if "norm" in layer_type.arguments else []
    outputs = add_node(work, layer_type, values, inputs, result.path, origin, scope)
    for role, value in roles:
        if value is not None:
            result.children = result.children or {}
            inner = result.children[role] = work.begin(f"{result.path}/{role}", origin.span(role))
            given = work.deeper(origin.span(role), run_role, work, role, value, outputs, inner, origin, scope)
            outputs = work.end(inner, given)
    return outputs


def run_role(
    work: Work, role: str, value: Any, inputs: list[Tensor], result: Result, origin: StepOrigin, scope: Scope
) -> list[Tensor]:
    """The layer or block that ``norm`` or ``act`` names: relu, {leaky_relu: 0.2}."""
    program, place = scope.frame.program, origin.span(role)
    word, body = value, None
    if isinstance(value, Mapping):
        if len(value) != 1:
            raise SpecError(Diagnostic(f"{role} takes one layer, such as {{leaky_relu: 0.2}}", place))
        ((word, body),) = value.items()
        place = value.span(word) if isinstance(value, Placed) else place
    if not isinstance(word, str) or word in LISTS:
        message = f"{role} takes a layer, {{layer: arguments}} or none, not {show_value(word)}"
        raise SpecError(Diagnostic(message, place))
    problems = Problems()
    at = value.node.value[word][0] if isinstance(value, Placed) else place
    found = known_word(program.document, str(word), at, problems)
    if found is None and isinstance(value, Placed):  # with what is wrong with its arguments
        foreign_step(program.document, str(word), at, value.node.value[word][1], problems)
    elif found is None:
        find_word(program.document, str(word), at, problems)
    problems.stop()
    if found is None:
        raise Unknown
    values, places = dict(program.defaults(word)), {role: place}
    if isinstance(body, Mapping):
        for name, item in body.items():
            at = body.span(name) if isinstance(body, Placed) else place
            if name not in found.arguments or (isinstance(found, Block) and name in found.literal):
                raise SpecError(no_argument(word, name, found, body, place))
            values[name], places[name] = item, at
    elif body is not None:
        if found.obvious is None:
            raise SpecError(Diagnostic(f"{word} has no one argument that a bare value sets", place))
        values[found.obvious], places[found.obvious] = body, place
    if isinstance(found, Block):
        before, scope.prev = scope.prev, inputs
        try:
            return call(work, found, scope, result, values, {}, place)
        finally:
            scope.prev = before
    where = StepOrigin(origin.step, scope, places, role)
    where.defaults = program.document.defaults.get(word, NO_DEFAULTS)
    return apply(work, found, values, inputs, result, where, scope)


def no_argument(word: str, name: str, found: Block | type[Layer], body: Mapping, place: Span) -> Diagnostic:
    """The error of an argument in ``act: {leaky_relu: {negative_slope: 0.2}}``, at its key."""
    key, value = body.node.value[name] if isinstance(body, Placed) else (node_at(place, name, name), None)
    message = f"{word} has no argument '{name}' here"
    told = foreign.argument(word, key, value, found.arguments) if name not in found.arguments else None
    if told is not None:
        return Diagnostic(message, key.span, label=told.diagnostic.label, help=told.diagnostic.help)
    close = None if name in found.arguments else nearest(name, found.arguments)
    known = f"its arguments are {', '.join(found.arguments)}" if found.arguments else "it takes none"
    return Diagnostic(message, key.span, label=f"write '{close}'" if close else "", help=None if close else known)


def add_node(
    work: Work,
    layer_type: type[Layer],
    values: dict[str, Any],
    inputs: list[Tensor],
    path: str,
    origin: StepOrigin,
    scope: Scope,
) -> list[Tensor]:
    """One node: the layer is made, its inputs are checked against what it reads, its rules run."""
    inference, network = work.inference, work.network
    try:
        layer = inference.layer(layer_type, given_arguments(layer_type, values, scope.frame.program))
    except RuleError as error:
        raise SpecError(Diagnostic(str(error), origin.span(error.argument or origin.role), help=error.help)) from None
    shapes = tuple([tensor.shape for tensor in inputs if tensor.shape is not None])
    if len(shapes) < len(inputs):
        raise Unknown
    try:
        if len(inputs) not in layer_type.reads:
            raise RuleError(wrong_number(layer_type, inputs, scope, origin))
        applied = inference.apply(layer, shapes)
    except RuleError as error:
        diagnostic = rule_broken(error, shapes, origin)
        does_not_fit = error.argument == "kernel"  # a window, into what it slides over
        if does_not_fit or nearly_meet(layer_type.type_name, shapes, network.layout):
            work.problems.apart = work.problems.apart or diagnostic
        raise SpecError(diagnostic) from None
    if scope.frame.program.document.layout == ANY:
        hold_order(layer, applied, origin)
    work.charge_row(row_work(path, inputs, applied, scope.body), origin.step.span)
    if work.explained:
        origin.frame = scope.frame
    node = Node(path, None, origin, applied, inputs, scope.body)
    for tensor in inputs:
        tensor.read = True
    network.add(node)
    return node.outputs


def row_work(path: str, inputs: list[Tensor], applied: Applied, body: Body | None) -> int:
    """The units of work that a layer and its row take: more for long paths, many tensors and huge sizes."""
    characters = len(path) + applied.characters
    for tensor in inputs:
        characters += CHARACTERS if tensor.node is None else CHARACTERS + len(tensor.node.path)
    return LAYER + TENSOR * len(applied.gives) + characters // CHARACTERS + (body.work if body else 0)


def hold_order(layer: Layer, applied: Applied, origin: StepOrigin) -> None:
    """Raise SpecError for an argument that counts on the order of an image's axes, which a file of layout any leaves
    open.
    """
    images = [shape for shape in (*applied.reads, *applied.gives) if len(shape) > 2]
    flat = all(len(shape) == 1 for shape in applied.gives)  # what makes all axes one may do so in any order
    for name in layer.axes_named if images else ():
        given = name in layer.given
        value = layer.given.get(name, None if flat else layer.arguments[name][1])
        said = value if isinstance(value, (list, tuple)) else [value]
        if any(type(axis) is int for axis in said):
            axis = name if given else f"{name}, {show_value(value)} unless it is given,"
            message = f"{axis} counts on the order of {show_value(images[0])}, which a file of layout: any leaves open"
            help = "an axis may be called channels; else say layout: CHW or HWC"
            raise SpecError(Diagnostic(message, origin.span(name if given else None), help=help))


def nearly_meet(merge: str, shapes: tuple[Dims, ...], layout: str) -> bool:
    """Whether sizes differ as rounding makes them differ: in spatial axes, by less than a factor of two."""
    if (
        merge not in MEETING
        or len(shapes) < 2
        or not shapes[0]
        or len({len(shape) for shape in shapes}) != 1
        or not all(map(whole_numbers, shapes))
    ):
        return False
    spatial = [*zip(*shapes, strict=True)]
    channels = spatial.pop(0 if layout == "CHW" else -1)
    apart = [sizes for sizes in spatial if len({*sizes}) > 1]
    return (
        bool(apart)
        and (merge == "concat" or len({*channels}) == 1)
        and all(max(sizes) < 2 * min(sizes) for sizes in apart)
    )


def differ_in_space(shape: Dims, expected: Dims, layout: str) -> bool:
    """Whether a shape differs from what is expected in its spatial axes alone, as an input of another size may mend."""
    if len(shape) != len(expected) or len(shape) < 2 or not (whole_numbers(shape) and whole_numbers(expected)):
        return False
    channels = 0 if layout == "CHW" else -1
    return bool(shape[channels] == expected[channels])


def whole_numbers(shape: Dims) -> bool:
    return all(type(size) is int for size in shape)


def given_arguments(layer_type: type[Layer], values: dict[str, Any], program: Program) -> dict[str, Any]:
    """The arguments without those that ``none`` leaves to the layer. Raises RuleError where none has no meaning."""
    if None not in values.values():
        return values
    undone = program.defaults(layer_type.type_name)
    for name, value in values.items():
        argument, default = layer_type.arguments[name]
        if value is None and name not in undone and not (default is None or isinstance(default, (SameAs, Computed))):
            raise RuleError(f"{name} takes {argument.describe}, not none", name)
    return {name: value for name, value in values.items() if value is not None}


def rule_broken(error: RuleError, shapes: tuple[Dims, ...], origin: StepOrigin) -> Diagnostic:
    """The error of a rule at its place."""
    message, inputs = str(error), list(map(show_value, shapes[: SHOWN + 1]))
    label = f"inputs are {', '.join(inputs[:SHOWN])}{', ...' if len(inputs) > SHOWN else ''}"
    if all(shape in message for shape in inputs):
        label = ""
    elif len(inputs) == 1:
        label = f"input is {inputs[0]}"
    return Diagnostic(message, origin.span(error.argument or origin.role), label=label, help=error.help)


def wrong_number(layer_type: type[Layer], inputs: list[Tensor], scope: Scope, origin: StepOrigin) -> str:
    """``conv reads one tensor, prev is 3 (b1, b3, pool): merge them, or say from:``"""
    reads = f"{layer_type.type_name} reads {reading(layer_type)}"
    said = origin.step.reads is not None and origin.role is None
    found = what_is_read(inputs, scope, "from" if said else "prev")
    if len(inputs) == 1:
        return f"{reads}; {found}"
    fix = ": merge them" if 1 in layer_type.reads and inputs else ""
    return f"{reads}, {found}{fix}{', or say from:' if fix and not said else ''}"
