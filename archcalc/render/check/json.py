"""archcalc.check/1 as JSON."""

from __future__ import annotations

from typing import TextIO

from archcalc.budget.outcome import SCHEMA, Outcome
from archcalc.render.json import dumps
from archcalc.render.style import Style
from archcalc.version import __version__


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write the results and what is loosened, a line each, the errors, and notes where there are some."""
    head = {"schema": SCHEMA, "archcalc": __version__, "base": outcome.base}
    out.write("{\n" + "".join(f"  {dumps(key)}: {dumps(value)},\n" for key, value in head.items()))
    results = ",\n".join(f"    {dumps(result.data())}" for result in outcome.results)
    out.write(f'  "results": [\n{results}\n  ]' if results else '  "results": []')
    loosened = ",\n".join(f"    {dumps(one.data())}" for one in outcome.loosened)
    out.write(f',\n  "loosened": [\n{loosened}\n  ]' if loosened else ',\n  "loosened": []')
    out.write(f',\n  "left_out": {dumps(outcome.left_out)}')
    for key, said in {"errors": outcome.errors, **({"notes": outcome.notes} if outcome.notes else {})}.items():
        out.write(f",\n  {dumps(key)}: {dumps([diagnostic.data() for diagnostic in said])}")
    out.write("\n}\n")
