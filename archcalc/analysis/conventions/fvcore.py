"""fvcore's FlopCountAnalysis."""

from typing import Any

from archcalc.analysis.conventions.groups import SLICE_NORMS
from archcalc.analysis.conventions.networks import FOUR_DIGITS, NO_POOL
from archcalc.analysis.conventions.quantities import (
    INPUT,
    OFFSETS,
    PROJECTIONS,
    by_mode,
    either,
    norm,
    printed_cost,
    read,
)
from archcalc.analysis.conventions.rule import MACS, Convention, Rule, of
from archcalc.graph.inference import Applied


def on_images(applied: Applied) -> Any:
    """An adaptive average pool, where its input is ``[C, H, W]``."""
    return read(applied) if len(applied.inputs[0]) == 3 else 0


EINSUM = Rule("~M", "multiply-adds, to the four digits that NumPy prints", lambda applied: printed_cost(applied) // 2)

CONVENTION = Convention(
    "fvcore",
    unit="flops, a multiply-add being one",
    counts="multiply-adds, norms, average pools to a size, upsampling; not recurrent layers, fused attention",
    source="fvcore 0.1.5, nn/jit_handles.py",
    rules={
        **of(MACS, "convolution", "transposed convolution", "linear", "matrix product"),
        **of(MACS, "convolutional LSTM", "custom"),
        "deformable convolution": OFFSETS,
        "einsum": EINSUM,
        "attention": either(PROJECTIONS, MACS),
        "batch norm": norm(2, 1),
        **of(norm(5, 4), *SLICE_NORMS),
        "global average pool": Rule("I", f"{INPUT.words}, of images only", on_images),
        "upsampling": by_mode({"nearest": 1, "bilinear": 4}),
    },
    wrong={**NO_POOL, **FOUR_DIGITS},
)
