"""The proof of an import: two networks are the same graph of operators, or what differs.

An importer writes what it read twice: for people, with blocks and repetitions, and flat, one step an operator. Both are
loaded. Every operator has a digest of its type, its arguments, what it reads and whose weights it uses. Equal bags of
digests mean equal graphs.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import Any

from archcalc.graph.network import Network, Node, Tensor
from archcalc.graph.repetition import unrolled
from archcalc.layers.arguments import Pad
from archcalc.layers.axes import show_value
from archcalc.meter import charge

NODE = 10
"""Units of work that a node takes."""
UNORDERED = ("add", "mul")
OPERATORS = ("norm", "act")
"""Arguments that are operators of their own."""
MOST_SHOWN = 5


class Proof:
    """``operators`` of both networks; ``missing`` and ``extra``: paths of those that only one of them has."""

    __slots__ = ("operators", "missing", "extra", "outputs_differ")

    def __init__(self, read: Network, written: Network) -> None:
        ours, theirs = Digests(read), Digests(written)
        self.operators = len(ours.paths)
        self.missing = ours.beyond(theirs)
        self.extra = theirs.beyond(ours)
        self.outputs_differ = ours.outputs != theirs.outputs

    @property
    def holds(self) -> bool:
        return not (self.missing or self.extra or self.outputs_differ)

    def told(self) -> str:
        """What differs, in words; empty if nothing does."""
        found = []
        for what, paths in (("not written", self.missing), ("only written", self.extra)):
            if paths:
                more = f" and {len(paths) - MOST_SHOWN:,} more" if len(paths) > MOST_SHOWN else ""
                found.append(f"{what}: {', '.join(paths[:MOST_SHOWN])}{more}")
        return "; ".join(found) or ("the outputs differ" if self.outputs_differ else "")


class Digests:
    """The digest of every operator of a network, and of its outputs."""

    def __init__(self, network: Network) -> None:
        whole = unrolled(network)
        self._of: dict[Node, bytes] = {}
        self._inputs = {tensor: f"input {number}" for number, tensor in enumerate(network.inputs.values())}
        self.paths: list[tuple[bytes, str]] = []
        for node in whole.kept:
            charge(NODE)
            self._of[node] = found = self._digest(node)
            self.paths.append((found, node.path))
        self.outputs = [self._tensor(tensor) for tensor in whole.outputs]

    def beyond(self, other: Digests) -> list[str]:
        """The paths of the operators that the other network has not."""
        left = Counter(digest for digest, _ in other.paths)
        found = []
        for digest, path in self.paths:
            left[digest] -= 1
            if left[digest] < 0:
                found.append(path)
        return found

    def _digest(self, node: Node) -> bytes:
        layer = node.applied.layer
        fields = {name: field for name, field in layer.fields.items() if name not in OPERATORS}
        arguments = [(name, said(getattr(layer, field))) for name, field in fields.items()]
        reads = [self._tensor(tensor) for tensor in node.inputs]
        owners: Any = {name: self._of[owner].hex() for name, owner in (node.shared or {}).items() if owner in self._of}
        if node.type in UNORDERED:
            reads.sort()
        costs = [(name, shape) for name, shape, _ in node.applied.weights + node.applied.buffers]
        found = (node.type, arguments, reads, sorted(owners.items()), costs, node.applied.gives, node.trainable)
        return blake2b(repr(found).encode(), digest_size=16).digest()

    def _tensor(self, tensor: Tensor) -> str:
        if tensor.node is None:
            return self._inputs.get(tensor, "input")
        return f"{self._of[tensor.node].hex()} {tensor.number}" if tensor.node in self._of else "outside"


def said(value: Any) -> str:
    """An argument as it comes out, however it was written."""
    if isinstance(value, Pad):
        return f"{value.before}, {value.after}"
    return str([*map(said, value)]) if isinstance(value, (list, tuple)) else show_value(value)
