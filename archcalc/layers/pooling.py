"""Pooling: a window without weights slides over the spatial axes of ``[C, ...spatial]``."""

from archcalc.dims import gcd, require, volume
from archcalc.errors import RuleError
from archcalc.layers.arguments import EqualPadding, Flag, Pad, Padding, Real, Sizes
from archcalc.layers.axes import need_elements, show_value
from archcalc.layers.base import Layer, layer, same_as
from archcalc.layers.kept import further, given, read
from archcalc.layers.window import Windowed, grown_output


class PaddedPool(Windowed):
    """What max_pool and avg_pool share: padding is at most half the kernel, whatever the dilation, as in PyTorch.

    PyTorch's pools know neither ``same`` nor [before, after], so there is no limit to these.
    """

    def pads(self, x):
        pads = super().pads(x)
        for pad, kernel in zip(pads, self.kernel, strict=True):
            if not pad.apart:
                need_half_the_kernel(pad.before, kernel)
        return pads

    def pads_itself(self, pad):
        return not pad.apart or bool(pad.total == 0)


def need_half_the_kernel(padding, kernel):
    require(2 * padding <= kernel, lambda: f"padding ({padding}) must be at most half the kernel ({kernel})", "padding")


@layer("max_pool", obvious="kernel")
class MaxPool(PaddedPool):
    """Largest value of each window, ``[C, *spatial] -> [C, *spatial]``. As torch.nn.MaxPool1d, MaxPool2d, MaxPool3d.

    ``padding`` is at most half the kernel, and with ``ceil_mode`` a last window may stick out, unless it would start
    in the padding. Written as [before, after] or ``same`` it acts as a pad layer before the pool: its positions count
    as input, so neither limit holds.

    Example::

        input: [64, 112, 112]
        layers:
          - max_pool: {kernel: 3, stride: 2, padding: 1}
            expect: [64, 56, 56]
    """

    kernel: Sizes
    stride: Sizes = same_as("kernel")
    padding: Padding = 0
    dilation: Sizes = 1
    ceil_mode: Flag = False

    def shape(self, x):
        return [x[0], *self.positions(x)]

    def ops(self, x, y):
        return {"cmp": self.values_read(x, y) - volume(y)}

    def keeps(self, x, y):
        yield self.read_padded(x)
        yield further("indices", y, dtype="int64")


@layer("avg_pool", obvious="kernel")
class AvgPool(PaddedPool):
    """Mean of each window, ``[C, *spatial] -> [C, *spatial]``. As torch.nn.AvgPool1d, AvgPool2d, AvgPool3d.

    ``padding`` is at most half the kernel, and with ``ceil_mode`` a last window may stick out, unless it would start
    in the padding. Written as [before, after] or ``same`` it acts as a pad layer before the pool: its positions count
    as input, so neither limit holds.

    Example::

        input: [128, 56, 56]
        layers:
          - avg_pool: 2
            expect: [128, 28, 28]
    """

    kernel: Sizes
    stride: Sizes = same_as("kernel")
    padding: Padding = 0
    ceil_mode: Flag = False

    def shape(self, x):
        need_kernel_within_volume(x, self.kernel, self.pads(x))
        return [x[0], *self.positions(x)]

    def ops(self, x, y):
        return {"add": self.values_read(x, y) - volume(y), "div": volume(y)}

    def keeps(self, x, y):
        yield self.read_padded(x)


def need_kernel_within_volume(x, kernel, pads):
    """Over three spatial axes PyTorch refuses a kernel longer than its axis, whatever padding and ceil_mode are."""
    if len(kernel) == 3:
        for length, window, pad in zip(x[1:], kernel, pads, strict=True):
            size = length + pad.total if pad.apart else length
            require(size >= window, lambda s=size, w=window: f"a window of {w} does not fit into {s}", "kernel")


@layer("lp_pool", obvious="kernel")
class LpPool(Windowed):
    """Root of the sum of powers of each window, ``[C, *spatial] -> [C, *spatial]``. As torch.nn.LPPool1d, 2d, 3d.

    A power counts as one mul for each value read, the root as one exp.

    Example::

        input: [64, 32, 32]
        layers:
          - lp_pool: {kernel: 2, power: 2}
            expect: [64, 16, 16]
    """

    kernel: Sizes
    power: Real = 2
    stride: Sizes = same_as("kernel")
    ceil_mode: Flag = False

    def check(self):
        require(self.power != 0, "power is 0: the root would be divided by it", "power")

    def shape(self, x):
        need_kernel_within_volume(x, self.kernel, (Pad.equal(0),) * len(self.kernel))
        return [x[0], *self.positions(x)]

    def ops(self, x, y):
        values = self.values_read(x, y)
        return {"mul": values, "add": values - volume(y), "exp": volume(y)}

    def keeps(self, x, y):
        """PyTorch's is written out: powers, their mean, its sign and absolute value, their product, the root."""
        yield read()
        yield further("powers", x)
        for name in ("mean", "sign", "absolute mean", "sum"):
            yield further(name, y)


