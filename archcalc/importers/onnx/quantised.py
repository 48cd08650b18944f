"""Rules of operators on whole numbers: the layer that is quantised, its weights those that the file has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.importers.graphs.samples import Tensor
from archcalc.importers.onnx import elementwise, moving, products, windows
from archcalc.importers.onnx.operation import Operation, Rule


def of(rule: Callable[[Operation], Any], type: str, *places: int) -> Rule:
    """The rule of the operator that is quantised, on those of the inputs that are no scales and zero points."""

    def quantised(op: Operation) -> Any:
        inputs = [learned_as(op.optional(place)) for place in places]
        return rule(op.with_type(type, inputs, **op.attributes))

    return quantised


def learned_as(x: Tensor | None) -> Tensor | None:
    """A stored tensor of whole numbers that is a weight."""
    if x is None or x.weight is None or x.computed or not x.shape:
        return x
    return Tensor(x.shape, weight=x.weight._replace(learned=True), dtype=x.dtype)


def dequantised(op: Operation) -> Any:
    return elementwise.kept(op.with_type(op.type, [learned_as(op.optional(0))]))


def dynamic(op: Operation) -> list[Tensor]:
    x = op.tensor()
    same = Tensor(x.shape, value=x.value, batch=x.batch, dtype="uint8")
    return [same, Tensor(()), Tensor((), dtype="uint8")][: len(op.read)]


def side_by_side(op: Operation) -> Tensor:
    """QLinearConcat: after a scale and a zero point, each tensor with its own."""
    tensors = [op.tensor(place) for place in range(2, len(op.inputs), 3)]
    return moving.concat(op.with_type("Concat", tensors, **op.attributes))


RULES: dict[str, Rule] = {
    "DequantizeLinear": dequantised,
    "DynamicQuantizeLinear": dynamic,
    "QLinearConv": of(windows.convolution, "Conv", 0, 3, 8),
    "ConvInteger": of(windows.convolution, "Conv", 0, 1),
    "MatMulInteger": of(products.product, "MatMul", 0, 1),
    "QLinearMatMul": of(products.product, "MatMul", 0, 3),
}

MICROSOFT: dict[str, Rule] = {
    "DequantizeLinear": dequantised,
    "QuantizeLinear": elementwise.kept,
    "MatMulNBits": products.packed,
    "QGemm": of(products.general, "Gemm", 0, 3, 6),
    "MatMulIntegerToFloat": of(products.product, "MatMul", 0, 1, 6),
    "DynamicQuantizeMatMul": of(products.product, "MatMul", 0, 1, 4),
    "QLinearAdd": of(elementwise.combined, "Add", 0, 3),
    "QLinearMul": of(elementwise.combined, "Mul", 0, 3),
    "QLinearSigmoid": of(elementwise.function, "Sigmoid", 0),
    "QLinearLeakyRelu": of(elementwise.leaky_relu, "LeakyRelu", 0),
    "QLinearSoftmax": of(elementwise.softmax, "Softmax", 0),
    "QLinearAveragePool": of(windows.pool, "AveragePool", 0),
    "QLinearGlobalAveragePool": of(windows.whole_pool, "GlobalAveragePool", 0),
    "QLinearConcat": side_by_side,
}
