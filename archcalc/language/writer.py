"""Values as the text of a spec, on one line: what Python says, what a file says, and what is compiled from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from json import dumps
from typing import Any

from archcalc.language.values import Value
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_scalars import WORDS
from archcalc.layers.axes import show_value
from archcalc.layers.base import Layer

PLAIN = r"[A-Za-z_][\w.-]*(/[\w.*-]+)*"
"""A text that YAML reads as itself without quotes, unless it is one of its words."""


def flow(value: Any) -> str:
    """A Python value, with layers in it, as YAML."""
    if isinstance(value, Layer):
        return flow({value.type_name: value.given} if value.given else value.type_name)
    if isinstance(value, Mapping):
        return mapping((flow(str(key)), flow(item)) for key, item in value.items())
    if isinstance(value, str):
        return value if re.fullmatch(PLAIN, value) and value not in WORDS else quoted(value)
    return sequence(map(flow, value)) if isinstance(value, Sequence) else show_value(value)


def node_text(node: Node) -> str:
    """A part of a file, as ``--set NAME=`` would be given it."""
    if node.is_mapping:
        return mapping((quoted(name), node_text(value)) for name, (_, value) in node.value.items())
    if node.is_list:
        return sequence(map(node_text, node.value))
    return node.text if node.plain and node.text else quoted(node.text)


def value_text(value: Value) -> str:
    """A value of a spec as a person would write it."""
    if value.items is not None:
        return sequence(map(value_text, value.items))
    if value.entries is not None:
        return mapping((name, value_text(entry)) for name, entry in value.entries.items())
    return value.text


def mapping(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"


def sequence(items: Iterable[str]) -> str:
    return "[" + ", ".join(items) + "]"


def quoted(text: str) -> str:
    return dumps(text, ensure_ascii=False)
