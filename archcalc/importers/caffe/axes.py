"""Layers that join, cut and turn axes. The file's axes count the batch, ours do not."""

from __future__ import annotations

from math import prod

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.caffe.layers import fitted
from archcalc.importers.caffe.network import Blob, Blobs, Layer, Network, rule
from archcalc.layers.base import Arguments


@rule("Split")
def copies(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    return [read[0] for _ in layer.tops]


@rule("Concat")
def concat(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("concat_param")
    if len(read) == 1:
        return [read[0]]
    axis = network.axis(read[0], given.number("axis", given.number("concat_dim", 1)))
    return [network.add("concat", read, {} if axis == 0 else {"axis": axis})]


@rule("Slice")
def slices(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("slice_param")
    blob = read[0]
    axis = network.axis(blob, given.number("axis", given.number("slice_dim", 1)))
    points = given.numbers("slice_point")
    size, parts = blob.shape[axis], len(layer.tops)
    ends = [*points, size] if points else [size * (part + 1) // parts for part in range(parts)]
    sizes = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    if len(sizes) != parts or min(sizes) < 1 or (not points and size % parts):
        message = f"{layer.place} cuts {size} into {parts} at {points or 'equal distances'}: they do not fit"
        raise SpecError(Diagnostic(message, layer.message.span))
    network.add("split", [blob], {"sizes": sizes, **({"axis": axis} if axis else {})})
    return [Blob(value, blob.whole) for value in network.graph.nodes[-1].outputs]


@rule("Eltwise")
def eltwise(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """SUM, PROD or MAX; two tensors with the coefficients 1 and -1 are a difference."""
    given = layer.parameters("eltwise_param")
    if len({blob.shape for blob in read}) > 1:
        shapes = " and ".join(str([*blob.shape]) for blob in read)
        raise SpecError(Diagnostic(f"{layer.place} reads {shapes}, which have to be alike", layer.message.span))
    operation = given.text("operation", "SUM")
    if operation in ("MAX", "2"):
        return [network.add("max", [network.add("stack", read, {"axis": 0})], {"axis": 0})]
    if operation in ("PROD", "0"):
        return [network.add("mul", in_order(network, read))]
    if [text.removesuffix(".0") for text in given.texts("coeff")] == ["1", "-1"]:
        return [network.add("sub", read)]
    return [network.add("add", in_order(network, read))]


def in_order(network: Network, read: list[Blob]) -> list[Blob]:
    """The side that less was done for first, as a shortcut: files name the two sides of a sum in either order."""
    return sorted(read, key=lambda blob: network.depths.get(blob.value, 0))


@rule("Axpy", reads=3)
def axpy(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Of a fork for SENet: a number a channel times a map, plus another map."""
    factor, maps, other = read[:3]
    return [network.add("add", [network.add("mul", [fitted(network, factor, maps, 1), maps]), other])]


@rule("Flatten")
def flatten(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("flatten_param")
    start = network.axis(read[0], given.number("axis", 1))
    end = network.axis(read[0], given.number("end_axis", -1))
    arguments: Arguments = {"start": start} if start else {}
    if end != len(read[0].shape) - 1:
        arguments["end"] = end
    return [read[0] if start == end else network.add("flatten", read, arguments)]


@rule("Reshape")
def reshape(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """0 keeps an axis, -1 takes what the others leave. The batch is one sample here, and dropped again."""
    given = layer.parameters("reshape_param")
    blob = read[0]
    full = [*blob.shape] if blob.whole else [1, *blob.shape]
    start = given.number("axis", 0)
    start = start + len(full) + 1 if start < 0 else start
    count = given.number("num_axes", -1)
    end = len(full) if count < 0 else start + count
    dims = given.message("shape").numbers("dim")
    kept = dict(enumerate(full[start:]))
    inner = [kept.get(place, 0) if size == 0 else size for place, size in enumerate(dims)]
    if not blob.whole and start == 0 and inner and inner[0] > 1:
        inner[0] = 1  # the file's own batch
    left, size = full[:start], prod(full[start:end])
    inner = [size // max(prod(one for one in inner if one > 0), 1) if one == -1 else one for one in inner]
    shape = [*left, *inner, *full[end:]]
    if not blob.whole and shape and shape[0] == 1:
        shape = shape[1:]
    return [blob if shape == [*blob.shape] else network.add("reshape", [blob], {"shape": shape})]


@rule("Permute")
def permute(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("permute_param").numbers("order")
    blob = read[0]
    rank = len(blob.shape) + (not blob.whole)
    order = [*given, *(axis for axis in range(rank) if axis not in given)]
    if not blob.whole and order[0] != 0:
        raise SpecError(Diagnostic(f"{layer.place} moves the axis of the batch", layer.message.span))
    ours = order if blob.whole else [axis - 1 for axis in order[1:]]
    return [network.add("permute", [blob], {"order": ours})]


@rule("Crop", reads=2)
def crop(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """The axes from ``axis`` on in the size of another blob, from an offset on."""
    given = layer.parameters("crop_param")
    blob, like = read[0], read[1]
    start = network.axis(blob, given.number("axis", 2))
    if len(blob.shape) != len(like.shape):
        message = f"{layer.place} crops {[*blob.shape]} to the size of {[*like.shape]}, which has other axes"
        raise SpecError(Diagnostic(message, layer.message.span))
    offsets = given.numbers("offset") or [0]
    for place, axis in enumerate(range(start, len(blob.shape))):
        offset = offsets[min(place, len(offsets) - 1)]
        if not 0 <= offset <= blob.shape[axis] - like.shape[axis]:
            message = f"{layer.place} crops {blob.shape[axis]} to {like.shape[axis]} from {offset} on: they do not fit"
            raise SpecError(Diagnostic(message, layer.message.span))
        if like.shape[axis] != blob.shape[axis]:
            cut = {"axis": axis, "start": offset, "stop": offset + like.shape[axis]}
            blob = network.add("slice", [blob], cut if offset else {"axis": axis, "stop": like.shape[axis]})
    return [blob]


@rule("Padding", maps=True)
def padding(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Of the oldest files, for the convolution behind it."""
    pad = layer.parameters("padding_param").number("pad", 0)
    return [network.add("pad", read[:1], {"padding": [0, pad, pad]}) if pad else read[0]]


@rule("Tile")
def tile(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("tile_param")
    axis = network.axis(read[0], given.number("axis", 1))
    repeats = [given.number("tiles", 1) if place == axis else 1 for place in range(len(read[0].shape))]
    return [network.add("tile", read, {"repeats": repeats})]


@rule("Reduction")
def reduction(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Sums or means of all axes from one on; of absolute values and squares too."""
    given = layer.parameters("reduction_param")
    blob = read[0]
    axis = given.number("axis", 0)
    axes = [*range(network.axis(blob, axis) if axis else 0, len(blob.shape))]
    operation = given.text("operation", "SUM")
    if operation in ("ASUM", "SUMSQ", "2", "3"):
        blob = network.add("abs" if operation in ("ASUM", "2") else "square", [blob])
    return [network.add("mean" if operation in ("MEAN", "4") else "sum", [blob], {"axis": axes})]


@rule("Parameter", reads=0)
def parameter(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Of the shape that it says, whose first axis is the batch where that is one."""
    shape = layer.parameters("parameter_param").message("shape").numbers("dim")
    network.whole = shape[:1] != [1] or len(shape) == 1
    shape = shape if network.whole else shape[1:]
    return [network.add("parameter", [], {"shape": shape})]


@rule("ShuffleChannel")
def shuffle(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    groups = layer.parameters("shuffle_channel_param").number("group", 1)
    return [network.add("channel_shuffle", read, {"groups": groups})]


@rule("Upsample", maps=True)
def upsample(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """SegNet's, to where the largest values were (a second bottom), or nearest neighbours."""
    given = layer.parameters("upsample_param")
    scale = given.number("scale", 2)
    height = given.number("upsample_h", read[0].shape[1] * scale)
    width = given.number("upsample_w", read[0].shape[2] * scale)
    return [network.add("upsample", read[:1], {"size": [height, width]})]


@rule("Interp", maps=True)
def interp(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """PSPNet's and DeepLab's: to a size, or by factors, corners aligned."""
    given = layer.parameters("interp_param")
    trim = -given.number("pad_beg", 0) - given.number("pad_end", 0)
    sizes = []
    for name, length in (("height", read[0].shape[1]), ("width", read[0].shape[2])):
        length -= trim
        shrink, zoom = given.number("shrink_factor", 1), given.number("zoom_factor", 1)
        length = (length - 1) // max(shrink, 1) + 1
        length = length + (length - 1) * (zoom - 1)
        sizes.append(given.number(name, length))
    if len(read) > 1:
        sizes = [*read[1].shape[1:]]
    return [network.add("upsample", read[:1], {"size": sizes, "mode": "bilinear", "align_corners": True})]
