"""Loads a spec from its text: the network, its figures by path, or what is said to be wrong with it and where."""

from __future__ import annotations

import os
from typing import Any

from archcalc.building.load import load_network
from archcalc.conventions import find_convention
from archcalc.errors import Source, SpecError
from archcalc.graph.network import Network
from archcalc.graph.repetition import unrolled
from archcalc.report.model import build_report
from archcalc.sources.source import Located


def network(text: str, *, path: Any = None, **asked: Any) -> Network:
    if not text.startswith("name:"):
        text = f"name: net\n{text}"
    return load_network(Located(Source("net.yaml", text), None if path is None else os.fspath(path)), **asked)


def report(text: str, **asked: Any) -> dict[str, Any]:
    found = build_report(network(text, **asked), find_convention("mac", None))
    found["layers"] = found["layers"].all()
    return found


def rows(text: str, **asked: Any) -> dict[str, Any]:
    """Path -> output shape, in order; a list of shapes where there are several."""
    found = {}
    for node in unrolled(network(text, **asked)).kept:
        shapes = [list(tensor.shape or ()) for tensor in node.outputs]
        assert node.path not in found, f"two rows at {node.path}"
        found[node.path] = shapes[0] if len(shapes) == 1 else shapes
    return found


def outputs(text: str, **asked: Any) -> list[list[int]]:
    return [list(tensor.shape or ()) for tensor in network(text, **asked).outputs]


def totals(text: str, **asked: Any) -> tuple[int, int]:
    """Parameters and multiply-adds."""
    found = report(text, **asked)["totals"]
    return found["params"], found["macs"]


def said(text: str, **asked: Any) -> list[str]:
    """The messages of what is wrong, each with its label and help; empty where nothing is."""
    return [" | ".join(filter(None, (one.message, one.label, one.help))) for one in diagnostics(text, **asked)]


def diagnostics(text: str, **asked: Any) -> tuple[Any, ...]:
    try:
        network(text, **asked)
    except SpecError as error:
        return error.diagnostics
    return ()


def marked(diagnostic: Any) -> str:
    """The text under the caret."""
    span = diagnostic.span
    return span.source.line(span.line)[span.start : span.stop]
