"""A foreign network as a list of steps, one an operator: what importers of formats that name layers make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from archcalc.language.keys import RESERVED


class Value:
    """A tensor: what a step gives, or an input of the network."""

    __slots__ = ("name", "shape")

    def __init__(self, name: str | None = None, shape: tuple[int, ...] = ()) -> None:
        self.name, self.shape = name, shape


class Step(Value):
    """A layer that reads tensors and gives one, of ``shape`` if the importer has to know it.

    ``name``: what the source calls it, if it does. ``origin``: its place in the source, in words. ``share``: the step
    whose weights it uses. ``keys``: other keys of a step, such as ``trainable``.
    """

    __slots__ = ("type", "arguments", "reads", "origin", "share", "keys")

    def __init__(
        self,
        type: str,
        arguments: Mapping[str, Any],
        reads: Iterable[Value],
        *,
        name: str | None = None,
        origin: str | None = None,
        share: Step | None = None,
        **keys: Any,
    ) -> None:
        super().__init__(name)
        self.type, self.arguments, self.reads = type, dict(arguments), [*reads]
        self.origin, self.share, self.keys = origin, share, keys


class Listing:
    """The steps of a network in the order they run, its inputs by name, and what it gives."""

    __slots__ = ("name", "description", "inputs", "steps", "outputs")

    def __init__(
        self, name: str, inputs: list[Value], steps: list[Step], outputs: list[Value], description: str = ""
    ) -> None:
        self.name, self.inputs, self.steps, self.outputs = name, inputs, steps, outputs
        self.description = description


class Names:
    """Names that the language allows, each given once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, wanted: str) -> str:
        """The wanted name as the language allows it, with a number behind it if it is taken."""
        name = plain_name(wanted)
        found, number = name, 2
        while found in self._taken:
            found, number = f"{name}_{number}", number + 1
        self._taken.add(found)
        return found


def plain_name(wanted: str) -> str:
    """A name without what the language has for itself: spaces, commas, slashes, stars and brackets."""
    name = re.sub(r"[^\w.-]+", "-", wanted).strip("-.") or "step"
    if not re.match(r"[^\W\d]", name):
        name = f"step-{name}"
    return f"{name}_" if name in RESERVED else name
