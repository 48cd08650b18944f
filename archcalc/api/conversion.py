"""A network in another format as the text of a spec, and the proof that the text says what the file does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.api.arguments import asked
from archcalc.errors import Diagnostic, SpecError
from archcalc.request import Request, SpecLike

if TYPE_CHECKING:
    from archcalc.importers.imported import Imported


class Conversion:
    """The spec that a file of another format stands for. ``text`` is its YAML, ``notes`` what was dropped and such."""

    def __init__(self, request: Request, imported: Imported) -> None:
        self._request, self._imported = request, imported
        self.text = imported.text
        self.notes = [*imported.notes]

    def verify(self) -> str:
        """What was proved before the text was given, in a sentence. Raises SpecError if there was nothing to prove."""
        name, proof = self._request.name, self._imported.proof
        if proof is None:
            raise SpecError(Diagnostic(f"{name} holds no graph that its spec could be compared with"))
        figures = ", ".join(f"{number:,} {figure}" for figure, number in proof.totals.items())
        return f"the spec and {name} are the same graph of {proof.nodes:,} operators: {figures}"

    def __repr__(self) -> str:
        return f"<Conversion of {self._request.name}: {self.text.count(chr(10)):,} lines>"


def convert(spec: SpecLike, **options: Any) -> Conversion:
    """The spec that a file of another format stands for: ONNX, .pt2, Keras, Darknet .cfg, Caffe .prototxt, ...

    ``options``: inputs, as_custom and max_work, as ``report`` has them. Raises SpecError, also for what is a spec.
    """
    return conversion(asked(spec, **options))


def conversion(request: Request) -> Conversion:
    """The spec that the file of a request stands for. Raises SpecError."""
    request.located()
    if request.imported is None:
        raise SpecError(Diagnostic(f"'{request.name}' is a spec itself", help="convert takes a file of another format"))
    return Conversion(request, request.imported)
