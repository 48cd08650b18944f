"""Rules of attention, embeddings and einsum."""

from __future__ import annotations

from archcalc.importers.graphs.samples import Place, Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule, said
from archcalc.importers.pytorch.products import product
from archcalc.importers.pytorch.stored import learned


def attention(op: Operation) -> Tensor:
    """scaled_dot_product_attention; written out where a mask is computed."""
    query, key, value = (op.tensor(name) for name in ("query", "key", "value"))
    mask = op.get("attn_mask")
    for x in (query, key, value):
        for axis in (-2, -1):
            op.recorder.axis(x, axis, op.name)
    if mask is not None and (mask.computed or learned(mask)):
        return written_out(op, query, key, value, mask)
    causal = bool(op.get("is_causal", False)) or (mask is not None and is_causal(mask))
    if mask is not None and not causal:
        op.recorder.graph.drop("a mask of attention that is constant")
    grouped = bool(op.get("enable_gqa", False)) or shares_heads(query, key)
    arguments = said({"causal": False, "enable_gqa": False}, causal=causal, enable_gqa=grouped)
    return op.recorder.layer("scaled_dot_product_attention", arguments, query, (), key, value)


def shares_heads(query: Tensor, key: Tensor) -> bool:
    """Whether all heads of the queries read one head of keys."""
    return min(len(query.shape), len(key.shape)) > 2 and key.shape[-3] == 1 < query.shape[-3]


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


def bag(op: Operation) -> list[Tensor]:
    """embedding_bag of as many indices for each sample, one after the other."""
    table, index, starts = op.tensor("weight"), op.tensor("indices"), op.tensor("offsets")
    if not learned(table) or not index.computed or len(index.shape) != 1 or starts.shape != (op.recorder.batch,):
        raise Unreadable(f"{op.name} of bags that are not alike")
    entries, out = table.shape
    node = op.recorder.add("embedding_bag", {"entries": entries, "out": out}, [index], [table])
    found = Tensor((op.recorder.batch, out), value=node.outputs[0], batch=Place(0))
    return [found, *(Tensor(shape or ()) for shape in op.shapes[1:])]


def rows(op: Operation, table: Tensor, index: Tensor) -> Tensor:
    """Rows of a table that are known before the network runs: positions in their order, or one row for all."""
    recorder, numbers, out = op.recorder, index.numbers, table.shape[1]
    shape = (*index.shape, out)
    if numbers is not None and numbers == [*range(numbers[0], numbers[0] + len(numbers))] and numbers[0] >= 0:
        return recorder.cut(table, 0, numbers[0], numbers[-1] + 1).seen_as(shape)
    node = recorder.add("take", {}, [table, Tensor(index.shape, weight=index.weight, dtype="int64")])
    return Tensor(shape, value=node.outputs[0])


def einsum(op: Operation) -> Tensor:
    tensors = op.get("tensors", op.get("operands", []))
    left, right = spelled(str(op.get("equation", "")), [len(x.shape) for x in tensors])
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


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def spelled(equation: str, ranks: list[int]) -> tuple[str, str]:
    """Both sides of an equation, dots as letters of their own and the right side as it is where it is not said."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise Unreadable(f"einsum of {len(ranks)} tensors by {equation}")
    free = [letter for letter in LETTERS if letter not in equation]
    hidden = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)]
    most = max(0, *(more for more, term in zip(hidden, terms, strict=True) if "..." in term), 0)
    if most > len(free):
        raise Unreadable("einsum of more axes than there are letters")
    dots = "".join(free[:most])
    said = [
        term.replace("...", dots[most - more :] if more > 0 else "") for term, more in zip(terms, hidden, strict=True)
    ]
    if not arrow:
        once = sorted(letter for letter in {*left} - {",", "."} if left.count(letter) == 1)
        return ",".join(said), dots + "".join(once)
    return ",".join(said), right.replace("...", dots)


RULES: dict[str, Rule] = {
    "scaled_dot_product_attention": attention,
    "embedding": embedding,
    **dict.fromkeys("embedding_bag _embedding_bag _embedding_bag_forward_only".split(), bag),
    "einsum": einsum,
}
