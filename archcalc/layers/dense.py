"""Dense maps over the last axis, tables of vectors, and tensors that read nothing."""

from archcalc.dims import maximum, require, volume
from archcalc.errors import RuleError
from archcalc.layers.agreement import require_equal
from archcalc.layers.arguments import CHANNELS, Axis, DataType, Extent, Flag, InlineLayer, Size
from archcalc.layers.axes import axis_of, need_axes, sequence_letters, show_value
from archcalc.layers.base import Layer, layer
from archcalc.layers.kept import WEIGHTS, further, given, read


@layer("linear", obvious="out")
class Linear(Layer):
    """Linear map of the last axis, ``[..., C] -> [..., out]``, or of another ``axis``.

    As torch.nn.Linear (PyTorch documentation): ``C * out`` multiply-adds at every position of the other axes.

    Example::

        input: [4096]
        layers:
          - linear: 1000
            expect: [1000]
    """

    out: Size
    bias: Flag = True
    axis: Axis = -1
    norm: InlineLayer = None
    act: InlineLayer = None

    def shape(self, x):
        need_axes(self.type_name, x)
        axis = axis_of(self.axis, x)
        return [*x[:axis], self.out, *x[axis + 1 :]]

    def window(self, read, x):
        return [read.passing(x, {axis_of(self.axis, x): read.EVERY_CHANNEL})]

    def weights(self, x):
        yield "weight", [self.out, x[self.axis]]
        if self.bias:
            yield "bias", [self.out]

    def ops(self, x, y):
        return {"mac": volume(y) * x[self.axis], "add": volume(y) if self.bias else 0}

    def keeps(self, x, y):
        yield read(0, WEIGHTS, form="matrix", axis=self.axis % len(x) - len(x))


@layer("bilinear", obvious="out", reads=(2,))
class Bilinear(Layer):
    """Bilinear form of two tensors, ``[..., in1], [..., in2] -> [..., out]`` with equal leading axes.

    As torch.nn.Bilinear (PyTorch documentation). Each output multiplies the first vector by a matrix, and the result
    by the second: ``out * in1 * in2 + out * in2`` multiply-adds a position.

    Example::

        input: {left: [10, 32], right: [10, 64]}
        layers:
          - bilinear: 16
            expect: [10, 16]
    """

    out: Size
    bias: Flag = True

    def shape(self, left, right):
        need_axes(self.type_name, left)
        need_axes(self.type_name, right)
        require_equal(
            left[:-1],
            right[:-1],
            lambda: f"{show_value(left)} and {show_value(right)} must be equal in every axis but the last",
        )
        for x in (left, right):
            require(x[-1] >= 1, lambda x=x: f"bilinear reads at least one value a position, not {show_value(x)}")
        return [*left[:-1], self.out]

    def window(self, read, left, right):
        return [read.leading(left, read.EVERY_CHANNEL), read.leading(right, read.EVERY_CHANNEL)]

    def weights(self, left, right):
        yield "weight", [self.out, left[-1], right[-1]]
        if self.bias:
            yield "bias", [self.out]

    def ops(self, left, right, y):
        mac = volume(y) * left[-1] * right[-1] + volume(y) * right[-1]
        return {"mac": mac, "add": volume(y) if self.bias else 0}

    def keeps(self, left, right, y):
        yield read(0, WEIGHTS, 1, form="matrix")
        yield read(1, WEIGHTS, 0, form="matrix")


@layer("maxout", obvious="out")
class Maxout(Layer):
    """The largest of several linear maps, unit by unit, ``[..., C] -> [..., out]``.

    After Goodfellow et al. 2013, "Maxout Networks". The ``pieces`` maps are one weight of ``pieces * out`` rows.

    Example::

        input: [784]
        layers:
          - maxout: {out: 240, pieces: 5}
            expect: [240]
    """

    out: Size
    pieces: Size = 2
    bias: Flag = True

    def shape(self, x):
        need_axes(self.type_name, x)
        return [*x[:-1], self.out]

    def window(self, read, x):
        return [read.leading(x, read.EVERY_CHANNEL)]

    def weights(self, x):
        yield "weight", [self.pieces * self.out, x[-1]]
        if self.bias:
            yield "bias", [self.pieces * self.out]

    def ops(self, x, y):
        mapped = self.pieces * volume(y)
        return {"mac": mapped * x[-1], "add": mapped if self.bias else 0, "cmp": mapped - volume(y)}

    def keeps(self, x, y):
        yield read(0, WEIGHTS, form="matrix")
        yield further("pieces", [self.pieces, *y])
        yield given()


