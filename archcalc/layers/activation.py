"""Activations: functions of each element, so any shape passes through; softmax and glu work along an axis.

``exp`` stands for any transcendental function (exp, log, sin, cos, sqrt), ``cmp`` for a comparison, a sign or a clamp.
"""

from archcalc.dims import require, volume
from archcalc.layers.arguments import Axis, Gate, OneOrAll, Real
from archcalc.layers.axes import axis_of, need_axes, show_value
from archcalc.layers.base import Layer, layer

SIGMOID = {"exp": 1, "add": 1, "div": 1}
GATED = {**SIGMOID, "mul": 1}
HARD_SIGMOID = {"cmp": 1, "add": 1, "div": 1}  # a clamp of x + 3, over 6

ELEMENTWISE = {  # elementary operations of one element
    "relu": {"cmp": 1},
    "relu6": {"cmp": 1},
    "hardtanh": {"cmp": 1},
    "abs": {"cmp": 1},
    "elu": {"cmp": 1, "exp": 1, "add": 1, "mul": 1},
    "celu": {"cmp": 1, "exp": 1, "add": 1, "mul": 1},
    "selu": {"cmp": 1, "exp": 1, "add": 1, "mul": 2},
    "sigmoid": SIGMOID,
    "tanh": SIGMOID,
    "silu": GATED,
    "gelu": GATED,
    "hardsigmoid": HARD_SIGMOID,
    "hardswish": {**HARD_SIGMOID, "mul": 1},
    "softplus": {"exp": 2, "add": 1},  # log(1 + exp(x))
    "log_sigmoid": {"exp": 2, "add": 1},
    "mish": {"exp": 3, "add": 2, "div": 1, "mul": 1},  # x * tanh(softplus(x))
    "softsign": {"cmp": 1, "add": 1, "div": 1},  # x / (1 + |x|)
    "exp": {"exp": 1},
    "log": {"exp": 1},
    "sqrt": {"exp": 1},
    "sin": {"exp": 1},
    "cos": {"exp": 1},
    "square": {"mul": 1},
    "identity": {},
}


def each(y, operations):
    """The operations of one element, for every element of shape ``y``."""
    return {operation: number * volume(y) for operation, number in operations.items()}


@layer(*(name for name in ELEMENTWISE if name != "identity"))
class Elementwise(Layer):
    """A function of each element; any shape passes through. As PyTorch's function of that name.

    Example::

        input: [64, 56, 56]
        layers:
          - relu
    """

    def shape(self, x):
        return [*x]

    def ops(self, x, y):
        return each(y, ELEMENTWISE[self.type_name])


@layer("leaky_relu", obvious="slope")
class LeakyRelu(Layer):
    """ReLU with a slope below zero; any shape passes through. As torch.nn.LeakyReLU.

    Example::

        input: [64, 56, 56]
        layers:
          - leaky_relu: 0.2
    """

    slope: Real = 0.01

    def shape(self, x):
        return [*x]

    def ops(self, x, y):
        return each(y, {"cmp": 1, "mul": 1})


@layer("prelu")
class Prelu(Layer):
    """ReLU with a learned slope below zero: one slope, or with ``channels: all`` one for each position of axis 0.

    As torch.nn.PReLU; any shape passes through.

    Example::

        input: [64, 56, 56]
        layers:
          - prelu: {channels: all}
    """

    channels: OneOrAll = 1

    def shape(self, x):
        if self.channels == "all":
            need_axes(self.type_name, x)
        return [*x]

    def weights(self, x):
        yield "weight", [x[0] if self.channels == "all" else 1]

    def ops(self, x, y):
        return each(y, {"cmp": 1, "mul": 1})


@layer("softmax", "log_softmax")
class Softmax(Layer):
    """Exponentials along an axis over their sum, or the logarithm of that; shapes pass through.

    As torch.nn.Softmax and torch.nn.LogSoftmax. An element costs a comparison for the maximum, an exponential, an
    addition and a division; with the logarithm the division is a second addition.

    Example::

        input: [1000]
        layers:
          - softmax
    """

    axis: Axis = -1

    def shape(self, x):
        axis_of(self.axis, x)
        return [*x]

    def ops(self, x, y):
        log = self.type_name == "log_softmax"
        return each(y, {"cmp": 1, "exp": 1, "add": 2} if log else {"cmp": 1, "exp": 1, "add": 1, "div": 1})


@layer("glu")
class Glu(Layer):
    """Gated linear unit: half of an axis times the activation of the other half, ``[..., 2n] -> [..., n]``.

    As torch.nn.GLU (Dauphin et al. 2017). The activation is sigmoid; silu makes it SwiGLU, gelu GEGLU, identity the
    bilinear unit (Shazeer 2020, "GLU Variants Improve Transformer").

    Example::

        input: [100, 2048]
        layers:
          - glu: {act: silu}
            expect: [100, 1024]
    """

    axis: Axis = -1
    act: Gate = "sigmoid"

    def shape(self, x):
        axis = axis_of(self.axis, x)
        require(
            x[axis] % 2 == 0,
            lambda: f"{self.type_name} halves an even axis; axis {axis} of {show_value(x)} is odd",
            "axis",
        )
        return [*x[:axis], x[axis] // 2, *x[axis + 1 :]]

    def ops(self, x, y):
        return {**each(y, ELEMENTWISE[self.act]), "mul": (1 + ELEMENTWISE[self.act].get("mul", 0)) * volume(y)}
