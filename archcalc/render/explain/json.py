"""archcalc.explain/1 as JSON."""

from __future__ import annotations

from typing import TextIO

from archcalc.derivation.explain import Explanation
from archcalc.derivation.explain_document import explanation_document
from archcalc.render import indented
from archcalc.render.style import Style


def write(found: Explanation, out: TextIO, style: Style) -> None:
    """Write the explanation as one object."""
    indented.write(explanation_document(found), out, style)
