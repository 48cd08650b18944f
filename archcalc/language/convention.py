"""A user's own convention, ``--count my.yaml``: the file as plain data, and everything that is wrong with it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from archcalc.dims.decimals import Decimals
from archcalc.errors import Source, unknown
from archcalc.language.problems import Problems, whole
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.layers.base import ELEMENTARY

KEYS = ("name", "unit", "counts", "base", "operations", "kinds")
WEIGHTS = "numbers for elementary operations, such as {mac: 2, add: 1, exp: 4}"
DECIMAL = re.compile(r"[0-9]{1,100}\.[0-9]{1,100}")


def read_convention(source: Source, bases: Iterable[str], kinds: Mapping[str, str]) -> dict[str, Any]:
    """``name``, ``unit``, ``counts``, ``base``, ``operations``, ``kinds`` of a file. Raises SpecError with all errors.

    ``bases``: the conventions that it may start from; their names are taken. ``kinds``: the kinds of layer, each with
    its types. The file says of a kind "in", "out", or its weights.
    """
    return whole(lambda problems: Reading(source, tuple(bases), kinds, problems).convention())


class Reading:
    """One file while it is read."""

    def __init__(self, source: Source, bases: tuple[str, ...], kinds: Mapping[str, str], problems: Problems) -> None:
        self.source, self.bases, self.kinds, self.problems = source, bases, kinds, problems
        self.root = read(source, "a convention says its operations, such as operations: {mac: 1, exp: 4}")
        self.given: dict[str, Node] = {}

    def convention(self) -> dict[str, Any]:
        if not self.root.is_mapping:
            help = "such as operations: {mac: 1, exp: 4}"
            self.problems.say("a convention is a mapping", self.root.span, help=help)
            self.problems.stop()
        self.given = self.entries(self.root, KEYS, "a convention has no key")
        stem = os.path.splitext(os.path.basename(self.source.name))[0]
        found = {
            "name": self.text("name", stem),
            "unit": self.text("unit", "operations"),
            "counts": self.text("counts", ""),
            "base": self.text("base", ""),
            "operations": self.weights(self.given["operations"], "operations") if "operations" in self.given else {},
            "kinds": self.said_of_kinds(),
        }
        self.check(found)
        return found

    def entries(self, node: Node, words: Iterable[str], message: str) -> dict[str, Node]:
        """The values of a mapping by key. A key that is not among the words is an error."""
        found = {}
        for word, (key, value) in node.value.items():
            if word in words:
                found[word] = value
            else:
                self.unknown_word(word, key, words, message)
        return found

    def unknown_word(self, word: str, key: Node, words: Iterable[str], message: str) -> None:
        kind = next((kind for kind, types in self.kinds.items() if word in types.split()), None)
        meant, listed = kind if words is self.kinds else None, f"there are {', '.join(words)}"
        self.problems.add(unknown(f"{message} '{word}'", word, words, key.span, meant=meant, otherwise=listed))

    def text(self, key: str, default: str) -> str:
        node = self.given.get(key)
        if node is None:
            return default
        if not isinstance(node.value, str) or not node.value.strip():
            self.problems.say(f"{key} takes a text", node.span)
            return default
        return node.value.strip()

    def weights(self, node: Node, what: str) -> dict[str, int | Decimals]:
        if not node.is_mapping or not node.value:
            self.problems.say(f"{what} takes {WEIGHTS}", node.span)
            return {}
        found: dict[str, int | Decimals] = {}
        for word, value in self.entries(node, ELEMENTARY, "there is no elementary operation").items():
            if type(value.value) is int and value.value >= 0:
                found[word] = value.value
            elif value.plain and DECIMAL.fullmatch(value.text):  # its digits, and not the float nearest to them
                found[word] = Decimals.read(value.text)
            else:
                self.problems.say(f"the weight of {word} is a number, 0 or more, such as 2 or 4.6", value.span)
        return found

    def said_of_kinds(self) -> dict[str, Any]:
        node = self.given.get("kinds")
        if node is None:
            return {}
        if not node.is_mapping:
            self.problems.say("kinds takes kinds of layer, such as {batch norm: out}", node.span)
            return {}
        entries = self.entries(node, self.kinds, "there is no kind of layer")
        return {kind: said for kind, value in entries.items() if (said := self.said(kind, value))}

    def said(self, kind: str, node: Node) -> Any:
        if node.value in ("in", "out"):
            return node.value
        if node.is_mapping:
            return self.weights(node, kind)
        self.problems.say(f"{kind} is in, out, or has weights of its own", node.span, help=f"weights are {WEIGHTS}")
        return None

    def check(self, found: dict[str, Any]) -> None:
        """Report parts that contradict one another."""
        name, base = found["name"], found["base"]
        if name in self.bases:
            span = self.given["name"].span if "name" in self.given else self.root.span
            self.problems.say(f"'{name}' is a convention of archcalc's own", span, help="call yours by another name")
        if base and base not in self.bases:
            message, listed = f"there is no convention '{base}'", f"there are {', '.join(self.bases)}"
            self.problems.add(unknown(message, base, self.bases, self.given["base"].span, otherwise=listed))
        uses = [kind for kind, said in found["kinds"].items() if said == "in"]
        operations = "operations" in self.given
        if operations and base and not uses:
            help = "with 'base', operations count the kinds that are 'in': name one, or leave out 'base'"
            self.problems.say("no kind is counted by these operations", self.given["operations"].span, help=help)
        if uses and not operations:
            message = f"{uses[0]} is in, and no operations say what it counts"
            self.problems.say(message, self.given["kinds"].span, help=f"operations takes {WEIGHTS}")
        if not {"base", "operations", "kinds"} & self.given.keys():
            self.problems.say("this convention counts nothing", self.root.span, help="give it operations, or a base")
