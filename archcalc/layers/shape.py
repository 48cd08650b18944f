"""Shapes: layers that move, cut, repeat and resample what they read. None has weights."""

from archcalc.dims import ceil_div, exact_div, maximum, minimum, require, scaled, valued, volume, where
from archcalc.errors import RuleError
from archcalc.layers.arguments import (
    CHANNELS,
    Axes,
    Axis,
    CountList,
    Extent,
    Flag,
    LastSizes,
    Pad,
    PadMode,
    PlainSize,
    Resampling,
    Scale,
    Shape,
    SideCounts,
    Sides,
    Size,
    Sizes,
    Whole,
)
from archcalc.layers.axes import axes_of, axis_of, count, show_value
from archcalc.layers.base import Layer, computed, layer
from archcalc.layers.kept import read
from archcalc.meter import charge


def replaced(x, axis, *sizes):
    """The shape with ``sizes`` in the place of an axis; without sizes the axis is dropped."""
    return [*x[:axis], *sizes, *x[axis + 1 :]]


def filled(sizes, whole, elements, argument):
    """The sizes, with a -1 replaced by what the others leave of ``elements``."""
    # A symbol or an array is never -1.
    free = [place for place, size in enumerate(sizes) if valued(size) and size == -1]
    if not free:
        total = volume(sizes)
        require(
            total == elements,
            lambda: f"{argument} {show_value(sizes)} has {total} elements, {whole} has {elements}",
            argument,
        )
        return [*sizes]
    if len(free) > 1:
        raise RuleError(f"{argument} has {len(free)} entries of -1; only one size can be left open", argument)
    rest = volume(replaced(sizes, free[0]))
    require(rest >= 1, lambda: f"{argument} {show_value(sizes)} has no elements, whatever -1 stands for", argument)
    return replaced(sizes, free[0], exact_div(elements, rest, "elements", "the sizes beside -1", argument))


def held(value, x, argument):
    """A value for each of the last axes, if it is a list; else the same for every axis but the first."""
    if not isinstance(value, tuple):
        if len(x) < 2:
            raise RuleError(
                f"one number applies to every axis but the first; {show_value(x)} has no other",
                argument,
                help=f"write [{show_value(value)}] for the last axis",
            )
        return (value,) * (len(x) - 1)
    if len(value) > len(x):
        entries = count(len(value), "entr", "y", "ies")
        raise RuleError(f"{argument} has {entries}, {show_value(x)} has {count(len(x), 'ax', 'is', 'es')}", argument)
    return value


class Regrouping(Layer):
    """What flatten, unflatten and reshape share: elements stay in their order."""

    view = True

    def window(self, read, x):
        return [read.regrouped(x, self.shape(x))]


def spatial_axes(value, x):
    """The axis of the channels, which a rule counts as first; None where a list has an entry for each axis."""
    return None if isinstance(value, tuple) and len(value) == len(x) else 0


PART = 3
"""Units of work that each part of a split takes."""


@layer("flatten")
class Flatten(Regrouping):
    """The axes from ``start`` to ``end`` as one, ``[C, H, W] -> [C * H * W]``. As torch.flatten without the batch axis.

    A scalar becomes ``[1]``.

    Example::

        input: [256, 6, 6]
        layers:
          - flatten:
            expect: [9216]
    """

    start: Axis = 0
    end: Axis = -1

    def shape(self, x):
        whole = x or (1,)
        start, end = axis_of(self.start, whole, "start"), axis_of(self.end, whole, "end")
        if start > end:
            raise RuleError(f"start (axis {start}) comes after end (axis {end})", "start")
        return [*whole[:start], volume(whole[start : end + 1]), *whole[end + 1 :]]


@layer("unflatten")
class Unflatten(Regrouping):
    """One axis as several, ``[C] -> sizes``; one size may be -1. As torch.nn.Unflatten.

    Example::

        input: [100]
        layers:
          - linear: 4096
          - unflatten: {axis: 0, sizes: [256, 4, -1]}
            expect: [256, 4, 4]
    """

    axis: Axis
    sizes: Shape

    def check(self):
        signed_sizes(self.sizes, "sizes")
        if not self.sizes:
            raise RuleError("sizes is empty: an axis becomes one or more", "sizes")

    def shape(self, x):
        axis = axis_of(self.axis, x)
        return replaced(x, axis, *filled(self.sizes, f"axis {axis}", x[axis], "sizes"))


