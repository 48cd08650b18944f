"""Networks in other formats as the text of a spec. An importer computes no number: the text is loaded as any spec is.

formats.py    what there is, and how a file tells its format
imported.py   what an importer is asked, and what it gives
darknet/      Darknet .cfg
caffe/        Caffe .prototxt
ultralytics/  Ultralytics YAML
keras/        Keras .keras, .h5 and model.to_json()
hugging_face/ Hugging Face's config.json: a family of shipped specs, and its variables
graphs/       graphs of operators: what readers of them deliver, and the proof of what is written
rewriting/    operators of a graph that are one layer of archcalc's
structure/    from a graph to a spec that a person could have written
pytorch/      the .pt2 that torch.export writes
onnx/         ONNX files, their weights skipped
"""

from __future__ import annotations

from importlib import import_module

from archcalc.importers.formats import Format, format_of
from archcalc.importers.imported import Asked, Imported
from archcalc.meter import charge
from archcalc.sources.file import File

CHARACTERS = 32
"""Characters of a spec that are written for a unit of work."""


def import_file(file: File, form: Format, asked: Asked) -> Imported:
    """The spec that a file stands for. Raises SpecError with everything that cannot be said in one."""
    imported: Imported = import_module(f"archcalc.importers.{form.name}").read(file, asked)
    charge(len(imported.text) // CHARACTERS)
    return imported


__all__ = ["Asked", "Format", "Imported", "format_of", "import_file"]
