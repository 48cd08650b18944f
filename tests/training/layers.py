"""Every layer type that PyTorch has, as it is called on a batch: ``[B, ...]``, a constant or parameter without B."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import reduce
from typing import Any

import torch
from torch import nn
from torch.nn import functional

Call = Callable[..., Any]
"""From tensors to a tensor, or to several."""

BUILDERS: dict[str, Callable[[Any, Any], Call | nn.Module]] = {}
"""Layer type -> (the layer with its arguments bound, the shapes that it reads) -> what to call."""


def pytorch(*names: str) -> Callable[[Any], Any]:
    def register(builder: Any) -> Any:
        BUILDERS.update(dict.fromkeys(names, builder))
        return builder

    return register


def of_rank(name: str, x: Any) -> Any:
    return getattr(nn, f"{name}{len(x) - 1}d")


def sides(pads: Any) -> list[int]:
    """Paddings as torch.nn.functional.pad takes them, the last axis first."""
    return [side for pad in reversed(pads) for side in (pad.before, pad.after)]


def padded(module: nn.Module, layer: Any, x: Any, value: float = 0.0) -> nn.Module:
    """A module whose input is padded before, if that is not the same on both sides."""
    pads = layer.pads(x)
    if all(map(layer.pads_itself, pads)):
        return module
    return nn.Sequential(Call1(lambda tensor: functional.pad(tensor, sides(pads), value=value)), module)


def own_padding(layer: Any, x: Any) -> Any:
    pads = layer.pads(x)
    return tuple(pad.before for pad in pads) if all(map(layer.pads_itself, pads)) else 0


class Call1(nn.Module):
    """A function as a module, with the modules whose weights it uses."""

    def __init__(self, function: Call, **modules: Any) -> None:
        super().__init__()
        for name, module in modules.items():
            setattr(self, name, module)
        self.function = function

    def forward(self, *tensors: torch.Tensor) -> Any:
        return self.function(*tensors)


@pytorch("conv", "depthwise_conv")
def conv(layer: Any, x: Any) -> nn.Module:
    out, groups = (layer.out, layer.groups) if hasattr(layer, "out") else (x[0] * layer.multiplier, x[0])
    module = of_rank("Conv", x)(
        x[0], out, layer.kernel, layer.stride, own_padding(layer, x), layer.dilation, groups, layer.bias
    )
    return padded(module, layer, x)


@pytorch("conv_transpose")
def conv_transpose(layer: Any, x: Any) -> nn.Module:
    assert not isinstance(layer.padding, str)
    pads = tuple(pad.before for pad in layer.padding)
    module: nn.Module = of_rank("ConvTranspose", x)(
        x[0],
        layer.out,
        layer.kernel,
        layer.stride,
        pads,
        layer.output_padding,
        layer.groups,
        layer.bias,
        layer.dilation,
    )
    return module


@pytorch("unfold")
def unfold(layer: Any, x: Any) -> nn.Module:
    pads = own_padding(layer, x)
    return padded(nn.Unfold(layer.kernel, layer.dilation, pads, layer.stride), layer, x)


@pytorch("fold")
def fold(layer: Any, x: Any) -> nn.Module:
    pads = tuple(pad.before for pad in layer.padding)
    return nn.Fold(layer.size, layer.kernel, layer.dilation, pads, layer.stride)


@pytorch("max_pool")
def max_pool(layer: Any, x: Any) -> nn.Module:
    pool = of_rank("MaxPool", x)(
        layer.kernel, layer.stride, own_padding(layer, x), layer.dilation, ceil_mode=layer.ceil_mode
    )
    return padded(pool, layer, x, float("-inf"))


@pytorch("avg_pool")
def avg_pool(layer: Any, x: Any) -> nn.Module:
    pool = of_rank("AvgPool", x)(layer.kernel, layer.stride, own_padding(layer, x), layer.ceil_mode)
    return padded(pool, layer, x)


@pytorch("lp_pool")
def lp_pool(layer: Any, x: Any) -> nn.Module:
    window = (layer.kernel, layer.stride) if len(x) > 2 else (layer.kernel[0], layer.stride[0])
    module: nn.Module = of_rank("LPPool", x)(float(layer.power), *window, layer.ceil_mode)
    return module


@pytorch("adaptive_avg_pool")
def adaptive_avg_pool(layer: Any, x: Any) -> nn.Module:
    module: nn.Module = of_rank("AdaptiveAvgPool", x)(layer.size)
    return module


@pytorch("adaptive_max_pool")
def adaptive_max_pool(layer: Any, x: Any) -> nn.Module:
    module: nn.Module = of_rank("AdaptiveMaxPool", x)(layer.size)
    return module


@pytorch("global_avg_pool", "global_max_pool")
def global_pool(layer: Any, x: Any) -> Call:
    reduced = torch.mean if layer.type_name == "global_avg_pool" else torch.amax
    return lambda tensor: reduced(tensor, dim=tuple(range(-len(x) + 1, 0)))  # type: ignore[operator]


@pytorch("max_unpool")
def max_unpool(layer: Any, x: Any) -> Call:
    """The indices are those that the pool keeps: here they stand in an input that is not counted."""
    module = of_rank("MaxUnpool", x)(layer.kernel, layer.stride, tuple(pad.before for pad in layer.padding))
    indices = nn.Buffer(torch.zeros(1, *x, dtype=torch.int64))
    holder = Call1(lambda tensor: module(tensor, indices.expand(tensor.shape)))
    holder.indices = indices
    return holder


@pytorch("linear")
def linear(layer: Any, x: Any) -> nn.Module:
    axis = layer.axis % len(x) - len(x)
    module = nn.Linear(x[axis], layer.out, layer.bias)
    if axis == -1:
        return module
    return Call1(lambda tensor: module(tensor.movedim(axis, -1)).movedim(-1, axis), module=module)


@pytorch("bilinear")
def bilinear(layer: Any, left: Any, right: Any) -> nn.Module:
    return nn.Bilinear(left[-1], right[-1], layer.out, layer.bias)


@pytorch("maxout")
def maxout(layer: Any, x: Any) -> nn.Module:
    module = nn.Linear(x[-1], layer.pieces * layer.out, layer.bias)
    return Call1(lambda tensor: module(tensor).unflatten(-1, (layer.pieces, layer.out)).amax(-2), module=module)


@pytorch("embedding")
def embedding(layer: Any, x: Any) -> nn.Module:
    return nn.Embedding(layer.entries, layer.out)


@pytorch("embedding_bag")
def embedding_bag(layer: Any, x: Any) -> nn.Module:
    return nn.EmbeddingBag(layer.entries, layer.out)


@pytorch("parameter")
def parameter(layer: Any) -> nn.Module:
    module = Call1(lambda: module.weight)
    module.weight = nn.Parameter(torch.empty(layer.shape_))
    return module


@pytorch("constant")
def constant(layer: Any) -> nn.Module:
    module = Call1(lambda: module.constant)
    module.constant = nn.Buffer(torch.empty(layer.shape_, dtype=getattr(torch, layer.dtype_)))
    return module


@pytorch("layer_scale")
def layer_scale(layer: Any, x: Any) -> nn.Module:
    axis = layer.axis % len(x) - len(x)
    module = Call1(lambda tensor: tensor * module.weight)
    module.weight = nn.Parameter(torch.empty(x[axis], *(1,) * (-axis - 1)))
    return module


@pytorch("batch_norm")
def batch_norm(layer: Any, x: Any) -> nn.Module:
    module: nn.Module = getattr(nn, f"BatchNorm{max(len(x) - 1, 1)}d")(
        x[0], affine=layer.affine, track_running_stats=layer.track
    )
    return module


@pytorch("instance_norm")
def instance_norm(layer: Any, x: Any) -> nn.Module:
    module: nn.Module = of_rank("InstanceNorm", x)(x[0], affine=layer.affine, track_running_stats=layer.track)
    return module


@pytorch("group_norm")
def group_norm(layer: Any, x: Any) -> nn.Module:
    return nn.GroupNorm(layer.groups, x[0], affine=layer.affine)


@pytorch("layer_norm", "rms_norm")
def axis_norm(layer: Any, x: Any) -> nn.Module:
    axes = sorted(axis % len(x) - len(x) for axis in layer.axis)
    sizes = [x[axis] for axis in axes]
    module: Any
    if layer.type_name == "layer_norm":
        module = nn.LayerNorm(sizes, elementwise_affine=layer.affine, bias=layer.bias)
    else:
        module = nn.RMSNorm(sizes, elementwise_affine=layer.affine)
    last = list(range(-len(axes), 0))
    if axes == last:
        return module  # type: ignore[no-any-return]
    return Call1(lambda tensor: module(tensor.movedim(axes, last)).movedim(last, axes), module=module)


@pytorch("local_response_norm")
def local_response_norm(layer: Any, x: Any) -> nn.Module:
    return nn.LocalResponseNorm(layer.size)


NAMES_THERE = {"log_sigmoid": "logsigmoid"}


def elementwise(layer: Any, x: Any) -> Call:
    there = NAMES_THERE.get(layer.type_name, layer.type_name)
    function: Call = getattr(functional, there, None) or getattr(torch, there)
    return function


pytorch(
    *"relu relu6 elu celu selu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh softplus softsign".split(),
    *"log_sigmoid abs exp log sqrt square sin cos".split(),
)(elementwise)


@pytorch("leaky_relu")
def leaky_relu(layer: Any, x: Any) -> nn.Module:
    return nn.LeakyReLU(float(layer.slope))


@pytorch("prelu")
def prelu(layer: Any, x: Any) -> nn.Module:
    return nn.PReLU(x[0] if layer.channels == "all" else 1)


@pytorch("softmax", "log_softmax")
def softmax(layer: Any, x: Any) -> nn.Module:
    kind = nn.Softmax if layer.type_name == "softmax" else nn.LogSoftmax
    return kind(layer.axis % len(x) - len(x))


@pytorch("glu")
def glu(layer: Any, x: Any) -> Call:
    axis = layer.axis % len(x) - len(x)
    if layer.act == "sigmoid":
        return nn.GLU(axis)

    def gated(tensor: torch.Tensor) -> torch.Tensor:
        half, gate = tensor.chunk(2, axis)
        return half * (gate if layer.act == "identity" else getattr(functional, layer.act)(gate))

    return gated


@pytorch("dropout")
def dropout(layer: Any, x: Any) -> nn.Module:
    return nn.Dropout(float(layer.p))


@pytorch("drop_path")
def drop_path(layer: Any, x: Any) -> Call:
    """torchvision.ops.stochastic_depth, a row each."""

    def dropped(tensor: torch.Tensor) -> torch.Tensor:
        if layer.p == 0:
            return tensor
        noise = tensor.new_empty([tensor.shape[0]] + [1] * (tensor.ndim - 1)).bernoulli_(1 - float(layer.p))
        return tensor * (noise.div_(1 - float(layer.p)) if layer.p < 1 else noise)

    return dropped


@pytorch("identity")
def identity(layer: Any, x: Any) -> nn.Module:
    return nn.Identity()


def from_end(axis: int, x: Any) -> int:
    return axis % len(x) - len(x)


@pytorch("flatten")
def flatten(layer: Any, x: Any) -> Call:
    return lambda tensor: tensor.flatten(from_end(layer.start, x), from_end(layer.end, x))


@pytorch("unflatten")
def unflatten(layer: Any, x: Any) -> Call:
    return lambda tensor: tensor.unflatten(from_end(layer.axis, x), layer.sizes)


@pytorch("reshape")
def reshape(layer: Any, x: Any) -> Call:
    return lambda tensor: tensor.reshape(*tensor.shape[: tensor.ndim - len(x)], *layer.shape(x))


@pytorch("permute")
def permute(layer: Any, x: Any) -> Call:
    def turned(tensor: torch.Tensor) -> torch.Tensor:
        lead = tensor.ndim - len(x)
        return tensor.permute(*range(lead), *(lead + axis % len(x) for axis in layer.order))

    return turned


@pytorch("transpose")
def transpose(layer: Any, x: Any) -> Call:
    return lambda tensor: tensor.transpose(*(from_end(axis, x) for axis in layer.axis))


@pytorch("squeeze")
def squeeze(layer: Any, x: Any) -> Call:
    return lambda tensor: tensor.squeeze([from_end(axis, x) for axis in layer.axis])


@pytorch("unsqueeze")
def unsqueeze(layer: Any, x: Any) -> Call:
    return lambda tensor: tensor.unsqueeze(layer.axis % (len(x) + 1) - len(x) - 1)


@pytorch("slice")
def cut(layer: Any, x: Any) -> Call:
    axis = from_end(layer.axis, x)
    index = (..., slice(layer.start, layer.stop, layer.step), *(slice(None),) * (-axis - 1))
    return lambda tensor: tensor[index]


@pytorch("select")
def select(layer: Any, x: Any) -> Call:
    return lambda tensor: tensor.select(from_end(layer.axis, x), layer.index)


@pytorch("split")
def split(layer: Any, x: Any) -> Call:
    sizes = [piece[from_end(layer.axis, x)] for piece in layer.shape(x)]
    return lambda tensor: tensor.split(sizes, from_end(layer.axis, x))


@pytorch("expand")
def expand(layer: Any, x: Any) -> Call:
    def stretched(tensor: torch.Tensor) -> torch.Tensor:
        lead = tensor.shape[: tensor.ndim - len(x)]
        new = len(layer.shape_) - len(x)
        return tensor.reshape(*lead, *(1,) * new, *x).expand(*lead, *layer.shape(x))

    return stretched


@pytorch("tile")
def tile(layer: Any, x: Any) -> Call:
    return lambda tensor: tensor.tile(layer.repeats)


@pytorch("roll")
def roll(layer: Any, x: Any) -> Call:
    axes = [from_end(axis, x) for axis in layer.axis]
    return lambda tensor: tensor.roll([1] * len(axes), axes)


@pytorch("pad")
def pad(layer: Any, x: Any) -> Call:
    return lambda tensor: functional.pad(tensor, sides(layer.pads(x)), layer.mode)


@pytorch("crop")
def crop(layer: Any, x: Any) -> Call:
    y = layer.shape(x)

    def cropped(tensor: torch.Tensor) -> torch.Tensor:
        for axis, (before, after) in enumerate(zip(x, y, strict=True)):
            tensor = tensor.narrow(axis - len(x), (before - after) // 2, after)
        return tensor

    return cropped


@pytorch("upsample")
def upsample(layer: Any, x: Any) -> nn.Module:
    return nn.Upsample(size=layer.shape(x)[1:], mode=layer.mode)


@pytorch("pixel_shuffle")
def pixel_shuffle(layer: Any, x: Any) -> nn.Module:
    return nn.PixelShuffle(layer.factor)


@pytorch("pixel_unshuffle")
def pixel_unshuffle(layer: Any, x: Any) -> nn.Module:
    return nn.PixelUnshuffle(layer.factor)


@pytorch("channel_shuffle")
def channel_shuffle(layer: Any, x: Any) -> Call:
    """As torchvision's ShuffleNet writes it: the meta device has no nn.ChannelShuffle."""

    def shuffled(tensor: torch.Tensor) -> torch.Tensor:
        return (
            tensor.unflatten(-len(x), (layer.groups, -1)).transpose(-len(x) - 1, -len(x)).flatten(-len(x) - 1, -len(x))
        )

    return shuffled


