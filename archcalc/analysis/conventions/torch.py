"""PyTorch's own counter, torch.utils.flop_counter."""

from archcalc.analysis.conventions.groups import PRODUCTS
from archcalc.analysis.conventions.rule import MACS, Convention, of

VITS = "vit_b_16 vit_b_32 vit_l_16 vit_l_32 vit_h_14"

CONVENTION = Convention(
    "torch",
    unit="FLOPs",
    counts="2 for each multiply-add",
    source="torch.utils.flop_counter, PyTorch 2.14",
    rules=of(2 * MACS, *PRODUCTS),
    wrong={"on a CPU the scores and sums of its attention are one kernel, which is not counted": VITS},
)
