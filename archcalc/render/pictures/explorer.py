"""A picture as Model Explorer reads it: a list of graphs, as an adapter gives them to its page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from archcalc.render.pictures.boxes import Box, edges
from archcalc.render.pictures.looks import Looks
from archcalc.render.style import Style

Pairs = list[dict[str, str]]


def write(looks: Looks, out: TextIO, style: Style) -> None:
    """Write the graph: ``nodes`` with their hierarchy as a ``namespace``, what they read, what they cost."""
    json.dump(graphs(looks), out, indent=1)
    out.write("\n")


def graphs(looks: Looks) -> list[Any]:
    groups: dict[str, dict[str, str]] = {}
    placed = [*spaces(looks, looks.scene.boxes, "", groups)]
    reads: dict[str, list[dict[str, str]]] = {}
    for maker, reader, tensor in edges(looks.scene.boxes):
        wire = {"sourceNodeId": maker.id, "sourceNodeOutputId": f"{maker.outs.index(tensor)}"}
        into = reads.setdefault(reader.id, [])
        into.append({**wire, "targetNodeInputId": f"{len(into)}"})
    nodes = [
        {
            "id": box.id,
            "label": " ".join(filter(None, (box.title, looks.times(box)))),
            "namespace": space,
            "attrs": pairs(costs(box)),
            "incomingEdges": reads.get(box.id, []),
            "outputsMetadata": [
                {"id": f"{number}", "attrs": pairs({"shape": looks.shape(tensor)})}
                for number, tensor in enumerate(box.outs)
            ],
        }
        for box, space in placed
    ]
    return [{"id": looks.scene.title, "nodes": nodes, "groupNodeAttributes": groups}]


def spaces(looks: Looks, boxes: list[Box], space: str, groups: dict[str, dict[str, str]]) -> Iterator[tuple[Box, str]]:
    """The innermost boxes, each with the names of those around it; two of one name are told apart by their ids."""
    for box in boxes:
        if not box.inside:
            yield box, space
            continue
        name = " ".join(filter(None, (box.title.replace("/", "."), looks.times(box))))
        own = f"{space}/{name}" if space else name
        own += f" ({box.id})" if own in groups else ""
        groups[own] = costs(box)
        yield from spaces(looks, box.inside, own, groups)


def costs(box: Box) -> dict[str, str]:
    """What Model Explorer shows beside a box."""
    found = {"path": box.path, "type": box.type, "arguments": " ".join([box.note, *box.tags]).strip()}
    found |= {
        "parameters": f"{box.all.params:,}",
        "multiply-adds": f"{box.all.macs:,}",
        "layers": f"{box.all.layers:,}",
    }
    found |= {"repetitions": f"{box.repeats:,}" if box.repeats > 1 else "", "weights of": box.shared}
    return {key: value for key, value in found.items() if value}


def pairs(given: dict[str, str]) -> Pairs:
    return [{"key": key, "value": value} for key, value in given.items()]
