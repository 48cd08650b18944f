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
    return blurred(network, value, blur, stride) if blur else value


def blurred(network: Network, value: Value, kind: int, stride: object) -> Value:
    """A blur of 3x3, or of 2x2 for a kind of 2, that strides: fixed weights for each channel."""
    kernel: Arguments = {"kernel": 2} if kind == 2 else {"kernel": 3, "padding": 1}
    return network.add("depthwise_conv", [value], {**kernel, "stride": stride, "bias": False}, frozen=True)


@rule("deconvolutional")
def deconvolutional(network: Network, section: Section) -> Value:
    given: Arguments = {"out": section.number_of("filters", 1), **window(section)}
    value = network.weigh(section, "conv_transpose", network.image(), given)
    return network.activated(value, section.text("activation", "logistic"))


@rule("maxpool", "local_avgpool")
def pool(network: Network, section: Section) -> Value:
    """``padding`` is that of both sides together, size - 1 unless said, and the half of it that is smaller comes first.

    It is left out where the windows are the same without it. ``antialiasing`` strides in a blur behind.
    """
    image = network.image()
    stride = asked = strides(section)
    size = section.number_of("size", section.number_of("stride", 1))
    blur = section.number_of("antialiasing") if section.type == "maxpool" else 0
    stride = (1, 1) if blur else asked
    padding = section.number_of("padding", size - 1)
    if section.number_of("maxpool_depth"):
        return depth_pool(network, image, section.number_of("out_channels", 1))
    given: Arguments = {"kernel": size}
    if stride != (size, size):
        given["stride"] = one_or_pair(stride)
    sides = [side(*one, size, padding) for one in zip(image.shape[1:], stride, strict=True)]
    if any(one != 0 for one in sides):
        given["padding"] = sides[0] if sides[0] == sides[-1] and isinstance(sides[0], int) else [sides[0], sides[-1]]
    value = network.add("max_pool" if section.type == "maxpool" else "avg_pool", [image], given)
    return blurred(network, value, blur, one_or_pair(asked)) if blur else value


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
    """Pixels as channels. The order of elements is another than here, the size is not.

    ``extra``: the elements as they are, and so many zeros behind them, as go.cfg has one for a pass.
    """
    if section.number_of("extra"):
        return network.add("pad", [network.vector()], {"padding": [[0, section.number_of("extra")]]})
    if section.number_of("flatten"):
        return network.prev
    if not section.has("stride"):
        said = f"{section.place} says no stride: 2 is taken, as YOLOR's program does"
        network.notes.append(Diagnostic(said, section.span))
    type = "pixel_shuffle" if section.number_of("reverse") else "pixel_unshuffle"
    return network.add(type, [network.image()], {"factor": section.number_of("stride", 2)})


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


@rule("logistic", "logxent")
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


@rule("l2norm")
def l2norm(network: Network, section: Section) -> Value:
    return network.add("rms_norm", [network.image()], {"axis": 0, "affine": False})


@rule("implicit", "implicit_add", "implicit_mul")
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
