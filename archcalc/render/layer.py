"""A layer's page as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import indent
from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import hung
from archcalc.render.style import Style
from archcalc.render.text import width, words

if TYPE_CHECKING:
    from archcalc.report.documents import Layer, LayerArgument, StructureArgument


def write(found: Layer, out: TextIO, style: Style) -> None:
    """Write what the layer does, its arguments, its rules, its example."""
    columns = style.prose
    title = f"{found['name']} ({found['family']}), reads {found['reads']}"
    parts = [paragraphs(f"{title}\n\n{found['description']}", columns)]
    if found["arguments"]:
        parts.append("Arguments\n" + show_arguments(found["arguments"], columns))
    shapes = f"{show_shapes(found['inputs'])} -> {show_shapes(found['outputs'])}"
    sizes = [f"{name} = {rule}" for name, rule in found["sizes"].items()]
    parts.append("Shape\n" + listed([shapes, *sizes], columns))
    if found["weights"]:
        rows = [(weight["name"], f"{show_shape(weight['shape'])} = {weight['count']}") for weight in found["weights"]]
        parts.append("Weights\n" + table(rows, columns))
    parts.append("Operations, a sample\n" + (table(found["ops"].items(), columns) if found["ops"] else "  none"))
    if found["assumes"]:
        parts.append("Assuming\n" + listed(found["assumes"], columns))
    parts.append("Example\n" + indent(found["example"].rstrip(), "  "))
    out.write("\n\n".join(parts) + "\n")


def show_arguments(arguments: Sequence[LayerArgument | StructureArgument], columns: int) -> str:
    rows = []
    for argument in arguments:
        default = argument["default"]
        name = argument["name"] if default is None else f"{argument['name']}={default}"
        must = "(must be given)" if argument["required"] else ""
        star = "*" if argument.get("obvious") else ""
        rows.append((name + star, " ".join(filter(None, (argument["takes"], must)))))
    starred = any(argument.get("obvious") for argument in arguments)
    return table(rows, columns) + ("\n  * the argument that a bare value sets" if starred else "")


def paragraphs(text: str, columns: int) -> str:
    """Text without markup, each of its paragraphs wrapped."""
    return "\n\n".join("\n".join(hung("", words(part), 0, columns)) for part in text.split("\n\n"))


def table(rows: Iterable[tuple[str, str]], columns: int) -> str:
    """Names, each with its text beside it."""
    rows = list(rows)
    lead = max(width(name) for name, _ in rows) + 4
    return "\n".join(line.rstrip() for name, text in rows for line in hung(f"  {name}", words(text), lead, columns))


def listed(texts: Iterable[str], columns: int) -> str:
    """Texts, each from a line of its own, hanging."""
    return "\n".join(
        "\n".join(hung("", ["  " + text.split(" ")[0], *text.split(" ")[1:]], 0, columns)) for text in texts
    )


def show_shapes(shapes: list[list[str]]) -> str:
    return ", ".join(map(show_shape, shapes)) or "nothing"


def show_shape(shape: list[str]) -> str:
    return "[" + ", ".join(shape) + "]"
