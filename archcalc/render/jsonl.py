"""archcalc.report/1, one object a line."""

from __future__ import annotations

from collections.abc import Iterable
from json import dumps
from typing import TYPE_CHECKING, Any, TextIO

from archcalc.render.json import public

if TYPE_CHECKING:
    from archcalc.render.style import Style


def write(reports: Iterable[dict[str, Any]], out: TextIO, style: Style) -> None:
    """Write the reports; one that failed is its errors."""
    for report in reports:
        found = public(report)
        if "layers" in found:
            found["layers"] = [public(row) for row in found["layers"]]
        out.write(dumps(found) + "\n")