def signed_sizes(sizes, argument):
    """-1 stands for something; no size is less."""
    for size in sizes:
        require(size >= -1, lambda size=size: f"{argument} has {size}: a size is 0 or more, or -1", argument)


@layer("reshape", obvious="shape")
class Reshape(Regrouping):
    """The same elements in another shape; a size of -1 is what the others leave. As torch.reshape.

    Example::

        input: [768, 14, 14]
        layers:
          - reshape: [768, -1]
            expect: [768, 196]
    """

    shape_: Shape

    def check(self):
        signed_sizes(self.shape_, "shape")

    def shape(self, x):
        return filled(self.shape_, show_value(x), volume(x), "shape")


@layer("permute", obvious="order")
class Permute(Layer):
    """The axes in another order, each named once. As torch.permute.

    Example::

        input: [768, 14, 14]
        layers:
          - permute: [1, 2, 0]
            expect: [14, 14, 768]
    """

    order: Axes
    view = True

    def shape(self, x):
        axes_of(self.order, x, "order")
        if len(self.order) != len(x):
            axes = count(len(x), "ax", "is", "es")
            raise RuleError(f"order has {count(len(self.order), 'number')}, {show_value(x)} has {axes}", "order")
        return [x[axis] for axis in self.order]

    def window(self, read, x):
        places = [axis_of(axis, x) for axis in self.order]
        return [[read.Slide(places.index(axis)) for axis in range(len(x))]]


@layer("transpose", obvious="axis")
class Transpose(Layer):
    """Two axes exchanged. As torch.transpose.

    Example::

        input: [512, 49]
        layers:
          - transpose: [0, 1]
            expect: [49, 512]
    """

    axis: Axes
    view = True

    def check(self):
        if len(self.axis) != 2:
            raise RuleError(f"axis has {count(len(self.axis), 'number')}, transpose exchanges two axes", "axis")

    def shape(self, x):
        first, second = (axis_of(axis, x) for axis in self.axis)
        y = [*x]
        y[first], y[second] = x[second], x[first]
        return y

    def window(self, read, x):
        first, second = (axis_of(axis, x) for axis in self.axis)
        return [read.passing(x, {first: read.Slide(second), second: read.Slide(first)})]


@layer("squeeze", obvious="axis")
class Squeeze(Layer):
    """Axes of size 1 dropped. As torch.squeeze, but an axis of another size is an error here.

    Example::

        input: [1, 28, 28]
        layers:
          - squeeze: 0
            expect: [28, 28]
    """

    axis: Axes
    view = True

    def shape(self, x):
        axes = axes_of(self.axis, x)
        for axis in axes:
            require(x[axis] == 1, lambda axis=axis: f"axis {axis} of {show_value(x)} is {x[axis]}, not 1", "axis")
        return [size for axis, size in enumerate(x) if axis not in axes]

    def window(self, read, x):
        return [read.regrouped(x, self.shape(x))]


@layer("unsqueeze", obvious="axis")
class Unsqueeze(Layer):
    """A new axis of size 1; ``axis`` is its place in the output. As torch.unsqueeze.

    Example::

        input: [28, 28]
        layers:
          - unsqueeze: 0
            expect: [1, 28, 28]
    """

    axis: Axis
    view = True

    def shape(self, x):
        axes = len(x) + 1
        if not -axes <= self.axis < axes:
            raise RuleError(f"the output has {count(axes, 'ax', 'is', 'es')}, none of them is {self.axis}", "axis")
        axis = self.axis % axes
        return [*x[:axis], 1, *x[axis:]]

    def window(self, read, x):
        place = self.axis % (len(x) + 1)
        return [[read.Slide(axis + (axis >= place)) for axis in range(len(x))]]


@layer("slice")
class Slice(Layer):
    """Positions ``start`` up to ``stop`` of an axis, without ``stop``, every ``step``. As Python's slices.

    Negative positions count from the end, positions outside are clipped, and the result may be empty. ``step`` is
    above 0.

    Example::

        input: [197, 768]
        layers:
          - slice: {axis: 0, start: 1}
            expect: [196, 768]
    """

    axis: Axis
    start: Whole = 0
    stop: Whole = computed("the end")
    step: Size = 1
    view = True

    def shape(self, x):
        axis = axis_of(self.axis, x)
        size = x[axis]
        stop = size if self.stop is None else clipped(self.stop, size)
        return replaced(x, axis, maximum(ceil_div(stop - clipped(self.start, size), self.step), 0))

    def window(self, read, x):
        axis = axis_of(self.axis, x)
        return [read.passing(x, {axis: read.Slide(axis, stride=self.step, before=-clipped(self.start, x[axis]))})]


