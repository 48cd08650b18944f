"""Rules of linear maps and products."""

from __future__ import annotations

from math import prod

from archcalc.importers.graphs.samples import Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule, said
from archcalc.importers.pytorch.stored import constant, learned, stored, zeros


def linear(op: Operation) -> Tensor:
    weight, bias = op.tensor("weight"), op.get("bias")
    if (stored(weight) is None or not learned(weight)) and len(weight.shape) == 2:
        turned = op.recorder.permute(weight, [1, 0])
        found = product(part(op, "matmul", op.tensor("input"), turned))
        return found if bias is None else op.recorder.together("add", [found, bias])
    return mapped(op, op.tensor("input"), op.tensor("weight"), op.get("bias"), op.tensor("weight").shape[0])


def mapped(op: Operation, x: Tensor, weight: Tensor, bias: Tensor | None, out: int) -> Tensor:
    """A linear map of the last axis; a product where its weight is computed."""
    if not x.shape or not op.recorder.axis(x, -1, op.name) + 1:
        raise Unreadable(f"{op.name} of a tensor without axes")
    if stored(weight) is None:
        raise Unreadable(f"{op.name} whose weight is computed")
    bias = None if bias is None or zeros(bias) else bias
    apart = bias is not None and (stored(bias) is None or not learned(bias))  # put together from others, or no weight
    own = bias is not None and not apart
    found = op.recorder.layer("linear", said({"bias": True}, out=out, bias=own), x, [weight, *([bias] if own else [])])
    return op.recorder.together("add", [found, bias]) if apart and bias is not None else found


def addmm(op: Operation) -> Tensor:
    """bias + x @ weight, the weight [C, out]."""
    weight = op.tensor("mat2")
    if stored(weight) is None:
        return op.recorder.together("add", [op.tensor("self"), product(part(op, "mm", op.tensor("mat1"), weight))])
    return mapped(op, op.tensor("mat1"), weight, op.tensor("self"), weight.shape[-1])


def product(op: Operation) -> Tensor:
    left, right = op.tensor("self"), op.tensor("mat2", "other")
    recorder = op.recorder
    if right.weight is not None and right.weight.learned and len(right.shape) == 2 and left.computed:
        return mapped(op, left, right, None, right.shape[-1])
    if not left.computed and not right.computed and not (learned(left) or learned(right)):
        return constant(op)
    if len(left.shape) == 1:
        return recorder.squeeze(product(part(op, op.name, recorder.unsqueeze(left, 0), right)), [-2])
    if len(right.shape) == 1:
        return recorder.squeeze(product(part(op, op.name, left, recorder.unsqueeze(right, 1))), [-1])
    rank = max(len(left.shape), len(right.shape))
    batch = left.batch or right.batch
    if left.batch and right.batch:
        left, right = (recorder.view(x, (*(1,) * (rank - len(x.shape)), *x.shape)) for x in (left, right))
    elif left.batch and left.batch.axis == len(left.shape) - 2 and recorder.alone(left.shape, left.batch):
        return recorder.squeeze(product(part(op, op.name, recorder.unsqueeze(left, -2), right)), [-2])
    carrier = left if left.batch else right
    if batch is None:
        values = [recorder.of(left), recorder.of(right)]
        value = recorder.graph.add("matmul", {}, values, (), recorder.modules, recorder.place).outputs[0]
        return Tensor(value.shape, value=value)
    if batch.axis + rank - len(carrier.shape) >= rank - 2 and recorder.alone(carrier.shape, batch):
        raise Unreadable(f"{op.name} over the batch")
    like = Tensor((*(1,) * (rank - len(carrier.shape)), *carrier.shape), batch=batch)
    values = [recorder.aligned(one_of, like) for one_of in (left, right)]
    node = recorder.graph.add("matmul", {}, values, (), recorder.modules, recorder.place)
    return recorder.result(node.outputs[0], like)


def part(op: Operation, name: str, left: Tensor, right: Tensor) -> Operation:
    """A product that is a part of an operator."""
    return Operation(name, {"self": left, "other": right}, op.recorder, op.shapes, op.read, op.sibling)


def plus_product(op: Operation) -> Tensor:
    """baddbmm, addbmm, addmv: what is added, and a product."""
    found = product(part(op, "matmul", op.tensor("batch1", "mat"), op.tensor("batch2", "vec")))
    if op.name == "addbmm":
        raise Unreadable("addbmm: a sum over the batch")
    more = op.tensor("self")
    if not more.computed and not learned(more):
        op.recorder.graph.drop(f"{op.name} with a constant")
        return found
    return op.recorder.together("add", [more, found])


def contracted(op: Operation) -> Tensor:
    """tensordot of the last axes of one with the first of the other: a product of matrices."""
    left, right = op.tensor("self"), op.tensor("other")
    mine, others = op.numbers("dims_self"), op.numbers("dims_other")
    count = len(mine)
    last = [*range(len(left.shape) - count, len(left.shape))]
    if [axis % len(left.shape) for axis in mine] != last or [axis % len(right.shape) for axis in others] != [
        *range(count)
    ]:
        raise Unreadable("tensordot of other axes than the last with the first")
    inner = prod(right.shape[:count])
    flat = op.recorder.view(left, [*left.shape[: last[0]], inner]) if count != 1 else left
    turned = op.recorder.view(right, [inner, prod(right.shape[count:])]) if len(right.shape) != 2 else right
    found = product(part(op, "matmul", flat, turned))
    return op.recorder.view(found, [*left.shape[: last[0]], *right.shape[count:]])


def of_vectors(op: Operation) -> Tensor:
    """dot, vdot, mv: products with vectors."""
    return product(part(op, op.name, op.tensor("self"), op.tensor("tensor", "other", "vec")))


def outer(op: Operation) -> Tensor:
    one, two = op.tensor("self"), op.tensor("vec2", "other")
    return op.recorder.together("mul", [op.recorder.unsqueeze(one, 1), op.recorder.unsqueeze(two, 0)])


def bilinear(op: Operation) -> Tensor:
    weight, bias = op.tensor("weight"), op.get("bias")
    arguments = said({"bias": True}, out=weight.shape[0], bias=bias is not None)
    weights = [weight, *([bias] if bias is not None else [])]
    return op.recorder.layer("bilinear", arguments, op.tensor("input1"), weights, op.tensor("input2"))


def weight_norm(op: Operation) -> Tensor:
    """A weight of another direction's length: as many numbers as its direction has."""
    op.recorder.graph.drop("weight_norm of stored weights")
    return op.tensor("v")


RULES: dict[str, Rule] = {
    "linear": linear,
    "addmm": addmm,
    **dict.fromkeys("matmul mm bmm".split(), product),
    "bilinear": bilinear,
    "_weight_norm": weight_norm,
    **dict.fromkeys("baddbmm addbmm addmv".split(), plus_product),
    **dict.fromkeys("dot vdot mv inner".split(), of_vectors),
    "tensordot": contracted,
    **dict.fromkeys("outer ger".split(), outer),
}
"""The rule of each operator, by its name without the overload."""
