"""Rules of norms."""

from __future__ import annotations

from archcalc.importers.graphs.samples import Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule, said
from archcalc.importers.pytorch.stored import learned
from archcalc.importers.pytorch.windows import channels_first, with_channels


def batch_norm(op: Operation) -> Tensor:
    mean = op.get("running_mean")
    weight, bias = op.get("weight"), op.get("bias")
    affine = [one_of for one_of in (weight, bias) if one_of is not None]
    buffers = []
    if mean is not None:
        buffers = [mean, op.tensor("running_var"), op.sibling(mean, "num_batches_tracked")]
    arguments = said({"affine": True, "track": True}, affine=bool(affine), track=bool(buffers))
    x = op.tensor("input")
    if not x.computed and learned(x):
        op.recorder.graph.drop(f"{op.name} of stored weights")
        return x
    if len(affine) == 1:
        raise Unreadable("batch_norm with a weight or a bias alone")
    if op.recorder.batch == 1 == x.shape[0] and len(op.recorder.of(x).shape) == len(x.shape) > 2:
        x = with_channels(op, x, len(x.shape) - 2)
    channels_first(op, x)
    merged = len(x.shape) > 1 and len(op.recorder.of(x).shape) == len(x.shape)  # [batch * T, C]: a sample has T of them
    order = [1, 0, *range(2, len(x.shape))]
    turned = op.recorder.permute(x, order) if merged else x
    found = op.recorder.layer("batch_norm", arguments, turned, [*affine, *buffers])
    return op.recorder.permute(found, order) if merged else found


def layer_norm(op: Operation) -> Tensor:
    weight, bias, axes = op.get("weight"), op.get("bias"), len(op.numbers("normalized_shape"))
    x = op.tensor("input")
    for axis in range(-axes, 0):
        op.recorder.axis(x, axis, op.name)
    arguments = said(
        {"axis": [-1], "affine": True, "bias": True},
        axis=[*range(-axes, 0)],
        affine=weight is not None,
        bias=bias is not None or weight is None,
    )
    weights = [one_of for one_of in (weight, bias) if one_of is not None]
    return op.recorder.layer("layer_norm", arguments, x, weights)


def rms_norm(op: Operation) -> Tensor:
    weight, axes = op.get("weight"), len(op.numbers("normalized_shape"))
    for axis in range(-axes, 0):
        op.recorder.axis(op.tensor("input"), axis, op.name)
    arguments = said({"axis": [-1], "affine": True}, axis=[*range(-axes, 0)], affine=weight is not None)
    return op.recorder.layer("rms_norm", arguments, op.tensor("input"), [weight] if weight is not None else [])


def group_norm(op: Operation) -> Tensor:
    weight, bias = op.get("weight"), op.get("bias")
    channels_first(op, op.tensor("input"))
    arguments = said({"affine": True}, groups=op.number("num_groups"), affine=weight is not None)
    weights = [one_of for one_of in (weight, bias) if one_of is not None]
    return op.recorder.layer("group_norm", arguments, op.tensor("input"), weights)


def instance_norm(op: Operation) -> Tensor:
    weight, bias, mean = op.get("weight"), op.get("bias"), op.get("running_mean")
    channels_first(op, op.tensor("input"))
    weights = [one_of for one_of in (weight, bias) if one_of is not None]
    if mean is not None:
        weights += [mean, op.tensor("running_var"), op.sibling(mean, "num_batches_tracked")]
    defaults = {"affine": False, "track": False}
    arguments = said(defaults, affine=weight is not None, track=mean is not None)
    return op.recorder.layer("instance_norm", arguments, op.tensor("input"), weights)


def first_of(rule: Rule) -> Rule:
    """The rule of an operator that gives statistics, too."""

    def several_outputs(op: Operation) -> list[Tensor]:
        return [rule(op), *(Tensor(shape or ()) for shape in op.shapes[1:])]

    return several_outputs


def native_group_norm(op: Operation) -> Tensor:
    op.arguments["num_groups"] = op.get("group")
    return group_norm(op)


RULES: dict[str, Rule] = {
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "rms_norm": rms_norm,
    "group_norm": group_norm,
    "instance_norm": instance_norm,
    "native_layer_norm": first_of(layer_norm),
    "native_group_norm": first_of(native_group_norm),
    **dict.fromkeys(
        (
            "native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_no_training cudnn_batch_norm"
            " _batch_norm_with_update _batch_norm_no_update miopen_batch_norm"
        ).split(),
        first_of(batch_norm),
    ),
}
"""The rule of each operator, by its name without the overload."""