def clipped(position, size):
    """A position counted from the start of an axis, and clipped to it."""
    return minimum(maximum(where(position < 0, position + size, position), 0), size)


@layer("select", obvious="index")
class Select(Layer):
    """One position of an axis, which is dropped; negative positions count from the end. As torch.select.

    Example::

        input: [197, 768]
        layers:
          - select: 0
            expect: [768]
    """

    index: Whole
    axis: Axis = 0
    view = True

    def shape(self, x):
        axis = axis_of(self.axis, x)

        def outside():
            return f"axis {axis} of {show_value(x)} has no index {self.index}"

        require(self.index < x[axis], outside, "index")
        require(self.index >= -x[axis], outside, "index")
        return replaced(x, axis)

    def window(self, read, x):
        axis = axis_of(self.axis, x)
        before, after = map(read.Slide, range(axis)), map(read.Slide, range(axis, len(x) - 1))
        return [[*before, read.At(self.index % x[axis]), *after]]


@layer("split", either=("sizes", "parts"))
class Split(Layer):
    """An axis in pieces: a tensor for each of ``sizes``, or ``parts`` equal ones. As torch.split and torch.chunk.

    The axis is that of the channels: 0, or the last in a file of ``layout: HWC``. If ``parts`` does not divide it, the
    last piece is smaller, as with torch.chunk; if that would give fewer pieces than asked for, it is an error.

    Example::

        input: [64, 28, 28]
        layers:
          - split: {parts: 2}
            name: [a, b]
          - add: [a, b]
            expect: [32, 28, 28]
    """

    sizes: CountList = None
    parts: PlainSize = None
    axis: Axis = CHANNELS
    several = True
    view = True

    def shape(self, x):
        axis = axis_of(self.axis, x)
        pieces = self.sizes if self.parts is None else self.equal(x[axis])
        total = sum(pieces)
        require(
            total == x[axis], lambda: f"sizes add up to {total}, axis {axis} of {show_value(x)} is {x[axis]}", "sizes"
        )
        return [replaced(x, axis, piece) for piece in pieces]

    def window(self, read, x):
        axis, found, start = axis_of(self.axis, x), [], 0
        for piece in self.shape(x):
            found.append([read.passing(x, {axis: read.Slide(axis, before=-start)})])
            start += piece[axis]
        return found

    def equal(self, size):
        charge(PART * self.parts)
        piece = ceil_div(size, self.parts)
        last = size - (self.parts - 1) * piece
        require(
            last >= minimum(size, 1),  # torch.chunk cuts an empty axis into as many pieces as asked for
            lambda: f"{size} in pieces of {piece} has fewer than {count(self.parts, 'part')}",
            "parts",
        )
        return [*[piece] * (self.parts - 1), last]


@layer("expand", obvious="shape")
class Expand(Layer):
    """Axes of size 1 stretched, and new axes before the first; -1 keeps an axis. As torch.Tensor.expand.

    Example::

        input: [1, 768]
        layers:
          - expand: [196, -1]
            expect: [196, 768]
    """

    shape_: Shape
    view = True

    def check(self):
        signed_sizes(self.shape_, "shape")

    def shape(self, x):
        new = len(self.shape_) - len(x)
        if new < 0:
            axes = count(len(x), "ax", "is", "es")
            raise RuleError(f"shape has {count(len(self.shape_), 'number')}, {show_value(x)} has {axes}", "shape")
        for size in self.shape_[:new]:
            require(size >= 0, "shape has -1 for a new axis, which has no size to keep", "shape")
        return [*self.shape_[:new], *map(expanded, x, self.shape_[new:])]

    def window(self, read, x):
        return [read.stretching(x, self.shape(x))]


def expanded(size, target):
    """The size of an expanded axis."""
    if valued(target) and target == -1:
        return size
    # size is 1 or the target's: as a product, since conditions have no "or"
    require((size - 1) * (size - target) == 0, lambda: f"an axis of {size} does not expand to {target}", "shape")
    return target


