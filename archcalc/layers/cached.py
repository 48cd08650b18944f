"""What a layer keeps of the past where a sequence is made token by token, in the words of a layer's rule."""

from __future__ import annotations

from typing import Any


class Cached:
    """A tensor kept of input ``number``, if the sequence runs along that ``axis`` of it.

    ``shape`` is of one position, of which at most ``most`` are needed (None: all), and ``before`` stand before those
    that are read; of a ``state`` it is the whole.
    """

    __slots__ = ("name", "number", "axis", "shape", "most", "before", "state")

    def __init__(
        self, name: str, number: int, axis: int, shape: Any, *, most: Any = None, before: Any = 0, state: bool = False
    ) -> None:
        self.name, self.number, self.axis, self.shape = name, number, axis, shape
        self.most, self.before, self.state = most, before, state


def held(name: str, axis: int, shape: Any) -> Cached:
    """A state without an axis of positions, of the first input."""
    return Cached(name, 0, axis, shape, state=True)
