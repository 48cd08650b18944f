"""PyTorch: the ``.pt2`` that torch.export writes, read without torch.

archive.py    the zip of JSON: its members, by name and size
signature.py  what is stored, what is read, what is given: sizes and identities
program.py    the operators as the JSON has them
reader.py     the operators in order, each handed to its rule
operators.py  the rule of each operator: layers on whole tensors
elementwise.py  arithmetic and functions of each element, with numbers, constants and tensors
moving.py     operators that view, cut, join and permute
attending.py  attention, recurrent layers, embeddings
pickled.py    .pt and .pth, which are refused
module.py     torch:MODULE:CALLABLE: the same of what the user's own torch exports; exporting.py runs there
"""

from __future__ import annotations

from archcalc.importers.imported import Asked, Imported, written
from archcalc.importers.pytorch.reader import read_graph
from archcalc.sources.file import File


def read(file: File, asked: Asked) -> Imported:
    """The spec of a ``.pt2``. Raises SpecError with all that it holds and archcalc does not know."""
    return written(read_graph(file, asked), file)
