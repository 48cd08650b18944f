"""What an operator reads that is stored or constant."""

from __future__ import annotations

from archcalc.importers.graphs.samples import Tensor, Weight
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation


def zeros(x: Tensor) -> bool:
    """Whether a constant is known to be 0."""
    return x.numbers is not None and not any(x.numbers)


def learned(x: Tensor) -> bool:
    found = stored(x)
    return found is not None and found.learned and not (x.computed and x.origin is None)


def stored(x: Tensor) -> Weight | None:
    """The stored tensor that one is, or is computed from element by element."""
    return x.weight or x.origin


def constant(op: Operation) -> Tensor:
    """What is known before the network runs: its size is what the file says."""
    shape = op.shapes[0] if op.shapes else None
    if shape is None:
        raise Unreadable(f"{op.name} of constants, of unknown size")
    return Tensor(shape)
