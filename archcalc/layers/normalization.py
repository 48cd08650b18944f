"""Normalisation: shapes pass through; weights and buffers depend on the axes that are normalised.

Operations: with running statistics an element is scaled and shifted, a ``mul`` and an ``add``, and a learned weight and
bias are part of that. Other norms take the statistics of each slice first; weight and bias then cost their own.
"""

from archcalc.dims import exact_div, require, volume
from archcalc.errors import RuleError
from archcalc.layers.arguments import Axes, Flag, Size
from archcalc.layers.axes import axes_of, need_axes, show_value
from archcalc.layers.base import Layer, layer
from archcalc.layers.kept import WEIGHTS, further, read


def need_channels(name, x, ranks, form):
    """The input must have a number of axes in ``ranks``, which ``form`` spells, and at least one channel."""
    if len(x) not in ranks:
        raise RuleError(f"{name} reads {form}; the input is {show_value(x)}")
    require(x[0] >= 1, lambda: f"{name} reads at least one channel; the input is {show_value(x)}")


def running_statistics(channels, counter=True):
    """The buffers of a norm that tracks statistics, as in PyTorch; the counter is a scalar."""
    yield "running_mean", [channels]
    yield "running_var", [channels]
    if counter:
        yield "num_batches_tracked", []


def over_positions(read, x):
    """Statistics of all positions: each output position hangs on the whole of every axis but that of the channels."""
    return [[read.Slide(0), *[read.WHOLE] * (len(x) - 1)]]


def scaling(y):
    """By running statistics: a scale and a shift for each channel, known before the input is."""
    return {"mul": volume(y), "add": volume(y)}


def normalizing(y, slices, weight, bias):
    """By a slice's own statistics: mean, difference, square, variance, scale; then a learned weight and bias."""
    return {"add": (3 + bias) * volume(y), "mul": (2 + weight) * volume(y), "div": slices}


def rms_normalizing(y, slices, weight):
    """By a slice's root mean square: square, mean of squares, scale; then a learned weight."""
    return {"add": volume(y), "mul": (2 + weight) * volume(y), "div": slices}


def statistics(shape, dtype, **more):
    """The mean and the inverse of the deviation of each slice."""
    for name in ("mean", "inverse deviation"):
        yield further(name, shape, dtype=dtype, **more)


@layer("batch_norm")
class BatchNorm(Layer):
    """Normalise each channel over the batch, ``[C] -> [C]`` or ``[C, *spatial] -> [C, *spatial]``.

    As torch.nn.BatchNorm1d, BatchNorm2d and BatchNorm3d. With ``track`` the running mean and variance and a counter of
    batches are buffers, not parameters. An element is then scaled and shifted, a mul and an add, which weight and bias
    are part of. Without ``track`` it costs what it does in an instance_norm. Keras, Darknet and ONNX have no
    ``counter``; Keras may leave out the weight (``scale``) or the bias alone.

    Example::

        input: [64, 56, 56]
        layers:
          - batch_norm
    """

    channel_axis = 0
    affine: Flag = True
    track: Flag = True
    counter: Flag = True
    scale: Flag = True
    bias: Flag = True

    @property
    def in_place(self):
        return self.track

    def shape(self, x):
        need_channels(self.type_name, x, (1, 2, 3, 4), "[C] or [C, ...spatial] with up to 3 spatial axes")
        return [*x]

    def weights(self, x):
        if self.affine and self.scale:
            yield "weight", [x[0]]
        if self.affine and self.bias:
            yield "bias", [x[0]]

    def window(self, read, x):
        return super().window(read, x) if self.track else over_positions(read, x)

    def buffers(self, x):
        return running_statistics(x[0], self.counter) if self.track else ()

    def ops(self, x, y):
        return scaling(y) if self.track else normalizing(y, x[0], self.affine and self.scale, self.affine and self.bias)

    def keeps(self, x, y):
        yield read()
        yield from statistics([x[0]], "float32", once=True)


@layer("instance_norm")
class InstanceNorm(Layer):
    """Normalise each channel of each sample, ``[C, *spatial] -> [C, *spatial]``.

    As torch.nn.InstanceNorm1d, InstanceNorm2d and InstanceNorm3d: nothing is learned unless ``affine``, and a channel
    of one position cannot be normalised unless statistics are tracked. An element costs 3 add and 2 mul: its share of
    the mean, the difference, the square, its share of the variance, the scale; ``affine`` a mul and an add more. A
    channel costs a div. With ``track`` an element costs a mul and an add, as in a batch_norm.

    Example::

        input: [64, 56, 56]
        layers:
          - instance_norm
    """

    channel_axis = 0
    affine: Flag = False
    track: Flag = False

    @property
    def in_place(self):
        return self.track

    def shape(self, x):
        need_channels(self.type_name, x, (2, 3, 4), "[C, ...spatial] with 1 to 3 spatial axes")
        if not self.track:
            require(
                volume(x[1:]) != 1,
                lambda: f"{self.type_name} needs more than one position in a channel; the input is {show_value(x)}",
            )
        return [*x]

    def weights(self, x):
        if self.affine:
            yield "weight", [x[0]]
            yield "bias", [x[0]]

    def window(self, read, x):
        return super().window(read, x) if self.track else over_positions(read, x)

    def buffers(self, x):
        return running_statistics(x[0]) if self.track else ()

    def ops(self, x, y):
        return scaling(y) if self.track else normalizing(y, x[0], self.affine, self.affine)

    def keeps(self, x, y):
        """PyTorch's is a batch_norm of a channel for each channel of each sample, with the weights of all of them."""
        yield read(form="contiguous")
        yield from statistics([x[0]], "float32")
        repeated = [
            *(("weight",) if self.affine else ()),
            *(("running mean", "running variance") if self.track else ()),
        ]
        for name in repeated:
            yield further(f"repeated {name}", [x[0]])


