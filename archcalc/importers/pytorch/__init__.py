"""PyTorch: the ``.pt2`` that torch.export writes, read without torch.

archive.py    the zip of JSON: its members, by name and size
signature.py  what is stored, what is read, what is given: sizes and identities
program.py    the operators as the JSON has them
reader.py     the operators in order, each handed to its rule
places.py     what names stand for, and what writing in place makes of them
operation.py  an operator as its rule sees it
stored.py     what is stored, learned or constant
windows.py    convolutions, pools
products.py   linear maps, products
norms.py      norms
elementwise.py  arithmetic and functions of each element, with numbers, constants and tensors
several.py    operators of several tensors and reductions that no layer does
moving.py     operators that view, cut, join and permute
making.py     numbers that are made before the network runs, and positions by such numbers
sized.py      what no layer does: custom steps of the sizes that they give
attending.py  attention, embeddings, einsum
recurrent.py  recurrent layers and single steps of them
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
