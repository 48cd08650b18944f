"""PyTorch's own counter, torch.utils.flop_counter."""

from __future__ import annotations

from typing import Any

from archcalc.conventions.einsum import matrix_products
from archcalc.conventions.groups import PRODUCTS
from archcalc.conventions.quantities import OFFSETS
from archcalc.conventions.rule import MACS, Convention, Rule, of
from archcalc.graph.inference import Applied

VITS = "vit_b_16 vit_b_32 vit_l_16 vit_l_32 vit_h_14"
EINSUM = Rule("Mb", "multiply-adds of einsum's batched matrix products", matrix_products)


def groups_of(applied: Applied) -> Any:
    """The groups of a convolution, whose weight's gradient it takes for that of one group."""
    layer: Any = applied.layer
    if layer.type_name == "depthwise_conv":
        return applied.inputs[0][0]
    return layer.groups if layer.type_name in ("conv", "conv_transpose") else 1


CONVENTION = Convention(
    "torch",
    version="2.14",
    unit="FLOPs",
    counts="2 for each multiply-add",
    source="torch.utils.flop_counter, PyTorch 2.14",
    rules={
        **of(2 * MACS, *(group for group in PRODUCTS if group != "bilinear form")),
        "deformable convolution": 2 * OFFSETS,
        "einsum": 2 * EINSUM,
    },
    backward=True,
    gradient_groups=groups_of,
    wrong={"on a CPU the scores and sums of its attention are one kernel, which is not counted": VITS},
    notes=(
        "On a CPU some layers are one kernel, which is not counted: an LSTM without a projection gives 0, and attention"
        " with need_weights=False gives its projections. Counted here is what runs on other devices, such as meta.",
        "In the backward pass ('archcalc train SPEC --count torch') the gradient of a convolution's weight is counted"
        " as if it had one group: so many times as it has groups. That is 5,248,365,696 of the 5,839,076,224"
        " multiply-adds that it gives for mobilenet_v2.",
        "nn.Bilinear and torchvision's deform_conv2d are not counted; the convolution that predicts the offsets is.",
        "torch.einsum sums an axis of size 1 without a matrix product, which is not counted; mac counts its products.",
    ),
)
