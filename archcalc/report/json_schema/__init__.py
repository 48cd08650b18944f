"""The JSON Schema (draft 7) of each JSON output, one function a schema; ``archcalc schema NAME`` prints them.

parts.py      shapes, inputs, errors: what several outputs hold
report.py     archcalc.report/1      counts.py   archcalc.counts/1
diff.py       archcalc.diff/1        check.py    archcalc.check/1
explain.py    archcalc.explain/1     formula.py  archcalc.formula/1
catalogue.py  archcalc.specs/1, layers/1, layer/1, count/1
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

OUTPUTS = {
    "report": "archcalc show --format json",
    "counts": "archcalc show --count all --format json",
    "diff": "archcalc diff --format json",
    "check": "archcalc check --format json",
    "explain": "archcalc explain --format json",
    "formula": "archcalc formula --format json",
    "specs": "archcalc specs --format json",
    "layers": "archcalc layers --format json",
    "layer": "archcalc layers NAME --format json",
    "count": "archcalc count --format json",
}
"""Each schema's name and what prints such JSON."""

CATALOGUE = ("specs", "layers", "layer", "count")


def output_schema(name: str) -> dict[str, Any]:
    """The schema of an output; raises KeyError where there is none of that name."""
    command = OUTPUTS[name]
    module = import_module(f"archcalc.report.json_schema.{'catalogue' if name in CATALOGUE else name}")
    found: dict[str, Any] = getattr(module, f"{name}_schema")()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"archcalc.{name}/1",
        "description": f"What '{command}' prints.",
        **found,
    }
