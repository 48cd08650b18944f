"""fvcore's FlopCountAnalysis."""

from typing import Any

from archcalc.conventions.einsum import printed_cost
from archcalc.conventions.groups import SLICE_NORMS
from archcalc.conventions.networks import FOUR_DIGITS, NO_POOL
from archcalc.conventions.quantities import BATCH_NORM, INPUT, OFFSETS, PROJECTIONS, UNTRACKED, either, given, read
from archcalc.conventions.rule import MACS, Convention, Rule, of
from archcalc.dims import volume
from archcalc.graph.inference import Applied


def on_images(applied: Applied) -> Any:
    """An adaptive average pool, where its input is ``[C, H, W]``."""
    return read(applied) if len(applied.inputs[0]) == 3 else 0


def einsum(applied: Applied) -> Any:
    """Two equations have rules of their own, and the whole number; for others NumPy is asked."""
    left, *others = applied.inputs
    equation = renamed(applied.layer)
    if equation == "ab,ac->bc":
        return volume(left) * others[0][1]
    if equation == "ab,cb->ca":
        return volume(left) * others[0][0]
    return printed_cost(applied) // 2


def renamed(layer: Any) -> str:
    """An einsum's equation in the letters a, b, c, in order."""
    names = {"...": "..."}
    terms = [
        "".join(names.setdefault(letter, chr(96 + len(names))) for letter in term)
        for term in [*layer.terms, layer.output]
    ]
    return f"{','.join(terms[:-1])}->{terms[-1]}"


def upsampling(applied: Applied) -> Any:
    """Of images only."""
    layer: Any = applied.layer
    return {"nearest": 1, "bilinear": 4}.get(layer.mode, 0) * given(applied) if len(applied.inputs[0]) == 3 else 0


EINSUM = Rule("~M", "half of what numpy.einsum_path counts, to the four digits that it prints", einsum)

CONVENTION = Convention(
    "fvcore",
    version="0.1.5",
    unit="flops, a multiply-add being one",
    counts="multiply-adds, norms, average pools to a size, upsampling; not recurrent layers, fused attention",
    source="fvcore 0.1.5, nn/jit_handles.py",
    rules={
        **of(MACS, "convolution", "transposed convolution", "linear", "matrix product"),
        **of(MACS, "convolutional LSTM", "custom"),
        "deformable convolution": OFFSETS,
        "einsum": EINSUM,
        "attention": either(PROJECTIONS, MACS),
        "batch norm": BATCH_NORM,
        **of(UNTRACKED, *SLICE_NORMS),
        "global average pool": Rule("I", f"{INPUT.words}, of images only", on_images),
        "upsampling": Rule("nO", "1 (nearest), 4 (bilinear) x output elements, of images only", upsampling),
    },
    wrong={**NO_POOL, **FOUR_DIGITS},
    notes=(
        "A convolution with the text 'same' as its padding is another operator, which is not counted.",
        "nn.MultiheadAttention is counted here as with need_weights=False: by its projections. If its weights are asked"
        " for, all its products are counted.",
    ),
)
