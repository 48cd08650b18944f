"""Where a node was written, and where the values of its arguments come from: text, place, and the names they read."""

from __future__ import annotations

from typing import Any

from archcalc.building.scope import Calls, Frame, Scope, calls_of
from archcalc.building.variables import Program
from archcalc.errors import Span
from archcalc.graph.provenance import Provenance
from archcalc.language.parts import Step
from archcalc.language.values import Value
from archcalc.language.writer import value_text

DEEPEST = 20
"""How deep names within the texts of names are followed."""

NO_DEFAULTS: dict[str, Value] = {}


class StepOrigin:
    """Where a node was written: its step, the values that overrode the step's, and the block calls that led there.

    ``i`` is the repetition; ``role`` is norm or act where the node is what a step's ``norm`` or ``act`` expanded to.
    ``frame``, the block's call, is kept only for a network that is to be explained: it would outweigh the node.
    """

    __slots__ = ("step", "calls", "i", "overrides", "defaults", "role", "frame")

    def __init__(self, step: Step, scope: Scope, overrides: dict[str, Span], role: str | None = None) -> None:
        self.step, self.i, self.overrides, self.role = step, scope.i, overrides, role
        self.calls = calls_of(scope.frame)
        self.defaults = scope.frame.program.document.defaults.get(step.type or "", NO_DEFAULTS)
        self.frame: Frame | None = None

    def span(self, argument: str | None = None) -> Span:
        if argument is None:
            return self.step.span
        if argument in self.overrides:
            return self.overrides[argument]
        place = None if self.role else self.step.place(argument)
        if place is not None:
            return place
        if argument in self.defaults:
            return self.defaults[argument].span
        return self.overrides[self.role] if self.role else self.step.span

    def written(self, argument: str) -> Provenance | None:
        """An argument as its step, a repetition or ``defaults`` writes it; None for the layer's own default.

        If the network was not loaded to be explained, only the text and its place.
        """
        found = self._find(argument)
        if found is None:
            return None
        place, value, span = found
        result = Provenance(None if value is None else value_text(value), place, span, None)
        frame, repeat = self.frame, self.step.places.get("repeat")
        if value is not None and frame is not None:
            in_defaults = value is self.defaults.get(argument)
            for name in value.names():
                read = (
                    read_variable(frame.program, name, None) if in_defaults else read_name(frame, self.i, repeat, name)
                )
                result.add(name, read)
        return result

    def _find(self, argument: str) -> tuple[str, Value | None, Span] | None:
        """The place in words, the value as written if it is known, and its span. The later wins, as in expansion."""
        step, i = self.step, self.i
        if argument in self.overrides:
            span = self.overrides[argument]
            if self.role is not None:
                return f"{self.role} of the step", None, span
            if i == 0 and step.first is not None and argument in step.first:
                return "first", step.first[argument], span
            return "repeat", None if step.rows is None else step.rows[i].get(argument), span
        if self.role is None and argument in step.arguments:
            return "step", step.arguments[argument], step.arguments[argument].span
        if argument in self.defaults:
            value = self.defaults[argument]
            return f"defaults of {step.type if self.role is None else self.role}", value, value.span
        return None


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
