"""Pictures in the languages of other programs, read by these programs where they are there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from archcalc import Spec, draw
from archcalc.errors import SpecError
from archcalc.render.pictures import mermaid
from archcalc.render.pictures.boxes import edges, every, leaves
from archcalc.render.pictures.looks import Asked, Looks
from archcalc.render.pictures.mermaid import chart
from archcalc.sources import shipped

from .drawing import scene
from .test_svg import HOSTILE

HERE = Path(__file__).resolve().parent
FEW = ["transformer", "mixture-of-experts", "lstm-gates"]
ALL = [*shipped.index()["specs"], *shipped.index()["variants"]]
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
needs_mermaid = pytest.mark.skipif(
    shutil.which("node") is None or not Path(os.environ.get("NODE_PATH", "-"), "mermaid").exists(),
    reason="needs Node, and mermaid and jsdom where NODE_PATH says",
)


def hostile(name: str) -> Looks:
    found = scene(Spec("net", input=[3], layers=[{"linear": 4}, {"residual": [{"linear": 4}]}]))._replace(title=name)
    for box in found.boxes:
        box.title = box.path = name
    return Looks(found, Asked())


def graphviz(text: str) -> str:
    return subprocess.run(["dot", "-Tplain"], input=text, capture_output=True, text=True, check=True).stdout


@needs_dot
@pytest.mark.parametrize("spec", FEW)
def test_graphviz_reads_what_is_written(spec: str) -> None:
    plain = graphviz(draw(spec, format="dot"))
    found = scene(spec)
    assert plain.count("\nnode ") == sum(1 for _ in leaves(found.boxes))
    assert plain.count("\nedge ") == len(edges(found.boxes))


@needs_dot
@pytest.mark.parametrize("name", HOSTILE)
def test_graphviz_reads_any_name(name: str) -> None:
    from archcalc.render.pictures.dot import graph

    assert graphviz("\n".join(graph(hostile(name)))).count("\nnode ") == 5


def parsed_by_mermaid(texts: Iterable[str]) -> list[str]:
    """What Mermaid says of diagrams: nothing of those that it can read."""
    given = json.dumps([*texts])
    done = subprocess.run(["node", HERE / "mermaid.mjs"], input=given, capture_output=True, text=True, check=True)
    return [told for told in json.loads(done.stdout) if told]


@needs_mermaid
@pytest.mark.slow
def test_mermaid_reads_every_spec() -> None:
    assert parsed_by_mermaid(draw(spec, format="mmd", max_work=30_000_000) for spec in ALL) == []


@needs_mermaid
@pytest.mark.slow
def test_mermaid_reads_any_name() -> None:
    texts = []
    for name in HOSTILE:
        looks = hostile(name)
        texts.append("\n".join(chart(looks, edges(looks.scene.boxes))))
    assert parsed_by_mermaid(texts) == []


def test_mermaid_quotes_what_it_would_read() -> None:
    looks = hostile('a"];b-->c\n%% <b>#&')
    lines = [*chart(looks, edges(looks.scene.boxes))]
    assert len(lines) == len([*chart(hostile("plain"), edges(looks.scene.boxes))])
    assert not any("b-->c" in line and "<b>" in line for line in lines)


def test_mermaid_says_where_it_would_not_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mermaid, "MOST_WIRES", 10)
    with pytest.raises(SpecError, match="Mermaid draws 10 wires at most, and at depth 3 there are"):
        draw("resnet50", format="mmd")


def test_model_explorer_has_every_box_and_wire() -> None:
    found = scene("transformer")
    (graph,) = json.loads(draw("transformer", format="json"))
    nodes = {node["id"]: node for node in graph["nodes"]}
    assert sorted(nodes) == sorted(box.id for box in leaves(found.boxes))
    wires = {(wire["sourceNodeId"], node["id"]) for node in nodes.values() for wire in node["incomingEdges"]}
    assert wires == {(maker.id, reader.id) for maker, reader, _ in edges(found.boxes)}
    assert {node["namespace"] for node in nodes.values()} == {"", "encoded ×6", "transformer_decoder_layer1 ×6"}
    assert len(graph["groupNodeAttributes"]) == sum(1 for box in every(found.boxes) if box.inside)
    params = [pair["value"] for node in nodes.values() for pair in node["attrs"] if pair["key"] == "parameters"]
    assert sum(int(value.replace(",", "")) for value in params) == found.totals.params
