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

import json
import re

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.imported import Asked, Imported, written
from archcalc.importers.keras import convolutions, layers, merging, operations, recurrent  # noqa: F401
from archcalc.importers.keras.container import HDF5, ZIP, document
from archcalc.importers.keras.network import Network
from archcalc.meter import OutOfWork
from archcalc.sources.file import File


def read(file: File, asked: Asked) -> Imported:
    """The spec of a model of Keras. Raises SpecError with all that it holds and archcalc does not know."""
    try:
        network = Network(file, asked, document(file))
        return written(network.read(), file, network.notes)
    except OutOfWork:
        raise
    except SpecError as error:
        raise SpecError(*(located(file, one) for one in error.diagnostics)) from None


def located(file: File, told: Diagnostic) -> Diagnostic:
    """An error of a file of JSON at the layer that it names, else at the file's start."""
    if told.span is not None or file.head.startswith((ZIP, HDF5)):
        return told
    named = re.search(r"(?:nodes?|layer) '?([^\s,;:']+)", told.message)
    text = file.source.text
    words = [json.dumps(named.group(1).rpartition("/")[2])] if named else []
    place = next((at for word in words if (at := text.find(word)) >= 0), 0)
    span = file.source.span(place, place + (len(words[0]) if place else 1))
    return Diagnostic(told.message, span, help=told.help)
