"""The shipped specs as text."""

from __future__ import annotations

from itertools import groupby
from textwrap import fill
from typing import Any


def show_catalogue(specs: list[dict[str, Any]]) -> str:
    """The specs by field: name, description, variants."""
    width = max(len(spec["name"]) for spec in specs) + 2
    blocks = []
    for field, members in groupby(specs, key=lambda spec: spec["field"]):
        lines = [field or "the document"]
        for spec in members:
            lines.append(f"  {spec['name']:<{width}}{spec['description']}".rstrip())
            if spec["variants"]:
                lead = " " * (width + 2)
                variants = ", ".join(spec["variants"])
                lines.append(fill(variants, 100, initial_indent=f"{lead}variants: ", subsequent_indent=lead))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
