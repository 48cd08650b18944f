"""Darknet's grammar: sections of ``key=value``, as src/parser.c and src/option_list.c of AlexeyAB/darknet read it."""

from __future__ import annotations

import re

from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.meter import charge
from archcalc.sources.file import File

LINE = 4
"""Units of work that a line takes."""
SECTION = 10
INDEX = 20
SHORT = {
    "network": "net",
    "conv": "convolutional",
    "deconv": "deconvolutional",
    "conn": "connected",
    "max": "maxpool",
    "avg": "avgpool",
    "local_avg": "local_avgpool",
    "lrn": "normalization",
    "soft": "softmax",
    "silence": "empty",
}


class Section:
    """A section: its type, its number (that of the file's ``[net]`` is -1), its keys with their spans."""

    __slots__ = ("type", "number", "span", "options")

    def __init__(self, type: str, number: int, span: Span) -> None:
        self.type, self.number, self.span = type, number, span
        self.options: dict[str, tuple[str, Span]] = {}

    @property
    def place(self) -> str:
        return f"section {self.number} [{self.type}], line {self.span.line + 1}"

    def has(self, *names: str) -> bool:
        return any(name in self.options for name in names)

    def text(self, name: str, default: str = "") -> str:
        """A word; what a comment would be in other files is cut off."""
        return re.split("[#;]", self.options[name][0])[0] if name in self.options else default

    def number_of(self, name: str, default: int = 0) -> int:
        """A number, read to where it ends, as C's atoi does. Raises SpecError for what is none."""
        if name not in self.options:
            return default
        text, span = self.options[name]
        found = re.match(r"[-+]?\d{1,15}(?!\d)", text)
        if found is None:
            raise SpecError(Diagnostic(f"{name} of [{self.type}] takes a whole number, not '{text}'", span))
        return int(found[0])

    def numbers_of(self, name: str) -> list[int]:
        """Numbers with commas between them. Raises SpecError."""
        if name not in self.options:
            raise SpecError(Diagnostic(f"[{self.type}] needs {name}", self.span))
        text, span = self.options[name]
        charge(INDEX * text.count(","), span)
        parts = [part for part in re.split("[#;]", text)[0].split(",") if part]
        found = [re.fullmatch(r"[-+]?\d{1,15}", part) for part in parts]
        if not parts or None in found:
            raise SpecError(Diagnostic(f"{name} of [{self.type}] takes whole numbers, not '{text}'", span))
        return list(map(int, parts))


def read_sections(file: File) -> list[Section]:
    """The sections of a file. Blanks inside a line mean nothing, and the first of two equal keys counts."""
    sections: list[Section] = []
    for line in re.finditer(r"[^\n]+", file.source.text):
        text = re.sub(r"\s", "", line[0])
        start = line.start() + len(line[0]) - len(line[0].lstrip())
        span = file.source.span(start, start + len(line[0].strip()))
        charge(LINE, span)
        if not text or text[0] in "#;":
            continue
        if text[0] == "[":
            type = text[1:].partition("]")[0]
            charge(SECTION, span)
            sections.append(Section(SHORT.get(type, type), len(sections) - 1, span))
            continue
        key, equals, value = text.partition("=")
        if not equals:
            raise SpecError(Diagnostic(f"a line is [section] or key=value, not '{text}'", span))
        sections[-1].options.setdefault(key, (value, span))
    return sections
