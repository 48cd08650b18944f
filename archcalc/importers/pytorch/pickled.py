"""PyTorch's ``.pt`` and ``.pth``: pickles, which may run code, and hold no graph. They are never loaded."""

from __future__ import annotations

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.imported import Asked, Imported
from archcalc.sources.file import File


def read(file: File, asked: Asked) -> Imported:
    """Raises SpecError, with the way to a file that can be read."""
    help = "torch.export.save(torch.export.export(module, example), 'net.pt2') writes a file that archcalc reads"
    raise SpecError(Diagnostic(f"{file.name} is a pickle of PyTorch: weights or code without a graph", help=help))
