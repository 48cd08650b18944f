"""How a layer is built in PyTorch, and what its builders share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch.nn import functional

Shape = tuple[int, ...]


class Built(NamedTuple):
    """What to call with the inputs; the module that owns the weights, if any.

    ``counted`` is called in its place for the multiply-adds where flop_counter sees none in the call itself;
    ``without`` begins the names of weights that the layer has not; ``counts`` is false where our formula wins.
    """

    call: Callable[..., Any]
    module: torch.nn.Module | None = None
    counted: Callable[..., Any] | None = None
    without: str | None = None
    counts: bool = True


Builder = Callable[..., Built]
BUILDERS: dict[str, Builder] = {}


def pytorch(*layers: str) -> Callable[[Builder], Builder]:
    """Declare how these layer types are built: from the arguments and the shapes of the inputs.

    What a builder raises is a rejection, as is what the call raises.
    """

    def register(builder: Builder) -> Builder:
        for layer in layers:
            if layer in BUILDERS:
                raise ValueError(f"two builders for {layer}")
            BUILDERS[layer] = builder
        return builder

    return register


def batched(module: torch.nn.Module) -> Built:
    """A module that wants a batch axis."""
    return Built(lambda x: module(x[None])[0], module)


def batch_of_two(module: torch.nn.Module) -> Built:
    """A module that in a batch of one says that a channel has too few values."""
    return Built(lambda x: module(torch.stack([x, x]))[0], module)


def of_rank(name: str, x: Shape) -> Any:
    """The module of that name for the spatial axes of ``[C, ...spatial]``."""
    if not 2 <= len(x) <= 4:
        raise ValueError(f"PyTorch has no {name} over {len(x) - 1} axes")
    return getattr(torch.nn, f"{name}{len(x) - 1}d")


TORCH_NAMES = {"kernel": "kernel_size", "power": "norm_type", "scale": "scale_factor"}


def keywords(arguments: dict[str, Any], *names: str) -> dict[str, Any]:
    """Those of the arguments that are given, under PyTorch's names."""
    return {TORCH_NAMES.get(name, name): tuples(arguments[name]) for name in names if name in arguments}


def tuples(value: Any) -> Any:
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def spread(value: Any, axes: int) -> list[Any]:
    """A value for each axis."""
    if not isinstance(value, list):
        return [value] * axes
    if len(value) != axes:
        raise ValueError(f"{len(value)} values for {axes} axes")
    return value


def padded(arguments: dict[str, Any], x: Shape) -> tuple[Any, list[int] | None]:
    """The padding that PyTorch's layer does itself, and F.pad's margins for what it cannot: ``same`` and pairs."""
    padding, axes = arguments.get("padding", 0), len(x) - 1
    if padding == "valid":
        return 0, None
    if padding == "same":
        names = (("kernel", 1), ("stride", 1), ("dilation", 1))
        windows = zip(*(spread(arguments.get(name, default), axes) for name, default in names), strict=True)
        pairs = []
        for size, (kernel, stride, dilation) in zip(x[1:], windows, strict=True):
            total = max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
            pairs.append((total // 2, total - total // 2))
        return 0, reversed_pairs(pairs)
    if not isinstance(padding, list) or not any(isinstance(entry, list) for entry in padding):
        return tuples(padding), None
    entries = spread(padding, axes)
    own = tuple(0 if isinstance(entry, list) else entry for entry in entries)
    return own, reversed_pairs([entry if isinstance(entry, list) else (0, 0) for entry in entries])


def reversed_pairs(pairs: Sequence[Sequence[int]]) -> list[int]:
    """Margins in F.pad's order: the last axis first."""
    return [number for pair in reversed(pairs) for number in pair]


def after_padding(module: torch.nn.Module, margins: list[int] | None) -> Built:
    """A module with a batch axis, called on what F.pad makes of its input."""
    if margins is None:
        return batched(module)
    if min(margins, default=0) < 0:
        raise ValueError("F.pad would crop")
    return Built(lambda x: module(functional.pad(x[None], margins))[0], module)


def real_axis(axis: int, x: Shape) -> int:
    """The axis counted from 0. PyTorch gives a scalar one axis, 0 or -1, to name; we give it none."""
    if not -len(x) <= axis < len(x):
        raise IndexError(f"no axis {axis} in {x}")
    return axis % len(x)


def real_axes(axes: Any, x: Shape) -> list[int]:
    return [real_axis(axis, x) for axis in (axes if isinstance(axes, list) else [axes])]
