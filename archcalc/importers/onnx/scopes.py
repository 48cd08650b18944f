"""The modules around a node: what PyTorch's current exporter writes beside it, or what its older one calls it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archcalc.importers.graphs.graph import Module
from archcalc.importers.onnx.model import NodeProto
from archcalc.importers.rewriting.rewriter import common
from archcalc.meter import charge

NAMES, CLASSES = "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy"
MOST_TEXT = 10_000
MOST_DEPTH = 100
CHARACTERS_A_UNIT = 100
ENTRY = re.compile(r"'((?:[^'\\]|\\.)*)(?:'|\Z|\\\Z)|\"((?:[^\"\\]|\\.)*)(?:\"|\Z|\\\Z)")
"""A text as Python writes it. One without an end ends with the list: no part is looked at twice."""


def modules_around(nodes: Sequence[NodeProto]) -> dict[NodeProto, tuple[Module, ...]]:
    """The modules of nodes in order. One that an optimizer has made stands where those before and after it both do."""
    found: dict[NodeProto, tuple[Module, ...]] = {}
    made: list[NodeProto] = []
    before: tuple[Module, ...] = ()
    said = any(NAMES in node.metadata for node in nodes)
    for node in nodes:
        if said and NAMES not in node.metadata and not node.calls:
            made.append(node)
            continue
        found[node] = after = modules_of(node)
        found.update((one, common([before, after])) for one in made)
        made, before = [], after
    return found


def modules_of(node: NodeProto) -> tuple[Module, ...]:
    """The calls of modules around a node, outermost first; () where the file does not say them."""
    if NAMES in node.metadata:
        return node.calls + said(listed(node.metadata[NAMES]), listed(node.metadata.get(CLASSES, "")))
    if node.name.startswith("/"):
        return node.calls + named(node.name[:MOST_TEXT].strip("/").split("/")[:-1])
    return node.calls


def listed(text: str) -> list[str]:
    """The texts of a list as Python writes it."""
    charge(min(len(text), MOST_TEXT) // CHARACTERS_A_UNIT)
    return [one or other for one, other in ENTRY.findall(text[:MOST_TEXT])][:MOST_DEPTH]


def said(names: Sequence[str], classes: Sequence[str]) -> tuple[Module, ...]:
    """Paths of modules with their classes; the last of each is the operator."""
    found: list[Module] = []
    parent = ""
    for place, path in enumerate(names[:-1]):
        if path:
            kind = classes[place].rpartition(".")[2] if place < len(classes) else ""
            found.append(Module(path, path.removeprefix(f"{parent}.") if parent else path, kind.partition("[")[0]))
        parent = path or parent
    return tuple(found)


def named(parts: Sequence[str]) -> tuple[Module, ...]:
    """``/layer1/layer1.0/conv1/Conv``: names of modules, each beginning with its parent's where that is a list."""
    found: list[Module] = []
    key = parent = ""
    for part in parts[:MOST_DEPTH]:
        key += f"/{part}"
        name = part.removeprefix(f"{parent}.") if parent else part
        found.append(Module(key, name))
        parent = part
    return tuple(found)
