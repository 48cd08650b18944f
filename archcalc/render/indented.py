"""A document as indented JSON, a line for each value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TextIO

from archcalc.render.json import dumps
from archcalc.render.style import Style


def write(found: Mapping[str, Any], out: TextIO, style: Style) -> None:
    """Write the document."""
    out.write(dumps(found, indent=2) + "\n")
