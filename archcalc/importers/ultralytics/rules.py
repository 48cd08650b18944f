"""What the modules of backbones and necks stand for: a rule for each name reads a step's arguments."""

from __future__ import annotations

from math import gcd
from typing import Any

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.graphs.graph import Value
from archcalc.importers.ultralytics import blocks, detr, words
from archcalc.importers.ultralytics.builder import divisible
from archcalc.importers.ultralytics.model import Model
from archcalc.importers.ultralytics.steps import Step, is_number, rule

DEEP, DEEPER = ("m", "l", "x"), ("l", "x")
"""Scales in which C3k2 is of C3k, and A2C2f has residuals, whatever the file says."""


@rule("Conv", "DWConv", "GhostConv")
def conv(m: Model, s: Step) -> Value:
    x, out = m.only(s), m.width(m.argument(s, 0))
    kernel, stride = m.whole(m.argument(s, 1, 1)), m.whole(m.argument(s, 2, 1))
    if s.module == "GhostConv":
        return blocks.ghost_conv(m, x, out, kernel, stride)
    if s.module == "DWConv":
        acts = m.argument(s, 4, True) is not False
        return m.conv(x, out, kernel, stride, groups=gcd(x.shape[0], out), act=acts)
    padding, groups, acts = m.argument(s, 3, "half"), m.whole(m.argument(s, 4, 1)), m.argument(s, 6, True) is not False
    if m.argument(s, 5, 1) != 1:
        raise SpecError(Diagnostic(f"{m.place} is dilated, which archcalc does not read", s.span))
    pad = None if padding in ("half", None) else m.whole(padding)
    return m.conv(x, out, kernel, stride, pad, groups, acts)


@rule("nn.ConvTranspose2d")
def conv_transpose(m: Model, s: Step) -> Value:
    kernel = m.whole(m.argument(s, 1))
    given = {"stride": m.whole(m.argument(s, 2, 1)), "padding": m.whole(m.argument(s, 3, 0))}
    return m.add("conv_transpose", m.only(s), out=m.width(m.argument(s, 0)), kernel=kernel, **given)


@rule("nn.Upsample")
def upsample(m: Model, s: Step) -> Value:
    return m.add("upsample", m.only(s), scale=m.whole(m.argument(s, 1)))


@rule("nn.MaxPool2d")
def max_pool(m: Model, s: Step) -> Value:
    kernel = m.whole(m.argument(s, 0))
    given = {"stride": m.whole(m.argument(s, 1, kernel)), "padding": m.whole(m.argument(s, 2, 0))}
    return m.add("max_pool", m.only(s), kernel=kernel, **given)


@rule("nn.ZeroPad2d")
def zero_pad(m: Model, s: Step) -> Value:
    left, right, top, bottom = m.wholes(m.argument(s, 0), 4)
    return m.add("pad", m.only(s), padding=[[top, bottom], [left, right]])


@rule("nn.Identity")
def identity(m: Model, s: Step) -> Value:
    return m.only(s)


@rule("Concat")
def concat(m: Model, s: Step) -> Value:
    return m.concat(*m.read(s))


@rule("Bottleneck")
def bottleneck(m: Model, s: Step) -> Value:
    return blocks.bottleneck(m, m.only(s), m.width(m.argument(s, 0)), m.argument(s, 1, True) is True)


@rule("C2f", "C3", "C2", "C3Ghost")
def csp(m: Model, s: Step) -> Value:
    x, out, shortcut = m.only(s), m.width(m.argument(s, 0)), m.argument(s, 1, s.module != "C2f") is True
    block: Any = {"C2f": blocks.c2f, "C3": blocks.c3, "C2": blocks.c2, "C3Ghost": blocks.c3_ghost}[s.module]
    found: Value = block(m, x, out, m.times(s), shortcut)
    return found


@rule("C3k2")
def c3k2(m: Model, s: Step) -> Value:
    m.legacy = False
    deep, attends = m.argument(s, 1, False) is True or m.scale in DEEP, m.argument(s, 3, False) is True
    share = m.argument(s, 2, 0.5)
    if not is_number(share):
        raise SpecError(Diagnostic(f"{m.place} takes a number, not {share!r}", s.span))
    return blocks.c3k2(m, m.only(s), m.width(m.argument(s, 0)), m.times(s), deep, share, attends)


@rule("A2C2f")
def a2c2f(m: Model, s: Step) -> Value:
    m.legacy = False
    attends, area = m.argument(s, 1, True) is True, m.whole(m.argument(s, 2, 1))
    more: Any = {"residual": True, "ratio": 1.2} if m.scale in DEEPER else {}
    return blocks.a2c2f(m, m.only(s), m.width(m.argument(s, 0)), m.times(s), attends, area, **more)


@rule("C2fCIB")
def c2f_cib(m: Model, s: Step) -> Value:
    m.legacy = False
    shortcut, large = m.argument(s, 1, False) is True, m.argument(s, 2, False) is True
    return blocks.c2f_cib(m, m.only(s), m.width(m.argument(s, 0)), m.times(s), shortcut, large)


@rule("SPPF")
def sppf(m: Model, s: Step) -> Value:
    kernel, pools, shortcut = m.whole(m.argument(s, 1, 5)), m.whole(m.argument(s, 2, 3)), m.argument(s, 3, False)
    return blocks.sppf(m, m.only(s), m.width(m.argument(s, 0)), kernel, pools, shortcut is True)


