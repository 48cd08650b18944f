"""What a family makes of a configuration: the shipped spec that is imported, and the page of variables for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from archcalc.language.writer import flow, node_text, quoted
from archcalc.language.yaml_tree import read
from archcalc.sources.shipped import find
from archcalc.sources.source import read_shipped

Variables = dict[str, Any]
"""Values of the family's variables: numbers, words, true and false, lists. None is the word none."""
Inputs = Mapping[str, tuple[str, str | None]]
"""Of each input the text of its shape, and its dtype if that is not float32."""
WIDTH = 118


class Model:
    """A network."""

    __slots__ = ("family", "variables", "inputs")

    def __init__(self, family: str, variables: Variables, inputs: Inputs) -> None:
        self.family, self.variables, self.inputs = family, variables, inputs

    def text(self, name: str, description: str, source: str) -> str:
        """The spec. Numbers are variables of its own, so that they can be set."""
        numbers = {key: value for key, value in self.variables.items() if type(value) in (int, float)}
        usual = family_variables(self.family)
        call = {key: key if key in numbers else said(value) for key, value in self.variables.items()}
        call = {key: text for key, text in call.items() if text != usual[key]}
        lines = [
            f"name: {flow(name)}",
            f"description: {quoted(description)}",
            f"source: {quoted(source)}",
            f"import: [{self.family}]",
            f"input: {self.input_text()}",
            *(["vars:", *wrapped("  {", numbers, "}")] if numbers else []),
            "layers:",
            *(wrapped(f"  - {self.family}: {{", call, "}") if call else [f"  - {self.family}"]),
        ]
        return "\n".join(lines) + "\n"

    def input_text(self) -> str:
        shapes = {
            name: f"{{shape: [{shape}], dtype: {dtype}}}" if dtype else f"[{shape}]"
            for name, (shape, dtype) in self.inputs.items()
        }
        return (
            shapes["input"] if [*shapes] == ["input"] else "{" + ", ".join(f"{k}: {v}" for k, v in shapes.items()) + "}"
        )


@cache
def family_variables(family: str) -> Mapping[str, str]:
    """The variables of a shipped spec as it writes them: what need not be said."""
    file, _ = find(family)
    assert file is not None
    return {name: node_text(node) for name, (_, node) in read(read_shipped(file)).value["vars"][1].value.items()}


def said(value: Any) -> str:
    """A value as an expression."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(said, value)) + "]"
    return str(value)


def wrapped(start: str, entries: Mapping[str, Any], stop: str) -> Iterator[str]:
    """A mapping on as many lines as it needs, which begin under its first entry."""
    line, margin = start, " " * len(start)
    for at, (key, value) in enumerate(entries.items()):
        piece = f"{key}: {value}{stop if at == len(entries) - 1 else ','}"
        if line.strip() and line != start and len(line) + 1 + len(piece) > WIDTH:
            yield line
            line = margin + piece
        else:
            line += piece if line in (start, margin) else f" {piece}"
    yield line
