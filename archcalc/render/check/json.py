"""archcalc.check/1 as JSON."""

from __future__ import annotations

from json import dumps
from typing import TextIO

from archcalc.budget.result import SCHEMA, Outcome
from archcalc.render.diagnostics import data
from archcalc.render.style import Style
from archcalc.version import __version__


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write the results, a line each, and the errors."""
    head = {"schema": SCHEMA, "archcalc": __version__, "base": outcome.base}
    out.write("{\n" + "".join(f"  {dumps(key)}: {dumps(value)},\n" for key, value in head.items()))
    results = ",\n".join(f"    {dumps(result.data())}" for result in outcome.results)
    out.write(f'  "results": [\n{results}\n  ]' if results else '  "results": []')
    errors = [data(diagnostic) for diagnostic in outcome.errors]
    out.write(f',\n  "errors": {dumps(errors)}\n}}\n')
