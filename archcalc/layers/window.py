"""The sliding window that convolutions, pools, fold and unfold share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archcalc.dims import ceil_div, maximum, minimum, named, require, volume, where
from archcalc.layers.arguments import Pad
from archcalc.layers.base import Layer
from archcalc.layers.cached import Cached, held
from archcalc.layers.kept import Kept, further, read


def same_padding(size: Any, kernel: Any, stride: Any, dilation: Any) -> Pad:
    """The padding that gives ceil(size / stride) positions; an odd pixel goes after (TensorFlow's SAME)."""
    positions = named("positions", ceil_div(size, stride))
    total = named("total padding", maximum((positions - 1) * stride + dilation * (kernel - 1) + 1 - size, 0))
    return Pad(total // 2, total - total // 2, total, apart=True)


def window_output(size: Any, kernel: Any, stride: Any, dilation: Any, pad: Pad, ceil_mode: bool = False) -> Any:
    """Positions of a window along one axis. As torch.nn.Conv2d and torch.nn.MaxPool2d (PyTorch documentation)."""
    reach = dilation * (kernel - 1) + 1
    room = size + pad.total - reach
    # With ceil_mode the first window may stick out by less than a stride.
    require(
        (room + stride if ceil_mode else room + 1) > 0,
        lambda: f"a window of {reach} does not fit into {size} + {pad.total} of padding",
        "kernel",
        "a smaller kernel or dilation, or more padding",
    )
    if not ceil_mode:
        return room // stride + 1
    windows = named("windows", ceil_div(room, stride) + 1)
    # PyTorch drops a last window that would start in the padding after. Padding that is applied apart counts as input.
    last = size + (pad.total if pad.apart else pad.before)
    return where((windows - 1) * stride >= last, windows - 1, windows)


def grown_output(size: Any, kernel: Any, stride: Any, dilation: Any, pad: Pad, extra: Any = 0) -> Any:
    """The smallest size along one axis that this window turns into ``size``: transposed convolutions, unpools."""
    return (size - 1) * stride - pad.total + dilation * (kernel - 1) + extra + 1


def axis_read(size: Any, kernel: Any, stride: Any, dilation: Any, pad: Pad, positions: Any) -> Any:
    """Values that all windows read along one axis, padding counted: only the last can stick out."""
    left = size + pad.total - (positions - 1) * stride
    return (positions - 1) * kernel + minimum(kernel, ceil_div(left, dilation))


class Windowed(Layer):
    """A layer whose window slides over spatial axes. It declares no argument: a layer type declares those it takes."""

    channel_axis = 0
    spreads = False  # each input position is spread over a window of the output
    kernel: Any
    stride: Any = None
    dilation: Any = None
    padding: Any = None
    ceil_mode: Any = False

    def spatial(self, x: Any) -> Any:
        """The sizes of the axes that the window slides over."""
        return x[1:]

    def windows(self, x: Any) -> list[tuple[Any, Any, Any, Any]]:
        """Size, kernel, stride and dilation along each spatial axis."""
        ones = (1,) * len(self.kernel)
        return [*zip(self.spatial(x), self.kernel, self.stride or ones, self.dilation or ones, strict=True)]

    def pads(self, x: Any) -> Any:
        if isinstance(self.padding, str):
            return tuple(same_padding(*window) for window in self.windows(x))
        return self.padding

    def across(self, read: Any) -> Any:
        """How a position reads the channels."""
        return read.Slide(0)

    def window(self, read: Any, x: Any) -> Any:
        pads = self.pads(x) or (Pad.equal(0),) * len(self.kernel)
        axes = zip(self.windows(x), pads, strict=True)
        kind = read.Spread if self.spreads else read.Slide
        slides = [
            kind(axis, kernel, stride, dilation, pad.before)
            for axis, ((_, kernel, stride, dilation), pad) in enumerate(axes, 1)
        ]
        return [[self.across(read), *slides]]

    def cache(self, x: Any) -> Iterable[Cached]:
        """Along each spatial axis the last inputs that the window of the next position reads too."""
        for axis, (_, kernel, _, dilation) in enumerate(self.windows(x), 1):
            if kernel != 1 and not self.spreads:
                yield held("inputs", axis, [*x[:axis], (kernel - 1) * dilation, *x[axis + 1 :]])

    def read_padded(self, x: Any) -> Kept:
        """The input as the layer reads it: a padded copy where it is padded apart."""
        pads = self.pads(x)
        if pads is None or all(self.pads_itself(pad) for pad in pads):
            return read()
        sizes = [size + pad.total for size, pad in zip(x[1:], pads, strict=True)]
        return further("padded input", [x[0], *sizes])

    def pads_itself(self, pad: Pad) -> bool:
        """Whether PyTorch's layer pads so itself: as much before as after."""
        return bool(pad.before == pad.after)

    def values_read(self, x: Any, y: Any) -> Any:
        """Values that the windows read in all channels: fewer where, with ``ceil_mode``, the last one sticks out."""
        if not self.ceil_mode:
            return volume(self.kernel) * volume(y)
        pads = self.pads(x) or (Pad.equal(0),) * len(self.kernel)
        axes = zip(self.windows(x), pads, y[1:], strict=True)
        return y[0] * volume([axis_read(*window, pad, positions) for window, pad, positions in axes])

    def positions(self, x: Any) -> list[Any]:
        """How many positions the window takes along each spatial axis."""
        pads = self.pads(x) or (Pad.equal(0),) * len(self.kernel)
        return [window_output(*window, pad, self.ceil_mode) for window, pad in zip(self.windows(x), pads, strict=True)]
