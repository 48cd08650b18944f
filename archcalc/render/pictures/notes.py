"""What a box says of a layer: its kernel and stride, its groups and heads, whose weights it uses; its branch's name."""

from __future__ import annotations

from typing import Any

from archcalc.graph.network import Node
from archcalc.render.pictures.boxes import Box


def layer_words(node: Node) -> tuple[str, str]:
    """``3×3 /2 depthwise``; and the path of the layer whose weights it uses, or nothing."""
    layer = node.applied.layer
    kernel, stride = getattr(layer, "kernel", None), getattr(layer, "stride", None)
    found = []
    if kernel:
        found.append(by_axis(kernel))
        if stride and largest(stride) > 1:
            found.append(f"/{by_axis(stride, same=True)}")
    groups = layer.given.get("groups")
    if type(groups) is int and groups > 1:
        read = node.applied.inputs[0]
        found.append("depthwise" if read and groups == read[0] else f"{groups:,} groups")
    heads = layer.given.get("heads")
    if type(heads) is int:
        found.append(f"{heads} heads" if heads != 1 else "1 head")
    owners = {owner.path for owner in (node.shared or {}).values()}
    return " ".join(found), min(owners, default="")


def by_axis(sizes: Any, same: bool = False) -> str:
    """``3×3``; where all are the ``same``, once."""
    if not isinstance(sizes, (tuple, list)):
        return f"{sizes}"
    return f"{sizes[0]}" if same and len(set(sizes)) == 1 else "×".join(map(str, sizes))


def largest(sizes: Any) -> int:
    found: int = max(sizes) if isinstance(sizes, (tuple, list)) else sizes
    return found


def named_after_branch(boxes: list[Box], branch: str) -> list[Box]:
    """The boxes of a branch with its name: in place of their own where it has one layer, else before it."""
    if len(boxes) == 1 and boxes[0].kind == "layer" and boxes[0].type != "add":
        return [alone(boxes[0], branch)]
    for box in boxes:
        box.title = f"{branch}/{box.title}"
    return boxes


def alone(box: Box, title: str) -> Box:
    """The only box of what has that title, under its name."""
    box.title, box.named = title, True
    return box
