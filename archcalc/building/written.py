"""What a value was computed from, as explain tells it: its text, its place, and the names that it reads."""

from __future__ import annotations

from typing import Any

from archcalc.building.scope import Calls, Frame
from archcalc.building.variables import Program
from archcalc.errors import Span
from archcalc.graph.provenance import Provenance
from archcalc.language.values import Value
from archcalc.language.writer import value_text

DEEPEST = 20
"""How deep names within the texts of names are followed."""


def provenance(
    place: str, value: Value | None, span: Span, frame: Frame | None, repetition: tuple[Any, Span | None] | None
) -> Provenance:
    """A value with the names that it reads, if ``frame`` is kept; ``repetition`` is None for one of ``defaults``."""
    found = Provenance(None if value is None else value_text(value), place, span, None)
    for name in value.names() if value is not None and frame is not None else ():
        assert frame is not None
        read = read_name(frame, *repetition, name) if repetition else read_variable(frame.program, name, None)
        found.add(name, read)
    return found


def read_name(frame: Frame, i: Any, repeat: Span | None, name: str, depth: int = 0) -> Provenance | None:
    """A name that an expression in a block's call reads; None for a word or a tensor."""
    block, waiting = frame.block, frame.waiting.get(name)
    if waiting is not None:
        found = Provenance(value_text(waiting), "default of an argument", waiting.span, frame.value(name))
        for inner in waiting.names() if depth < DEEPEST else ():
            found.add(inner, read_name(frame, None, None, inner, depth + 1))
        return found
    if block is not None and name in frame.values and frame.calls is not None:
        value = frame.values[name]
        if name in block.arguments:
            return Provenance(None, f"argument of block '{block.name}', called at", frame.calls.span, value)
        span = next((axis.span for axis in block.input or () if axis.name == name), None)
        return Provenance(None, f"axis of what block '{block.name}' reads", span, value)
    if name == "i" and i is not None:
        return Provenance(None, "repetition, from 0", repeat, i)
    return read_variable(frame.program, name, frame.calls, depth)


def read_variable(program: Program, name: str, call: Calls | None, depth: int = 0) -> Provenance | None:
    """A variable of the file; None for a word or a tensor."""
    if not program.has(name):
        return None
    value = program.written(name)
    if value is None:
        block, span = (call.block, call.span) if call else ("", None)
        return Provenance(None, f"argument of '{block}', called at", span, program.value(name))
    found = Provenance(value_text(value), place_of(program, name, value), value.span, program.value(name))
    for inner in value.names() if depth < DEEPEST else ():
        found.add(inner, read_variable(program, inner, None, depth + 1))
    return found


def place_of(program: Program, name: str, value: Value) -> str:
    """Which part of the file, or of the command line, gives a variable its value."""
    document = program.document
    if document.vars.get(name) is value:
        return "vars"
    variants = [variant for variant, values in document.variants.items() if values.get(name) is value]
    return f"variant {variants[0]}" if variants else "--set"
