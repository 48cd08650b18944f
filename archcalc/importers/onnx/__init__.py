"""ONNX, read by a reader of its own: the file is mapped, its weights are skipped, only sizes are looked at.

wire.py       the wire format of protobuf, within bounds
model.py      the messages: a model, its graph, nodes, attributes, tensors
inlining.py   functions that a file writes itself, in place of their calls
fusing.py     operators that an exporter has written out
inputs.py     sizes that are left open, and which axis is the batch
scopes.py     the modules around a node
stored.py     stored tensors: weights, settings, what several layers have and what none has
reader.py     the nodes in order, each handed to its rule
operation.py  a node as its rule sees it
folding.py    operators on what is known before the network runs: arithmetic on sizes, mostly
products.py   linear maps, products of matrices, norms
windows.py    convolutions, pools
resampling.py  Resize, Upsample
moving.py     operators that view, cut, join, pad and permute
elementwise.py  functions, arithmetic, reductions
recurrent.py  LSTM, GRU, RNN
attending.py  attention
quantised.py  operators on whole numbers
sized.py      what no layer does, and what no spec says
"""

from __future__ import annotations

from archcalc.importers.imported import Asked, Imported, written
from archcalc.importers.onnx.reader import read_graph
from archcalc.sources.file import File


def read(file: File, asked: Asked) -> Imported:
    """The spec of an ONNX file. Raises SpecError with all that it holds and archcalc does not know."""
    return written(read_graph(file, asked), file)
