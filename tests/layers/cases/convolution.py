"""Convolutions, unfold and fold: what PyTorch says of them."""
# ruff: noqa: E501  (a row is a line)

from __future__ import annotations

# fmt: off
ACCEPTED = [  # layer, arguments, input, output, parameters, multiply-adds
    ("conv", dict(out=64, kernel=7, stride=2, padding=3, bias=False), [3, 224, 224], [64, 112, 112], 9408, 118_013_952),
    ("conv", dict(out=8, kernel=3, groups=4), [8, 9], [8, 7], 56, 336),
    ("conv", dict(out=8, kernel=3, stride=2, padding="same"), [3, 7, 8], [8, 4, 4], 224, 3_456),
    ("conv", dict(out=8, kernel=4, padding="same"), [3, 7, 8], [8, 7, 8], 392, 21_504),
    ("conv", dict(out=8, kernel=3, stride=5, padding="same"), [3, 7, 11], [8, 2, 3], 224, 1_296),
    ("conv", dict(out=2, kernel=1, stride=2, padding="same"), [3, 6], [2, 3], 8, 18),
    ("conv", dict(out=2, kernel=5), [3, 5, 6], [2, 1, 2], 152, 300),
    ("conv", dict(out=8, kernel=3, padding="valid", dilation=2), [3, 7, 8], [8, 3, 4], 224, 2_592),
    ("conv", dict(out=4, kernel=[1, 3], padding=[0, [2, 0]], dilation=[1, 1]), [2, 5, 6], [4, 5, 6], 28, 720),
    ("conv", dict(out=4, kernel=[1, 2, 3], stride=[1, 2, 1]), [2, 5, 6, 7], [4, 5, 3, 5], 52, 3_600),
    ("conv", dict(out=8, kernel=3, padding=2), [3, 1, 8], [8, 3, 10], 224, 6_480),
    ("conv_transpose", dict(out=32, kernel=4, stride=2, padding=1), [64, 28, 28], [32, 56, 56], 32_800, 25_690_112),
    ("conv_transpose", dict(out=6, kernel=3, stride=2, padding=1, output_padding=1, groups=2, bias=False), [4, 5], [6, 10], 36, 180),
    ("conv_transpose", dict(out=6, kernel=3, dilation=3, output_padding=2), [4, 5], [6, 13], 78, 360),
    ("conv_transpose", dict(out=6, kernel=[3, 1], stride=[2, 1], output_padding=[1, 0]), [4, 5, 3], [6, 12, 3], 78, 1_080),
    ("conv_transpose", dict(out=2, kernel=2, stride=2), [4, 3, 3, 3], [2, 6, 6, 6], 66, 1_728),
    ("conv_transpose", dict(out=2, kernel=1), [3, 1], [2, 1], 8, 6),
    ("conv_transpose", dict(out=64, kernel=3, stride=2, padding="same"), [256, 7, 7], [64, 14, 14], 147_520, 7_225_344),
    ("conv_transpose", dict(out=8, kernel=5, stride=2, padding="same"), [64, 14, 14], [8, 28, 28], 12_808, 2_508_800),
    ("conv_transpose", dict(out=2, kernel=2, stride=3, padding="same"), [4, 5], [2, 15], 18, 80),
    ("conv_transpose", dict(out=2, kernel=[3, 2], stride=[1, 2], dilation=[2, 3], padding="same"), [4, 5, 6], [2, 5, 12], 50, 1_440),
    ("conv_transpose", dict(out=2, kernel=3, padding="same", output_padding=0), [4, 2, 3, 4], [2, 2, 3, 4], 218, 5_184),
    ("conv_transpose", dict(out=2, kernel=4, stride=4, padding=1), [4, 1, 1], [2, 2, 2], 130, 128),
    ("depthwise_conv", dict(kernel=3, stride=2, padding=1), [32, 112, 112], [32, 56, 56], 320, 903_168),
    ("depthwise_conv", dict(kernel=3, multiplier=2, bias=False, dilation=2), [3, 9], [6, 5], 18, 90),
    ("depthwise_conv", dict(kernel=5, padding="same", stride=2), [4, 7, 8, 9], [4, 4, 4, 5], 504, 40_000),
    ("deform_conv", dict(out=16, kernel=3, padding=1), [8, 5, 6], [16, 5, 6], 2_482, 73_440),
    ("deform_conv", dict(out=16, kernel=[3, 1], stride=2, groups=2, offset_groups=4, bias=False), [8, 5, 6], [16, 2, 3], 792, 4_608),
    ("unfold", dict(kernel=16, stride=16), [3, 224, 224], [768, 196], 0, 0),
    ("unfold", dict(kernel=[3, 2], padding=1, dilation=2), [2, 7, 8], [12, 40], 0, 0),
    ("unfold", dict(kernel=3, padding="same"), [2, 7, 8], [18, 56], 0, 0),
    ("fold", dict(kernel=16, stride=16, size=[224, 224]), [768, 196], [3, 224, 224], 0, 0),
    ("fold", dict(kernel=[3, 2], padding=1, dilation=2, size=[7, 8]), [12, 40], [2, 7, 8], 0, 0),
    ("fold", dict(kernel=2, size=4), [8, 9], [2, 4, 4], 0, 0),
    ("fold", dict(kernel=1, size=[4, 5]), [1, 20], [1, 4, 5], 0, 0),
]

