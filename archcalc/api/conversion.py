"""A network in another format as the text of a spec, and the proof that the text says what the file does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.api.arguments import asked
from archcalc.building.load import load_network
from archcalc.errors import Diagnostic, Source, SpecError
from archcalc.meter import Meter, metered
from archcalc.request import Request, SpecLike
from archcalc.sources.source import Located

if TYPE_CHECKING:
    from archcalc.importers.imported import Imported


class Conversion:
    """The spec that a file of another format stands for. ``text`` is its YAML, ``notes`` what was dropped and such."""

    def __init__(self, request: Request, imported: Imported) -> None:
        self._request, self._imported = request, imported
        self.text = imported.text
        self.notes = [*imported.notes]

    def verify(self) -> str:
        """What was proved, in a sentence. Raises SpecError where the text is another network than the file."""
        from archcalc.importers.proof import Proof

        request = self._request
        flat = Located(Source(f"<steps of {request.name}>", self._imported.flat), None)
        read = load_network(flat, inputs=request.left, max_work=request.max_work)
        written = request.network()
        with metered(Meter(request.max_work), "the proof"):
            proof = Proof(read, written)
        if not proof.holds:
            help = "please report it with the file: this is a defect of archcalc"
            raise SpecError(Diagnostic(f"the spec is not what {request.name} says: {proof.told()}", help=help))
        return f"the spec and {request.name} are the same graph of {proof.operators:,} operators, weights and sizes"

    def __repr__(self) -> str:
        return f"<Conversion of {self._request.name}: {self.text.count(chr(10)):,} lines>"


def convert(spec: SpecLike, **options: Any) -> Conversion:
    """The spec that a file of another format stands for: Darknet .cfg, Caffe .prototxt, ...

    ``options``: inputs, as_custom and max_work, as ``report`` has them. Raises SpecError, also for what is a spec.
    """
    return conversion(asked(spec, **options))


def conversion(request: Request) -> Conversion:
    """The spec that the file of a request stands for. Raises SpecError."""
    request.located()
    if request.imported is None:
        raise SpecError(Diagnostic(f"'{request.name}' is a spec itself", help="convert takes a file of another format"))
    return Conversion(request, request.imported)