@pytorch("add", "sub", "mul", "div")
def arithmetic(layer: Any, *shapes: Any) -> Call:
    return lambda *tensors: reduce(getattr(torch, layer.type_name), tensors)


@pytorch("concat")
def concat(layer: Any, *shapes: Any) -> Call:
    return lambda *tensors: torch.cat(tensors, from_end(layer.axis, shapes[0]))


@pytorch("stack")
def stack(layer: Any, *shapes: Any) -> Call:
    rank = len(shapes[0]) + 1
    return lambda *tensors: torch.stack(tensors, (layer.axis or 0) % rank - rank)


@pytorch("matmul")
def matmul(layer: Any, left: Any, right: Any) -> Call:
    return torch.matmul


@pytorch("einsum")
def einsum(layer: Any, *shapes: Any) -> Call:
    terms, _, output = layer.equation.partition("->")
    batched = ",".join(f"Z{term.strip()}" for term in terms.split(","))
    return lambda *tensors: torch.einsum(f"{batched}->Z{output.strip()}", *tensors)


@pytorch("mean", "sum", "max")
def reduction(layer: Any, x: Any) -> Call:
    reduced = {"mean": torch.mean, "sum": torch.sum, "max": torch.amax}[layer.type_name]
    axes = [from_end(axis, x) for axis in layer.axes(x)]
    return lambda tensor: reduced(tensor, dim=axes, keepdim=layer.keep)  # type: ignore[operator]