@layer("group_norm", obvious="groups")
class GroupNorm(Layer):
    """Normalise groups of channels of each sample, ``[C, ...] -> [C, ...]``. As torch.nn.GroupNorm.

    An element costs 3 add and 2 mul: its share of the mean, the difference, the square, its share of the variance, the
    scale; ``affine`` a mul and an add more. A group costs a div.

    A group of one value becomes 0, whatever it was; PyTorch refuses that for a batch of one, and takes a larger batch.

    Example::

        input: [64, 56, 56]
        layers:
          - group_norm: 32
    """

    channel_axis = 0
    groups: Size
    affine: Flag = True

    def shape(self, x):
        need_axes(self.type_name, x)
        exact_div(x[0], self.groups, "input channels", "groups", "groups")
        return [*x]

    def window(self, read, x):
        channels = read.Slide(0) if self.groups == x[0] else read.WHOLE if self.groups == 1 else read.Mixed(0)
        return [[channels, *[read.WHOLE] * (len(x) - 1)]]

    def weights(self, x):
        if self.affine:
            yield "weight", [x[0]]
            yield "bias", [x[0]]

    def ops(self, x, y):
        return normalizing(y, self.groups, self.affine, self.affine)

    def keeps(self, x, y):
        yield read(form="contiguous")
        yield from statistics([self.groups], None)


class AxisNorm(Layer):
    """What layer_norm and rms_norm share: one slice is normalised at each position of the other axes."""

    axis: Axes = (-1,)
    affine: Flag = True

    def check(self):
        if not self.axis:
            raise RuleError(f"{self.type_name} needs at least one axis", "axis")

    def shape(self, x):
        need_axes(self.type_name, x)
        axes_of(self.axis, x)
        return [*x]

    def window(self, read, x):
        return [read.passing(x, dict.fromkeys(axes_of(self.axis, x), read.WHOLE))]

    def weights(self, x):
        if self.affine:
            yield "weight", [x[axis] for axis in axes_of(self.axis, x)]

    def slices(self, x):
        normalized = axes_of(self.axis, x)
        return volume([size for axis, size in enumerate(x) if axis not in normalized])


@layer("layer_norm")
class LayerNorm(AxisNorm):
    """Normalise over one axis or several, by default the last; shapes pass through.

    As torch.nn.LayerNorm, whose ``normalized_shape`` is the sizes of these axes: ``axis: [-2, -1]`` is its pair of
    trailing axes. ``axis: 0`` is channels first on ``[C, H, W]`` (ConvNeXt); PyTorch writes that with two permutations.
    An element costs 3 add and 2 mul: its share of the mean, the difference, the square, its share of the variance, the
    scale; a weight a mul more and a bias an add. A slice costs a div.

    Example::

        input: [197, 768]
        layers:
          - layer_norm
    """

    bias: Flag = True

    def weights(self, x):
        yield from super().weights(x)
        if self.affine and self.bias:
            yield "bias", self.weight(x)

    def ops(self, x, y):
        return normalizing(y, self.slices(x), self.affine, self.affine and self.bias)

    def keeps(self, x, y):
        yield read()
        yield from statistics([self.slices(x)], "float32")


@layer("rms_norm")
class RmsNorm(AxisNorm):
    """Divide by the root mean square over one axis or several, by default the last. As torch.nn.RMSNorm: no bias.

    An element costs an add and 2 mul: the square, its share of the mean of squares, the scale; ``affine`` a mul more. A
    slice costs a div.

    Example::

        input: [2048, 4096]
        layers:
          - rms_norm
    """

    def ops(self, x, y):
        return rms_normalizing(y, self.slices(x), self.affine)

    def keeps(self, x, y):
        """PyTorch's is written out, in float32: the weight's gradient needs what is normalised."""
        yield read(0, 0, dtype="float32")
        yield further("inverse root", [self.slices(x)], 0, dtype="float32")
        if self.affine:
            yield further("normalized", x, WEIGHTS)


@layer("local_response_norm", obvious="size")
class LocalResponseNorm(Layer):
    """Divide each value by its neighbours' in ``size`` channels, ``[C, ...spatial] -> [C, ...spatial]``.

    As torch.nn.LocalResponseNorm (AlexNet, Krizhevsky et al. 2012): x / (k + a * mean of squares) ** b. An element
    costs a mul for its square, ``size - 1`` add for its neighbours', a mul for a, an add for k, an exp and a div.

    Example::

        input: [64, 55, 55]
        layers:
          - local_response_norm: 5
    """

    channel_axis = 0
    size: Size

    def shape(self, x):
        need_axes(self.type_name, x, 2)
        return [*x]

    def window(self, read, x):
        return [read.passing(x, {0: read.Slide(0, kernel=self.size, before=self.size // 2)})]

    def ops(self, x, y):
        return {"mul": 2 * volume(y), "add": self.size * volume(y), "exp": volume(y), "div": volume(y)}

    def keeps(self, x, y):
        """PyTorch's is written out: squares with size - 1 channels of padding, their scaled means, the powers."""
        yield read()
        yield further("squares", [x[0] + self.size - 1, *x[1:]])
        for name in ("means", "powers"):
            yield further(name, x)
