"""Inputs in their three spellings, and layers of data, which often say no size."""

from __future__ import annotations

from collections.abc import Sequence

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.importers.caffe.network import Blob, Layer, Network, rule
from archcalc.importers.caffe.text import Message
from archcalc.importers.naming import plain_name

COLOURS = 3
RECURRENT = ("LSTM", "RNN")
"""Layers that read [T, N, ...]: the batch is the second axis."""
POOLS_REGIONS = ("ROIPooling", "PSROIPooling", "ROIAlign")
"""Layers whose second blob is regions, [regions, 5]: its first axis is no batch."""


def declare_inputs(network: Network) -> None:
    """The inputs that stand at the file's top: ``input`` with four ``input_dim`` each, or with ``input_shape``."""
    names = network.root.texts("input")
    sizes = network.root.numbers("input_dim")
    shapes = [shape.numbers("dim") for shape in network.root.messages("input_shape")]
    shapes = shapes or [sizes[4 * number : 4 * number + 4] for number in range(len(names))]
    for number, name in enumerate(names):
        declare(network, name, shapes[number] if number < len(shapes) else [], network.root, len(names) == 1)


def declare(network: Network, name: str, dims: Sequence[int], message: Message, only: bool) -> None:
    """An input, if a layer reads it for more than a loss; without its batch. Raises SpecError if it says no size."""
    readers = network.readers.get(name, [])
    if not any(not compares(layer) or layer.bottoms[0] == name for layer in readers):
        network.put(name, None)
        return
    batch = 1 if any(layer.type in RECURRENT and name in layer.bottoms for layer in readers) else 0
    are_regions = any(layer.type in POOLS_REGIONS and layer.bottoms[1:2] == [name] for layer in readers)
    shape = network.asked.shape(name, only)
    if shape is None:
        if not dims or any(size < 1 for size in dims):
            message_text = f"{network.file.name} does not say the size of '{name}'"
            help = f"say it without the batch: {option('input', f'{name}=3x224x224')}"
            raise SpecError(Diagnostic(message_text, message.span, help=help))
        shape = tuple(dims[:2]) if are_regions else tuple(size for axis, size in enumerate(dims) if axis != batch)
        if not are_regions and dims[batch : batch + 1] and dims[batch] != 1:
            network.notes.append(Diagnostic(f"'{name}' is a batch of {dims[batch]:,}: shapes have none", message.span))
    called = plain_name(name)
    if called in network.graph.inputs:
        called = f"{called}_{len(network.graph.inputs)}"
    network.put(name, Blob(network.graph.input(called, shape), are_regions))


LABELLED = frozenset(
    "Accuracy SoftmaxWithLoss EuclideanLoss HingeLoss SigmoidCrossEntropyLoss InfogainLoss MultinomialLogisticLoss"
    " ContrastiveLoss TripletLoss SmoothL1Loss MultiBoxLoss Silence SoftmaxLoss CrossEntropyLoss L1Loss"
    " DetectionEvaluate HDF5Output SegAccuracy MatWrite".split()
)
"""Layers that compare with labels, or throw away what they read."""


def compares(layer: Layer) -> bool:
    return layer.type in LABELLED or layer.is_loss


@rule("Input", reads=0)
def input_layer(network: Network, layer: Layer, read: list[Blob]) -> list[Blob | None]:
    shapes = [shape.numbers("dim") for shape in layer.parameters("input_param").messages("shape")]
    only = len(layer.tops) == 1 and network.types["Input"] == 1
    for number, name in enumerate(layer.tops):
        declare(network, name, shapes[min(number, len(shapes) - 1)] if shapes else [], layer.message, only)
    return [network.blobs[name] for name in layer.tops]


@rule("Data", "ImageData", "MemoryData", "HDF5Data", "WindowData", "DummyData", "AnnotatedData", "DenseImageData",
      "VideoData", "DataTransformer", reads=0)  # fmt: skip
def data(network: Network, layer: Layer, read: list[Blob]) -> list[Blob | None]:
    """The first blob is images, of the size of a crop if there is one; what comes behind are labels."""
    for number, name in enumerate(layer.tops):
        declare(network, name, sizes(network, layer, number), layer.message, number == 0)
    return [network.blobs[name] for name in layer.tops]


def sizes(network: Network, layer: Layer, number: int) -> Sequence[int]:
    """The size that a layer of data says of a blob, with its batch; nothing if it does not."""
    if layer.type == "DummyData":
        given = layer.parameters("dummy_data_param")
        shapes = given.messages("shape")
        old = [given.numbers(name) for name in ("num", "channels", "height", "width")]
        if shapes:
            return shapes[min(number, len(shapes) - 1)].numbers("dim")
        return [one[min(number, len(one) - 1)] for one in old] if all(old) else []
    if number > 0:
        return []
    if layer.type == "MemoryData":
        given = layer.parameters("memory_data_param")
        return [given.number(name, 0) for name in ("batch_size", "channels", "height", "width")]
    return cropped(network, layer)


def cropped(network: Network, layer: Layer) -> Sequence[int]:
    """[N, C, H, W] of images that are cropped, or resized; colours are three unless something says otherwise."""
    transform = layer.parameters("transform_param")
    given = next((one for name in PARAMETERS if (one := layer.parameters(name)).fields), layer.message)
    size = transform.number("crop_size", 0) or given.number("crop_size", 0)
    resize = transform.message("resize_param")
    height = transform.number("crop_h", size) or resize.number("height", 0) or given.number("new_height", 0)
    width = transform.number("crop_w", size) or resize.number("width", 0) or given.number("new_width", 0)
    grey = transform.flag("force_gray", False) or not given.flag("is_color", True)
    means = len(transform.words("mean_value"))
    channels = 1 if grey else means if means > 1 else COLOURS
    if height and width:
        if not (grey or means > 1 or network.asked.inputs):
            said = f"'{layer.tops[0]}' does not say how many channels it has: {channels} are taken"
            network.notes.append(Diagnostic(said, layer.message.span))
        return [given.number("batch_size", 1), channels, height, width]
    return []


PARAMETERS = ("data_param", "image_data_param", "hdf5_data_param", "window_data_param", "dense_image_data_param")
