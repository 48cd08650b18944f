"""Layers that move, cut, repeat and resample: what PyTorch says of them."""
# ruff: noqa: E501  (a row is a line)

from __future__ import annotations

from typing import Any

# fmt: off
ACCEPTED = [  # layer, arguments, input, output, parameters, multiply-adds
    ("flatten", dict(), [256, 6, 6], [9216], 0, 0),
    ("flatten", dict(start=1), [256, 6, 7], [256, 42], 0, 0),
    ("flatten", dict(start=-3, end=-2), [2, 3, 4, 5], [2, 12, 5], 0, 0),
    ("flatten", dict(), [], [1], 0, 0),
    ("unflatten", dict(axis=0, sizes=[256, 4, -1]), [4096], [256, 4, 4], 0, 0),
    ("unflatten", dict(axis=-1, sizes=[3, 4]), [5, 12], [5, 3, 4], 0, 0),
    ("reshape", dict(shape=[768, -1]), [768, 14, 14], [768, 196], 0, 0),
    ("reshape", dict(shape=[4, 3, 2]), [6, 4], [4, 3, 2], 0, 0),
    ("reshape", dict(shape=[]), [1, 1], [], 0, 0),
    ("reshape", dict(shape=[-1]), [], [1], 0, 0),
    ("reshape", dict(shape=[4, -1]), [0, 4], [4, 0], 0, 0),
    ("permute", dict(order=[1, 2, 0]), [768, 14, 15], [14, 15, 768], 0, 0),
    ("permute", dict(order=[-1, 0]), [2, 4], [4, 2], 0, 0),
    ("transpose", dict(axis=[0, 1]), [512, 49], [49, 512], 0, 0),
    ("transpose", dict(axis=[-1, 0]), [2, 3, 4], [4, 3, 2], 0, 0),
    ("squeeze", dict(axis=0), [1, 28, 28], [28, 28], 0, 0),
    ("squeeze", dict(axis=[0, -1]), [1, 28, 1], [28], 0, 0),
    ("unsqueeze", dict(axis=0), [28, 27], [1, 28, 27], 0, 0),
    ("unsqueeze", dict(axis=-1), [28, 27], [28, 27, 1], 0, 0),
    ("unsqueeze", dict(axis=-3), [28, 27], [1, 28, 27], 0, 0),
    ("unsqueeze", dict(axis=0), [], [1], 0, 0),
    ("slice", dict(axis=0, start=1), [197, 768], [196, 768], 0, 0),
    ("slice", dict(axis=-1, stop=-2, step=3), [2, 12], [2, 4], 0, 0),
    ("slice", dict(axis=0, start=-5, stop=9, step=2), [7, 3], [3, 3], 0, 0),
    ("slice", dict(axis=0, start=3, stop=2), [5], [0], 0, 0),
    ("slice", dict(axis=0, start=-9, stop=99), [5], [5], 0, 0),
    ("slice", dict(axis=0, start=9), [5], [0], 0, 0),
    ("slice", dict(axis=0, stop=-9), [5], [0], 0, 0),
    ("select", dict(index=0), [197, 768], [768], 0, 0),
    ("select", dict(index=-3, axis=-1), [2, 4, 3], [2, 4], 0, 0),
    ("split", dict(parts=2), [64, 28, 28], [[32, 28, 28], [32, 28, 28]], 0, 0),
    ("split", dict(parts=4, axis=1), [2, 10], [[2, 3], [2, 3], [2, 3], [2, 1]], 0, 0),
    ("split", dict(sizes=[1, 5, 0], axis=-1), [4, 6], [[4, 1], [4, 5], [4, 0]], 0, 0),
    ("expand", dict(shape=[196, -1]), [1, 768], [196, 768], 0, 0),
    ("expand", dict(shape=[2, 3, 4]), [1, 4], [2, 3, 4], 0, 0),
    ("expand", dict(shape=[0, 1, 4]), [1, 4], [0, 1, 4], 0, 0),
    ("expand", dict(shape=[0, 4]), [1, 4], [0, 4], 0, 0),
    ("tile", dict(repeats=[3, 1]), [2, 8], [6, 8], 0, 0),
    ("tile", dict(repeats=[2]), [2, 4], [2, 8], 0, 0),
    ("tile", dict(repeats=[5, 1, 3]), [2, 4], [5, 2, 12], 0, 0),
    ("roll", dict(axis=[0, 1]), [56, 56, 96], [56, 56, 96], 0, 0),
    ("roll", dict(axis=-1), [56, 96], [56, 96], 0, 0),
    ("pad", dict(padding=[[0, 1], [2, 3]]), [3, 224, 224], [3, 225, 229], 0, 0),
    ("pad", dict(padding=2), [3, 5, 6], [3, 9, 10], 0, 0),
    ("pad", dict(padding=[1]), [7], [9], 0, 0),
    ("pad", dict(padding=[[-1, -2]]), [2, 3], [2, 0], 0, 0),
    ("pad", dict(padding=[[-3, 0]]), [2, 3], [2, 0], 0, 0),
    ("pad", dict(padding=[[1, 1], 0, -1]), [2, 3, 9], [4, 3, 7], 0, 0),
    ("pad", dict(padding=2, mode="reflect"), [3, 3, 4], [3, 7, 8], 0, 0),
    ("pad", dict(padding=[[-2, 0]], mode="reflect"), [3, 3], [3, 1], 0, 0),
    ("pad", dict(padding=[[4, -4]], mode="replicate"), [2, 3], [2, 3], 0, 0),
    ("pad", dict(padding=[1, 2, 3], mode="circular"), [2, 3, 3, 3], [2, 5, 7, 9], 0, 0),
    ("pad", dict(padding=[[3, -3]], mode="circular"), [2, 3], [2, 3], 0, 0),
    ("crop", dict(size=56), [64, 64, 65], [64, 56, 56], 0, 0),
    ("crop", dict(size=[5, 6, 7]), [8, 8, 8], [5, 6, 7], 0, 0),
    ("crop", dict(size=[5]), [9, 8], [9, 5], 0, 0),
    ("crop", dict(margins=[[3, 1]]), [3, 4], [3, 0], 0, 0),
    ("crop", dict(margins=2), [64, 64, 65], [64, 60, 61], 0, 0),
    ("crop", dict(margins=[[0, 1], 2]), [9, 8], [8, 4], 0, 0),
    ("upsample", dict(scale=2), [256, 16, 17], [256, 32, 34], 0, 0),
    ("upsample", dict(scale=1.7, mode="linear"), [2, 10], [2, 17], 0, 0),
    ("upsample", dict(scale=[0.5, 2.3], mode="bilinear"), [2, 5, 10], [2, 2, 23], 0, 0),
    ("upsample", dict(size=[7, 3], mode="bicubic"), [2, 5, 10], [2, 7, 3], 0, 0),
    ("upsample", dict(size=4, mode="trilinear"), [2, 5, 10, 3], [2, 4, 4, 4], 0, 0),
    ("upsample", dict(scale=0.5), [2, 3], [2, 1], 0, 0),
    ("upsample", dict(scale=0.29), [2, 100, 7, 9], [2, 28, 2, 2], 0, 0),
    ("pixel_shuffle", dict(factor=2), [256, 32, 31], [64, 64, 62], 0, 0),
    ("pixel_shuffle", dict(factor=3), [5, 18, 3, 2], [5, 2, 9, 6], 0, 0),
    ("pixel_unshuffle", dict(factor=4), [3, 64, 32], [48, 16, 8], 0, 0),
    ("channel_shuffle", dict(groups=2), [116, 28, 28], [116, 28, 28], 0, 0),
    ("channel_shuffle", dict(groups=3), [9, 5], [9, 5], 0, 0),
]