@layer("tile", obvious="repeats")
class Tile(Layer):
    """The tensor repeated along its axes; the numbers are for the last ones. As torch.tile.

    Example::

        input: [2, 8]
        layers:
          - tile: [3, 1]
            expect: [6, 8]
    """

    repeats: Extent

    def shape(self, x):
        repeats = (*(1,) * (len(x) - len(self.repeats)), *self.repeats)
        sizes = (*(1,) * (len(self.repeats) - len(x)), *x)
        return [size * times for size, times in zip(sizes, repeats, strict=True)]

    def window(self, read, x):
        y = self.shape(x)
        lead = len(y) - len(x)
        repeated = {axis: read.Mixed(lead + axis) for axis, size in enumerate(x) if y[lead + axis] != size != 1}
        return [[repeated.get(axis) or one for axis, one in enumerate(read.stretching(x, y))]]


@layer("roll", obvious="axis")
class Roll(Layer):
    """Positions shifted along axes; those that leave one end come back at the other. As torch.roll.

    The shift changes no size, so it is not an argument.

    Example::

        input: [56, 56, 96]
        layers:
          - roll: [0, 1]
            expect: [56, 56, 96]
    """

    axis: Axes

    def check(self):
        if not self.axis:
            raise RuleError("roll needs at least one axis", "axis")

    def shape(self, x):
        for axis in self.axis:  # an axis may come twice: its shifts add up
            axis_of(axis, x)
        return [*x]

    def window(self, read, x):
        """The shift is not an argument, so which position is read is not known."""
        return [read.passing(x, {axis: read.Mixed(axis) for axis in (axis_of(axis, x) for axis in self.axis)})]


@layer("pad", obvious="padding")
class PadAxes(Layer):
    """Positions added before and after axes; negative numbers cut. As torch.nn.functional.pad, not in reversed order.

    A number pads every axis but the first. A list is for the last axes, an entry a number or [before, after]. In a file
    of ``layout: HWC`` the channels count as first: ``[1, 2]`` pads H and W of ``[H, W, C]``, and a list for all axes is
    as the file has them. Modes other than constant pad exactly the 1 to 3 axes after the first; ``reflect`` adds less
    than an axis has, ``circular`` at most as much, and both ``reflect`` and ``replicate`` leave at least one position.

    Example::

        input: [3, 224, 224]
        layers:
          - pad: {padding: [[0, 1], [0, 1]]}
            expect: [3, 225, 225]
    """

    channel_axis = 0
    padding: Sides
    mode: PadMode = "constant"

    def channels_of(self, x):
        return spatial_axes(self.padding, x)

    def pads(self, x):
        entries = held(self.padding, x, "padding")
        pairs = (entry if isinstance(entry, tuple) else (entry, entry) for entry in entries)
        return tuple(Pad(before, after, before + after) for before, after in pairs)

    def shape(self, x):
        pads = self.pads(x)
        first = len(x) - len(pads)
        if self.mode != "constant" and (first != 1 or not 1 <= len(pads) <= 3):
            raise RuleError(
                f"{self.mode} pads the 1 to 3 axes after the first, not the last {len(pads)} of {len(x)}", "padding"
            )
        if self.mode in ("reflect", "replicate"):
            require(
                volume(x) >= 1, lambda: f"{self.mode} repeats what is there; {show_value(x)} has no elements", "mode"
            )
        return [*x[:first], *(self.padded(size, pad) for size, pad in zip(x[first:], pads, strict=True))]

    def window(self, read, x):
        pads = self.pads(x)
        padded = enumerate(pads, len(x) - len(pads))
        return [read.passing(x, {axis: read.Slide(axis, before=pad.before, edge=self.mode) for axis, pad in padded})]

    def padded(self, size, pad):
        """The size of a padded axis, within the limits of the mode."""
        for side in (pad.before, pad.after):
            if self.mode == "reflect":
                require(
                    side < size, lambda side=side: f"reflect adds less than the axis has: {side} to {size}", "padding"
                )
            elif self.mode == "circular":
                require(
                    side <= size,
                    lambda side=side: f"circular adds at most what the axis has: {side} to {size}",
                    "padding",
                )
            elif self.mode == "constant":
                require(side >= -size, lambda side=side: f"{-side} cannot be cut off an axis of {size}", "padding")
        total = size + pad.total
        least = 1 if self.mode in ("reflect", "replicate") else 0
        require(total >= least, lambda: f"an axis of {size} would be {total} long", "padding")
        return total

    def keeps(self, x, y):
        if self.mode in ("reflect", "replicate"):
            yield read()


