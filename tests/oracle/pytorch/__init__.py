"""PyTorch's answers: a case is built twice, on the CPU, which decides, and on meta, where multiply-adds are counted."""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from importlib import import_module

import torch
from torch.utils.flop_counter import FlopCounterMode

from archcalc.layers import CONTENTS

from ..case import READS_INDICES, Answer, Case, spec_of
from ..choices import CPU_REFUSES, ONLY_ON_CPU, STRICTER
from .built import BUILDERS

for family in CONTENTS:
    import_module(f"{__name__}.{family}")

torch.set_num_threads(1)  # no case is large enough to share
torch._C._set_mkldnn_enabled(False)  # with oneDNN the CPU takes or refuses an output of no positions by its other sizes
torch.backends.opt_einsum.enabled = False  # from left to right, whether or not it is installed

REFUSALS = (RuntimeError, ValueError, TypeError, IndexError, AssertionError, ZeroDivisionError)
"""What PyTorch raises for a layer that it refuses."""


def attempt(case: Case, device: str) -> Answer | str:
    """What PyTorch answers on a device, or why it refuses. Multiply-adds are counted on the meta device only."""
    with torch.device(device), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tensors = [torch.zeros(shape) for shape in case.inputs]
        if case.layer in READS_INDICES:
            place = READS_INDICES[case.layer]
            tensors[place] = tensors[place].long()
        counter = FlopCounterMode(display=False)
        try:
            built = BUILDERS[case.layer](case.arguments, *case.inputs)
            if built.module is not None:
                built.module.eval()
            # A mode on the CPU would put decompositions in the place of its kernels.
            with counter if device == "meta" else nullcontext():
                given = built.call(*tensors)
        except REFUSALS as error:
            return f"{type(error).__name__}: {error}"
        if built.counted is not None and device == "meta":
            with FlopCounterMode(display=False) as counter:
                built.counted(*tensors)
    outputs = [tuple(tensor.shape) for tensor in (given if isinstance(given, (list, tuple)) else [given])]
    weights, buffers = (
        {
            name: tuple(tensor.shape)
            for name, tensor in (getattr(built.module, kind)() if built.module else ())
            if built.without is None or not name.startswith(built.without)
        }
        for kind in ("named_parameters", "named_buffers")
    )
    return Answer(outputs, weights, buffers, counter.get_total_flops() // 2 if built.counts else None)


class Inconsistent(Exception):
    """PyTorch says yes on one device and no on the other, for a layer type of which choices.py does not say so."""


def pytorch_answer(case: Case) -> Answer | str:
    """What PyTorch says of a case, or why it is refused: by PyTorch, or by archcalc on purpose (choices.py).

    The CPU decides whether a layer is refused; shapes and multiply-adds are those of the meta device, since the CPU
    passes over tensors without elements.
    """
    for stricter, reason in STRICTER.items():
        if stricter(case):
            return reason
    on_cpu = attempt(case, "cpu")
    if case.layer in ONLY_ON_CPU:
        return on_cpu
    on_meta = attempt(case, "meta")
    if isinstance(on_meta, str) != isinstance(on_cpu, str) and (
        isinstance(on_meta, str) or case.layer not in CPU_REFUSES
    ):
        raise Inconsistent(f"meta: {on_meta}\ncpu: {on_cpu}\n{spec_of(case)}")
    return on_cpu if isinstance(on_cpu, str) else on_meta
