"""Pools: what PyTorch says of them."""
# ruff: noqa: E501  (a row is a line)

from __future__ import annotations

# fmt: off
ACCEPTED = [  # layer, arguments, input, output, parameters, multiply-adds
    ("max_pool", dict(kernel=3, stride=2, padding=1), [64, 112, 112], [64, 56, 56], 0, 0),
    ("max_pool", dict(kernel=3, stride=2, ceil_mode=True), [64, 112, 112], [64, 56, 56], 0, 0),
    ("max_pool", dict(kernel=2, stride=2, padding=1, ceil_mode=True), [1, 4], [1, 3], 0, 0),
    ("max_pool", dict(kernel=1, stride=4, ceil_mode=True), [1, 4], [1, 1], 0, 0),
    ("max_pool", dict(kernel=1, stride=3, ceil_mode=True), [1, 8], [1, 3], 0, 0),
    ("max_pool", dict(kernel=2, stride=3, ceil_mode=True), [1, 1, 1], [1, 1, 1], 0, 0),
    ("max_pool", dict(kernel=3, stride=2, padding="same"), [4, 7, 8], [4, 4, 4], 0, 0),
    ("max_pool", dict(kernel=3, stride=1, dilation=2, padding="same"), [4, 7, 8], [4, 7, 8], 0, 0),
    ("max_pool", dict(kernel=2, stride=1, padding=[[0, 1], [1, 1]]), [4, 7, 8], [4, 7, 9], 0, 0),
    ("max_pool", dict(kernel=3, stride=1, dilation=2, padding=1), [4, 7, 8, 9], [4, 5, 6, 7], 0, 0),
    ("max_pool", dict(kernel=[2, 3]), [4, 7, 8], [4, 3, 2], 0, 0),
    ("avg_pool", dict(kernel=2), [128, 56, 56], [128, 28, 28], 0, 0),
    ("avg_pool", dict(kernel=4, stride=1, padding=2), [3, 9, 8], [3, 10, 9], 0, 0),
    ("avg_pool", dict(kernel=2, ceil_mode=True), [3, 1], [3, 1], 0, 0),
    ("avg_pool", dict(kernel=3, padding="same"), [3, 7, 8, 9], [3, 3, 3, 3], 0, 0),
    ("lp_pool", dict(kernel=2), [64, 32, 32], [64, 16, 16], 0, 0),
    ("lp_pool", dict(kernel=[2, 3], power=1.5, stride=2, ceil_mode=True), [3, 3, 9], [3, 2, 4], 0, 0),
    ("lp_pool", dict(kernel=1, stride=4, ceil_mode=True), [3, 4], [3, 1], 0, 0),
    ("lp_pool", dict(kernel=3, stride=1), [3, 9], [3, 7], 0, 0),
    ("lp_pool", dict(kernel=3, power=3), [3, 9, 9, 9], [3, 3, 3, 3], 0, 0),
    ("adaptive_avg_pool", dict(size=7), [512, 10, 10], [512, 7, 7], 0, 0),
    ("adaptive_avg_pool", dict(size=[1, 12]), [3, 4, 5], [3, 1, 12], 0, 0),
    ("adaptive_avg_pool", dict(size=2), [3, 5, 5, 5], [3, 2, 2, 2], 0, 0),
    ("adaptive_max_pool", dict(size=[5, 2]), [512, 10, 10], [512, 5, 2], 0, 0),
    ("adaptive_max_pool", dict(size=2), [3, 1], [3, 2], 0, 0),
    ("adaptive_max_pool", dict(size=4), [3, 9], [3, 4], 0, 0),
    ("global_avg_pool", dict(), [2048, 7, 7], [2048], 0, 0),
    ("global_avg_pool", dict(), [3, 4, 5, 6], [3], 0, 0),
    ("global_max_pool", dict(), [3, 1], [3], 0, 0),
    ("global_max_pool", dict(), [256, 1000], [256], 0, 0),
    ("max_unpool", dict(kernel=2), [64, 14, 14], [64, 28, 28], 0, 0),
    ("max_unpool", dict(kernel=3, stride=2, padding=1), [3, 5], [3, 9], 0, 0),
    ("max_unpool", dict(kernel=[2, 3, 1], stride=[2, 2, 1]), [3, 4, 5, 6], [3, 8, 11, 6], 0, 0),
    ("max_unpool", dict(kernel=2, padding=1), [3, 1, 1], [3, 0, 0], 0, 0),
    # what is written apart is padded first: the last window may start in it, as it may not in a pool's own padding
    ("max_pool", dict(kernel=4, ceil_mode=True, padding=[[1, 1], 2]), [3, 3, 6], [3, 2, 2], 0, 0),
    ("max_pool", dict(kernel=4, ceil_mode=True, padding=[1, 2]), [3, 3, 6], [3, 1, 2], 0, 0),
    ("avg_pool", dict(kernel=2, ceil_mode=True, padding=[[1, 1]]), [1, 5], [1, 4], 0, 0),
    ("avg_pool", dict(kernel=3, padding=[[1, 0], 0, [1, 1]]), [2, 2, 3, 1], [2, 1, 1, 1], 0, 0),
]

