"""Rules of recurrent layers and of single steps of them."""

from __future__ import annotations

from archcalc.importers.graphs.samples import Place, Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule, said
from archcalc.importers.pytorch.stored import zeros


def recurrent(op: Operation) -> list[Tensor]:
    kind = op.name.split("_")[0]
    x, parameters = op.tensor("input"), op.get("params", [])
    if op.get("batch_first", False) is False and x.batch is not None and x.batch.axis == 0 and len(x.shape) == 3:
        raise Unreadable(f"{op.name} with the steps first and the batch first")
    if op.get("batch_first", False) and x.batch is not None and x.batch.axis == 1 and len(x.shape) == 3:
        raise Unreadable(f"{op.name} with the batch first and the steps first")
    if not parameters:
        raise Unreadable(f"{op.name} without weights")
    directions = 2 if op.get("bidirectional", False) else 1
    layers, biases = op.number("num_layers", 1), bool(op.get("has_biases", True))
    hidden = parameters[1].shape[0] // {"lstm": 4, "gru": 3}.get(kind, 1)
    per_cell = len(parameters) // (layers * directions)
    projection = parameters[per_cell - 1].shape[0] if kind == "lstm" and per_cell == (5 if biases else 3) else 0
    states = any(op.read[1:])
    initial = op.get("hx", [])
    initial = [initial] if isinstance(initial, Tensor) else [state for state in initial if not zeros(state)]
    initial = [with_batch(op, state) if x.batch is not None else state for state in initial if not zeros(state)]
    arguments = said(
        {"layers": 1, "bidirectional": False, "bias": True, "states": False, "projection": 0},
        hidden=hidden,
        layers=layers,
        bidirectional=directions == 2,
        bias=biases,
        states=states or bool(initial),
        projection=projection,
    )
    node = op.recorder.add(kind, arguments, [x, *initial], parameters)
    found = [op.recorder.result(node.outputs[0], x)]
    for value in node.outputs[1:]:
        at = x.batch and x.batch._replace(axis=1)
        found.append(op.recorder.result(value, x, at))
    return found


def with_batch(op: Operation, state: Tensor) -> Tensor:
    """A first state [layers, B, hidden] of a sequence with a batch: its second axis is that, in an input as well."""
    value, sample = state.value, (*state.shape[:1], *state.shape[2:])
    if state.batch is not None or value is None or len(state.shape) != 3 or state.shape[1] != op.recorder.batch:
        return state
    unread = value.node is None and not any(value in node.inputs for node in op.recorder.graph.nodes)
    if op.recorder.batch > 1 and not unread:
        return state
    if unread:
        value.shape = sample
    return Tensor(state.shape, value=op.recorder.in_shape(value, sample), batch=Place(1), dtype=state.dtype)


def cell(op: Operation) -> list[Tensor] | Tensor:
    """lstm_cell, gru_cell and the like: the layer on a sequence of one step, with the states before it."""
    kind, recorder = op.name.split("_")[0], op.recorder
    x, weights = op.tensor("input"), [op.tensor("w_ih"), op.tensor("w_hh")]
    biases = [bias for name in ("b_ih", "b_hh") if (bias := op.get(name)) is not None]
    given = op.get("hx", [])
    states = [state for state in (given if isinstance(given, list) else [given]) if not zeros(state)]
    flat = len(x.shape) == 1
    x = recorder.unsqueeze(x, 0)
    arguments = said({"bias": True}, hidden=weights[1].shape[-1], bias=bool(biases), states=True)
    node = recorder.add(kind, arguments, [x, *(recorder.unsqueeze(state, 0) for state in states)], [*weights, *biases])
    found = [recorder.squeeze(recorder.result(value, x), [0]) for value in node.outputs[1:]]
    if flat:
        raise Unreadable(f"{op.name} without a batch")
    return found if kind == "lstm" else found[0]


RULES: dict[str, Rule] = {
    **dict.fromkeys("lstm gru rnn_tanh rnn_relu".split(), recurrent),
    **dict.fromkeys("lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell".split(), cell),
}
