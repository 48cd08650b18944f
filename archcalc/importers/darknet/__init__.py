"""Darknet's .cfg files: sections, each a layer that reads the one before it, or others by their number.

sections.py   the grammar
network.py    steps added one by one
layers.py     what each type of section stands for; joining.py those that read several tensors, recurrent.py
              those that keep a state

The grammar is that of AlexeyAB/darknet, with the shortcuts of pjreddie/darknet where the two differ.
"""

from __future__ import annotations

from archcalc.importers.darknet import joining as joining
from archcalc.importers.darknet import layers as layers
from archcalc.importers.darknet import recurrent as recurrent
from archcalc.importers.darknet.network import Network
from archcalc.importers.darknet.sections import read_sections
from archcalc.importers.imported import Asked, Imported, written
from archcalc.sources.file import File


def read(file: File, asked: Asked) -> Imported:
    """The spec of a .cfg file. Raises SpecError with what is wrong in it."""
    net, *sections = read_sections(file)
    network = Network(file, net, asked)
    for section in sections:
        network.section(section)
    return written(network.finished(), file, network.notes)
