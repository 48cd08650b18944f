"""Convolutions: a window of weights slides over the spatial axes of ``[C, ...spatial]``."""

from archcalc.dims import exact_div, maximum, require, volume
from archcalc.errors import RuleError
from archcalc.layers.arguments import (
    Counts,
    EqualPadding,
    EqualPaddingOrSame,
    Flag,
    InlineLayer,
    Pad,
    Padding,
    Size,
    Sizes,
)
from archcalc.layers.axes import count, show_value
from archcalc.layers.base import layer
from archcalc.layers.kept import INNER, WEIGHTS, further, read
from archcalc.layers.window import Windowed, grown_output


def need_image(layer, x):
    """For layers that PyTorch has for images only."""
    if len(x) != 3:
        raise RuleError(f"{layer} reads [C, H, W], not {show_value(x)}")


def need_whole_groups(out, groups):
    """Each group gives the same number of output channels."""
    require(out % groups == 0, lambda: f"out ({out}) must be divisible by groups ({groups})", "groups")


def of_groups(read, groups):
    """How a position reads the channels: all of them, or only those of its group."""
    return read.EVERY_CHANNEL if groups == 1 else read.Mixed(0)


@layer("conv", obvious="out")
class Conv(Windowed):
    """Convolution, ``[C, *spatial] -> [out, *spatial]`` over 1 to 3 spatial axes.

    Shape and weights as torch.nn.Conv1d, Conv2d and Conv3d (PyTorch documentation), multiply-adds as Dumoulin and
    Visin 2016: the kernel's volume times the channels that a group reads, at every output position.
    ``padding: same`` gives ceil(in / stride) positions, also with a stride.

    Example::

        input: [3, 224, 224]
        layers:
          - conv: {out: 64, kernel: 7, stride: 2, padding: 3}
            expect: [64, 112, 112]
    """

    out: Size
    kernel: Sizes
    stride: Sizes = 1
    padding: Padding = 0
    dilation: Sizes = 1
    groups: Size = 1
    bias: Flag = True
    norm: InlineLayer = None
    act: InlineLayer = None

    def across(self, read):
        return of_groups(read, self.groups)

    def shape(self, x):
        return [self.out, *self.positions(x)]

    def channels_read(self, x):
        return exact_div(x[0], self.groups, "input channels", "groups", "groups")

    def weights(self, x):
        need_whole_groups(self.out, self.groups)
        yield "weight", [self.out, self.channels_read(x), *self.kernel]
        if self.bias:
            yield "bias", [self.out]

    def ops(self, x, y):
        return {"mac": volume(self.weight(x)) * volume(y[1:]), "add": volume(y) if self.bias else 0}

    def keeps(self, x, y):
        yield self.read_padded(x)


