"""Shapes of several tensors compared: equal axes, and axes of 1 that stretch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from archcalc.dims import maximum, minimum, require, where
from archcalc.errors import RuleError
from archcalc.layers.axes import show_value

Message = Callable[[], str]


def require_equal(a: Sequence[Any], b: Sequence[Any], message: Message) -> None:
    """Two runs of axes must be equal, in number and size; ``message`` says what differs."""
    if len(a) != len(b):
        raise RuleError(message())
    for one, other in zip(a, b, strict=True):
        require(one == other, message)


def stretched(a: Any, b: Any, message: Message, argument: str | None = None) -> Any:
    """The common size of two axes: they are equal, or one is 1 and stretches to the other, even to 0."""
    if a is b:
        return a
    require((a - b) * (a - 1) * (b - 1) == 0, message, argument)
    return where(minimum(a, b) == 0, 0, maximum(a, b))


def broadcast(a: Sequence[Any], b: Sequence[Any]) -> list[Any]:
    """The shape of two tensors combined element by element (PyTorch documentation, Broadcasting semantics)."""
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    lead = len(long) - len(short)

    def common(one: Any, other: Any) -> Any:
        return stretched(
            one, other, lambda: f"{show_value(a)} and {show_value(b)} do not broadcast: {one} against {other}"
        )

    return [*long[:lead], *map(common, long[lead:], short)]
