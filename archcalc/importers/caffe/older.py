"""Layers of older files: ``layers { type: CONVOLUTION }``, and before those ``layers { layer { type: "conv" } }``."""

from __future__ import annotations

from collections.abc import Mapping

from archcalc.importers.caffe.text import Message

OLD_TYPES: Mapping[str, str] = {
    "ABSVAL": "AbsVal", "ACCURACY": "Accuracy", "ARGMAX": "ArgMax", "BNLL": "BNLL", "CONCAT": "Concat",
    "CONTRASTIVE_LOSS": "ContrastiveLoss", "CONVOLUTION": "Convolution", "DATA": "Data", "DECONVOLUTION":
    "Deconvolution", "DROPOUT": "Dropout", "DUMMY_DATA": "DummyData", "EUCLIDEAN_LOSS": "EuclideanLoss", "ELTWISE":
    "Eltwise", "EXP": "Exp", "FLATTEN": "Flatten", "HDF5_DATA": "HDF5Data", "HDF5_OUTPUT": "HDF5Output", "HINGE_LOSS":
    "HingeLoss", "IM2COL": "Im2col", "IMAGE_DATA": "ImageData", "INFOGAIN_LOSS": "InfogainLoss", "INNER_PRODUCT":
    "InnerProduct", "LRN": "LRN", "MEMORY_DATA": "MemoryData", "MULTINOMIAL_LOGISTIC_LOSS": "MultinomialLogisticLoss",
    "MVN": "MVN", "POOLING": "Pooling", "POWER": "Power", "RELU": "ReLU", "SIGMOID": "Sigmoid",
    "SIGMOID_CROSS_ENTROPY_LOSS": "SigmoidCrossEntropyLoss", "SILENCE": "Silence", "SOFTMAX": "Softmax", "SOFTMAX_LOSS":
    "SoftmaxWithLoss", "SPLIT": "Split", "SLICE": "Slice", "TANH": "TanH", "WINDOW_DATA": "WindowData", "THRESHOLD":
    "Threshold",
}  # fmt: skip
"""The types of ``layers { type: CONVOLUTION }`` as ``layer`` calls them (caffe.proto, V1LayerParameter)."""

OLDEST: Mapping[str, tuple[str, str]] = {
    "conv": ("Convolution", "convolution_param"), "im2col": ("Im2col", "convolution_param"),
    "pool": ("Pooling", "pooling_param"), "innerproduct": ("InnerProduct", "inner_product_param"),
    "lrn": ("LRN", "lrn_param"), "dropout": ("Dropout", "dropout_param"), "concat": ("Concat", "concat_param"),
    "data": ("Data", "data_param"), "images": ("ImageData", "image_data_param"),
    "window_data": ("WindowData", "window_data_param"), "hdf5_data": ("HDF5Data", "hdf5_data_param"),
    "hdf5_output": ("HDF5Output", "hdf5_output_param"), "padding": ("Padding", "padding_param"),
    **{
        word: (type, "given")
        for word, type in {
            "accuracy": "Accuracy", "bnll": "BNLL", "euclidean_loss": "EuclideanLoss", "flatten": "Flatten",
            "infogain_loss": "InfogainLoss", "multinomial_logistic_loss": "MultinomialLogisticLoss", "relu": "ReLU",
            "sigmoid": "Sigmoid", "softmax": "Softmax", "softmax_loss": "SoftmaxWithLoss", "split": "Split",
            "tanh": "TanH",
        }.items()
    },
}  # fmt: skip
"""The types of the oldest files, as ``layer`` calls them, and where it keeps their fields (V0LayerParameter)."""
RENAMED = {
    "kernelsize": "kernel_size", "biasterm": "bias_term", "cropsize": "crop_size", "batchsize": "batch_size",
    "meanfile": "mean_file",
}  # fmt: skip
KEPT = ("name", "blobs_lr")


def upgraded(message: Message) -> Message:
    """A layer of the oldest files, whose fields stand in a message ``layer`` in it, as it is written today."""
    inner = message.message("layer")
    if not message.messages("layer"):
        return message
    word = inner.text("type")
    type, place = OLDEST.get(word, (word, "given"))
    given, found = Message(inner.span), Message(message.span)
    given.fields = {RENAMED.get(name, name): values for name, values in inner.fields.items()}
    kept = {name: inner.fields[name] for name in KEPT if name in inner.fields}
    found.fields = {**message.fields, **kept, place: [given]}
    found.fields["type"] = [one.as_text(type) for one in inner.words("type")[-1:]]
    return found