OPERATIONS = [  # layer, arguments, input, operations
    ("max_pool", dict(kernel=3, stride=2), [2, 7, 7], dict(cmp=8 * 2 * 3 * 3)),
    ("avg_pool", dict(kernel=[2, 3]), [4, 4, 6], dict(add=5 * 16, div=16)),
    ("lp_pool", dict(kernel=2), [3, 4, 4], dict(mul=48, add=36, exp=12)),
    # the windows of 10 positions in 7 read 0-1 1-2 2-4 4-5 5-7 7-8 8-9: 2 + 2 + 3 + 2 + 3 + 2 + 2 = 16
    ("adaptive_avg_pool", dict(size=7), [5, 10], dict(add=5 * (16 - 7), div=5 * 7)),
    ("adaptive_avg_pool", dict(size=[2, 3]), [1, 4, 6], dict(add=24 - 6, div=6)),
    ("adaptive_max_pool", dict(size=[7, 5]), [2, 10, 2], dict(cmp=2 * (16 * 6 - 35))),
    ("global_avg_pool", dict(), [3, 4, 5], dict(add=3 * 19, div=3)),
    ("global_max_pool", dict(), [3, 4, 5], dict(cmp=3 * 19)),
    ("max_unpool", dict(kernel=2), [3, 4, 5], dict()),
]

PADS = [  # layer, arguments, input, [before, after] of each spatial axis
    ("max_pool", dict(kernel=3, padding=[1, 0]), [3, 7, 8], [[1, 1], [0, 0]]),
    ("avg_pool", dict(kernel=3, padding="same"), [3, 7], [[1, 1]]),
    ("max_unpool", dict(kernel=9, padding=4), [3, 7], [[4, 4]]),
]

REJECTED = [  # layer, arguments, input, message, the argument at fault
    ("max_pool", dict(kernel=5), [3, 4, 9], "a window of 5 does not fit into 4 + 0 of padding", "kernel"),
    ("max_pool", dict(kernel=4, stride=2, ceil_mode=True), [1, 1, 1], "a window of 4 does not fit into 1 + 0 of padding", "kernel"),
    ("max_pool", dict(kernel=3, padding=2), [3, 8, 8], "padding (2) must be at most half the kernel (3)", "padding"),
    ("max_pool", dict(kernel=3, padding=2, dilation=2), [3, 8, 8], "padding (2) must be at most half the kernel (3)", "padding"),
    ("max_pool", dict(kernel=2), [3], "max_pool reads [C, ...spatial] with 1 to 3 spatial axes, not [3]", None),
    ("max_pool", dict(kernel=2, ceil_mode=2), [3, 8, 8], "ceil_mode takes true or false, not 2", "ceil_mode"),
    ("avg_pool", dict(kernel=3, padding=2), [3, 8], "padding (2) must be at most half the kernel (3)", "padding"),
    ("avg_pool", dict(kernel=[2, 9]), [3, 8, 8], "a window of 9 does not fit into 8 + 0 of padding", "kernel"),
    ("avg_pool", dict(kernel=3, padding=1), [3, 2, 8, 8], "a window of 3 does not fit into 2", "kernel"),
    ("lp_pool", dict(kernel=2, ceil_mode=True), [3, 2, 1, 5], "a window of 2 does not fit into 1", "kernel"),
    ("lp_pool", dict(kernel=9), [3, 8, 8], "a window of 9 does not fit into 8 + 0 of padding", "kernel"),
    ("lp_pool", dict(kernel=2, power=0), [3, 8, 8], "power is 0: the root would be divided by it", "power"),
    ("adaptive_avg_pool", dict(size=[2, 2, 2]), [3, 8, 8], "size has 3 numbers, [3, 8, 8] has 2 spatial axes", "size"),
    ("adaptive_avg_pool", dict(size=2), [3], "adaptive_avg_pool reads [C, ...spatial] with 1 to 3 spatial axes, not [3]", None),
    ("adaptive_max_pool", dict(size=-1), [3, 8, 8], "size takes a whole number above 0, not -1", "size"),
    ("adaptive_max_pool", dict(size=2), [3, 0, 8], "adaptive_max_pool reads at least one channel and one position, not [3, 0, 8]", None),
    ("global_max_pool", dict(), [3, 0, 5], "global_max_pool reads at least one channel and one position, not [3, 0, 5]", None),
    ("global_max_pool", dict(), [0, 5], "global_max_pool reads at least one channel and one position, not [0, 5]", None),
    ("max_pool", dict(kernel=1), [0, 6, 5], "max_pool reads at least one channel and one position, not [0, 6, 5]", None),
    ("avg_pool", dict(kernel=4, padding=[[1, 1], 0, 0]), [4, 2, 4, 1], "a window of 4 does not fit into 1", "kernel"),
    ("avg_pool", dict(kernel=3, padding=[1, [0, 1], [0, 1]], ceil_mode=True), [4, 1, 5, 2], "a window of 3 does not fit into 1", "kernel"),
    ("max_unpool", dict(kernel=3), [2, 4, 0], "max_unpool reads at least one channel and one position, not [2, 4, 0]", None),
    ("max_unpool", dict(kernel=2, padding=3), [3, 2, 2], "the output would be -2 long: padding (3) takes all of it", "padding"),
    ("max_unpool", dict(kernel=2, padding="same"), [3, 2, 2], "padding takes whole numbers only, equal before and after: one, or one per spatial axis, not same", "padding"),
]

STRICTER = [
    ("max_pool", dict(), [3, 8, 8], "max_pool needs 'kernel': a whole number above 0, or one per spatial axis", None),
    ("adaptive_avg_pool", dict(size=0), [3, 8, 8], "size takes a whole number above 0, not 0", "size"),
    ("global_avg_pool", dict(), [3], "global_avg_pool reads [C, ...spatial], not [3]", None),
]
# fmt: on
