"""A layer's page as text."""

from __future__ import annotations

from textwrap import indent
from typing import Any, TextIO

from archcalc.render.grid import grid, hung
from archcalc.render.style import Style
from archcalc.render.text import width


def write(found: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write what the layer does, its arguments, its rules, its example."""
    parts = [f"{found['name']} ({found['family']}), reads {found['reads']}", found["description"]]
    if found["arguments"]:
        parts.append("Arguments\n" + indent(show_arguments(found["arguments"]), "  "))
    shapes = f"{show_shapes(found['inputs'])} -> {show_shapes(found['outputs'])}"
    sizes = [f"{name} = {rule}" for name, rule in found["sizes"].items()]
    parts.append("Shape\n" + indent("\n".join([shapes, *sizes]), "  "))
    if found["weights"]:
        rows = [(weight["name"], f"{show_shape(weight['shape'])} = {weight['count']}") for weight in found["weights"]]
        parts.append("Weights\n" + indent("\n".join(grid(rows, "l")), "  "))
    parts.append("Operations, a sample\n" + indent("\n".join(grid(found["ops"].items(), "l") or ["none"]), "  "))
    if found["assumes"]:
        parts.append("Assuming\n" + indent("\n".join(found["assumes"]), "  "))
    parts.append("Example\n" + indent(found["example"], "  "))
    out.write("\n\n".join(parts) + "\n")


def show_arguments(arguments: list[dict[str, Any]]) -> str:
    rows = []
    for argument in arguments:
        default = argument["default"]
        name = argument["name"] if default is None else f"{argument['name']}={default}"
        star = "*" if argument["obvious"] else " "
        rows.append((name + star, argument["takes"] + (" (must be given)" if argument["required"] else "")))
    lead = max(width(name) for name, _ in rows) + 2
    lines = [line for name, takes in rows for line in hung(name, takes.split(" "), lead, 100)]
    starred = any(argument["obvious"] for argument in arguments)
    return "\n".join([*lines, *(["* the argument that a bare value sets"] if starred else [])])


def show_shapes(shapes: list[list[str]]) -> str:
    return ", ".join(map(show_shape, shapes)) or "nothing"


def show_shape(shape: list[str]) -> str:
    return "[" + ", ".join(shape) + "]"
