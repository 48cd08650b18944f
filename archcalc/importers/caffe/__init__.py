"""Caffe's .prototxt files: layers that read blobs by name and write others, often in place.

text.py      protobuf's text format
older.py     layers of older files, as they are written today
network.py   layers in the phase TEST, and the graph as it grows
inputs.py    three spellings of an input, and layers of data
layers.py    dense layers, norms, activations; windows.py convolutions and pools; axes.py what joins, cuts and turns
ends.py      losses, boxes and regions
"""

from __future__ import annotations

from archcalc.importers.caffe import axes, ends, layers, windows  # noqa: F401
from archcalc.importers.caffe.inputs import declare_inputs
from archcalc.importers.caffe.network import Network
from archcalc.importers.caffe.text import parse
from archcalc.importers.imported import Asked, Imported, written
from archcalc.sources.file import File


def read(file: File, asked: Asked) -> Imported:
    """The spec of a .prototxt file. Raises SpecError with what is wrong in it."""
    network = Network(file, parse(file), asked)
    declare_inputs(network)
    return written(network.finished(), file, network.notes)
