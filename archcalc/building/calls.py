"""A call of a block: its arguments, the names of its ``input:``, the file it is written in."""

from __future__ import annotations

from typing import Any

from archcalc.building.inputs import check_variables
from archcalc.building.scope import Calls, Frame, Result, Scope, calls_of
from archcalc.building.tensors import shape_of, the_one, unknown_among, what_is_read
from archcalc.building.variables import Program
from archcalc.building.work import Work
from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.graph.network import Tensor
from archcalc.language.names import Reference
from archcalc.language.parts import Block, Document
from archcalc.language.problems import Problems, Unknown
from archcalc.language.values import Value, equal
from archcalc.language.yaml_nodes import Node
from archcalc.layers.axes import count, show_value

DEEPEST = 1000
"""Block calls within one another."""


def call(
    work: Work,
    block: Block,
    scope: Scope,
    result: Result,
    values: dict[str, Any],
    literals: dict[str, Node],
    place: Span,
) -> list[Tensor]:
    """A block's steps on prev. ``literals``: the arguments that are not values, namely tensors and a file's variant."""
    caller = scope.frame
    if caller.depth >= DEEPEST:
        help = f"end the recursion of '{block.name}' with a when:"
        work.problems.halt(f"blocks call one another more than {DEEPEST:,} deep", place, help=help)
    work.meter.charge(len(block.arguments) + len(block.input or ()), place)
    calls = Calls(block.name, place, caller.calls)
    if block.whole_file:
        frame = Frame(imported(block, values, literals), block, calls, caller)
        give_inputs(block, frame, scope, place)
    else:
        missing = [name for name in block.required if name not in values and name not in literals]
        if missing:
            words = ", ".join(f"'{name}'" for name in missing)
            raise SpecError(Diagnostic(f"block '{block.name}' needs {words}", place))
        frame = Frame(program_of(work, block.document, caller), block, calls, caller)
        frame.values = values
        frame.waiting = {
            name: value for name, value in block.arguments.items() if value is not None and name not in values
        }
        for name in block.tensors:
            frame.tensors[name] = scope.tensors(Reference(literals[name], Problems()))
        if block.input is not None:
            bind_input(block, block.input, frame, scope, place)
    inner = Scope(frame, None, f"{result.path}/", scope.prev, None, scope.body)
    result.children = inner.results
    return work.run_inside(place, block.steps, inner)


def program_of(work: Work, document: Document, caller: Frame) -> Program:
    """The variables that a block sees: its file's, with the caller's values if that is the same file."""
    if document is caller.program.document:
        return caller.program
    if document not in work.programs:
        work.programs[document] = Program(document)
    return work.programs[document]


def imported(block: Block, values: dict[str, Any], literals: dict[str, Node]) -> Program:
    """An imported file with its variables as the call gives them."""
    variant = block.variant
    if "variant" in literals:
        node = literals["variant"]
        variant = node.text
        if variant not in block.document.variants:
            known = ", ".join(block.document.variants)
            raise SpecError(
                Diagnostic(f"{block.name} has no variant '{variant}'", node.span, help=f"its variants are {known}")
            )
    return Program(block.document, variant, values)


def give_inputs(block: Block, frame: Frame, scope: Scope, place: Span) -> None:
    """An imported file's ``input`` is what the call reads."""
    document, inputs = block.document, scope.prev
    expected = document.inputs or []
    if unknown_among(inputs):
        raise Unknown
    if len(inputs) != len(expected):
        names = f" ({', '.join(item.name for item in expected)})" if document.several_inputs else ""
        message = f"{block.name} reads {count(len(expected), 'tensor')}{names}, {what_is_read(inputs, scope)}"
        raise SpecError(Diagnostic(message, place))
    if document.several_inputs:
        frame.tensors = {item.name: [tensor] for item, tensor in zip(expected, inputs, strict=True)}
    for item, tensor in zip(expected, inputs, strict=True):
        assert tensor.shape is not None
        try:
            check_variables(frame.program, item, tensor.shape, lambda name, size: f"give it {name}: {size}")
        except SpecError as error:
            for diagnostic in error.diagnostics:
                diagnostic.called_from = tuple(calls_of(frame))
            raise


def bind_input(block: Block, axes: list[Value], frame: Frame, scope: Scope, place: Span) -> None:
    """Bind the names of ``input: [C, H, W]``, then check its other axes against the shape that is read."""
    given = the_one(scope, f"block '{block.name}'", place)
    shape = given.shape
    if shape is None:
        raise Unknown
    if len(shape) != len(axes):
        written = "[" + ", ".join(value.text for value in axes) + "]"
        message = f"block '{block.name}' reads {written}, it is given {shape_of(given)}"
        raise SpecError(Diagnostic(message, place))
    fixed = []
    for axis, (value, size) in enumerate(zip(axes, shape, strict=True)):
        name = value.name
        if name is None or name in frame.values or name in block.arguments or frame.program.has(name):
            fixed.append((axis, value, size))
        else:
            frame.values[name] = size
    for axis, value, size in fixed:
        expected = value.evaluate(frame)
        if not equal(expected, size):
            raise SpecError(axis_differs(block, frame, value, axis, expected, size))


def axis_differs(block: Block, frame: Frame, value: Value, axis: int, expected: Any, size: Any) -> Diagnostic:
    name = value.name
    if name is not None and name not in block.arguments and frame.program.has(name):
        message = (
            f"'{name}' is a variable of this file ({show_value(expected)}), so this holds the axis to it: rename one"
        )
        return Diagnostic(message, value.span, label=f"this axis is {size}", called_from=calls_of(frame))
    message = f"block '{block.name}' reads {show_value(expected)} on axis {axis}, it is given {size}"
    return Diagnostic(message, value.span, called_from=calls_of(frame))
