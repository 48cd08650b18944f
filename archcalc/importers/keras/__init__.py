"""Keras: ``.keras``, ``.h5`` and what ``model.to_json()`` gives, of Keras 1, 2 and 3. Read without Keras; no code runs.

container.py    the JSON of a file, from a zip, from the bytes of HDF5, or as it is
language.py     the three languages of that JSON as one: layers, their calls, the tensors that calls read
old.py          the words of Keras 1 as those of Keras 2
network.py      models in the order in which they run, nested ones too
call.py         a call of a layer, as the rule of its class sees it
layers.py       dense layers, norms, activations, and what passes through
convolutions.py windows: convolutions, pools, padding, resampling
recurrent.py    recurrent layers, their cells and wrappers
merging.py      layers that merge tensors, attention, shapes
operations.py   operations between layers: keras.ops, TFOpLambda, SlicingOpLambda

Sizes have the channels last, as Keras has them, in a spec of layout HWC; a model that is channels_first is one of CHW.
"""

from __future__ import annotations

from archcalc.importers.imported import Asked, Imported, written
from archcalc.importers.keras import convolutions, layers, merging, operations, recurrent  # noqa: F401
from archcalc.importers.keras.container import document
from archcalc.importers.keras.network import Network
from archcalc.sources.file import File


def read(file: File, asked: Asked) -> Imported:
    """The spec of a model of Keras. Raises SpecError with all that it holds and archcalc does not know."""
    network = Network(file, asked, document(file))
    return written(network.read(), file, network.notes)
