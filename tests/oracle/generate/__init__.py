"""Random cases of every layer type, about a third of them meant to be invalid."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from archcalc.layers import CONTENTS

from ..case import Case
from .draw import GENERATORS, Draw

for family in CONTENTS:
    import_module(f"{__name__}.{family}")

LAYERS = [name for names in CONTENTS.values() for name in names.split() if name in GENERATORS]

WEIGHTS = {
    **dict.fromkeys(LAYERS, 4),
    **dict.fromkeys(("conv", "conv_transpose"), 24),
    **dict.fromkeys(("max_pool", "avg_pool", "depthwise_conv", "einsum", "attention"), 12),
    **dict.fromkeys(("deform_conv", "unfold", "fold", "lp_pool", "matmul", "pad", "upsample"), 8),
    **dict.fromkeys(("rnn", "gru", "lstm"), 2),  # tens of milliseconds each in PyTorch
    **dict.fromkeys((name for name in CONTENTS["activation"].split()[:24]), 1),  # nothing to go wrong
}
"""How often each layer type is drawn, against the others."""


def cases(seed: int, number: int, layer: str | None = None) -> Iterator[Case]:
    """So many cases, the same for the same seed: of all layer types, or of one."""
    draw = Draw(seed)
    names = [layer] if layer else draw.choices(LAYERS, [WEIGHTS[name] for name in LAYERS], k=number)
    if layer is None:
        names[: len(LAYERS)] = LAYERS[:number]  # each at least once
    for place in range(number):
        name = names[place % len(names)]
        arguments, inputs = GENERATORS[name](draw)
        yield Case(name, arguments, inputs)
