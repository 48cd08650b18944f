"""Where the value of a layer's argument comes from: its text and place, and the names that it reads with theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import Span
from archcalc.graph.written import Written
from archcalc.spec.scope import Calls, Frame
from archcalc.spec.values import Value
from archcalc.spec.variables import Program

if TYPE_CHECKING:
    from archcalc.spec.nodes import StepOrigin

DEEPEST = 20
"""Names within the texts of names that are followed."""


def written(origin: StepOrigin, argument: str) -> Written | None:
    """An argument of a node as its step, a repetition or ``defaults`` writes it; None for the layer's own default.

    Of a network that was not loaded to be explained, the text and its place alone.
    """
    found = find(origin, argument)
    if found is None:
        return None
    place, value, span = found
    result = Written(None if value is None else text_of(value), place, span, None)
    frame = origin.frame
    if value is None or frame is None:
        return result
    if value is origin.defaults.get(argument):
        read_variables(result, value, frame.program, 0)
    else:
        for name in value.names():
            read = read_name(frame, origin.i, origin.step.places.get("repeat"), name)
            if read is not None:
                result.reads[name] = read
    return result


def find(origin: StepOrigin, argument: str) -> tuple[str, Value | None, Span] | None:
    """The place in words, the value as written where it is known, and its span. The later wins, as in expansion."""
    step, i = origin.step, origin.i
    if argument in origin.overrides:
        span = origin.overrides[argument]
        if origin.role is not None:
            return f"{origin.role} of the step", None, span
        if i == 0 and step.first is not None and argument in step.first:
            return "first", step.first[argument], span
        return "repeat", None if step.rows is None else step.rows[i].get(argument), span
    if origin.role is None and argument in step.arguments:
        return "step", step.arguments[argument], step.arguments[argument].span
    if argument in origin.defaults:
        value = origin.defaults[argument]
        return f"defaults of {step.type if origin.role is None else origin.role}", value, value.span
    return None


def read_name(frame: Frame, i: Any, repeat: Span | None, name: str, depth: int = 0) -> Written | None:
    """A name that an expression in a block's call reads; None for a word or a tensor."""
    block, waiting = frame.block, frame.waiting.get(name)
    if waiting is not None:
        found = Written(text_of(waiting), "default of an argument", waiting.span, frame.lookup(name))
        for inner in waiting.names() if depth < DEEPEST else ():
            read = read_name(frame, None, None, inner, depth + 1)
            if read is not None:
                found.reads[inner] = read
        return found
    if block is not None and name in frame.values and frame.calls is not None:
        return Written(None, f"argument of block '{block.name}', called at", frame.calls.span, frame.values[name])
    if block is not None and name in frame.sizes:
        span = next((axis.span for axis in block.input or () if axis.name == name), None)
        return Written(None, f"axis of what block '{block.name}' reads", span, frame.sizes[name])
    if name == "i" and i is not None:
        return Written(None, "repetition, from 0", repeat, i)
    return read_variable(frame.program, name, frame.calls, depth)


def read_variable(program: Program, name: str, call: Calls | None, depth: int) -> Written | None:
    """A variable of the file; None for a word or a tensor."""
    if not program.has(name):
        return None
    value = program.written(name)
    if value is None:
        block, span = (call.block, call.span) if call else ("", None)
        return Written(None, f"argument of '{block}', called at", span, program.value(name))
    found = Written(text_of(value), place_of(program, name, value), value.span, program.value(name))
    if depth < DEEPEST:
        read_variables(found, value, program, depth + 1)
    return found


def read_variables(found: Written, value: Value, program: Program, depth: int) -> None:
    for name in value.names():
        read = read_variable(program, name, None, depth)
        if read is not None:
            found.reads[name] = read


def place_of(program: Program, name: str, value: Value) -> str:
    """Which part of the file, or of the command line, gives a variable its value."""
    document = program.document
    if document.vars.get(name) is value:
        return "vars"
    variants = [variant for variant, values in document.variants.items() if values.get(name) is value]
    return f"variant {variants[0]}" if variants else "--set"


def text_of(value: Value) -> str:
    """A value as a person would write it on one line."""
    if value.items is not None:
        return f"[{', '.join(map(text_of, value.items))}]"
    if value.entries is not None:
        return f"{{{', '.join(f'{name}: {text_of(entry)}' for name, entry in value.entries.items())}}}"
    return value.text