OPERATIONS = [  # layer, arguments, input, operations
    ("conv", dict(out=8, kernel=3), [3, 5, 6], dict(mac=27 * 8 * 12, add=8 * 12)),
    ("conv", dict(out=8, kernel=3, bias=False), [3, 5, 6], dict(mac=27 * 8 * 12)),
    ("conv_transpose", dict(out=8, kernel=2, stride=2), [3, 5, 6], dict(mac=3 * 8 * 4 * 30, add=8 * 10 * 12)),
    ("conv_transpose", dict(out=8, kernel=2, bias=False), [3, 5], dict(mac=3 * 8 * 2 * 5)),
    ("depthwise_conv", dict(kernel=3, bias=False), [4, 5, 6], dict(mac=9 * 4 * 12)),
    ("depthwise_conv", dict(kernel=3), [4, 5, 6], dict(mac=9 * 4 * 12, add=4 * 12)),
    # 18 channels of offsets; 9 values a channel and position are interpolated
    ("deform_conv", dict(out=8, kernel=3), [4, 5, 6], dict(mac=36 * (18 + 8) * 12, add=(18 + 8) * 12 + 3 * 432, mul=4 * 432)),
    ("deform_conv", dict(out=8, kernel=1, bias=False), [4, 5, 6], dict(mac=4 * (2 + 8) * 30, add=(2 + 3 * 4) * 30, mul=480)),
    ("unfold", dict(kernel=2), [3, 4, 5], dict()),
    ("fold", dict(kernel=2, size=4), [8, 9], dict(add=72)),
]

PADS = [  # layer, arguments, input, [before, after] of each spatial axis
    ("conv", dict(out=8, kernel=3, padding=[1, [0, 2]]), [3, 5, 6], [[1, 1], [0, 2]]),
    ("conv", dict(out=8, kernel=3, stride=2, padding="same"), [3, 7, 8], [[1, 1], [0, 1]]),
    ("conv", dict(out=8, kernel=8, padding="same"), [3, 7], [[3, 4]]),
    ("conv_transpose", dict(out=8, kernel=9, padding=4), [3, 7], [[4, 4]]),
    ("conv_transpose", dict(out=8, kernel=[5, 3, 2], stride=[2, 1, 3], padding="same"), [3, 7, 7, 7], [[1, 2], [1, 1], [0, -1]]),
    ("depthwise_conv", dict(kernel=3, dilation=2, padding="same"), [3, 7], [[2, 2]]),
    ("deform_conv", dict(out=8, kernel=3, padding=1), [4, 5, 6], [[1, 1], [1, 1]]),
    ("unfold", dict(kernel=2, padding="same"), [3, 5, 6], [[0, 1], [0, 1]]),
    ("fold", dict(kernel=[3, 2], padding=1, size=[7, 8]), [12, 63], [[1, 1], [1, 1]]),
]

HELP = [  # layer, arguments, input, help
    ("conv", dict(out=8, kernel=5), [8, 3, 3], "a smaller kernel or dilation, or more padding"),
]

