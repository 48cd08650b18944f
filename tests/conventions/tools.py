"""How the tools are asked for their total; one is printed by

    python -m tests.conventions.tools fvcore resnet50 3x224x224

A function imports the one tool that it asks, so that a process can be timed with that tool alone. The inputs hold one
sample, the network is in evaluation mode.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn


def count_torch(network: nn.Module, inputs: list[torch.Tensor]) -> int:
    """On the device ``meta``, which has none of a CPU's fused kernels: those are not counted."""
    from torch.utils.flop_counter import FlopCounterMode

    network = network.to("meta")
    with FlopCounterMode(display=False) as counter:
        network(*(tensor.to("meta") for tensor in inputs))
    return counter.get_total_flops()


def count_torchinfo(network: nn.Module, inputs: list[torch.Tensor]) -> int:
    import torchinfo

    return torchinfo.summary(network, input_data=inputs, verbose=0, depth=9).total_mult_adds


def count_fvcore(network: nn.Module, inputs: list[torch.Tensor]) -> int:
    from fvcore.nn import FlopCountAnalysis

    counter = FlopCountAnalysis(network, tuple(inputs))
    return int(counter.unsupported_ops_warnings(False).uncalled_modules_warnings(False).total())


def count_ptflops(network: nn.Module, inputs: list[torch.Tensor]) -> int | None:
    import ptflops

    # Several inputs it passes by name only.
    given = inputs[0] if len(inputs) == 1 else {f"x{number}": tensor for number, tensor in enumerate(inputs)}
    return ptflops.get_model_complexity_info(
        network,
        (1,),
        input_constructor=lambda _: given,
        as_strings=False,
        print_per_layer_stat=False,
        backend="pytorch",
    )[0]


def count_thop(network: nn.Module, inputs: list[torch.Tensor]) -> int:
    import thop

    return int(thop.profile(network, inputs=tuple(inputs), verbose=False)[0])


def count_deepspeed(network: nn.Module, inputs: list[torch.Tensor]) -> int:
    from deepspeed.profiling.flops_profiler import get_model_profile

    return int(get_model_profile(network, args=inputs, print_profile=False, warm_up=0, as_string=False)[0])


def count_calflops(network: nn.Module, inputs: list[torch.Tensor]) -> int:
    import calflops

    found = calflops.calculate_flops(
        network, args=inputs, output_as_string=False, print_results=False, print_detailed=False
    )
    return int(found[0])


TOOLS = {
    "torch": count_torch,
    "torchinfo": count_torchinfo,
    "fvcore": count_fvcore,
    "ptflops": count_ptflops,
    "thop": count_thop,
    "thop@2.1.1": count_thop,
    "deepspeed": count_deepspeed,
    "calflops": count_calflops,
}
"""By the name of the convention that counts as the tool does. Of thop the release is asked that is on the path."""


def main(tool: str, model: str, size: str) -> None:
    """Print the total of a network of torchvision's, its weights drawn at random."""
    import torch
    import torchvision

    network = getattr(torchvision.models, model)(weights=None).eval()
    print(TOOLS[tool](network, [torch.randn(1, *map(int, size.split("x")))]))


if __name__ == "__main__":
    main(*sys.argv[1:])
