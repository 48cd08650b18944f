"""Closed forms as plain data that prints itself and can be called with numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from operator import index
from typing import TYPE_CHECKING, Any

from archcalc.algebra.assumptions import Unknowns
from archcalc.algebra.closed_form import evaluate
from archcalc.building.free_variables import FreeVariables
from archcalc.costs.lifetimes import Asked
from archcalc.costs.memory import Memory
from archcalc.derivation.formula import build_formula, holds_at
from archcalc.derivation.formula_document import formula_document
from archcalc.derivation.formula_generating import Asking as CacheAsking
from archcalc.derivation.formula_training import Asking
from archcalc.errors import SpecError, option, unknown
from archcalc.meter import metered
from archcalc.render import writer
from archcalc.render.style import Style
from archcalc.report.figures import KV_CACHE, OF_LAYERS, TRAINED
from archcalc.report.generating import generating_in
from archcalc.report.patterns import Laid
from archcalc.report.training import adamw
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.derivation.closed_forms import ClosedForms


PEAKS = ("peak_memory",)
"""Figures that are no sum: the largest term is the closed form, where it leads."""

OF_ROWS = tuple(figure.name for figure in OF_LAYERS if "formula" not in figure.told and figure.none is None)
ASKED = (*PEAKS, *TRAINED, KV_CACHE.name, *OF_ROWS)
"""Those that are printed if they are asked for."""


class Formula(dict[str, Any]):
    """The closed forms of a network (archcalc.formula/1). A call with a number for each name gives the figures.

    >>> from archcalc import formula
    >>> found = formula("vgg16", vars="width")
    >>> found["figures"]["params"]["text"]
    '3591·width² + 1605725·width + 20882408'
    >>> found(width=32)["params"]
    75942792
    """

    def __init__(self, forms: ClosedForms) -> None:
        super().__init__(formula_document(forms))
        self._forms = forms

    @property
    def text(self) -> str:
        """The closed forms for people, as ``archcalc formula`` prints them."""
        return self._written("text")

    @property
    def python(self) -> str:
        """The text of a Python function ``figures`` of the names, which needs nothing of archcalc."""
        return self._written("python")

    def _written(self, form: str) -> str:
        out = StringIO()
        writer("formula", form)(self._forms, out, Style())
        return out.getvalue()

    def __call__(self, **sizes: int) -> Mapping[str, Any]:
        """The figures and ``outputs`` (shapes, without the batch axis) at these sizes.

        Raises TypeError unless each name is given once, ValueError where the closed forms do not hold.
        """
        names = [variable["name"] for variable in self["variables"]]
        if sizes.keys() != set(names):
            raise TypeError(f"the closed forms are in {', '.join(names)}, not in {', '.join(sizes) or 'nothing'}")
        at = {name: index(size) for name, size in sizes.items()}
        if min(at.values()) < 1:
            raise ValueError(f"{', '.join(names)}: whole numbers above 0")
        for assumption in self._forms["assumptions"]:
            if not all(holds_at(reason, at) for reason in assumption["condition"].reasons):
                raise ValueError(assumption["text"])
        figures = {name: evaluate(figure["form"], at) for name, figure in self._forms["figures"].items()}
        return {**figures, "outputs": [[evaluate(dim, at) for dim in shape] for shape in self._forms["outputs"]]}


def closed_forms(request: Request, names: Sequence[str], layers: bool, figure: str | None = None) -> ClosedForms:
    """The closed forms of a request in these names, as its writers take them; with ``figure`` that one too.

    Raises SpecError.
    """
    if figure not in (None, *ASKED):
        message = f"no closed form of '{figure}' beside those that are printed"
        raise SpecError(unknown(message, str(figure), ASKED, otherwise=f"there are those of {', '.join(ASKED)}"))
    unknowns = Unknowns()
    free = FreeVariables(tuple(dict.fromkeys(name.strip() for name in names)), unknowns, request.batch)
    try:
        network = request.network(free=free)
    except SpecError as error:
        request.network()  # what is wrong with the values given is told first
        for diagnostic in error.diagnostics:
            diagnostic.help = diagnostic.help or f"leave out of {option('vars')} what this depends on"
        raise SpecError(*error.diagnostics) from None
    if not all(unknowns.holds(assumption.condition) for assumption in unknowns):
        request.network()
    laid = Laid(request.widths, network) if request.widths.source else None
    if laid is not None:
        laid.hold()
    convention = request.convention(network)
    memory = Memory(request.network(), Asked(request.dtype, request.batch)) if figure in PEAKS else None
    training = Asking(figure, adamw(request.dtype), free.batch) if figure in TRAINED else None
    cache = None
    if figure == KV_CACHE.name:
        cache = CacheAsking(generating_in(request.report()), request.dtype, free.batch)
    with metered(network.meter, "to derive closed forms"):
        return build_formula(
            network,
            unknowns,
            free.meaning,
            convention,
            batch=free.batch,
            layers=layers,
            laid=laid,
            memory=memory,
            training=training,
            cache=cache,
            more=figure if figure in OF_ROWS else None,
        )
