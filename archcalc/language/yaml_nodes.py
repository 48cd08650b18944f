"""A YAML text as a tree of nodes: values that know where they are written."""

from __future__ import annotations

from typing import Any

from archcalc.errors import Source, Span


class Node(Span):
    """A scalar, list or mapping, which is its own place. Aliases share the node of their anchor.

    ``value``: None, bool, int, float, str, a list of nodes, or {key text: (key node, value node)}, in order.
    The place of a scalar: its characters on its first line, with quotes; an empty value has its key's place.
    The place of ``[...]`` or ``{...}``: what stands on its first line; of a block: its first key or item.
    ``text``: a scalar as written, without its quotes; ``plain``: whether it had none.
    ``size``: how many values it holds, itself included; keys do not count, an alias counts each time.
    """

    __slots__ = ("value", "text", "plain", "size")

    def __init__(
        self,
        value: Any,
        source: Source,
        line: int,
        start: int,
        stop: int,
        text: str = "",
        plain: bool = False,
        size: int = 1,
    ) -> None:
        self.source, self.line, self.start, self.stop = source, line, start, stop
        self.value, self.text, self.plain, self.size = value, text, plain, size

    @property
    def span(self) -> Span:
        return self

    @property
    def is_mapping(self) -> bool:
        return type(self.value) is dict

    @property
    def is_list(self) -> bool:
        return type(self.value) is list

    @property
    def is_scalar(self) -> bool:
        return type(self.value) is not dict and type(self.value) is not list


def node_at(place: Span, value: Any, text: str = "", plain: bool = False, size: int = 1) -> Node:
    return Node(value, place.source, place.line, place.start, place.stop, text, plain, size)