@pytorch("take")
def take(layer: Any, table: Any, index: Any) -> Call:
    """A table that is the same for every sample, as for position biases."""
    axis = from_end(layer.axis, table)
    return lambda tensor, places: tensor[(..., places, *(slice(None),) * (-axis - 1))]


@pytorch("rnn", "lstm", "gru")
def recurrent(layer: Any, x: Any, *initial: Any) -> nn.Module:
    kind = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[layer.type_name]
    more = {} if layer.projection is None else {"proj_size": layer.projection}
    module = kind(
        x[-1],
        layer.hidden,
        layer.layers,
        bias=layer.bias,
        batch_first=True,
        bidirectional=layer.bidirectional,
        **more,
    )

    def run(tensor: torch.Tensor, *given: torch.Tensor) -> Any:
        first = [state.transpose(0, 1) for state in given]
        y, final = module(tensor, *([first[0] if len(first) == 1 else tuple(first)] if first else []))
        y = y[:, -1] if layer.return_ == "last" else y
        final = final if isinstance(final, tuple) else (final,)
        return (y, *(state.transpose(0, 1) for state in final)) if layer.states else y

    return Call1(run, module=module)


WRITTEN_OUT = ContextVar("WRITTEN_OUT", default=False)
"""Whether attention is written out, as where its multiply-adds are counted: flop_counter does not know the kernel."""


