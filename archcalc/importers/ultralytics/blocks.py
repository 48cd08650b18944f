"""The blocks of the backbones and necks, from what is published of them.

CSP: Wang et al. 2020 (CSPNet); C2f, C3k2, C2PSA: figures of YOLOv8 and YOLO11 in their documentation; A2C2f: Tian et
al. 2025 (YOLOv12); SCDown, CIB, PSA: Wang et al. 2024 (YOLOv10); RepNCSPELAN4, ADown: Wang et al. 2024 (YOLOv9); Ghost:
Han et al. 2020 (GhostNet).
"""

from __future__ import annotations

from archcalc.importers.graphs.graph import Value
from archcalc.importers.ultralytics.builder import Builder


def kind(name: str, n: int, whole: bool = True) -> str:
    """What a block is called of so many units, and without its shortcuts: lists that differ are other blocks."""
    return f"{name}{'' if whole else 'Plain'}{n if n > 1 else ''}"


def bottleneck(
    b: Builder, x: Value, out: int, shortcut: bool, groups: int = 1, kernels: tuple[int, int] = (3, 3), e: float = 0.5
) -> Value:
    with b.module(kind("Bottleneck", 1, shortcut and x.shape[0] == out)):
        y = b.conv(b.conv(x, int(out * e), kernels[0]), out, kernels[1], groups=groups)
        return b.add("add", x, y) if shortcut and x.shape[0] == out else y


def c2f(b: Builder, x: Value, out: int, n: int, shortcut: bool = False, groups: int = 1, e: float = 0.5) -> Value:
    with b.module(kind("C2f", n, shortcut)):
        width = int(out * e)
        parts = b.halves(b.conv(x, 2 * width))
        for _ in range(n):
            parts = [*parts, bottleneck(b, parts[-1], width, shortcut, groups, e=1.0)]
        return b.conv(b.concat(*parts), out)


def c2(b: Builder, x: Value, out: int, n: int, shortcut: bool = True, groups: int = 1, e: float = 0.5) -> Value:
    with b.module(kind("C2", n, shortcut)):
        width = int(out * e)
        y, rest = b.halves(b.conv(x, 2 * width))
        for _ in range(n):
            y = bottleneck(b, y, width, shortcut, groups, e=1.0)
        return b.conv(b.concat(y, rest), out)


def c3(
    b: Builder, x: Value, out: int, n: int, shortcut: bool = True, groups: int = 1, e: float = 0.5,
    kernels: tuple[int, int] = (1, 3), name: str = "C3",
) -> Value:  # fmt: skip
    with b.module(kind(name, n, shortcut)):
        width = int(out * e)
        y = b.conv(x, width)
        for _ in range(n):
            y = bottleneck(b, y, width, shortcut, groups, kernels, 1.0)
        return b.conv(b.concat(y, b.conv(x, width)), out)