@rule("SPP")
def spp(m: Model, s: Step) -> Value:
    kernels = m.argument(s, 1, [5, 9, 13])
    return blocks.spp(m, m.only(s), m.width(m.argument(s, 0)), tuple(m.wholes(kernels)))


@rule("C2PSA")
def c2psa(m: Model, s: Step) -> Value:
    return blocks.c2psa(m, m.only(s), m.width(m.argument(s, 0)), m.times(s))


@rule("PSA")
def psa(m: Model, s: Step) -> Value:
    return blocks.psa(m, m.only(s), m.width(m.argument(s, 0)))


@rule("SCDown")
def sc_down(m: Model, s: Step) -> Value:
    kernel, stride = m.whole(m.argument(s, 1, 3)), m.whole(m.argument(s, 2, 2))
    return blocks.sc_down(m, m.only(s), m.width(m.argument(s, 0)), kernel, stride)


@rule("RepNCSPELAN4")
def rep_elan(m: Model, s: Step) -> Value:
    out, middle, inner = m.width(m.argument(s, 0)), m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2))
    return blocks.rep_elan(m, m.only(s), out, middle, inner, m.whole(m.argument(s, 3, 1)))


@rule("ELAN1")
def elan(m: Model, s: Step) -> Value:
    out, middle, inner = m.width(m.argument(s, 0)), m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2))
    return blocks.elan(m, m.only(s), out, middle, inner)


@rule("AConv", "ADown")
def down(m: Model, s: Step) -> Value:
    block = blocks.a_conv if s.module == "AConv" else blocks.a_down
    return block(m, m.only(s), m.width(m.argument(s, 0)))


@rule("SPPELAN")
def spp_elan(m: Model, s: Step) -> Value:
    sizes = m.width(m.argument(s, 0)), m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2, 5))
    return blocks.spp_elan(m, m.only(s), *sizes)


@rule("CBLinear")
def cb_linear(m: Model, s: Step) -> Value:
    """Several tensors, of which a CBFuse takes one."""
    widths = m.wholes(m.argument(s, 0))
    m.parts[s.number] = blocks.cb_linear(m, m.only(s), widths)
    return m.parts[s.number][0]


@rule("CBFuse")
def cb_fuse(m: Model, s: Step) -> Value:
    *sources, last = s.reads
    places = m.wholes(m.argument(s, 0))
    parts = [m.parts.get(one if one >= 0 else s.number + one, []) for one in sources]
    if len(places) != len(parts) or any(not 0 <= at < len(those) for at, those in zip(places, parts, strict=False)):
        raise SpecError(Diagnostic(f"{m.place} takes one tensor of each CBLinear, and the last it reads", s.span))
    return blocks.cb_fuse(m, [those[at] for at, those in zip(places, parts, strict=True)], m.at(s, last))


@rule("ResNetLayer")
def resnet_layer(m: Model, s: Step) -> Value:
    """The first is the stem: a 7x7 convolution and a pool."""
    middle, stride = m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2, 1))
    x = m.only(s)
    if m.argument(s, 3, False) is True:
        act, m.act = m.act, "relu"
        x = m.conv(x, middle, 7, 2, 3)
        m.act = act
        return m.add("max_pool", x, kernel=3, stride=2, padding=1)
    return blocks.resnet_layer(m, x, middle, stride, m.whole(m.argument(s, 4, 1)))


@rule("C2fAttn")
def c2f_attention(m: Model, s: Step) -> Value:
    """Embeddings are at most half as wide as the widest map, and heads are scaled as they are."""
    embedded, heads_ = m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2))
    embedded = divisible(min(embedded, m.most // 2) * m.wide)
    heads_ = max(round(min(heads_, m.most // 2 // 32) * m.wide), 1) if heads_ > 1 else heads_
    x, out = m.only(s), m.width(m.argument(s, 0))
    return words.c2f_attention(m, x, out, m.times(s), embedded, int(heads_), m.text_of(m.classes))


@rule("ImagePoolingAttn")
def image_pooling(m: Model, s: Step) -> Value:
    """What the words are from there on; the step itself passes on the map before it."""
    m.words = words.image_pooling(m, m.read(s), m.whole(m.argument(s, 0, 256)), m.text_of(m.classes))
    return m.at(s, -1)


@rule("HGStem")
def hg_stem(m: Model, s: Step) -> Value:
    return detr.hg_stem(m, m.only(s), m.whole(m.argument(s, 0)), m.whole(m.argument(s, 1)))


@rule("HGBlock")
def hg_block(m: Model, s: Step) -> Value:
    middle, out, kernel = m.whole(m.argument(s, 0)), m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2, 3))
    light, shortcut = m.argument(s, 3, False) is True, m.argument(s, 4, False) is True
    return detr.hg_block(m, m.only(s), middle, out, kernel, m.times(s), light, shortcut)


@rule("RepC3")
def rep_c3(m: Model, s: Step) -> Value:
    if len(s.args) > 1:
        raise SpecError(Diagnostic(f"{m.place} takes one argument here", s.span))
    return detr.rep_c3(m, m.only(s), m.width(m.argument(s, 0)), m.times(s))


@rule("AIFI")
def aifi(m: Model, s: Step) -> Value:
    return detr.aifi(m, m.only(s), m.whole(m.argument(s, 0, 2048)), m.whole(m.argument(s, 1, 8)))