def fused(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """The kernel that scaled_dot_product_attention calls on a CPU, where the meta device would write it out."""
    if WRITTEN_OUT.get():
        return functional.scaled_dot_product_attention(query, key, value)
    kernel = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    y: torch.Tensor = kernel(query, key, value)[0]
    return y


@pytorch("scaled_dot_product_attention")
def attend(layer: Any, query: Any, key: Any, value: Any) -> Call:
    def run(*tensors: torch.Tensor) -> torch.Tensor:
        if layer.heads is None:
            return fused(*tensors)
        y = fused(*(tensor.unflatten(-1, (layer.heads, -1)).transpose(1, 2) for tensor in tensors))
        return y.transpose(1, 2).flatten(-2)

    return run


@pytorch("attention")
def attention(layer: Any, *shapes: Any) -> nn.Module:
    """As nn.MultiheadAttention with need_weights=False, or with position biases as torchvision's Swin."""
    query, key, value = shapes * 3 if len(shapes) == 1 else shapes
    queries, keys, values, read = layer.rows(query)
    holder = Call1(lambda *tensors: run(*tensors))
    holder.out = nn.Linear(read, layer.shape(*shapes)[-1], layer.bias)
    if len(shapes) == 1:
        holder.projections = nn.Linear(query[-1], queries + keys + values, layer.qkv_bias)
    else:
        sizes = zip((query, key, value), (queries, keys, values), strict=True)
        holder.projections = nn.ModuleList(nn.Linear(x[-1], width, layer.qkv_bias) for x, width in sizes)
    if layer.position_bias is not None:
        holder.bias = nn.Parameter(torch.empty(layer.position_bias, layer.heads))
        holder.places = nn.Buffer(torch.zeros(query[-2], key[-2], dtype=torch.int64))

    def projected(*tensors: torch.Tensor) -> Any:
        if len(tensors) == 1:
            return holder.projections(tensors[0]).split((queries, keys, values), -1)
        return [module(tensor) for module, tensor in zip(holder.projections, tensors, strict=True)]

    def run(*tensors: torch.Tensor) -> torch.Tensor:
        heads = (layer.heads, layer.kv_heads, layer.kv_heads)
        pairs = zip(projected(*tensors), heads, strict=True)
        q, k, v = (tensor.unflatten(-1, (number, -1)).transpose(-2, -3) for tensor, number in pairs)
        if layer.position_bias is None:
            y = fused(q, k, v)
        else:
            scores = (q * 0.5) @ k.transpose(-2, -1)
            bias = holder.bias[holder.places].permute(2, 0, 1)
            y = (scores + bias).softmax(-1) @ v
        y = holder.out(y.transpose(-2, -3).flatten(-2))
        return y

    return holder
