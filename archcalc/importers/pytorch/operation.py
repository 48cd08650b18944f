"""An operator of PyTorch with its arguments, as the rules of operators see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from archcalc.importers.graphs.recorder import Recorder
from archcalc.importers.graphs.samples import Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.layers.base import Arguments


class Operation:
    """``name`` without its overload; ``arguments`` by PyTorch's names; ``shapes`` are what the file says of outputs.

    Those shapes are taken for constants alone: for every other tensor our own rules say them. ``read`` tells which of
    the outputs something reads.
    """

    __slots__ = ("name", "arguments", "recorder", "shapes", "read", "sibling")

    def __init__(
        self,
        name: str,
        arguments: Arguments,
        recorder: Recorder,
        shapes: Sequence[tuple[int, ...] | None],
        read: Sequence[bool],
        sibling: Callable[[Tensor, str], Any],
    ) -> None:
        self.name, self.arguments, self.recorder = name, arguments, recorder
        self.shapes, self.read, self.sibling = shapes, read, sibling

    def get(self, name: str, default: Any = None) -> Any:
        """An argument, or its default where it is not given."""
        found = self.arguments.get(name)
        return default if found is None else found

    def tensor(self, *names: str) -> Tensor:
        """A tensor among the arguments, by one of its names. Raises Unreadable where there is none."""
        for name in names:
            found = self.arguments.get(name)
            if isinstance(found, Tensor):
                return found
        raise Unreadable(f"{self.name} without {names[0]}")

    def number(self, name: str, default: int | None = None) -> int:
        found = self.get(name, default)
        if type(found) is not int:
            raise Unreadable(f"{self.name} whose {name} is no number")
        return found

    def numbers(self, name: str, default: Sequence[int] = ()) -> list[int]:
        """A list of whole numbers; one number is a list of one."""
        found = self.get(name, default)
        found = [found] if type(found) is int else found
        if not isinstance(found, (list, tuple)) or any(type(one) is not int for one in found):
            raise Unreadable(f"{self.name} whose {name} are no numbers")
        return [*found]

    @property
    def tensors(self) -> list[Tensor]:
        """All tensors among the arguments, in order."""
        found = []
        for value in self.arguments.values():
            found += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Tensor)]
        return found


Rule = Callable[[Operation], Any]


def one(numbers: Any) -> Any:
    """A list of equal numbers as one of them."""
    if isinstance(numbers, (list, tuple)) and numbers and all(number == numbers[0] for number in numbers):
        return numbers[0]
    return [*numbers] if isinstance(numbers, (list, tuple)) else numbers


def said(defaults: Arguments, **arguments: Any) -> Arguments:
    """The arguments that are not as the layer has them anyway."""
    return {name: value for name, value in arguments.items() if name not in defaults or value != defaults[name]}
