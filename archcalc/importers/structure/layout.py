"""Steps as lines of YAML: on one line where that is short, else a line for each key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archcalc.importers.structure.numbers import Expression
from archcalc.language.writer import flow, quoted
from archcalc.layers.base import Arguments

WIDTH = 110
"""Characters of a line."""

SHORT = 75
"""Characters of a list of steps that stands on one line."""

MOST_INLINE = 3
"""Steps of a list that stands on one line."""

BARE = re.compile(r"""[A-Za-z_(\d][^:#{}\[\],'"`]*""")
"""Expressions that YAML reads as they are."""

WORDS = frozenset(("yes", "no", "on", "off", "y", "n", "true", "false", "null", "~"))


class Written:
    """A step as it is written: what it is, its arguments, and the keys that stand beside it.

    ``lists``: the lists of steps that it holds, by the name of the branch; one without a name is that of a residual.
    ``place``: where in the foreign file what it stands for begins.
    """

    __slots__ = ("head", "arguments", "keys", "lists", "place")

    def __init__(
        self,
        head: str,
        arguments: Any,
        keys: Arguments,
        lists: dict[str, list[Written]] | None = None,
        place: str = "",
    ) -> None:
        self.head, self.arguments, self.keys, self.lists, self.place = head, arguments, keys, lists, place


class Line(str):
    """A line of a spec, and where in the foreign file it comes from."""

    __slots__ = ("place",)

    place: str

    @classmethod
    def at(cls, text: str, place: str) -> Line:
        line = cls(text)
        line.place = place
        return line


def value_text(value: Any) -> str:
    """A value as YAML on one line; expressions stand without quotes where YAML allows it."""
    if isinstance(value, Expression):
        return str(value) if BARE.fullmatch(value) and value.lower() not in WORDS else quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {value_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, str):
        return flow(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(value_text, value)) + "]"
    return flow(value) if value is not None else "none"


def lines(steps: Sequence[Written], indent: int) -> Iterator[Line]:
    """The lines of a list of steps."""
    for step in steps:
        for line in step_lines(step, " " * indent):
            yield line if isinstance(line, Line) else Line.at(line, step.place)


def step_lines(step: Written, margin: str) -> Iterator[str]:
    if step.lists is not None:
        yield from list_lines(step, margin)
    elif step.arguments in (None, {}):
        yield f"{margin}- {step.head}" + (":" if step.keys else "")
    else:
        yield from argument_lines(step, margin)
    for key, value in step.keys.items():
        if key == "repeat" and isinstance(value, list):
            yield f"{margin}  repeat:"
            yield from (f"{margin}    - {value_text(row)}" for row in value)
        else:
            yield f"{margin}  {key}: {value_text(value)}"


def argument_lines(step: Written, margin: str) -> Iterator[str]:
    whole = f"{margin}- {step.head}: {value_text(step.arguments)}"
    if len(whole) <= WIDTH or not isinstance(step.arguments, dict):
        yield whole
        return
    yield f"{margin}- {step.head}:"
    yield from (f"{margin}    {name}: {value_text(value)}" for name, value in step.arguments.items())


def list_lines(step: Written, margin: str) -> Iterator[str]:
    """A residual, or branches beside one another."""
    assert step.lists is not None
    if "" in step.lists:
        short = inline(step.lists[""])
        if short is not None and len(short) < SHORT:
            yield f"{margin}- {step.head}: {short}"
            return
        yield f"{margin}- {step.head}:"
        yield from lines(step.lists[""], len(margin) + 4)
        return
    yield f"{margin}- {step.head}:"
    for name, branch in step.lists.items():
        short = inline(branch)
        if short is not None and len(short) < SHORT - 5:
            yield f"{margin}    {name}: {short}"
        else:
            yield f"{margin}    {name}:"
            yield from lines(branch, len(margin) + 6)


def inline(steps: Sequence[Written]) -> str | None:
    """A short list on one line; None where a step has keys, or there are too many."""
    if len(steps) > MOST_INLINE or any(step.keys or step.lists is not None for step in steps):
        return None
    return "[" + ", ".join(map(inline_step, steps)) + "]"


def inline_step(step: Written) -> str:
    if step.arguments in (None, {}):
        return step.head
    return f"{{{step.head}: {value_text(step.arguments)}}}"
