"""Rules of LSTM, GRU and RNN: weights of all directions in one tensor, sequences with the steps or the batch first."""

from __future__ import annotations

from typing import Any

from archcalc.importers.graphs.graph import Several
from archcalc.importers.graphs.samples import Part, Place, Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.onnx.operation import Operation, Rule
from archcalc.importers.onnx.products import learned
from archcalc.importers.pytorch.operation import said

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def recurrent(op: Operation) -> list[Tensor]:
    """[T, B, C] -> every state [T, D, B, hidden], the last ones [D, B, hidden]; with the batch first for layout 1."""
    x, weight, again = op.tensor(0), op.tensor(1), op.tensor(2)
    batch_first = bool(op.get("layout", 0))
    if len(x.shape) != 3 or not x.computed:
        raise Unreadable(f"{op.type} of a tensor with {len(x.shape)} axes")
    if not learned(weight) or not learned(again) or len(weight.shape) != 3 or len(again.shape) != 3:
        raise Unreadable(f"{op.type} whose weights are computed")
    at = 0 if batch_first else 1
    x = with_batch_at(op, x, at)
    directions, hidden = weight.shape[0], again.shape[2]
    states = [op.optional(place) for place in (5, 6)]
    initial = [with_batch_at(op, state, at) for state in states if state is not None and state.computed]
    read = [*op.read, False, False][:3]
    bias = op.optional(3)
    last = read[1] and not any((read[0], read[2], initial)) and directions == 1
    arguments = said(
        {"bidirectional": False, "bias": True, "states": False, "return": "sequence"},
        hidden=hidden,
        bidirectional=directions == 2,
        bias=bias is not None,
        states=(any(read[1:]) or bool(initial)) and not last,
        **{"return": "last" if last else "sequence"},
    )
    node = op.recorder.add(op.type.lower(), arguments, [x, *initial], owners(op, weight, again, bias))
    if last:
        shape = (op.recorder.batch, 1, hidden) if batch_first else (1, op.recorder.batch, hidden)
        value = op.recorder.in_shape(node.outputs[0], (1, hidden))
        return [Tensor(shape), Tensor(shape, value=value, batch=Place(at))]
    steps = x.shape[1 - at]
    sequence = op.recorder.in_shape(node.outputs[0], (steps, directions, hidden))
    batch = op.recorder.batch
    whole = (batch, steps, directions, hidden) if batch_first else (steps, directions, batch, hidden)
    found = [Tensor(whole, value=sequence, batch=Place(0 if batch_first else 2))]
    shape = (batch, directions, hidden) if batch_first else (directions, batch, hidden)
    return found + [Tensor(shape, value=value, batch=Place(at)) for value in node.outputs[1:]]


def with_batch_at(op: Operation, x: Tensor, axis: int) -> Tensor:
    """A sequence with the batch where the operator has it. Raises Unreadable where that is not the batch."""
    if x.batch is not None and x.batch.axis == axis:
        return x
    if op.recorder.batch == 1 == x.shape[axis]:
        sample = tuple(size for place, size in enumerate(x.shape) if place != axis)
        return Tensor(x.shape, value=op.recorder.in_shape(op.recorder.of(x), sample), batch=Place(axis))
    raise Unreadable(f"{op.type} along the batch")


def owners(op: Operation, weight: Tensor, again: Tensor, bias: Tensor | None) -> list[Any]:
    """The stored tensors of each direction, in the order in which our layer has them."""
    found: list[Any] = []
    size = GATES[op.type] * again.shape[2]
    for direction in range(weight.shape[0]):
        found += [part(weight, direction), part(again, direction)]
        if bias is not None:
            if bias.shape != (weight.shape[0], 2 * size) or not learned(bias):
                raise Unreadable(f"{op.type} with biases of {[*bias.shape]}")
            found += [Part(part(bias, direction), 1, start, start + size) for start in (0, size)]
    return found


def part(x: Tensor, direction: int) -> Any:
    """One direction of a stored tensor; all of it where there is no other."""
    assert x.weight is not None
    key = x.weight.identity
    if isinstance(key, Several) and len(key) == x.shape[0]:
        return key[direction]
    return x.weight.identity if x.shape[0] == 1 else Part(x.weight.identity, 0, direction, direction + 1)


RULES: dict[str, Rule] = dict.fromkeys(GATES, recurrent)
