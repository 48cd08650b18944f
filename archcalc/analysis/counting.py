"""The ways of counting operations, side by side. Each gives every kind of layer a rule, which counts one sample.

"FLOPs" is the most disputed word in this field: tools give different totals for the same network. So every total names
its convention, and the tools' own ways of counting stand here beside ours. Their rules are read from their sources, the
releases that PyPI serves in November 2026, and held to what they print for the networks that ship with archcalc.
"""

from __future__ import annotations

from typing import Any

from archcalc.analysis.kinds import KINDS, kind_of
from archcalc.analysis.rules import (
    BIAS,
    DEEPSPEED_EINSUM,
    DEEPSPEED_OFFSETS,
    DEEPSPEED_RECURRENT,
    DEEPSPEED_TRANSPOSED,
    DEEPSPEED_UPSAMPLING,
    DEFORMABLE_BIAS,
    EVERYTHING,
    FVCORE_EINSUM,
    FVCORE_UPSAMPLING,
    GATES_BIAS,
    INPUT,
    INTERPOLATION,
    LOCAL_NORM,
    MACS,
    OFFSETS,
    OUTPUT,
    PAIRS,
    PARAMETERS,
    PARAMETERS_BY_POSITION,
    POWER_POOL,
    PROJECTIONS,
    PTFLOPS_ATTENTION,
    PTFLOPS_RECURRENT,
    SCORES_AND_PAIRS,
    THOP_ATTENTION,
    THOP_RECURRENT,
    THOP_SOFTMAX,
    THOP_UPSAMPLING,
    TORCHINFO_RECURRENT,
    TRAILING_NORM,
    WINDOWS,
    WINDOWS_READ,
    Rule,
    by_mode,
    either,
    norm,
    on_images,
)
from archcalc.errors import Diagnostic, Span, SpecError, did_you_mean
from archcalc.graph.inference import Applied


class Convention:
    """A way of counting: its name, its unit, what it counts in a sentence, where that is said, and a rule per kind.

    A kind without a rule counts nothing. ``wrong`` gives a reason and the networks for which the tool itself prints
    another figure than its own rules would: how their Python is written decides it, so no rule could say it.
    """

    __slots__ = ("name", "unit", "counts", "source", "rules", "wrong")

    def __init__(
        self,
        name: str,
        *,
        unit: str,
        counts: str,
        source: str,
        rules: dict[str, Rule],
        wrong: dict[str, str] | None = None,
    ) -> None:
        self.name, self.unit, self.counts, self.source = name, unit, counts, source
        self.rules, self.wrong = rules, wrong or {}

    def rule(self, applied: Applied) -> Any:
        """The operations of one layer for one sample."""
        rule = self.rules.get(kind_of(applied.layer.type_name))
        return 0 if rule is None else rule.count(applied)


def of(rule: Rule, *kinds: str) -> dict[str, Rule]:
    """One rule for several kinds."""
    return dict.fromkeys(kinds, rule)


PRODUCTS = (
    "convolution",
    "transposed convolution",
    "deformable convolution",
    "linear",
    "bilinear form",
    "matrix product",
    "einsum",
    "attention",
    "attention without weights",
    "recurrent",
    "convolutional LSTM",
    "custom",
)
SLICE_NORMS = ("layer norm", "group norm", "instance norm")
POOLS = ("max pool", "average pool")
GLOBAL_POOLS = ("global average pool", "global max pool")

# Networks of torchvision whose Python lets a tool see other than their layers, and what it is that it sees.
MEANS = "mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3 shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5"
MEANS += " shufflenet_v2_x2_0"
DENSENETS = "densenet121 densenet161 densenet169 densenet201"
CONVNEXTS = "convnext_tiny convnext_small convnext_base convnext_large"
VITS = "vit_b_16 vit_b_32 vit_l_16 vit_l_32 vit_h_14"
SWINS_V2 = "swin_v2_t swin_v2_s swin_v2_b"
NO_POOL = "the pool over the image is Tensor.mean there, which is not counted"
FOUR_DIGITS = "its attention is two einsums, counted to the four digits that NumPy prints"

