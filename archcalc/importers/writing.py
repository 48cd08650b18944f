"""A spec's text, line by line, each with the place of the source that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from archcalc.importers.steps import Listing, Names, Value
from archcalc.language.writer import flow, quoted
from archcalc.layers import FAMILY, find
from archcalc.layers.base import Arguments


class Item:
    """A step as it is written. ``type`` is None for a bare ``from``; ``lists`` are the steps that it holds, by key.

    ``keys`` stand beside the type, in their order. ``origin``: the place of the source, if it is one.
    """

    __slots__ = ("type", "arguments", "keys", "lists", "origin")

    def __init__(
        self,
        type: str | None,
        arguments: Mapping[str, Any] | None = None,
        keys: Mapping[str, Any] | None = None,
        lists: Mapping[str, list[Item]] | None = None,
        origin: str | None = None,
    ) -> None:
        self.type, self.origin = type, origin
        self.arguments, self.keys, self.lists = dict(arguments or {}), dict(keys or {}), dict(lists or {})


class Text:
    """Lines and their origins."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.origins: list[str | None] = []

    def add(self, line: str, origin: str | None = None) -> None:
        self.lines.append(line)
        self.origins.append(origin)

    def items(self, items: Iterable[Item], indent: int) -> None:
        for item in items:
            self.item(item, indent)

    def item(self, item: Item, indent: int) -> None:
        margin = " " * indent
        self.add(f"{margin}- {head(item)}", item.origin)
        if len(item.lists) == 1 and "" in item.lists:
            self.items(item.lists[""], indent + 4)
        else:
            for key, steps in item.lists.items():
                self.add(f"{margin}    {flow(key)}:" + ("" if steps else " []"), item.origin)
                self.items(steps, indent + 6)
        for key, value in item.keys.items():
            if key != "from" or item.type is not None:
                self.add(f"{margin}  {key}: {flow(value)}", item.origin)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def head(item: Item) -> str:
    """The first line of a step."""
    if item.type is None:
        return f"from: {flow(item.keys['from'])}"
    if item.lists:
        return f"{item.type}:"
    if not item.arguments:
        return f"{item.type}:" if item.keys else item.type
    obvious = find(item.type).obvious if item.type in FAMILY else None
    if obvious is not None and [*item.arguments] == [obvious]:
        return f"{item.type}: {flow(item.arguments[obvious])}"
    return f"{item.type}: {flow(item.arguments)}"


def flat_items(listing: Listing) -> list[Item]:
    """One item for each step, in their order; names where a step reads another than the one before it."""
    names = named(listing)
    items, prev = [], starting(listing)
    for step in listing.steps:
        keys: Arguments = {}
        if step.reads != prev and step.reads:
            keys["from"] = one_or_list([names[value] for value in step.reads])
        if step in names:
            keys["name"] = names[step]
        if step.share is not None:
            keys["share"] = names[step.share]
        items.append(Item(step.type, step.arguments, {**keys, **step.keys}, origin=step.origin))
        prev = [step]
    if listing.outputs != prev:
        items.append(Item(None, keys={"from": one_or_list([names[value] for value in listing.outputs])}))
    return items


def starting(listing: Listing) -> list[Value]:
    """What the first step reads unless it says otherwise."""
    return listing.inputs


def named(listing: Listing) -> dict[Value, str]:
    """The names of the values that have one in the source, or that are read from afar."""
    names, found = Names(), {}
    for value in listing.inputs:
        found[value] = names.new(value.name or "input") if len(listing.inputs) > 1 else "input"
    wanted: set[Value] = set()
    prev: list[Value] = starting(listing)
    for step in listing.steps:
        wanted.update(step.reads if step.reads != prev else ())
        wanted.update([step.share] if step.share is not None else ())
        prev = [step]
    wanted.update(listing.outputs if listing.outputs != prev else ())
    numbers: dict[str, int] = {}
    for step in listing.steps:
        numbers[step.type] = numbers.get(step.type, 0) + 1
        if step.name is not None:
            found[step] = names.new(step.name)
        elif step in wanted:
            found[step] = names.new(f"{step.type}{numbers[step.type]}")
    return found


def one_or_list(names: list[str]) -> Any:
    return names[0] if len(names) == 1 else names


def flat_text(listing: Listing) -> Text:
    """The spec of one step an operator, which what is folded is proved by."""
    found = Text()
    write_head(found, listing)
    found.add("layers:")
    found.items(flat_items(listing), 2)
    return found


def write_head(text: Text, listing: Listing) -> None:
    """Name, description and input."""
    text.add(f"name: {flow(listing.name)}")
    if listing.description:
        text.add(f"description: {quoted(listing.description)}")
    shapes = {value.name or "input": [*value.shape] for value in listing.inputs}
    text.add(f"input: {flow(shapes if len(shapes) > 1 else next(iter(shapes.values())))}")
