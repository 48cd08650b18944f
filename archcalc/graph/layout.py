"""Channels first or last. A rule is stated on ``[C, *spatial]``; a file whose layout is HWC has ``[*spatial, C]``.

This is the one place that turns shapes, and only ``Applied`` calls it: everywhere else shapes are as the file has them.
"""

from __future__ import annotations

import re
from typing import Any, SupportsIndex

from archcalc.errors import RuleError
from archcalc.layers.axes import show_value
from archcalc.layers.base import Dims

FORM = r"\[((?:T, )?)C, ([^\[\]]+)\]"
"""A form in the words of a rule: ``[C, ...spatial]``, ``[T, C, H, W]``."""


class ChannelsLast(tuple[Any, ...]):
    """A shape in the order of a rule. Messages show it as the file has it; ``axis`` is that of the channels."""

    axis = 0

    @property
    def written(self) -> Dims:
        return written(self, self.axis)

    def __str__(self) -> str:
        return show_value(self.written)

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        """A part from some axis on that still holds the channels shows them last too."""
        found = super().__getitem__(key)
        if isinstance(key, slice) and self.axis < 0 and len(found) >= -self.axis:
            return ordered(found, self.axis)
        return found


def ordered(shape: Dims, axis: int) -> ChannelsLast:
    found = ChannelsLast(shape)
    found.axis = axis
    return found


def turned(shape: Dims, axis: int) -> Dims:
    """A shape of the file in the order of a rule: its last axis at ``axis``."""
    if len(shape) < 2 or len(shape) < -axis:
        return shape
    place = axis % len(shape)
    return ordered((*shape[:-1][:place], shape[-1], *shape[:-1][place:]), axis)


def written(shape: Dims, axis: int) -> Dims:
    """A shape of a rule as the file has it: the axis of the channels last."""
    if len(shape) < 2 or len(shape) < -axis:
        return tuple(shape)
    place = axis % len(shape)
    whole = tuple(shape)
    return (*whole[:place], *whole[place + 1 :], whole[place])


def as_written(error: RuleError) -> RuleError:
    """The error of a rule, which names the forms of its shapes, in the order of the file."""
    return RuleError(re.sub(FORM, r"[\1\2, C]", str(error)), error.argument, help=error.help)
