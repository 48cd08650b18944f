"""Ultralytics' model files, YAML with ``backbone`` and ``head``: names of modules, scaled in depth and width.

model.py    a model in one of its scales, and the rules of scales
steps.py    the file's steps; rules.py what their modules stand for, head_rules.py the last
blocks.py   the blocks of backbones and necks; heads.py those of heads
detr.py     those of RT-DETR; words.py those whose classes are words
builder.py  layers added to a graph

Written from the papers and the documentation that describe the blocks; no line is taken from the program's source.
"""

from __future__ import annotations

from archcalc.importers.imported import Asked, Imported, written
from archcalc.importers.ultralytics import head_rules, rules  # noqa: F401
from archcalc.importers.ultralytics.model import Model
from archcalc.language.yaml_tree import read as read_yaml
from archcalc.sources.file import File


def read(file: File, asked: Asked) -> Imported:
    """The spec of a model file in one scale. Raises SpecError with what is wrong in it."""
    model = Model(file, read_yaml(file.source), asked)
    return written(model.finished(), file, model.notes)