OPERATIONS = [  # layer, arguments, input, operations
    ("upsample", dict(scale=2), [3, 4, 5], dict()),
    ("upsample", dict(scale=2, mode="linear"), [3, 4], dict(mul=2 * 24, add=24)),
    ("upsample", dict(scale=2, mode="bilinear"), [3, 4, 5], dict(mul=4 * 240, add=3 * 240)),
    ("upsample", dict(scale=2, mode="bicubic"), [3, 4, 5], dict(mul=16 * 240, add=15 * 240)),
    ("pad", dict(padding=1), [3, 4, 5], dict()),
]

PADS = [  # layer, arguments, input, [before, after] of each padded axis
    ("pad", dict(padding=[[0, 1], 2]), [3, 5, 6], [[0, 1], [2, 2]]),
    ("pad", dict(padding=[[-1, 1]]), [3, 5, 6], [[-1, 1]]),
]

REJECTED = [  # layer, arguments, input, message
    ("flatten", dict(start=2, end=1), [2, 3, 4], "start (axis 2) comes after end (axis 1)"),
    ("flatten", dict(start=3), [2, 3, 4], "[2, 3, 4] has no axis 3"),
    ("unflatten", dict(axis=0, sizes=[4, -1]), [6, 4], "elements (6) must be divisible by the sizes beside -1 (4)"),
    ("unflatten", dict(axis=1, sizes=[3, 3]), [6, 4], "sizes [3, 3] has 9 elements, axis 1 has 4"),
    ("unflatten", dict(axis=0, sizes=[]), [1, 4], "sizes is empty: an axis becomes one or more"),
    ("unflatten", dict(axis=2, sizes=[2, 2]), [1, 4], "[1, 4] has no axis 2"),
    ("reshape", dict(shape=[5, -1]), [6, 4], "elements (24) must be divisible by the sizes beside -1 (5)"),
    ("reshape", dict(shape=[5, 5]), [6, 4], "shape [5, 5] has 25 elements, [6, 4] has 24"),
    ("reshape", dict(shape=[-1, -1]), [6, 4], "shape has -1 2 times; only one size can be left open"),
    ("reshape", dict(shape=[0, -1]), [0, 4], "shape [0, -1] has no elements, whatever -1 stands for"),
    ("reshape", dict(shape=[-2, 12]), [6, 4], "shape has -2: a size is 0 or more, or -1"),
    ("permute", dict(order=[0]), [2, 4], "order has 1 number, [2, 4] has 2 axes"),
    ("permute", dict(order=[0, 0]), [2, 4], "order names axis 0 of [2, 4] twice"),
    ("permute", dict(order=[0, 2]), [2, 4], "[2, 4] has no axis 2"),
    ("transpose", dict(axis=[0, 2]), [2, 4], "[2, 4] has no axis 2"),
    ("transpose", dict(axis=[0, 1, 2]), [2, 4, 3], "axis has 3 numbers, transpose exchanges two axes"),
    ("squeeze", dict(axis=2), [1, 4], "[1, 4] has no axis 2"),
    ("squeeze", dict(axis=[0, 0]), [1, 4], "axis names axis 0 of [1, 4] twice"),
    ("unsqueeze", dict(axis=3), [1, 4], "the output has 3 axes, none of them is 3"),
    ("slice", dict(axis=1), [4], "[4] has no axis 1"),
    ("slice", dict(axis=0, step=0), [4], "step takes a whole number above 0, not 0"),
    ("slice", dict(axis=0, step=-1), [4], "step takes a whole number above 0, not -1"),
    ("select", dict(index=2), [2, 4], "axis 0 of [2, 4] has no index 2"),
    ("select", dict(index=-5, axis=1), [2, 4], "axis 1 of [2, 4] has no index -5"),
    ("select", dict(index=0), [], "[] has no axis 0"),
    ("split", dict(sizes=[4, 4]), [9], "sizes add up to 8, axis 0 of [9] is 9"),
    ("split", dict(sizes=[10, -1]), [9], "sizes takes a list of whole numbers, 0 or more, not -1"),
    ("split", dict(parts=0), [9], "parts takes a whole number above 0, not 0"),
    ("expand", dict(shape=[4]), [1, 4], "shape has 1 number, [1, 4] has 2 axes"),
    ("expand", dict(shape=[1, 5]), [1, 4], "an axis of 4 does not expand to 5"),
    ("expand", dict(shape=[-1, 3, 4]), [1, 4], "shape has -1 for a new axis, which has no size to keep"),
    ("tile", dict(repeats=[-1]), [2, 4], "repeats takes a list of whole numbers, 0 or more, not -1"),
    ("roll", dict(axis=2), [2, 3], "[2, 3] has no axis 2"),
    ("pad", dict(padding=-2), [2, 3], "an axis of 3 would be -1 long"),
    ("pad", dict(padding=[[-4, 4]]), [2, 3], "4 cannot be cut off an axis of 3"),
    ("pad", dict(padding=3, mode="reflect"), [2, 3], "reflect adds less than the axis has: 3 to 3"),
    ("pad", dict(padding=[[-1, -2]], mode="reflect"), [2, 3], "an axis of 3 would be 0 long"),
    ("pad", dict(padding=[[-2, -2]], mode="replicate"), [2, 3], "an axis of 3 would be -1 long"),
    ("pad", dict(padding=4, mode="circular"), [2, 3], "circular adds at most what the axis has: 4 to 3"),
    ("pad", dict(padding=[[-2, -2]], mode="circular"), [2, 3], "an axis of 3 would be -1 long"),
    ("pad", dict(padding=[1], mode="reflect"), [2, 3, 4], "reflect pads the 1 to 3 axes after the first, not the last 1 of 3"),
    ("pad", dict(padding=1, mode="circular"), [1, 2, 3, 4, 5], "circular pads the 1 to 3 axes after the first, not the last 4 of 5"),
    ("pad", dict(padding=1, mode="mirror"), [2, 3], "mode takes constant, reflect, replicate or circular, not mirror"),
    ("upsample", dict(scale=0.2), [2, 3, 9], "3 times 0.2 is 0: nothing is left"),
    ("upsample", dict(scale=-1), [2, 3, 9], "3 times -1 is -3: nothing is left"),
    ("upsample", dict(scale=[2, 3, 1]), [2, 3, 9], "scale has 3 numbers, [2, 3, 9] has 2 spatial axes"),
    ("upsample", dict(scale=2, mode="bilinear"), [2, 3], "bilinear is for 2 spatial axes, [2, 3] has 1 spatial axis"),
    ("upsample", dict(scale=2, mode="linear"), [2, 3, 9], "linear is for 1 spatial axis, [2, 3, 9] has 2 spatial axes"),
    ("upsample", dict(scale=2, mode="bicubic"), [2, 3, 9, 9], "bicubic is for 2 spatial axes, [2, 3, 9, 9] has 3 spatial axes"),
    ("upsample", dict(scale=2, mode="trilinear"), [2, 3, 9], "trilinear is for 3 spatial axes, [2, 3, 9] has 2 spatial axes"),
    ("upsample", dict(scale=2), [2, 3, 4, 5, 6], "upsample reads [C, ...spatial] with 1 to 3 spatial axes, not [2, 3, 4, 5, 6]"),
    ("upsample", dict(size=0), [2, 3, 4], "size takes a whole number above 0, not 0"),
    ("pixel_shuffle", dict(factor=2), [9, 3, 3], "input channels (9) must be divisible by factor squared (4)"),
    ("pixel_shuffle", dict(factor=2), [8, 3], "pixel_shuffle reads [C, H, W], not [8, 3]"),
    ("pixel_unshuffle", dict(factor=2), [8, 4, 5], "width (5) must be divisible by factor (2)"),
    ("pixel_unshuffle", dict(factor=3), [8, 4, 6], "height (4) must be divisible by factor (3)"),
    ("channel_shuffle", dict(groups=3), [8, 2, 2], "input channels (8) must be divisible by groups (3)"),
    ("channel_shuffle", dict(groups=2), [8], "channel_shuffle reads [C, ...spatial], not [8]"),
]