class AdaptivePool(Layer):
    """A pool of ``size`` windows that together cover each spatial axis."""

    channel_axis = 0
    size: Sizes

    def shape(self, x):
        return [x[0], *self.size]

    def window(self, read, x):
        axes = enumerate(zip(x[1:], self.size, strict=True), 1)
        pooled = [read.WHOLE if size == 1 else read.Pooled(axis, length, size) for axis, (length, size) in axes]
        return [[read.Slide(0), *pooled]]

    def read(self, x):
        """Values read: window i of an axis reads from floor(i * in / out) to ceil((i + 1) * in / out).

        Neighbouring windows share a position unless the border between them, i * in / out, is whole. That holds for
        gcd(in, out) of the out right ends, so the windows of an axis read in + out - gcd(in, out) positions.
        """
        return x[0] * volume([length + size - gcd(length, size) for length, size in zip(x[1:], self.size, strict=True)])


@layer("adaptive_avg_pool", obvious="size")
class AdaptiveAvgPool(AdaptivePool):
    """Mean of each of ``size`` windows an axis, ``[C, *spatial] -> [C, *size]``. As torch.nn.AdaptiveAvgPool1d, 2d, 3d.

    Windows overlap if ``size`` does not divide the input.

    Example::

        input: [512, 10, 10]
        layers:
          - adaptive_avg_pool: 7
            expect: [512, 7, 7]
    """

    def ops(self, x, y):
        return {"add": self.read(x) - volume(y), "div": volume(y)}

    def keeps(self, x, y):
        """A single window is a mean, which keeps nothing."""
        if not all(bool(size == 1) for size in y[1:]):
            yield read()


@layer("adaptive_max_pool", obvious="size")
class AdaptiveMaxPool(AdaptivePool):
    """Largest value of each of ``size`` windows an axis, ``[C, *spatial] -> [C, *size]``.

    As torch.nn.AdaptiveMaxPool1d, 2d, 3d. Windows overlap if ``size`` does not divide the input.

    Example::

        input: [512, 10, 10]
        layers:
          - adaptive_max_pool: [5, 2]
            expect: [512, 5, 2]
    """

    def ops(self, x, y):
        return {"cmp": self.read(x) - volume(y)}

    def keeps(self, x, y):
        yield read()
        yield further("indices", y, dtype="int64")


class GlobalPool(Layer):
    """A pool of all spatial axes to one value a channel."""

    channel_axis = 0

    def shape(self, x):
        if len(x) < 2:
            raise RuleError(f"{self.type_name} reads [C, ...spatial], not {show_value(x)}")
        need_elements(self.type_name, x)
        return [x[0]]

    def window(self, read, x):
        return [[read.Slide(0), *[read.WHOLE] * (len(x) - 1)]]


@layer("global_avg_pool")
class GlobalAvgPool(GlobalPool):
    """Mean of each channel, ``[C, *spatial] -> [C]``. As Lin, Chen and Yan 2013; the mean of torch over those axes.

    Example::

        input: [2048, 7, 7]
        layers:
          - global_avg_pool
          - linear: 1000
    """

    def ops(self, x, y):
        return {"add": volume(x) - x[0], "div": x[0]}


@layer("global_max_pool")
class GlobalMaxPool(GlobalPool):
    """Largest value of each channel, ``[C, *spatial] -> [C]``. As torch.amax over those axes.

    Example::

        input: [256, 1000]
        layers:
          - global_max_pool:
            expect: [256]
    """

    def ops(self, x, y):
        return {"cmp": volume(x) - x[0]}

    def keeps(self, x, y):
        yield read()
        yield given()


@layer("max_unpool", obvious="kernel")
class MaxUnpool(Windowed):
    """Values put back where a max_pool found them, zeros elsewhere, ``[C, *spatial] -> [C, *spatial]``.

    As torch.nn.MaxUnpool1d, 2d, 3d without output_size: ``(in - 1) * stride - 2 * padding + kernel`` positions. The
    pool's indices are not an input here. ``padding`` takes whole numbers only.

    Example::

        input: [64, 14, 14]
        layers:
          - max_unpool: 2
            expect: [64, 28, 28]
    """

    kernel: Sizes
    stride: Sizes = same_as("kernel")
    padding: EqualPadding = 0
    spreads = True

    def shape(self, x):
        return [x[0], *(unpooled_output(*axis) for axis in zip(self.windows(x), self.padding, strict=True))]


def unpooled_output(window, pad):
    """Positions of an unpool along one axis; none at all is fine, as in PyTorch."""
    grown = grown_output(*window, pad)
    require(grown >= 0, lambda: f"the output would be {grown} long: padding ({pad.before}) takes all of it", "padding")
    return grown
