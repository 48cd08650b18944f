"""Norms in PyTorch."""

from __future__ import annotations

from typing import Any

from torch import nn

from .built import Built, Shape, batch_of_two, batched, of_rank, pytorch, real_axes


@pytorch("batch_norm")
def batch_norm(arguments: dict[str, Any], x: Shape) -> Built:
    kind = nn.BatchNorm1d if len(x) == 1 else of_rank("BatchNorm", x)
    given = {"affine": arguments.get("affine", True), "track_running_stats": arguments.get("track", True)}
    module = kind(x[0], **given)
    if not arguments.get("counter", True):
        module.num_batches_tracked = None
    for name, word in (("weight", "scale"), ("bias", "bias")):
        if not arguments.get(word, True):
            setattr(module, name, None)
    return batch_of_two(module)


@pytorch("instance_norm")
def instance_norm(arguments: dict[str, Any], x: Shape) -> Built:
    given = {"affine": arguments.get("affine", False), "track_running_stats": arguments.get("track", False)}
    return batched(of_rank("InstanceNorm", x)(x[0], **given))


@pytorch("layer_norm")
def layer_norm(arguments: dict[str, Any], x: Shape) -> Built:
    return over_axes(nn.LayerNorm, arguments, x, bias=arguments.get("bias", True))


@pytorch("rms_norm")
def rms_norm(arguments: dict[str, Any], x: Shape) -> Built:
    return over_axes(nn.RMSNorm, arguments, x)


def over_axes(kind: Any, arguments: dict[str, Any], x: Shape, **more: Any) -> Built:
    """PyTorch normalises trailing axes: others are moved there and back."""
    axes = sorted(real_axes(arguments.get("axis", -1), x))
    module = kind([x[axis] for axis in axes], elementwise_affine=arguments.get("affine", True), **more)
    last = list(range(-len(axes), 0))
    return Built(lambda tensor: module(tensor.movedim(axes, last)).movedim(last, axes), module)


@pytorch("group_norm")
def group_norm(arguments: dict[str, Any], x: Shape) -> Built:
    return batch_of_two(nn.GroupNorm(arguments["groups"], x[0], affine=arguments.get("affine", True)))


@pytorch("local_response_norm")
def local_response_norm(arguments: dict[str, Any], x: Shape) -> Built:
    return batched(nn.LocalResponseNorm(arguments["size"]))
