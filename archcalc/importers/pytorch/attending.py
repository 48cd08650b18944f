"""Rules of attention, recurrent layers and embeddings."""

from __future__ import annotations

from archcalc.importers.graphs.samples import Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule, said
from archcalc.importers.pytorch.operators import learned, product, zeros


def attention(op: Operation) -> Tensor:
    """scaled_dot_product_attention; written out where a mask is computed."""
    query, key, value = (op.tensor(name) for name in ("query", "key", "value"))
    mask = op.get("attn_mask")
    if mask is not None and (mask.computed or learned(mask)):
        return written_out(op, query, key, value, mask)
    causal = bool(op.get("is_causal", False)) or (mask is not None and is_causal(mask))
    if mask is not None and not causal:
        op.recorder.graph.drop("a mask of attention that is constant")
    grouped = bool(op.get("enable_gqa", False))
    arguments = said({"causal": False, "enable_gqa": False}, causal=causal, enable_gqa=grouped)
    return op.recorder.layer("scaled_dot_product_attention", arguments, query, (), key, value)


def is_causal(mask: Tensor) -> bool:
    """Whether the numbers of a mask hide exactly what is later: true, 0, or a number below all others."""
    if mask.numbers is None or len(mask.shape) < 2:
        return False
    rows, columns = mask.shape[-2:]
    if rows < 2 or rows * columns != len(mask.numbers):
        return False
    later = columns - rows
    seen = [number if type(number) is bool else number > -1e4 for number in mask.numbers]
    return all(
        seen[row * columns + column] == (column <= row + later) for row in range(rows) for column in range(columns)
    )


def written_out(op: Operation, query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    recorder = op.recorder
    order = [*range(len(key.shape) - 2), len(key.shape) - 1, len(key.shape) - 2]
    scores = times(op, query, recorder.permute(key, order))
    scores = recorder.together("add", [scores, mask])
    return times(op, recorder.layer("softmax", {}, scores), value)


def times(op: Operation, left: Tensor, right: Tensor) -> Tensor:
    return product(Operation("matmul", {"self": left, "other": right}, op.recorder, op.shapes, op.read, op.sibling))


def embedding(op: Operation) -> Tensor:
    table, index = op.tensor("weight"), op.tensor("indices")
    if table.weight is None or not learned(table):
        raise Unreadable("embedding whose table is computed")
    if not index.computed:
        return rows(op, table, index)
    entries, out = table.shape
    found = op.recorder.layer("embedding", {"entries": entries, "out": out}, index, [table])
    return found


def rows(op: Operation, table: Tensor, index: Tensor) -> Tensor:
    """Rows of a table that are known before the network runs: positions in their order, or one row for all."""
    recorder, numbers, out = op.recorder, index.numbers, table.shape[1]
    shape = (*index.shape, out)
    if numbers is not None and numbers == [*range(numbers[0], numbers[0] + len(numbers))] and numbers[0] >= 0:
        return recorder.cut(table, 0, numbers[0], numbers[-1] + 1).seen_as(shape)
    node = recorder.add("take", {}, [table, Tensor(index.shape, weight=index.weight, dtype="int64")])
    return Tensor(shape, value=node.outputs[0])


def recurrent(op: Operation) -> list[Tensor]:
    kind = op.name.split("_")[0]
    x, parameters = op.tensor("input"), op.get("params", [])
    if op.get("batch_first", False) is False and x.batch is not None and x.batch.axis == 0 and len(x.shape) == 3:
        raise Unreadable(f"{op.name} with the steps first and the batch first")
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
    initial = [state for state in initial if not zeros(state)]
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


def einsum(op: Operation) -> Tensor:
    equation, tensors = op.get("equation"), op.get("tensors", op.get("operands", []))
    if not isinstance(equation, str) or "->" not in equation or "." in equation:
        raise Unreadable("einsum without an arrow, or with dots")
    left, _, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    batched = [(term, x) for term, x in zip(terms, tensors, strict=True) if x.batch is not None]
    letters = {term[x.batch.axis] for term, x in batched}
    states = {op.recorder.alone(x.shape, x.batch) for _, x in batched}
    if not batched:
        value = op.recorder.add("einsum", {"equation": f"{left}->{right}"}, tensors).outputs[0]
        return Tensor(value.shape, value=value)
    if len(letters) != 1 or len(states) != 1:
        raise Unreadable("einsum over the batch")
    letter = letters.pop()
    if letter not in right:
        raise Unreadable("einsum that sums over the batch")
    if states == {True}:
        terms = [term.replace(letter, "") for term in terms]
    said_as = ",".join(terms) + "->" + (right.replace(letter, "") if states == {True} else right)
    node = op.recorder.add("einsum", {"equation": said_as}, tensors)
    like = batched[0][1]
    return op.recorder.result(node.outputs[0], like, like.batch._replace(axis=right.index(letter)))


RULES: dict[str, Rule] = {
    "scaled_dot_product_attention": attention,
    "embedding": embedding,
    **dict.fromkeys("lstm gru rnn_tanh rnn_relu".split(), recurrent),
    "einsum": einsum,
}