def c3k2(b: Builder, x: Value, out: int, n: int, deep: bool = False, e: float = 0.5, attends: bool = False) -> Value:
    with b.module(kind("C3k2Attention" if attends else "C3k2Deep" if deep else "C3k2", n)):
        width = int(out * e)
        parts = b.halves(b.conv(x, 2 * width))
        for _ in range(n):
            last = parts[-1]
            if deep and not attends:
                parts = [*parts, c3(b, last, width, 2, kernels=(3, 3), name="C3k")]
                continue
            y = bottleneck(b, last, width, True)
            parts = [*parts, psa_block(b, y, max(width // 64, 1)) if attends else y]
        return b.conv(b.concat(*parts), out)


def sppf(b: Builder, x: Value, out: int, kernel: int = 5, pools: int = 3, shortcut: bool = False) -> Value:
    with b.module("SPPF"):
        parts = [b.conv(x, x.shape[0] // 2)]
        for _ in range(pools):
            parts.append(b.pool(parts[-1], kernel))
        y = b.conv(b.concat(*parts), out)
        return b.add("add", x, y) if shortcut and x.shape[0] == out else y


def spp(b: Builder, x: Value, out: int, kernels: tuple[int, ...] = (5, 9, 13)) -> Value:
    with b.module("SPP"):
        first = b.conv(x, x.shape[0] // 2)
        return b.conv(b.concat(first, *(b.pool(first, kernel) for kernel in kernels)), out)


# Attention


def attention(b: Builder, x: Value, heads: int, ratio: float = 0.5) -> Value:
    """Positions as tokens: keys are narrower than values, whose map also goes through a depthwise convolution."""
    with b.module("Attention"):
        width, *size = x.shape
        head = width // max(heads, 1)
        key = int(head * ratio)
        mixed = b.conv(x, width + 2 * key * heads, act=False)
        tokens = b.add("flatten", mixed, start=1)
        apart = b.add("unflatten", tokens, axis=0, sizes=[heads, 2 * key + head])
        q, k, v = b.node("split", [apart], sizes=[key, key, head], axis=1).outputs
        scores = b.add("softmax", b.add("matmul", b.add("transpose", q, axis=[1, 2]), k))
        seen = b.add("matmul", v, b.add("transpose", scores, axis=[1, 2]))
        seen, maps = (b.add("reshape", one, shape=[width, *size]) for one in (seen, v))
        return b.conv(b.add("add", seen, b.depthwise(maps, 3, act=False)), width, act=False)


def psa_block(b: Builder, x: Value, heads: int) -> Value:
    with b.module("PSABlock"):
        x = b.add("add", x, attention(b, x, heads))
        width = x.shape[0]
        return b.add("add", x, b.conv(b.conv(x, 2 * width), width, act=False))


def c2psa(b: Builder, x: Value, out: int, n: int = 1, e: float = 0.5) -> Value:
    with b.module("C2PSA"):
        width = int(out * e)
        rest, y = b.halves(b.conv(x, 2 * width))
        for _ in range(n):
            y = psa_block(b, y, width // 64)
        return b.conv(b.concat(rest, y), out)


def area_attention(b: Builder, x: Value, heads: int, area: int) -> Value:
    """Attention inside each of so many parts of the map."""
    with b.module("AreaAttention"):
        width, *size = x.shape
        head = width // max(heads, 1)
        tokens = b.add("transpose", b.add("flatten", b.conv(x, 3 * width, act=False), start=1), axis=[0, 1])
        parts = b.add("unflatten", tokens, axis=0, sizes=[area, -1])
        apart = b.add("permute", b.add("unflatten", parts, axis=2, sizes=[heads, 3 * head]), order=[0, 2, 3, 1])
        q, k, v = b.node("split", [apart], parts=3, axis=2).outputs
        scores = b.add("softmax", b.add("matmul", b.add("transpose", q, axis=[2, 3]), k))
        seen = b.add("matmul", v, b.add("transpose", scores, axis=[2, 3]))
        seen, maps = (
            b.add("reshape", b.add("permute", one, order=[1, 2, 0, 3]), shape=[width, *size]) for one in (seen, v)
        )
        return b.conv(b.add("add", seen, b.depthwise(maps, 7, act=False)), width, act=False)


def area_block(b: Builder, x: Value, ratio: float, area: int) -> Value:
    with b.module("ABlock"):
        width = x.shape[0]
        x = b.add("add", x, area_attention(b, x, width // 32, area))
        return b.add("add", x, b.conv(b.conv(x, int(width * ratio)), width, act=False))


def a2c2f(
    b: Builder, x: Value, out: int, n: int = 1, attends: bool = True, area: int = 1, residual: bool = False,
    ratio: float = 2.0, e: float = 0.5, groups: int = 1, shortcut: bool = True,
) -> Value:  # fmt: skip
    with b.module(kind("A2C2f", n, attends)):
        width = int(out * e)
        parts = [b.conv(x, width)]
        for _ in range(n):
            y = parts[-1]
            if attends:
                y = area_block(b, area_block(b, y, ratio, area), ratio, area)
            else:
                y = c3(b, y, width, 2, shortcut, groups, kernels=(3, 3), name="C3k")
            parts.append(y)
        y = b.conv(b.concat(*parts), out)
        return b.add("add", x, b.add("layer_scale", y)) if attends and residual else y


def psa(b: Builder, x: Value, out: int, e: float = 0.5) -> Value:
    with b.module("PSA"):
        width = int(out * e)
        rest, y = b.halves(b.conv(x, 2 * width))
        return b.conv(b.concat(rest, psa_block(b, y, width // 64)), out)


# YOLOv10


def sc_down(b: Builder, x: Value, out: int, kernel: int = 3, stride: int = 2) -> Value:
    with b.module("SCDown"):
        return b.depthwise(b.conv(x, out), kernel, stride, act=False)


def cib(b: Builder, x: Value, out: int, shortcut: bool, large: bool) -> Value:
    with b.module("CIB"):
        y = b.conv(b.depthwise(x, 3), 2 * out)
        if large:
            y = b.add(b.act, b.add("add", b.depthwise(y, 7, act=False), b.depthwise(y, 3, act=False)))
        else:
            y = b.depthwise(y, 3)
        y = b.depthwise(b.conv(y, out), 3)
        return b.add("add", x, y) if shortcut and x.shape[0] == out else y


def c2f_cib(b: Builder, x: Value, out: int, n: int, shortcut: bool = False, large: bool = False) -> Value:
    with b.module(kind("C2fCIB", n, shortcut)):
        width = out // 2
        parts = b.halves(b.conv(x, 2 * width))
        for _ in range(n):
            parts = [*parts, cib(b, parts[-1], width, shortcut, large)]
        return b.conv(b.concat(*parts), out)


# YOLOv9


def rep_conv(b: Builder, x: Value, out: int) -> Value:
    """Two convolutions side by side, which are one once the network is trained."""
    with b.module("RepConv"):
        return b.add(b.act, b.add("add", b.conv(x, out, 3, act=False), b.conv(x, out, 1, act=False)))


def rep_csp(b: Builder, x: Value, out: int, n: int) -> Value:
    with b.module("RepCSP"):
        width = out // 2
        y = b.conv(x, width)
        for _ in range(n):
            y = b.add("add", y, b.conv(rep_conv(b, y, width), width, 3))
        return b.conv(b.concat(y, b.conv(x, width)), out)


def rep_elan(b: Builder, x: Value, out: int, middle: int, inner: int, n: int = 1) -> Value:
    with b.module(kind("RepNCSPELAN4", n)):
        first, second = b.halves(b.conv(x, middle))
        third = b.conv(rep_csp(b, second, inner, n), inner, 3)
        fourth = b.conv(rep_csp(b, third, inner, n), inner, 3)
        return b.conv(b.concat(first, second, third, fourth), out)


def elan(b: Builder, x: Value, out: int, middle: int, inner: int) -> Value:
    with b.module("ELAN1"):
        first, second = b.halves(b.conv(x, middle))
        third = b.conv(second, inner, 3)
        return b.conv(b.concat(first, second, third, b.conv(third, inner, 3)), out)


def a_conv(b: Builder, x: Value, out: int) -> Value:
    with b.module("AConv"):
        return b.conv(b.add("avg_pool", x, kernel=2, stride=1), out, 3, 2)


def a_down(b: Builder, x: Value, out: int) -> Value:
    with b.module("ADown"):
        one, other = b.halves(b.add("avg_pool", x, kernel=2, stride=1))
        pooled = b.add("max_pool", other, kernel=3, stride=2, padding=1)
        return b.concat(b.conv(one, out // 2, 3, 2), b.conv(pooled, out // 2))


def spp_elan(b: Builder, x: Value, out: int, middle: int, kernel: int = 5) -> Value:
    with b.module("SPPELAN"):
        parts = [b.conv(x, middle)]
        for _ in range(3):
            parts.append(b.pool(parts[-1], kernel))
        return b.conv(b.concat(*parts), out)


def cb_linear(b: Builder, x: Value, widths: list[int]) -> list[Value]:
    with b.module("CBLinear"):
        y = b.conv2d(x, sum(widths))
        return [y] if len(widths) == 1 else b.node("split", [y], sizes=widths).outputs


def cb_fuse(b: Builder, parts: list[Value], x: Value) -> Value:
    with b.module("CBFuse"):
        size = [*x.shape[1:]]
        return b.add("add", *(b.add("upsample", one, size=size) for one in parts), x)


# GhostNet


def ghost_conv(b: Builder, x: Value, out: int, kernel: int = 1, stride: int = 1, act: bool = True) -> Value:
    with b.module("GhostConv"):
        half = b.conv(x, out // 2, kernel, stride, act=act)
        return b.concat(half, b.conv(half, out // 2, 5, groups=out // 2, act=act))


def ghost_bottleneck(b: Builder, x: Value, out: int) -> Value:
    with b.module("GhostBottleneck"):
        return b.add("add", x, ghost_conv(b, ghost_conv(b, x, out // 2), out, act=False))


def c3_ghost(b: Builder, x: Value, out: int, n: int, shortcut: bool = True) -> Value:
    with b.module("C3Ghost"):
        y = b.conv(x, out // 2)
        for _ in range(n):
            y = ghost_bottleneck(b, y, out // 2)
        return b.conv(b.concat(y, b.conv(x, out // 2)), out)


# ResNet


def resnet_layer(b: Builder, x: Value, middle: int, stride: int, n: int) -> Value:
    with b.module("ResNetLayer"):
        for number in range(n):
            x = resnet_block(b, x, middle, stride if number == 0 else 1)
        return x


def resnet_block(b: Builder, x: Value, middle: int, stride: int) -> Value:
    with b.module("ResNetBlock"):
        y = b.conv(b.conv(b.conv(x, middle), middle, 3, stride), 4 * middle, act=False)
        changes = stride != 1 or x.shape[0] != 4 * middle
        short = b.conv(x, 4 * middle, 1, stride, act=False) if changes else x
        return b.add("relu", b.add("add", short, y))
