"""What sections of each type stand for: sizes as src/*_layer.c of AlexeyAB/darknet compute them."""

from __future__ import annotations

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.darknet.network import Network, rule
from archcalc.importers.darknet.sections import Section
from archcalc.importers.graphs.graph import Value
from archcalc.layers.base import Arguments

# Windows


def strides(section: Section) -> tuple[int, int]:
    """Along the height and the width."""
    stride = section.number_of("stride", 1)
    return section.number_of("stride_y", stride), section.number_of("stride_x", stride)


def one_or_pair(pair: tuple[object, object]) -> object:
    return pair[0] if pair[0] == pair[1] else [*pair]


def window(section: Section, stride: tuple[int, int] | None = None) -> Arguments:
    """Kernel, stride and padding of a convolution: ``pad=1`` is half the kernel, ``padding=n`` is n.

    With a dilation as much more is padded, which leaves sizes as they are without one; 1x1 has none.
    """
    size = section.number_of("size", 1)
    found: Arguments = {"kernel": size}
    stride = stride or strides(section)
    if stride != (1, 1):
        found["stride"] = one_or_pair(stride)
    dilation = section.number_of("dilation", 1) if size > 1 else 1
    padding = (size // 2 if section.number_of("pad") else section.number_of("padding")) * dilation
    if padding:
        found["padding"] = padding
    if dilation > 1:
        found["dilation"] = dilation
    return found


@rule("convolutional")
def convolutional(network: Network, section: Section) -> Value:
    """With batch_normalize the norm's beta is the bias. ``antialiasing`` strides in a blur of fixed weights behind."""
    given: Arguments = {"out": section.number_of("filters", 1), **window(section)}
    if section.number_of("groups", 1) > 1:
        given["groups"] = section.number_of("groups")
    blur = section.number_of("antialiasing")
    stride = given.pop("stride", 1) if blur else 1
    share = network.shared(section) if section.has("share_index") else None
    value = network.weigh(section, "conv", network.image(), given, share)
    value = network.activated(value, section.text("activation", "logistic"))
    if not blur:
        return value
    kernel: Arguments = {"kernel": 2} if blur == 2 else {"kernel": 3, "padding": 1}
    return network.add("depthwise_conv", [value], {**kernel, "stride": stride, "bias": False}, frozen=True)


@rule("deconvolutional")
def deconvolutional(network: Network, section: Section) -> Value:
    given: Arguments = {"out": section.number_of("filters", 1), **window(section)}
    value = network.weigh(section, "conv_transpose", network.image(), given)
    return network.activated(value, section.text("activation", "logistic"))


@rule("maxpool", "local_avgpool")
def pool(network: Network, section: Section) -> Value:
    """``padding`` is that of both sides together, size - 1 unless said, and the half of it that is smaller comes first.

    It is left out where the windows are the same without it.
    """
    image = network.image()
    stride = strides(section)
    size = section.number_of("size", stride[0])
    padding = section.number_of("padding", size - 1)
    if section.number_of("maxpool_depth"):
        return depth_pool(network, image, section.number_of("out_channels", 1))
    given: Arguments = {"kernel": size}
    if stride != (size, size):
        given["stride"] = one_or_pair(stride)
    sides = [side(*one, size, padding) for one in zip(image.shape[1:], stride, strict=True)]
    if any(one != 0 for one in sides):
        given["padding"] = sides[0] if sides[0] == sides[-1] and isinstance(sides[0], int) else [sides[0], sides[-1]]
    return network.add("max_pool" if section.type == "maxpool" else "avg_pool", [image], given)


def side(length: int, stride: int, size: int, padding: int) -> object:
    """The padding of an axis as a number, or [before, after]."""
    before, after = padding // 2, padding - padding // 2
    if stride < 1:
        return 0  # which the layer tells
    if before == 0 and (length + padding - size) // stride == (length - size) // stride:
        return 0
    return before if before == after else [before, after]


def depth_pool(network: Network, image: Value, channels: int) -> Value:
    """The largest of every so many channels."""
    parts = image.shape[0] // max(channels, 1)
    apart = network.add("unflatten", [image], {"axis": 0, "sizes": [parts, channels]})
    return network.add("max", [apart], {"axis": 0})


@rule("avgpool")
def avgpool(network: Network, section: Section) -> Value:
    return network.add("adaptive_avg_pool", [network.image()], {"size": 1})


@rule("local")
def local(network: Network, section: Section) -> Value:
    """A convolution with weights of its own at every position: each window is multiplied by another matrix."""
    image = network.image()
    given = window(section)
    filters = section.number_of("filters", 1)
    sized = network.probe("conv", [image], {"out": filters, **given})
    columns = network.add("unfold", [image], given)
    values, places = columns.shape
    rows = network.add("unsqueeze", [network.add("transpose", [columns], {"axis": [0, 1]})], {"axis": 1})
    weights = network.add("parameter", [], {"shape": [places, values, filters]})
    product = network.add("squeeze", [network.add("matmul", [rows, weights])], {"axis": 1})
    turned = network.add("transpose", [product], {"axis": [0, 1]})
    biased = network.add("add", [turned, network.add("parameter", [], {"shape": [filters, places]})])
    placed = network.add("reshape", [biased], {"shape": [*sized]})
    return network.activated(placed, section.text("activation", "logistic"))


@rule("crop")
def crop(network: Network, section: Section) -> Value:
    size = section.number_of("crop_height", 1), section.number_of("crop_width", 1)
    return network.add("crop", [network.image()], {"size": one_or_pair(size)})


@rule("upsample")
def upsample(network: Network, section: Section) -> Value:
    """A negative stride takes means of as many positions."""
    stride = section.number_of("stride", 2)
    if stride < 0:
        return network.add("avg_pool", [network.image()], {"kernel": -stride})
    return network.add("upsample", [network.image()], {"scale": stride})


@rule("reorg", "reorg3d")
def reorg(network: Network, section: Section) -> Value:
    """Pixels as channels. The order of elements is another than here, the size is not."""
    if section.number_of("flatten"):
        return network.prev
    type = "pixel_shuffle" if section.number_of("reverse") else "pixel_unshuffle"
    return network.add(type, [network.image()], {"factor": section.number_of("stride", 1)})


# Dense layers and those without weights


@rule("connected")
def connected(network: Network, section: Section) -> Value:
    value = network.weigh(section, "linear", network.vector(), {"out": section.number_of("output", 1)})
    return network.activated(value, section.text("activation", "logistic"))


@rule("batchnorm")
def batchnorm(network: Network, section: Section) -> Value:
    return network.add("batch_norm", [network.prev], {"counter": False})


@rule("activation")
def activation(network: Network, section: Section) -> Value:
    return network.activated(network.prev, section.text("activation", "linear"))


@rule("logistic")
def logistic(network: Network, section: Section) -> Value:
    return network.add("sigmoid", [network.prev])


@rule("softmax")
def softmax(network: Network, section: Section) -> Value:
    return network.add("softmax", [network.prev], {"axis": 0} if len(network.prev.shape) > 1 else {})


@rule("dropout")
def dropout(network: Network, section: Section) -> Value:
    text = section.text("probability", "0.5")
    try:
        return network.add("dropout", [network.prev], {"p": float(text)})
    except ValueError:
        place = section.options["probability"][1]
        raise SpecError(Diagnostic(f"probability of [dropout] takes a number, not '{text}'", place)) from None


@rule("normalization")
def normalization(network: Network, section: Section) -> Value:
    return network.add("local_response_norm", [network.image()], {"size": section.number_of("size", 5)})


@rule("implicit")
def implicit(network: Network, section: Section) -> Value:
    shape = [section.number_of("filters", 128), section.number_of("atoms", 1), 1]
    return network.add("parameter", [], {"shape": shape})


@rule("empty")
def empty(network: Network, section: Section) -> Value:
    return network.prev


@rule("yolo", "region", "detection", "Gaussian_yolo", "cost", "contrastive", "iseg")
def decode(network: Network, section: Section) -> Value:
    """Only what is made of the numbers differs: they are what the network gives."""
    network.decoders.setdefault(section.type, []).append(section)
    network.outputs.append(network.prev)
    return network.prev


# Several inputs


@rule("route")
def route(network: Network, section: Section) -> Value:
    """One tensor as it is, or several joined; with ``groups`` one part of the channels of each."""
    read = [network.at(index, section, "layers") for index in section.numbers_of("layers")]
    parts = section.number_of("groups", 1)
    if parts > 1:
        read = [part(network, value, parts, section.number_of("group_id")) for value in read]
    if len(read) == 1:
        return read[0]
    return network.add("concat", [network.as_image(value) for value in read], {"axis": "channels"})


def part(network: Network, value: Value, parts: int, number: int) -> Value:
    size = value.shape[0] // parts
    return network.add("slice", [value], {"axis": "channels", "start": size * number, "stop": size * (number + 1)})


@rule("shortcut")
def shortcut(network: Network, section: Section) -> Value:
    """The sum has the size of what comes directly before: others lose or gain channels, or give every other position.

    With ``weights_type`` each tensor, or each channel of it, is multiplied by a number that is learned.
    """
    others = [network.at(index, section, "from") for index in section.numbers_of("from")]
    read = [network.prev, *(fitted(network, value) for value in others)]
    kind = section.text("weights_type", "none")
    if kind != "none":
        read = [weighed(network, value, kind == "per_channel") for value in read]
    return network.activated(network.add("add", read), section.text("activation", "linear"))


def fitted(network: Network, value: Value) -> Value:
    """A tensor in the size of what comes before, for it to be added to."""
    shape, wanted = value.shape, network.prev.shape
    if len(shape) != 3 or len(wanted) != 3 or shape == wanted:
        return value
    for axis in (1, 2):
        step = value.shape[axis] // wanted[axis] if wanted[axis] else 1
        if step > 1:
            value = network.add("slice", [value], {"axis": axis, "step": step})
        elif value.shape[axis] < wanted[axis]:
            value = network.add("upsample", [value], {"size": [*wanted[1:]]})
            break
    if shape[0] > wanted[0]:
        return network.add("slice", [value], {"axis": "channels", "stop": wanted[0]})
    if shape[0] < wanted[0]:
        return network.add("pad", [value], {"padding": [[0, wanted[0] - shape[0]], 0, 0]})
    return value


def weighed(network: Network, value: Value, each_channel: bool) -> Value:
    shape = [value.shape[0] if each_channel else 1, 1, 1]
    return network.add("mul", [value, network.add("parameter", [], {"shape": shape})])


@rule("scale_channels", "sam")
def scale_channels(network: Network, section: Section) -> Value:
    """Another layer's channels, or all its values, multiplied by what comes before."""
    other = network.at(section.numbers_of("from")[0], section, "from")
    product = network.add("mul", [other, network.image()])
    return network.activated(product, section.text("activation", "linear"))