REJECTED = [  # layer, arguments, input, message, the argument at fault
    ("conv", dict(out=8, kernel=3, groups=5), [8, 9, 9], "out (8) must be divisible by groups (5)", "groups"),
    ("conv", dict(out=10, kernel=3, groups=5), [8, 9, 9], "input channels (8) must be divisible by groups (5)", "groups"),
    ("conv", dict(out=8, kernel=5), [8, 3, 3], "a window of 5 does not fit into 3 + 0 of padding", "kernel"),
    ("conv", dict(out=8, kernel=3, dilation=3, padding=1), [8, 9, 4], "a window of 7 does not fit into 4 + 2 of padding", "kernel"),
    ("conv", dict(out=8, kernel=0), [8, 9, 9], "kernel takes a whole number above 0, not 0", "kernel"),
    ("conv", dict(out=8, kernel=3, stride=0), [8, 9, 9], "stride takes a whole number above 0, not 0", "stride"),
    ("conv", dict(out=8, kernel=3, padding=-1), [8, 9, 9], "padding takes a whole number, 0 or more, not -1", "padding"),
    ("conv", dict(out=8, kernel=3, padding="smae"), [8, 9, 9], "padding takes a whole number, one entry per axis (a number or [before, after]), valid or same, not smae", "padding"),
    ("conv", dict(out=8, kernel=[3, 3]), [8, 9, 9, 9], "kernel has 2 numbers, [8, 9, 9, 9] has 3 spatial axes", "kernel"),
    ("conv", dict(out=9, kernel=[4, 1], padding=2), [6, 0, 6], "conv reads at least one channel and one position, not [6, 0, 6]", None),
    ("conv_transpose", dict(out=2, kernel=[2, 7]), [2, 9, 0], "conv_transpose reads at least one channel and one position, not [2, 9, 0]", None),
    ("depthwise_conv", dict(kernel=5), [0, 9, 7], "depthwise_conv reads at least one channel and one position, not [0, 9, 7]", None),
    ("unfold", dict(kernel=3, padding=2), [0, 8, 9], "unfold reads at least one channel and one position, not [0, 8, 9]", None),
    ("fold", dict(kernel=1, size=[6, 9]), [0, 54], "fold reads at least one channel, not [0, 54]", None),
    ("conv", dict(out=8, kernel=3), [8], "conv reads [C, ...spatial] with 1 to 3 spatial axes, not [8]", None),
    ("conv_transpose", dict(out=6, kernel=3, groups=4), [8, 9], "out (6) must be divisible by groups (4)", "groups"),
    ("conv_transpose", dict(out=8, kernel=3, groups=4), [6, 9], "input channels (6) must be divisible by groups (4)", "groups"),
    ("conv_transpose", dict(out=8, kernel=3, stride=2, output_padding=2), [6, 9], "output_padding (2) must be less than the stride (2) or dilation (1)", "output_padding"),
    ("conv_transpose", dict(out=8, kernel=2, padding=1), [3, 1, 1], "the output would be 0 long: padding (1) takes all of it", "padding"),
    ("conv_transpose", dict(out=8, kernel=3, padding="valid"), [3, 4, 4], "padding takes whole numbers only, equal before and after: one, or one per spatial axis, or same, not valid", "padding"),
    ("conv_transpose", dict(out=8, kernel=3, stride=2, padding="same", output_padding=1), [3, 4, 4], "padding: same gives in * stride positions, without output_padding", "output_padding"),
    ("conv_transpose", dict(out=8, kernel=3, padding=[[0, 1], 0]), [3, 4, 4], "padding takes whole numbers only, equal before and after, not [0, 1]", "padding"),
    ("depthwise_conv", dict(kernel=9), [4, 8, 8], "a window of 9 does not fit into 8 + 0 of padding", "kernel"),
    ("deform_conv", dict(out=8, kernel=3, groups=3), [8, 5, 6], "out (8) must be divisible by groups (3)", "groups"),
    ("deform_conv", dict(out=9, kernel=3, groups=3), [8, 5, 6], "input channels (8) must be divisible by groups (3)", "groups"),
    ("unfold", dict(kernel=5), [3, 2, 2], "a window of 5 does not fit into 2 + 0 of padding", "kernel"),
    ("unfold", dict(kernel=2), [3, 9], "unfold reads [C, H, W], not [3, 9]", None),
    ("fold", dict(kernel=2, size=[4, 5]), [12, 11], "an image of [4, 5] has 12 windows, [12, 11] has 11 columns", "size"),
    ("fold", dict(kernel=2, size=[4, 5]), [12, 0], "an image of [4, 5] has 12 windows, [12, 0] has 0 columns", "size"),
    ("fold", dict(kernel=2, size=[4, 5]), [11, 12], "input channels (11) must be divisible by the kernel's volume (4)", "kernel"),
    ("fold", dict(kernel=6, size=[4, 5]), [36, 12], "a window of 6 does not fit into 4 + 0 of padding", "kernel"),
    ("fold", dict(kernel=2, size=[4, 5, 6]), [8, 12], "size has 3 numbers, fold gives [C, H, W]", "size"),
    ("fold", dict(kernel=2, size=4), [9], "fold reads [C * kernel volume, windows], not [9]", None),
]

STRICTER = [
    ("conv", dict(kernel=3), [8, 9, 9], "conv needs 'out': a whole number above 0", None),
    ("conv", dict(out=8, kernel=3, kernel_size=3), [8, 9, 9], "conv has no argument 'kernel_size'", "kernel_size"),
    ("conv", dict(out=8.5, kernel=3), [8, 9, 9], "out is 8.5, not a whole number", "out"),
    ("conv", dict(out=8, kernel=3, padding=[[1, 2, 3], 0]), [8, 9, 9], "an entry of padding is a number or [before, after], not [1, 2, 3]", "padding"),
    ("conv", dict(out=8, kernel=3, bias=1), [8, 9, 9], "bias takes true or false, not 1", "bias"),
    ("deform_conv", dict(out=8, kernel=3, offset_groups=3), [8, 5, 6], "input channels (8) must be divisible by offset_groups (3)", "offset_groups"),
    ("deform_conv", dict(out=8, kernel=3), [8, 5], "deform_conv reads [C, H, W], not [8, 5]", None),
]
# fmt: on