@layer("conv_transpose", obvious="out")
class ConvTranspose(Windowed):
    """Transposed convolution, ``[C, *spatial] -> [out, *spatial]``: the shapes of a convolution, reversed.

    As torch.nn.ConvTranspose1d, 2d and 3d: ``(in - 1) * stride - 2 * padding + dilation * (kernel - 1) +
    output_padding + 1`` positions, and the weight is ``[C, out / groups, *kernel]``. It multiplies at each input
    position. ``padding`` is equal before and after, or ``same``: as in Keras that gives ``in * stride`` positions, and
    takes no ``output_padding``. ``output_padding`` is less than the stride or the dilation.

    Example::

        input: [64, 28, 28]
        layers:
          - conv_transpose: {out: 32, kernel: 4, stride: 2, padding: 1}
            expect: [32, 56, 56]
    """

    out: Size
    kernel: Sizes
    stride: Sizes = 1
    padding: EqualPaddingOrSame = 0
    output_padding: Counts = 0
    dilation: Sizes = 1
    groups: Size = 1
    bias: Flag = True
    norm: InlineLayer = None
    act: InlineLayer = None
    spreads = True

    def across(self, read):
        return of_groups(read, self.groups)

    def pads(self, x):
        """What is cut off the output. ``same`` leaves in * stride positions, so it may also add some after them."""
        if not isinstance(self.padding, str):
            return self.padding
        for extra in self.output_padding:
            require(extra == 0, "padding: same gives in * stride positions, without output_padding", "output_padding")
        totals = [dilation * (kernel - 1) + 1 - stride for _, kernel, stride, dilation in self.windows(x)]
        before = [maximum(total, 0) // 2 for total in totals]
        return tuple(Pad(one, total - one, total, apart=True) for one, total in zip(before, totals, strict=True))

    def shape(self, x):
        axes = zip(self.windows(x), self.pads(x), self.output_padding, strict=True)
        return [self.out, *(transposed_output(*window, pad, extra) for window, pad, extra in axes)]

    def channels_read(self, x):
        return exact_div(x[0], self.groups, "input channels", "groups", "groups")

    def weights(self, x):
        self.channels_read(x)  # groups must divide the input's channels too
        yield "weight", [x[0], exact_div(self.out, self.groups, "out", "groups", "groups"), *self.kernel]
        if self.bias:
            yield "bias", [self.out]

    def ops(self, x, y):
        return {"mac": volume(self.weight(x)) * volume(x[1:]), "add": volume(y) if self.bias else 0}

    def keeps(self, x, y):
        yield read()


def transposed_output(size, kernel, stride, dilation, pad, output_padding):
    """Positions of a transposed convolution along one axis."""
    require(
        maximum(stride, dilation) > output_padding,
        lambda: f"output_padding ({output_padding}) must be less than the stride ({stride}) or dilation ({dilation})",
        "output_padding",
    )
    grown = grown_output(size, kernel, stride, dilation, pad, output_padding)
    require(grown >= 1, lambda: f"the output would be {grown} long: padding ({pad.before}) takes all of it", "padding")
    return grown


@layer("depthwise_conv", obvious="kernel")
class DepthwiseConv(Windowed):
    """Convolution of each channel alone, ``[C, *spatial] -> [C * multiplier, *spatial]``.

    As torch.nn.Conv1d, Conv2d and Conv3d with as many groups as channels; the weight is
    ``[C * multiplier, 1, *kernel]``.

    Example::

        input: [32, 112, 112]
        layers:
          - depthwise_conv: {kernel: 3, stride: 2, padding: 1}
            expect: [32, 56, 56]
    """

    kernel: Sizes
    multiplier: Size = 1
    stride: Sizes = 1
    padding: Padding = 0
    dilation: Sizes = 1
    bias: Flag = True
    norm: InlineLayer = None
    act: InlineLayer = None

    def across(self, read):
        return read.Resampled(0, 1, self.multiplier)

    def shape(self, x):
        return [x[0] * self.multiplier, *self.positions(x)]

    def weights(self, x):
        yield "weight", [x[0] * self.multiplier, 1, *self.kernel]
        if self.bias:
            yield "bias", [x[0] * self.multiplier]

    def ops(self, x, y):
        return {"mac": volume(self.kernel) * volume(y), "add": volume(y) if self.bias else 0}

    def keeps(self, x, y):
        yield self.read_padded(x)


@layer("deform_conv", obvious="out")
class DeformConv(Windowed):
    """Deformable convolution, ``[C, H, W] -> [out, H, W]``, with the convolution that predicts its offsets.

    As torchvision.ops.DeformConv2d (Dai et al. 2017, without the mask of version 2). The offsets are a convolution of
    the same window with bias and ``2 * offset_groups * kernel volume`` channels: its weights are ``offset.weight`` and
    ``offset.bias``. Multiply-adds are those of both convolutions; each value that a kernel reads is interpolated
    between four pixels, counted apart as 4 mul and 3 add.

    Example::

        input: [256, 14, 14]
        layers:
          - deform_conv: {out: 256, kernel: 3, padding: 1}
            expect: [256, 14, 14]
    """

    out: Size
    kernel: Sizes
    stride: Sizes = 1
    padding: Padding = 0
    dilation: Sizes = 1
    groups: Size = 1
    offset_groups: Size = 1
    bias: Flag = True

    def shape(self, x):
        need_image(self.type_name, x)
        exact_div(x[0], self.offset_groups, "input channels", "offset_groups", "offset_groups")
        return [self.out, *self.positions(x)]

    def channels_read(self, x):
        return exact_div(x[0], self.groups, "input channels", "groups", "groups")

    def window(self, read, x):
        """What the offsets say is not known before they are computed: a position may read any other."""
        return [[read.EVERY_CHANNEL, read.Mixed(1, 2), read.Mixed(1, 2)]]

    def weights(self, x):
        offsets = 2 * self.offset_groups * volume(self.kernel)
        yield "offset.weight", [offsets, x[0], *self.kernel]
        yield "offset.bias", [offsets]
        need_whole_groups(self.out, self.groups)
        yield "weight", [self.out, self.channels_read(x), *self.kernel]
        if self.bias:
            yield "bias", [self.out]

    def ops(self, x, y):
        weights = dict(self.weights(x))
        positions = volume(y[1:])
        values = x[0] * volume(self.kernel) * positions
        return {
            "mac": (volume(weights["offset.weight"]) + volume(weights["weight"])) * positions,
            "add": (volume(weights["offset.bias"]) + (self.out if self.bias else 0)) * positions + 3 * values,
            "mul": 4 * values,
        }

    def backward(self, x, y):
        """The gradients of the offsets need that of every value read, as the input's does; one is made for both."""
        weights, positions = dict(self.weights(x)), volume(y[1:])
        offsets, values = (volume(weights[name]) * positions for name in ("offset.weight", "weight"))
        return {0: offsets, INNER: values, WEIGHTS: offsets + values}

    def keeps(self, x, y):
        """As torchvision.ops.deform_conv2d, whose mask is one number a sample where there is none."""
        yield self.read_padded(x)
        yield further("offsets", [dict(self.weights(x))["offset.bias"][0], *y[1:]])
        yield further("mask", [])


@layer("unfold", obvious="kernel")
class Unfold(Windowed):
    """Each window's values as one column, ``[C, H, W] -> [C * kernel volume, windows]``. As torch.nn.Unfold.

    Example::

        input: [3, 224, 224]
        layers:
          - unfold: {kernel: 16, stride: 16}
            expect: [768, 196]
    """

    kernel: Sizes
    stride: Sizes = 1
    padding: Padding = 0
    dilation: Sizes = 1

    def shape(self, x):
        need_image(self.type_name, x)
        return [x[0] * volume(self.kernel), volume(self.positions(x))]

    def window(self, read, x):
        return [[read.Mixed(0), read.Mixed(1), read.Mixed(1)]]


@layer("fold", obvious="kernel")
class Fold(Windowed):
    """Columns added into an image, ``[C * kernel volume, windows] -> [C, H, W]``: the reverse of unfold.

    As torch.nn.Fold; ``size`` is ``[H, W]``, and there is a column for each window of an image of this size.
    ``padding`` takes whole numbers only. Every value read is one add.

    Example::

        input: [768, 196]
        layers:
          - fold: {kernel: 16, stride: 16, size: [224, 224]}
            expect: [3, 224, 224]
    """

    kernel: Sizes
    size: Sizes
    stride: Sizes = 1
    padding: EqualPadding = 0
    dilation: Sizes = 1

    def check(self):
        if isinstance(self.size, tuple) and len(self.size) != 2:
            raise RuleError(f"size has {count(len(self.size), 'number')}, fold gives [C, H, W]", "size")

    def bound(self, *inputs):
        if len(inputs[0]) != 2:
            raise RuleError(f"fold reads [C * kernel volume, windows], not {show_value(inputs[0])}")
        require(inputs[0][0] >= 1, lambda: f"fold reads at least one channel, not {show_value(inputs[0])}")
        height, width = self.size if isinstance(self.size, tuple) else (self.size, self.size)
        return super().bound((inputs[0][0], height, width))

    def spatial(self, x):
        return self.size

    def shape(self, x):
        windows = volume(self.positions(x))
        require(
            x[1] == windows,
            lambda: f"an image of {show_value(self.size)} has {windows} windows, {show_value(x)} has {x[1]} columns",
            "size",
        )
        return [exact_div(x[0], volume(self.kernel), "input channels", "the kernel's volume", "kernel"), *self.size]

    def cache(self, x):
        """Its windows are spread, and read nothing again."""
        return ()

    def window(self, read, x):
        return [[read.Mixed(0, 1, 2), read.Mixed(1, 2)]]

    def ops(self, x, y):
        return {"add": volume(x)}