@layer("crop", obvious="size", either=("size", "margins"))
class Crop(Layer):
    """The middle ``size`` of axes, or what ``margins`` leave. As torchvision's CenterCrop, which also pads.

    A number is for every axis but the first, a list for the last axes; an entry of ``margins`` is a number or
    [before, after]. In a file of ``layout: HWC`` the channels count as first: ``[8, 8]`` cuts H and W of ``[H, W, C]``,
    and a list for all axes is as the file has them.

    Example::

        input: [64, 64, 64]
        layers:
          - crop: 56
            expect: [64, 56, 56]
    """

    channel_axis = 0
    size: LastSizes = None
    margins: SideCounts = None
    view = True

    def channels_of(self, x):
        return spatial_axes(self.size if self.margins is None else self.margins, x)

    def shape(self, x):
        if self.margins is None:
            sizes = held(self.size, x, "size")
            first = len(x) - len(sizes)
            return [*x[:first], *map(cropped, x[first:], sizes)]
        margins = held(self.margins, x, "margins")
        first = len(x) - len(margins)
        return [*x[:first], *map(trimmed, x[first:], margins)]

    def window(self, read, x):
        if self.margins is None:
            starts = [middle(x[axis], size) for axis, size in self.cut(x, self.size, "size")]
        else:
            starts = [
                margin[0] if isinstance(margin, tuple) else margin for _, margin in self.cut(x, self.margins, "margins")
            ]
        first = len(x) - len(starts)
        return [read.passing(x, {axis: read.Slide(axis, before=-start) for axis, start in enumerate(starts, first)})]

    def cut(self, x, value, name):
        """The axes that are cut, each with its entry."""
        entries = held(value, x, name)
        return enumerate(entries, len(x) - len(entries))


def middle(size, wanted):
    """Where the middle begins: half of what is left, and of two that are as near the even one, as Python rounds."""
    half, odd = (size - wanted) // 2, (size - wanted) % 2
    return half + odd * (half % 2)


def cropped(size, wanted):
    require(wanted <= size, lambda: f"a crop of {wanted} does not fit into an axis of {size}", "size")
    return wanted


def trimmed(size, margin):
    before, after = margin if isinstance(margin, tuple) else (margin, margin)
    rest = size - before - after
    require(rest >= 0, lambda: f"margins of {before} and {after} are more than an axis of {size}", "margins")
    return rest


AXES = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
"""Along how many spatial axes a mode interpolates; ``nearest`` takes any number."""


@layer("upsample", obvious="scale", either=("scale", "size"))
class Upsample(Layer):
    """The spatial axes resampled, ``[C, *spatial] -> [C, *floor(spatial * scale)]``, or to ``size``.

    As torch.nn.Upsample: a scale need not be whole, and the product is floored as a double. ``linear``, ``bilinear``
    and ``bicubic``, ``trilinear`` are for 1, 2 and 3 spatial axes. An output value is the weighted sum of 2, 4, 16 or 8
    neighbours: one mul for each, and one add fewer. Where between them it lies hangs on ``align_corners``: then the
    first and the last position of an axis stay where they are.

    Example::

        input: [256, 16, 16]
        layers:
          - upsample: {scale: 2, mode: bilinear}
            expect: [256, 32, 32]
    """

    channel_axis = 0
    scale: Scale = None
    size: Sizes = None
    mode: Resampling = "nearest"
    align_corners: Flag = False

    def check(self):
        if self.align_corners and self.mode == "nearest":
            raise RuleError("align_corners is for the modes that interpolate, not for nearest", "align_corners")

    def shape(self, x):
        axes = AXES.get(self.mode, len(x) - 1)
        if axes != len(x) - 1:
            has = count(len(x) - 1, "spatial ax", "is", "es")
            fits = next(mode for mode, number in AXES.items() if number == len(x) - 1)
            raise RuleError(
                f"{self.mode} is for {count(axes, 'spatial ax', 'is', 'es')}, {show_value(x)} has {has}",
                "mode",
                help=f"write {fits}",
            )
        if self.scale is None:
            return [x[0], *self.size]
        return [x[0], *map(rescaled, x[1:], self.scale)]

    def window(self, read, x):
        neighbours = {"nearest": 1, "bicubic": 4}.get(self.mode, 2)
        sizes = [*zip(x[1:], self.shape(x)[1:], strict=True)]
        if self.align_corners:
            ratios = [(old - 1, new - 1) if new > 1 else (0, 1) for old, new in sizes]
        else:
            ratios = sizes if self.scale is None else map(inverse, self.scale)
        half = not self.align_corners
        axes = [read.Resampled(axis, *ratio, neighbours, half) for axis, ratio in enumerate(ratios, 1)]
        return [[read.Slide(0), *axes]]

    def ops(self, x, y):
        if self.mode == "nearest":
            return {}
        neighbours = 16 if self.mode == "bicubic" else 2 ** AXES[self.mode]
        return {"mul": neighbours * volume(y), "add": (neighbours - 1) * volume(y)}