STRICTER = [
    ("squeeze", dict(axis=1), [1, 4], "axis 1 of [1, 4] is 4, not 1"),
    ("split", dict(parts=4), [9], "9 in pieces of 3 has fewer than 4 parts"),
    ("split", dict(), [9], "split takes sizes or parts, exactly one of them"),
    ("split", dict(sizes=[4, 5], parts=2), [9], "split takes sizes or parts, not sizes and parts together"),
    ("pad", dict(padding=[1, 1, 1]), [2, 3], "padding has 3 entries, [2, 3] has 2 axes"),
    ("pad", dict(padding=1), [5], "one number is for every axis but the first; [5] has no other"),
    ("pad", dict(padding=[[1, 2, 3]]), [5], "an entry of padding is a number or [before, after], not [1, 2, 3]"),
    ("crop", dict(size=9), [3, 9, 8], "an axis of 8 has no middle 9"),
    ("crop", dict(margins=[[3, 2]]), [3, 4], "margins of 3 and 2 are more than an axis of 4"),
    ("crop", dict(margins=-1), [3, 4], "margins takes a whole number, 0 or more, or [before, after], not -1"),
    ("crop", dict(), [3, 4], "crop takes size or margins, exactly one of them"),
    ("upsample", dict(scale="large"), [2, 3], "scale takes a number, not large"),
    ("upsample", dict(scale=2, size=2), [2, 3], "upsample takes scale or size, not scale and size together"),
    ("flatten", dict(start=0.5), [2, 3], "start is 0.5, not a whole number"),
]
# fmt: on