CONVENTIONS = {
    convention.name: convention
    for convention in (
        Convention(
            "mac",
            unit="multiply-adds",
            counts="multiply-adds of convolutions, linear layers, matrix products, attention, recurrent layers",
            source="what torchvision publishes as _ops, and torch.utils.flop_counter divided by 2",
            rules=of(MACS, *PRODUCTS),
        ),
        Convention(
            "document",
            unit="multiply-adds",
            counts="as mac, and pools: kernel volume x input elements; adaptive and global pools one an input element",
            source="the worked exam table that archcalc comes from: exam-table",
            rules={**of(MACS, *PRODUCTS), **of(WINDOWS, *POOLS), **of(INPUT, *GLOBAL_POOLS)},
        ),
        Convention(
            "flop",
            unit="operations",
            counts="2 for each multiply-add, 1 for every other addition, product, division, exponential and comparison",
            source="the elementary operations that 'archcalc layers NAME' lists",
            rules=of(EVERYTHING, *KINDS),
        ),
        Convention(
            "torch",
            unit="FLOPs",
            counts="2 for each multiply-add",
            source="torch.utils.flop_counter, PyTorch 2.14",
            rules=of(2 * MACS, *PRODUCTS),
            wrong={"on a CPU the scores and sums of its attention are one kernel, which is not counted": VITS},
        ),
        Convention(
            "fvcore",
            unit="flops, a multiply-add being one",
            counts="multiply-adds, norms, average pools to a size, upsampling; not recurrent layers, fused attention",
            source="fvcore 0.1.5, nn/jit_handles.py",
            rules={
                **of(MACS, "convolution", "transposed convolution", "linear", "matrix product"),
                **of(MACS, "convolutional LSTM", "custom"),
                "deformable convolution": OFFSETS,
                "einsum": FVCORE_EINSUM,
                "attention": either(PROJECTIONS, MACS),
                "batch norm": norm(2, 1),
                **of(norm(5, 4), *SLICE_NORMS),
                "global average pool": on_images(INPUT),
                "upsampling": by_mode(FVCORE_UPSAMPLING),
            },
            wrong={
                NO_POOL: MEANS,
                FOUR_DIGITS: "maxvit_t",
            },
        ),
        Convention(
            "ptflops",
            unit="multiply-adds",
            counts="multiply-adds, biases, norms, activations, pools, most of the last two twice: module and function",
            source="ptflops 0.7.5, pytorch_ops.py",
            rules={
                **of(MACS + BIAS, "convolution", "transposed convolution", "linear"),
                "deformable convolution": MACS + DEFORMABLE_BIAS + INTERPOLATION,
                **of(MACS, "matrix product", "custom"),
                "attention": either(PTFLOPS_ATTENTION, SCORES_AND_PAIRS),
                "recurrent": PTFLOPS_RECURRENT,
                "convolutional LSTM": MACS + GATES_BIAS,
                **of(norm(2, 1), "batch norm", "group norm", "instance norm"),
                "layer norm": TRAILING_NORM,
                "local response norm": LOCAL_NORM,
                **of(2 * INPUT, "relu", "prelu", "gelu", *POOLS, *GLOBAL_POOLS),
                **of(INPUT, "relu6", "leaky relu", "silu", "softmax"),
                "power-average pool": POWER_POOL,
                "upsampling": 2 * OUTPUT,
            },
            wrong={
                NO_POOL: MEANS,
                "the last relu or pool is a function there, counted once": f"{DENSENETS} mobilenet_v2",
                "relus and pools are functions there, counted once": "googlenet inception_v3",
                "the last norm is of a class of torchvision's, which is not known": CONVNEXTS,
                "the projections of its attention are functions, which are not counted": SWINS_V2,
                "its attention is two einsums, which are not counted": "maxvit_t",
            },
        ),
        Convention(
            "thop",
            unit="multiply-adds",
            counts="multiply-adds, norms, average pools, softmax, upsampling that interpolates",
            source="ultralytics-thop 2.2.3, profile.py and vision/basic_hooks.py",
            rules={
                **of(MACS, *PRODUCTS),
                "deformable convolution": OFFSETS,
                "attention": either(THOP_ATTENTION, MACS),
                "recurrent": THOP_RECURRENT,
                **of(norm(4, 2), "batch norm", *SLICE_NORMS, "RMS norm"),
                "prelu": INPUT,
                "softmax": THOP_SOFTMAX,
                "log softmax": 3 * INPUT,
                **of(WINDOWS_READ + OUTPUT, "average pool", "global average pool"),
                "upsampling": by_mode(THOP_UPSAMPLING),
            },
            wrong={
                NO_POOL: MEANS,
                "average pools are functions there, which are not counted": f"{DENSENETS} mobilenet_v2 inception_v3",
                "the softmax of its attention is a function, which is not counted": SWINS_V2,
            },
        ),
        Convention(
            "torchinfo",
            unit="mult-adds",
            counts="a convolution's weights and biases at every output position, every other layer's once a sample",
            source="torchinfo 1.8.0, layer_info.py",
            rules={
                **of(PARAMETERS_BY_POSITION, "convolution", "transposed convolution", "deformable convolution"),
                "convolutional LSTM": MACS + GATES_BIAS,
                "recurrent": TORCHINFO_RECURRENT,
                **of(PARAMETERS, "linear", "bilinear form", "embedding", "prelu"),
                **of(PARAMETERS, "batch norm", *SLICE_NORMS, "RMS norm"),
                "custom": MACS,
            },
            wrong={
                "the projections of its attention are functions, which are not seen": SWINS_V2,
                "the projections of its attention are modules, which are seen": "maxvit_t",
            },
        ),
        Convention(
            "deepspeed",
            unit="FLOPs",
            counts="2 for each multiply-add, biases of convolutions, norms, activations, pools; not fused attention",
            source="the DeepSpeed profiler's rules, calflops 0.3.2, pytorch_ops.py",
            rules={
                "convolution": 2 * MACS + BIAS,
                "transposed convolution": DEEPSPEED_TRANSPOSED,
                "deformable convolution": DEEPSPEED_OFFSETS,
                **of(2 * MACS, "linear", "matrix product", "custom"),
                "einsum": DEEPSPEED_EINSUM,
                "attention": either(2 * PROJECTIONS, 2 * MACS + PAIRS),
                "recurrent": DEEPSPEED_RECURRENT,
                "convolutional LSTM": 2 * MACS + GATES_BIAS,
                "batch norm": norm(2, 1),
                **of(norm(5, 4), *SLICE_NORMS),
                "local response norm": LOCAL_NORM,
                **of(INPUT, "relu", "leaky relu", "prelu", "gelu", "silu", "softmax", *POOLS, *GLOBAL_POOLS),
                "power-average pool": POWER_POOL,
                "upsampling": DEEPSPEED_UPSAMPLING,
            },
            wrong={
                NO_POOL: MEANS,
                "the scores of its attention are the operator @, which is not seen": SWINS_V2,
                FOUR_DIGITS: "maxvit_t",
            },
        ),
    )
}


def find_convention(name: str, span: Span | None = None) -> Convention:
    """The convention of that name; raises SpecError where there is none."""
    if name not in CONVENTIONS:
        label, listed = did_you_mean(name, CONVENTIONS) or "", f"the conventions are {', '.join(CONVENTIONS)}"
        raise SpecError(Diagnostic(f"unknown counting convention '{name}'", span, label=label, help=listed))
    return CONVENTIONS[name]
