"""archcalc.formula/1 as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.derivation.formula_document import formula_document
from archcalc.render import json
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.derivation.closed_forms import ClosedForms


def write(formula: ClosedForms, out: TextIO, style: Style) -> None:
    """Write the formula as one object."""
    json.write(formula_document(formula), out, style)
