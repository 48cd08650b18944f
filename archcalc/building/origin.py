"""Where a node was written, and where the values of its arguments stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.building.scope import Frame, Scope, calls_of
from archcalc.errors import Span
from archcalc.language.parts import Step
from archcalc.language.values import Value

if TYPE_CHECKING:
    from archcalc.graph.provenance import Provenance

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
        from archcalc.building.written import provenance

        in_defaults = found[1] is self.defaults.get(argument)
        return provenance(*found, self.frame, None if in_defaults else (self.i, self.step.places.get("repeat")))

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
