"""Activations: functions of each element, so any shape passes through; softmax and glu work along an axis.

``exp`` stands for any transcendental function (exp, log, sin, cos, sqrt), ``cmp`` for a comparison, a maximum, a
minimum or a sign.
"""

from archcalc.dims import require, volume
from archcalc.layers.arguments import Axis, Gate, OneOrAll, Real
from archcalc.layers.axes import axis_of, need_axes, show_value
from archcalc.layers.base import Layer, layer
from archcalc.layers.kept import further, given, read

SIGMOID = {"exp": 1, "add": 1, "div": 1}
GATED = {**SIGMOID, "mul": 1}
HARD_SIGMOID = {"cmp": 2, "add": 1, "div": 1}

ELEMENTWISE = {  # what an element becomes, and the elementary operations of that
    "relu": ("max(x, 0)", {"cmp": 1}),
    "relu6": ("min(max(x, 0), 6)", {"cmp": 2}),
    "hardtanh": ("min(max(x, -1), 1)", {"cmp": 2}),
    "abs": ("|x|", {"cmp": 1}),
    "elu": ("x, below zero a * (exp(x) - 1)", {"cmp": 1, "exp": 1, "add": 1, "mul": 1}),
    "celu": ("x, below zero a * (exp(x / a) - 1), where a is 1", {"cmp": 1, "exp": 1, "add": 1, "mul": 1}),
    "selu": ("s * x, below zero s * a * (exp(x) - 1)", {"cmp": 1, "exp": 1, "add": 1, "mul": 2}),
    "sigmoid": ("1 / (1 + exp(-x))", SIGMOID),
    "tanh": ("a sigmoid between -1 and 1, counted as the sigmoid", SIGMOID),
    "silu": ("x * (1 / (1 + exp(-x)))", GATED),
    "gelu": ("x * (1 + erf(x / sqrt(2))) / 2, of which erf(...) is one exp", GATED),
    "hardsigmoid": ("min(max(x + 3, 0), 6) / 6", HARD_SIGMOID),
    "hardswish": ("x * min(max(x + 3, 0), 6) / 6", {**HARD_SIGMOID, "mul": 1}),
    "softplus": ("log(1 + exp(x))", {"exp": 2, "add": 1}),
    "log_sigmoid": ("-log(1 + exp(-x))", {"exp": 2, "add": 1}),
    "mish": ("x * tanh(log(1 + exp(x))), the tanh counted as a sigmoid", {"exp": 3, "add": 2, "div": 1, "mul": 1}),
    "softsign": ("x / (1 + |x|)", {"cmp": 1, "add": 1, "div": 1}),
    "exp": ("exp(x)", {"exp": 1}),
    "log": ("log(x)", {"exp": 1}),
    "sqrt": ("sqrt(x)", {"exp": 1}),
    "sin": ("sin(x)", {"exp": 1}),
    "cos": ("cos(x)", {"exp": 1}),
    "square": ("x * x", {"mul": 1}),
    "identity": ("x", {}),
}

KEEP_OUTPUT = frozenset("relu sigmoid tanh exp sqrt".split())
"""Those whose derivative autograd computes from the output; the others keep their input."""

KEEP_MORE = {"softsign": "1 + |x|", "log_sigmoid": "exp(-|x|)"}
"""Those that keep a further tensor beside their input."""


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

    in_place = True

    @classmethod
    def formula(cls):
        return ELEMENTWISE[cls.type_name][0]

    def shape(self, x):
        return [*x]

    def ops(self, x, y):
        return each(y, ELEMENTWISE[self.type_name][1])

    def keeps(self, x, y):
        yield given() if self.type_name in KEEP_OUTPUT else read()
        if self.type_name in KEEP_MORE:
            yield further(KEEP_MORE[self.type_name], x)


@layer("leaky_relu", obvious="slope")
class LeakyRelu(Layer):
    """ReLU with a slope below zero; any shape passes through. As torch.nn.LeakyReLU.

    Example::

        input: [64, 56, 56]
        layers:
          - leaky_relu: 0.2
    """

    in_place = True
    slope: Real = 0.01

    def shape(self, x):
        return [*x]

    def ops(self, x, y):
        return each(y, {"cmp": 1, "mul": 1})

    def keeps(self, x, y):
        yield read()


@layer("prelu")
class Prelu(Layer):
    """ReLU with a learned slope below zero: one slope, or with ``channels: all`` one for each channel.

    As torch.nn.PReLU; any shape passes through.

    Example::

        input: [64, 56, 56]
        layers:
          - prelu: {channels: all}
    """

    channel_axis = 0
    in_place = True
    channels: OneOrAll = 1

    def shape(self, x):
        if self.channels == "all":
            need_axes(self.type_name, x)
        return [*x]

    def weights(self, x):
        yield "weight", [x[0] if self.channels == "all" else 1]

    def ops(self, x, y):
        return each(y, {"cmp": 1, "mul": 1})

    def keeps(self, x, y):
        yield read()


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

    def window(self, read, x):
        return [read.passing(x, {axis_of(self.axis, x): read.WHOLE})]

    def ops(self, x, y):
        log = self.type_name == "log_softmax"
        return each(y, {"cmp": 1, "exp": 1, "add": 2} if log else {"cmp": 1, "exp": 1, "add": 1, "div": 1})

    def keeps(self, x, y):
        yield given()


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

    def window(self, read, x):
        axis = axis_of(self.axis, x)
        return [read.passing(x, {axis: read.Slide(axis, kernel=2, dilation=x[axis] // 2)})]

    def ops(self, x, y):
        _, operations = ELEMENTWISE[self.act]
        return each(y, {**operations, "mul": 1 + operations.get("mul", 0)})

    def keeps(self, x, y):
        """Sigmoid's gated unit is one operation; with another activation it is that of one half, times the other."""
        yield read()
        if self.act not in ("sigmoid", "identity"):
            yield further("gate", y)
