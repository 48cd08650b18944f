"""Steps added one by one, with the shapes that they give: an importer has to know some of them to say what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from archcalc.errors import RuleError
from archcalc.graph.inference import Applied
from archcalc.importers.steps import Step, Value
from archcalc.layers import find
from archcalc.meter import charge

STEP = 40
"""Units of work that a step takes here."""


class Builder:
    """The steps of a network so far. ``origin``: the place in the source of those that are added next."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.origin: str | None = None

    def add(
        self,
        type: str,
        reads: Iterable[Value],
        arguments: Mapping[str, Any] | None = None,
        *,
        name: str | None = None,
        share: Step | None = None,
        **keys: Any,
    ) -> Step:
        """A step at the end. What is wrong with it the loader tells: its shape is then unknown."""
        charge(STEP)
        step = Step(type, arguments or {}, reads, name=name, origin=self.origin, share=share, **keys)
        step.shape = shape_of(step)
        self.steps.append(step)
        return step


def shape_of(step: Step) -> tuple[int, ...]:
    """What the rules of its layer say that a step gives; nothing where they do not hold, or nothing is known."""
    if step.type == "custom":
        return tuple(step.arguments["out"])
    known = [value.shape for value in step.reads]
    if not all(known):
        return ()
    try:
        return Applied(find(step.type)(**step.arguments), tuple(known)).gives[0]
    except RuleError:
        return ()