def method(name: str, *names: str, **defaults: Any) -> Any:
    """The tensor's method of that name, with these arguments in this order."""

    def build(arguments: dict[str, Any], *_: Any) -> Any:
        given = {**defaults, **arguments}
        return lambda tensor: getattr(tensor, name)(*(given[argument] for argument in names))

    return build


def sliced(arguments: dict[str, Any], x: Any) -> Any:
    index = [slice(None)] * len(x)
    index[arguments["axis"]] = slice(arguments.get("start", 0), arguments.get("stop"), arguments.get("step", 1))
    return lambda tensor: tensor[tuple(index)]


def split(arguments: dict[str, Any], _: Any) -> Any:
    axis = arguments.get("axis", 0)
    if "parts" in arguments:
        return lambda tensor: tensor.chunk(arguments["parts"], axis)
    return lambda tensor: tensor.split(arguments["sizes"], axis)


def transpose(arguments: dict[str, Any], _: Any) -> Any:
    return lambda tensor: tensor.transpose(*arguments["axis"])


def squeeze(arguments: dict[str, Any], _: Any) -> Any:
    axis = arguments["axis"]
    return lambda tensor: tensor.squeeze(tuple(axis) if isinstance(axis, list) else axis)


def roll(arguments: dict[str, Any], _: Any) -> Any:
    axis = arguments["axis"] if isinstance(arguments["axis"], list) else [arguments["axis"]]
    return lambda tensor: tensor.roll([1] * len(axis), axis)