def index_letters(rank):
    """T for a sequence of indices, and C for what each of them becomes."""
    return ["T"] if rank == 1 else sequence_letters(rank)


@layer("embedding")
class Embedding(Layer):
    """A learned vector for each index, ``[...] -> [..., out]``, also ``[] -> [out]``. As torch.nn.Embedding.

    Example::

        input: {shape: [1024], dtype: int64}
        layers:
          - embedding: {entries: 50257, out: 768}
            expect: [1024, 768]
    """

    by_index = True
    entries: Size
    out: Size
    letters = staticmethod(index_letters)

    def shape(self, x):
        return [*x, self.out]

    def weights(self, x):
        yield "weight", [self.entries, self.out]

    def keeps(self, x, y):
        yield read()


@layer("embedding_bag")
class EmbeddingBag(Layer):
    """The mean of the vectors of a bag of indices, ``[T] -> [out]``. As torch.nn.EmbeddingBag with mode mean.

    Example::

        input: {shape: [20], dtype: int64}
        layers:
          - embedding_bag: {entries: 10000, out: 64}
            expect: [64]
    """

    by_index = True
    entries: Size
    out: Size
    letters = staticmethod(index_letters)

    def shape(self, x):
        if len(x) != 1:
            raise RuleError(f"{self.type_name} reads one axis of indices, [T]; the input is {show_value(x)}")
        return [self.out]

    def window(self, read, x):
        return [[read.WHOLE]]

    def weights(self, x):
        yield "weight", [self.entries, self.out]

    def ops(self, x, y):
        return {"add": maximum(x[0] - 1, 0) * self.out, "div": self.out}

    def keeps(self, x, y):
        """The indices, the bag of each, where each bag begins and how many it holds."""
        yield read()
        yield further("bags", x, dtype="int64")
        for name in ("offsets", "sizes"):
            yield further(name, [], dtype="int64")


@layer("parameter", obvious="shape", reads=(0,))
class Parameter(Layer):
    """A learned tensor of the shape given; reads nothing. As torch.nn.Parameter.

    Example::

        input: [1024, 768]
        layers:
          - parameter: [1024, 768]
            name: positions
          - add: [input, positions]
            expect: [1024, 768]
    """

    view = True
    shape_: Extent

    def shape(self):
        return [*self.shape_]

    def weights(self):
        yield "weight", [*self.shape_]


@layer("constant", obvious="shape", reads=(0,))
class Constant(Layer):
    """A tensor that is stored but not learned; reads nothing. As a buffer of torch.nn.Module.

    Example::

        input: [1024, 768]
        layers:
          - constant: [1024, 768]
            name: sinusoids
          - add: [input, sinusoids]
            expect: [1024, 768]
    """

    view = True
    shape_: Extent
    dtype_: DataType = "float32"

    def dtype(self, inputs, activations):
        return activations if "float" in self.dtype_ else self.dtype_

    def shape(self):
        return [*self.shape_]

    def buffers(self):
        yield "constant", [*self.shape_]


@layer("layer_scale")
class LayerScale(Layer):
    """A learned factor for each position of one axis, ``x -> x``.

    After Touvron et al. 2021, "Going deeper with Image Transformers". The axis is that of the channels: 0, or the last
    in a file of ``layout: HWC``; a sequence ``[T, C]`` elsewhere takes ``axis: -1``.

    Example::

        input: [96, 56, 56]
        layers:
          - layer_scale
    """

    in_place = True
    axis: Axis = CHANNELS

    def shape(self, x):
        axis_of(self.axis, x)
        return [*x]

    def weights(self, x):
        yield "weight", [x[self.axis]]

    def ops(self, x, y):
        return {"mul": volume(y)}

    def keeps(self, x, y):
        yield read(0, WEIGHTS)
