"""A value as a spec writes it, with the values that it was computed from."""

from __future__ import annotations

from typing import Any

from archcalc.errors import Span


class Provenance:
    """A value's ``text`` (None if it has none of its own), its ``place`` in words and as ``span``, and its ``value``.

    ``reads`` has the names in the text: variables, arguments and axes of a block, the repetition.
    """

    __slots__ = ("text", "place", "span", "value", "reads")

    def __init__(self, text: str | None, place: str, span: Span | None, value: Any) -> None:
        self.text, self.place, self.span, self.value = text, place, span, value
        self.reads: dict[str, Provenance] = {}

    def add(self, name: str, read: Provenance | None) -> None:
        """Add a name of the text; a word or a tensor has no provenance."""
        if read is not None:
            self.reads[name] = read