def pad(arguments: dict[str, Any], x: Any) -> Any:
    from torch.nn.functional import pad as pad_axes

    padding = arguments["padding"]
    entries = padding if isinstance(padding, list) else [padding] * (len(x) - 1)
    sides = [tuple(entry) if isinstance(entry, list) else (entry, entry) for entry in entries]
    numbers = [number for pair in reversed(sides) for number in pair]
    mode = arguments.get("mode", "constant")
    # With a batch axis, as every network has it: F.pad takes [C, H, W] with one padded axis for a batch of [H, W].
    return lambda tensor: pad_axes(tensor[None], numbers, mode)[0]


def crop(arguments: dict[str, Any], x: Any) -> Any:
    if "size" in arguments:
        return None
    return pad({"padding": negative(arguments["margins"])}, x)


def negative(value: Any) -> Any:
    return [negative(item) for item in value] if isinstance(value, list) else -value


def upsample(arguments: dict[str, Any], _: Any) -> Any:
    import torch

    given = {"scale_factor" if name == "scale" else name: value for name, value in arguments.items()}
    module = torch.nn.Upsample(**{name: tuple(v) if isinstance(v, list) else v for name, v in given.items()})
    return module, lambda tensor: module(tensor[None])[0]


def channel_shuffle(arguments: dict[str, Any], x: Any) -> Any:
    import torch

    module = torch.nn.ChannelShuffle(arguments["groups"])
    return module, lambda _: module(torch.zeros(1, *x, device="cpu"))[0]  # the meta device has none


def named_module(name: str, argument: str) -> Any:
    def build(arguments: dict[str, Any], _: Any) -> Any:
        import torch

        return getattr(torch.nn, name)(arguments[argument])

    return build


PYTORCH = {
    "flatten": method("flatten", "start", "end", start=0, end=-1),
    "unflatten": method("unflatten", "axis", "sizes"),
    "reshape": method("reshape", "shape"),
    "permute": method("permute", "order"),
    "transpose": transpose,
    "squeeze": squeeze,
    "unsqueeze": method("unsqueeze", "axis"),
    "slice": sliced,
    "select": method("select", "axis", "index", axis=0),
    "split": split,
    "expand": method("expand", "shape"),
    "tile": method("tile", "repeats"),
    "roll": roll,
    "pad": pad,
    "crop": crop,
    "upsample": upsample,
    "pixel_shuffle": named_module("PixelShuffle", "factor"),
    "pixel_unshuffle": named_module("PixelUnshuffle", "factor"),
    "channel_shuffle": channel_shuffle,
}
