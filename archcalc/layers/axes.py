"""The axes of a shape: how rules find them, hold a layer to them, and write them in messages."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from archcalc.dims import arithmetic, require
from archcalc.errors import RuleError

LETTERS = {0: "", 1: "C", 2: "TC", 3: "CHW", 4: "CDHW"}
"""What the axes of a tensor are called, by how many there are."""


def sequence_letters(rank: int) -> list[str]:
    """T and C for the last axes of a sequence, N for what stands before."""
    return [*(f"N{axis + 1}" for axis in range(rank - 3)), *"NTC"[max(3 - rank, 0) :]]


def show_value(value: Any) -> str:
    """A value as a person would write it in a spec."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) in (list, tuple):  # another kind of tuple says itself how it is written
        return "[" + ", ".join(map(show_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {show_value(item)}" for key, item in value.items()) + "}"
    return str(value)


def spread(value: Any, x: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    """A value for each spatial axis of ``[C, ...spatial]``: an entry each of a list, or the same value for all."""
    axes = len(x) - 1
    if not isinstance(value, tuple):
        return (value,) * axes
    if len(value) != axes:
        raise RuleError(
            f"{name} has {count(len(value), 'number')}, {show_value(x)} has {count(axes, 'spatial ax', 'is', 'es')}",
            name,
            help=wrong_axes(x) if axes > len(value) else None,
        )
    return value


def wrong_axes(x: tuple[Any, ...]) -> str:
    """Advice for an input with more spatial axes than an argument has entries."""
    first, *rest = getattr(x, "written", x)  # as the file has it
    if arithmetic(first) is None and first == 1:
        return f"a shape has no batch axis: {show_value(rest)}; for frames use map:"
    return "for frames use map:"


def show_pad(before: int, after: int) -> str:
    """A padding as a table has it: 3, or 16+0; one more after than before, as with ``same``, is the mean: 0.5."""
    if after - before in (0, 1):
        return str(before) if before == after else f"{before}.5"
    return f"{before}{after:+}"


def count(number: int, noun: str, one: str = "", many: str = "s") -> str:
    """A number and its noun: 1 number, 2 numbers."""
    return f"{number} {noun}{one if number == 1 else many}"


def axis_of(axis: int, x: tuple[Any, ...], name: str = "axis") -> int:
    """The axis of shape ``x`` counted from 0; negative numbers count from the end. RuleError for no such axis."""
    if not -len(x) <= axis < len(x):
        there = f"its axes are 0 to {len(x) - 1}, or -{len(x)} to -1" if len(x) else None
        raise RuleError(f"{show_value(x)} has no axis {axis}", name, help=there)
    return axis % len(x)


def axes_of(axes: tuple[int, ...], x: tuple[Any, ...], name: str = "axis") -> list[int]:
    """The axes of shape ``x`` counted from 0, in rising order; each may be named once."""
    found = sorted(axis_of(axis, x, name) for axis in axes)
    for axis, after in pairwise(found):
        if axis == after:
            raise RuleError(f"{name} names axis {axis} of {show_value(x)} twice", name)
    return found


def need_axes(layer: str, x: tuple[Any, ...], least: int = 1) -> None:
    """The input must have at least one axis, or two; raises RuleError for fewer."""
    if len(x) < least:
        raise RuleError(f"{layer} reads at least {('one axis', 'two axes')[least - 1]}; the input is {show_value(x)}")


def need_elements(layer: str, x: tuple[Any, ...]) -> None:
    """The input ``[C, ...spatial]`` must have no empty axis; raises RuleError if it has."""
    for size in x:
        require(size >= 1, lambda: f"{layer} reads at least one channel and one position, not {show_value(x)}")
