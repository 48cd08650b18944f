"""What was recorded of one variant, computed for many: a NumPy array for each number."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from archcalc.dims.array import DimArray, Variants
from archcalc.dims.recorded import MARK, Node
from archcalc.report.sweep import Array


class Numbers:
    """The numbers of some variants: ``places`` of theirs in a chunk, ``known`` by node.

    Whole numbers of 64 bits; where one might not fit, Python's, and exact.
    """

    def __init__(self, places: Array, variables: dict[str, Array]) -> None:
        self.places, self.variables = places, variables
        self.variants = Variants(len(places))
        self.known: dict[Node, DimArray] = {}

    def compute(self, nodes: Iterable[Node]) -> None:
        """Compute these nodes, each after those that it reads."""
        known = self.known
        for node in nodes:
            if node not in known:
                if node.op == "name":
                    known[node] = self.variants.dim(self.variables[node.args[0]])
                else:
                    known[node] = DimArray.apply(
                        node.op, *[known[arg] if type(arg) is Node else arg for arg in node.args]
                    )

    def failed(self) -> Array:
        """The variants for which an operation has no result, such as a power that is too large."""
        return ~self.variants.fits

    def part(self, which: Array) -> Numbers:
        """Those of some of the variants."""
        found = Numbers(self.places[which], {name: column[which] for name, column in self.variables.items()})
        for node, dim in self.known.items():
            found.known[node] = DimArray(dim.values[which], found.variants, dim.reach)
        return found

    def of(self, value: Any) -> Array | Any:
        """The array of a node; anything else as it is."""
        return self.known[value].values if type(value) is Node else value


def needed(nodes: Iterable[Any], known: Container[Node] = ()) -> list[Node]:
    """These nodes and all that they read, each after those that it reads; without those that are known."""
    found: dict[Node, None] = {}
    waiting = [node for node in nodes if type(node) is Node]
    while waiting:
        node = waiting.pop()
        if node not in found and node not in known:
            found[node] = None
            waiting += node.operands()
    return sorted(found, key=lambda node: node.number)


class Text:
    """A message in which numbers of variants stand."""

    def __init__(self, marked: str, nodes: list[Node]) -> None:
        pieces = MARK.split(marked)
        self.words = pieces[::3]
        self.nodes = [nodes[int(number)] for number in pieces[1::3]]
        self.forms = [form or "" for form in pieces[2::3]]

    def of(self, numbers: Numbers) -> list[str]:
        """The message of each variant."""
        if not self.nodes:
            return self.words * len(numbers.places)
        pattern = self.words[0].replace("{", "{{").replace("}", "}}")
        for form, words in zip(self.forms, self.words[1:], strict=True):
            pattern += f"{{:{form}}}" + words.replace("{", "{{").replace("}", "}}")
        columns = [numbers.known[node].values.tolist() for node in self.nodes]
        return list(map(pattern.format, *columns))
