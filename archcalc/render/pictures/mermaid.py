"""A picture as Mermaid, as GitHub draws it in Markdown: a flowchart whose subgraphs are the open steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.render.pictures.boxes import Box, edges
from archcalc.render.pictures.looks import Looks
from archcalc.render.pictures.theme import LIGHT
from archcalc.render.style import Style
from archcalc.render.text import plain

MOST_WIRES, MOST_CHARACTERS = 500, 50_000
"""Of one diagram, as Mermaid is set unless a page sets it otherwise, and as GitHub draws it."""

SHAPES = {"circle": ("((", "))"), "pill": ("([", "])"), "end": ("([", "])"), "bar": ("[", "]"), "card": ("[", "]")}
ENTITIES = {ord(one): f"#{ord(one)};" for one in "#&<>\"'`\\[]{}|;%*_~$"}
"""Characters that Mermaid, or Markdown or HTML inside it, would read as more than text."""


def write(looks: Looks, out: TextIO, style: Style) -> None:
    """Write the flowchart. Raises SpecError for one that would not be drawn."""
    wires = edges(looks.scene.boxes)
    text = "".join(f"{line}\n" for line in chart(looks, wires))
    for number, most, what in ((len(wires), MOST_WIRES, "wires"), (len(text), MOST_CHARACTERS, "characters")):
        if number > most:
            message = f"Mermaid draws {most:,} {what} at most, and at depth {looks.scene.depth} there are {number:,}"
            raise SpecError(Diagnostic(message, help=f"a smaller {option('depth')} folds more"))
    out.write(text)


def chart(looks: Looks, wires: Iterable[tuple[Box, Box, tuple[int, int]]]) -> Iterator[str]:
    yield "flowchart " + ("LR" if looks.horizontal else "TB")
    fills: dict[str, list[str]] = {}
    groups: list[str] = []
    yield from nodes(looks, looks.scene.boxes, "  ", fills, groups)
    for maker, reader, tensor in wires:
        shape = looks.written(tensor)
        arrow = "-.->" if tensor in looks.scene.weak else "-->"
        yield f"  {maker.id} {arrow}{f'|{text(shape)}|' if shape else ''} {reader.id}"
    for fill, ids in sorted(fills.items()):
        yield f"  classDef {fill} fill:{LIGHT[fill]},stroke:{LIGHT['line']},color:{LIGHT['ink']}"
        yield f"  class {','.join(ids)} {fill}"
    if groups:
        yield f"  classDef group fill:{LIGHT['group']},stroke:{LIGHT['edge2']},color:{LIGHT['ink']}"
        yield f"  class {','.join(groups)} group"


def nodes(looks: Looks, boxes: list[Box], lead: str, fills: dict[str, list[str]], groups: list[str]) -> Iterator[str]:
    """The boxes; which fill each has, and which hold others."""
    for box in boxes:
        if box.inside:
            groups.append(box.id)
            yield f'{lead}subgraph {box.id}["{text(" ".join(filter(None, (box.title, looks.times(box)))))}"]'
            yield from nodes(looks, box.inside, lead + "  ", fills, groups)
            yield f"{lead}end"
            continue
        left, right = ("[[", "]]") if box.repeats > 1 else SHAPES[looks.symbols[box.id]]
        yield f'{lead}{box.id}{left}"{"<br>".join(map(text, looks.words(box)))}"{right}'
        if looks.symbols[box.id] == "card":
            fills.setdefault(looks.fill(box), []).append(box.id)


def text(words: str) -> str:
    return plain(words).translate(ENTITIES)
