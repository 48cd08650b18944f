"""Random small networks over 2 spatial axes whose every position can be asked: ``spec(seed)`` is the text of one."""

from __future__ import annotations

from random import Random

from loading import network

from archcalc.errors import SpecError

CHANNELS = 4
MOST, LEAST = 26, 3  # positions of an axis


def pair(random: Random, least: int, most: int) -> str:
    return f"[{random.randint(least, most)}, {random.randint(least, most)}]"


def conv(random: Random) -> str:
    dilation, stride = random.choice([1, 1, 2, 3]), pair(random, 1, 3) if random.random() < 0.4 else 1
    padding = random.choice([0, "same", pair(random, 0, 3), "[[0, 2], [1, 0]]"])
    kind = random.choice(["conv: {out: 4, ", "depthwise_conv: {"])
    return (
        f"{kind}kernel: {pair(random, 1, 4)}, stride: {stride}, dilation: {dilation}, padding: {padding}, bias: false}}"
    )


def conv_transpose(random: Random) -> str:
    padding, dilation = random.randint(0, 2), random.choice([1, 1, 2, 3])
    stride, extra = random.randint(1, 3), random.choice([0, 0, 1])
    return (
        f"conv_transpose: {{out: 4, kernel: {pair(random, 1, 4)}, stride: {stride}, padding: {padding},"
        f" dilation: {dilation}, output_padding: {extra}, bias: false}}"
    )


def pool(random: Random) -> str:
    kernel, ceil = random.randint(2, 3), random.choice(["true", "false"])
    kind = random.choice(["avg_pool", "max_pool"])
    dilation = f", dilation: {random.choice([1, 2])}" if kind == "max_pool" else ""
    stride, padding = random.randint(1, 3), random.randint(0, 1)
    return f"{kind}: {{kernel: {kernel}, stride: {stride}, padding: {padding}, ceil_mode: {ceil}{dilation}}}"


def upsample(random: Random) -> str:
    mode = random.choice(["nearest", "bilinear", "bicubic"])
    if random.random() < 0.5:
        return f"upsample: {{scale: {random.choice([2, 2, 3, 1.5, 0.5])}, mode: {mode}}}"
    corners = ", align_corners: true" if mode != "nearest" and random.random() < 0.5 else ""
    return f"upsample: {{size: {pair(random, 3, 20)}, mode: {mode}{corners}}}"


def moved(random: Random) -> str:
    return random.choice(
        [
            "transpose: [1, 2]",
            "permute: [0, 2, 1]",
            f"crop: {{margins: [[1, {random.randint(0, 2)}], {random.randint(0, 2)}]}}",
            f"crop: {random.randint(3, 8)}",
            f"pad: {{padding: [{pair(random, -1, 2)}, {random.randint(-1, 2)}]}}",
            f"pad: {{padding: {random.randint(0, 2)}, mode: {random.choice(['reflect', 'replicate'])}}}",
            f"slice: {{axis: {random.randint(1, 2)}, start: {random.randint(-6, 2)}, step: {random.randint(1, 2)}}}",
            f"adaptive_avg_pool: {pair(random, 2, 7)}",
            "pixel_shuffle: 2\n  - conv: {out: 4, kernel: 1, bias: false}",
            "pixel_unshuffle: 2\n  - conv: {out: 4, kernel: 1, bias: false}",
            "unsqueeze: 0\n  - squeeze: 0",
            "channel_shuffle: 2",
            "local_response_norm: 3",
        ]
    )


def split(random: Random) -> str:
    axis = random.randint(1, 2)
    return f"split: {{parts: 2, axis: {axis}}}\n  - concat: {{axis: {axis}}}"


def branches(random: Random) -> str:
    """Two branches that give images of one size."""
    bodies = []
    for _ in range(random.randint(2, 3)):
        steps = [random.choice([conv, pool, conv_transpose, upsample])(random) for _ in range(random.randint(0, 2))]
        bodies.append("[" + ", ".join(f"{{{step}}}" for step in (*steps, "upsample: {size: [9, 8]}")) + "]")
    merge = random.choice(["add", "concat\n  - conv: {out: 4, kernel: 1, bias: false}"])
    parallel = "".join(f"\n      branch{number}: {body}" for number, body in enumerate(bodies))
    return f"parallel:{parallel}\n  - {merge}"


def residual(random: Random) -> str:
    kernel, dilation = random.choice([1, 3]), random.choice([1, 2])
    return f"residual: [{{conv: {{out: 4, kernel: {kernel}, dilation: {dilation}, padding: same, bias: false}}}}]"


STEPS = [conv, conv, conv_transpose, pool, upsample, moved, moved, branches, residual, split]


def spec(seed: int) -> str:
    """Of 2 to 6 steps, each of which fits what is before it."""
    random = Random(seed)
    text = f"input: [4, {random.randint(7, 16)}, {random.randint(7, 16)}]\nlayers:\n"
    wanted, tries = random.randint(2, 6), 0
    while wanted and tries < 60:
        tries += 1
        longer = f"{text}  - {random.choice(STEPS)(random)}\n"
        if fits(longer):
            text, wanted = longer, wanted - 1
    return text


def fits(text: str) -> bool:
    try:
        (output,) = network(text).outputs
    except (SpecError, ValueError):
        return False
    shape = output.shape or ()
    return len(shape) == 3 and shape[0] == CHANNELS and all(LEAST <= size <= MOST for size in shape[1:])