def inverse(scale):
    """Positions read and made, 2 and 3 for a scale of 1.5: the simplest that give this double."""
    from fractions import Fraction

    simple = Fraction(scale).limit_denominator(1000)
    exact = simple if float(simple) == scale else Fraction(scale)
    return exact.denominator, exact.numerator


def rescaled(size, scale):
    result = scaled(size, scale)
    require(result >= 1, lambda: f"{size} times {scale} is {result}: no position is left", "scale")
    return result


def image_axes(layer, x):
    """The last three axes as C, H and W, and those before them."""
    if len(x) < 3:
        raise RuleError(f"{layer} reads [C, H, W], not {show_value(x)}")
    return x[:-3], x[-3], x[-2], x[-1]


@layer("pixel_shuffle", obvious="factor")
class PixelShuffle(Layer):
    """Channels laid out as pixels, ``[C * f * f, H, W] -> [C, H * f, W * f]``. As torch.nn.PixelShuffle.

    Axes before these three stay.

    Example::

        input: [256, 32, 32]
        layers:
          - pixel_shuffle: 2
            expect: [64, 64, 64]
    """

    channel_axis = -3
    factor: Size

    def shape(self, x):
        leading, channels, height, width = image_axes(self.type_name, x)
        rest = exact_div(channels, self.factor * self.factor, "input channels", "factor squared", "factor")
        return [*leading, rest, height * self.factor, width * self.factor]

    def window(self, read, x):
        channels = len(x) - 3
        axes = {channels: read.Mixed(channels, channels + 1, channels + 2)}
        axes |= {axis: read.Resampled(axis, 1, self.factor) for axis in (channels + 1, channels + 2)}
        return [read.passing(x, axes)]


@layer("pixel_unshuffle", obvious="factor")
class PixelUnshuffle(Layer):
    """Pixels gathered as channels, ``[C, H * f, W * f] -> [C * f * f, H, W]``. As torch.nn.PixelUnshuffle.

    Axes before these three stay.

    Example::

        input: [3, 64, 64]
        layers:
          - pixel_unshuffle: 4
            expect: [48, 16, 16]
    """

    channel_axis = -3
    factor: Size

    def shape(self, x):
        leading, channels, height, width = image_axes(self.type_name, x)
        return [
            *leading,
            channels * self.factor * self.factor,
            exact_div(height, self.factor, "height", "factor", "factor"),
            exact_div(width, self.factor, "width", "factor", "factor"),
        ]

    def window(self, read, x):
        """Where in its square a channel reads is not told apart: the square is read."""
        channels, factor = len(x) - 3, self.factor
        axes = {axis: read.Slide(axis, kernel=factor, stride=factor) for axis in (channels + 1, channels + 2)}
        return [read.passing(x, axes | {channels: read.Resampled(channels, 1, factor * factor)})]


@layer("channel_shuffle", obvious="groups")
class ChannelShuffle(Layer):
    """Channels of groups interleaved, ``[C, *spatial] -> [C, *spatial]``. As torch.nn.ChannelShuffle (ShuffleNet).

    Example::

        input: [116, 28, 28]
        layers:
          - channel_shuffle: 2
            expect: [116, 28, 28]
    """

    channel_axis = 0
    view = True
    groups: Size

    def shape(self, x):
        if len(x) < 2:
            raise RuleError(f"channel_shuffle reads [C, ...spatial], not {show_value(x)}")
        exact_div(x[0], self.groups, "input channels", "groups", "groups")
        return [*x]

    def window(self, read, x):
        return [read.passing(x, {0: read.Mixed(0)})]
