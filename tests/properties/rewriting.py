"""A YAML text written in another way that means the same."""

from __future__ import annotations

from random import Random
from typing import Any

import yaml

from .networks import DUMPER

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WAYS = ("keys", "quotes", "flow", "comments")


def rewritten(text: str, random: Random, *ways: str) -> str:
    """The text with the keys of mappings in another order, scalars quoted, collections in flow or block style, comments
    strewn in: as ``ways`` name them."""
    root = yaml.compose(text, Loader=LOADER)
    for node, key in nodes(root):
        if isinstance(node, yaml.MappingNode):
            if "keys" in ways and not ordered(node, key):
                random.shuffle(node.value)
        elif isinstance(node, yaml.ScalarNode):
            write_scalar(node, random if "quotes" in ways else None)
        if "flow" in ways and isinstance(node, yaml.CollectionNode) and node is not root:
            node.flow_style = random.random() < 0.5
    found = yaml.serialize(root, Dumper=DUMPER, width=10**6, allow_unicode=True)
    return strewn(found, random) if "comments" in ways else found


def nodes(root: Any) -> Any:
    """Every node with the key that it is the value of, each once."""
    waiting, seen = [(root, "")], set()
    while waiting:
        node, key = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node, key
        if isinstance(node, yaml.MappingNode):
            for name, value in node.value:
                waiting += [(name, ""), (value, name.value)]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(item, "") for item in node.value]


def ordered(node: Any, key: str) -> bool:
    """Whether the order of a mapping says something: branches and several inputs become tensors in this order."""
    names = {name.value for name, _ in node.value}
    several_inputs = key == "input" and not names <= {"shape", "dtype"}
    return key == "parallel" or several_inputs


def write_scalar(node: Any, random: Random | None) -> None:
    """On one line, and quoted at random if asked to: a number in quotes is an expression, and the same number."""
    if node.tag.endswith(":null"):
        node.value = "null"
    elif random is not None and random.random() < 0.5:
        node.tag = "tag:yaml.org,2002:str"
        node.style = random.choice("'\"")
    elif node.style in ("|", ">"):
        node.style = '"'


def strewn(text: str, random: Random) -> str:
    """Comments and empty lines between the lines and after them; no scalar spans lines."""
    lines = []
    for line in text.splitlines():
        if random.random() < 0.3:
            lines.append(random.choice(["", " " * random.randrange(12) + "# out: [{'"]))
        lines.append(line + random.choice(["", "", "  # - conv: {out: 64", " #"]))
    return "\n".join(lines) + "\n"
