"""A picture as DOT, Graphviz's language: open steps are clusters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from archcalc.render.pictures.boxes import Box, edges
from archcalc.render.pictures.looks import Looks
from archcalc.render.pictures.theme import LIGHT
from archcalc.render.style import Style
from archcalc.render.text import plain

SHAPES = {
    "circle": ", shape=circle, margin=0, width=.3, fixedsize=true",
    "bar": ", style=filled",
    "end": f', fillcolor="{LIGHT["ink"]}", fontcolor="{LIGHT["page"]}"',
}


def write(looks: Looks, out: TextIO, style: Style) -> None:
    """Write the graph."""
    out.writelines(f"{line}\n" for line in graph(looks))


def graph(looks: Looks) -> Iterator[str]:
    line = LIGHT["line"]
    yield f"digraph {text(looks.scene.title)} {{"
    yield f"  rankdir={'LR' if looks.horizontal else 'TB'}; nodesep=.25; ranksep=.3; fontname=Arial; fontsize=11"
    yield (
        f'  node [fontname=Arial, fontsize=10, shape=box, style="rounded,filled", fillcolor="{LIGHT["box"]}", '
        f'color="{line}", margin=".12,.06"]'
    )
    yield f'  edge [fontname=Arial, fontsize=9, color="{line}", arrowsize=.6]'
    yield from nodes(looks, looks.scene.boxes, "  ")
    for maker, reader, tensor in edges(looks.scene.boxes):
        shape = looks.written(tensor)
        given = [f"label={text(shape)}"] if shape else []
        given += ["style=dashed"] if tensor in looks.scene.weak else []
        yield f"  {maker.id} -> {reader.id}" + (f" [{', '.join(given)}]" if given else "")
    yield "}"


def nodes(looks: Looks, boxes: list[Box], lead: str) -> Iterator[str]:
    for box in boxes:
        if box.inside:
            title = " ".join(filter(None, (box.title, looks.times(box))))
            yield f"{lead}subgraph cluster_{box.id} {{"
            yield f'{lead}  label={text(title)}; labeljust=l; style="rounded,filled"'
            yield f'{lead}  fillcolor="{LIGHT["group"]}"; color="{LIGHT["edge2"]}"'
            yield from nodes(looks, box.inside, lead + "  ")
            yield f"{lead}}}"
            continue
        symbol = looks.symbols[box.id]
        fill = f', fillcolor="{LIGHT[looks.fill(box)]}"' if symbol == "card" else ""
        stack = ", peripheries=2" if box.repeats > 1 else ""
        yield f"{lead}{box.id} [label={text(*looks.words(box))}{SHAPES.get(symbol, '')}{fill}{stack}]"


def text(*lines: str) -> str:
    """Lines in quotes."""
    return '"' + "\\n".join(plain(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines) + '"'
