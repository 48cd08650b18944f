"""The schema of archcalc.diff/1."""

from __future__ import annotations

from archcalc.report.figures import FIGURES, SUMMED
from archcalc.report.json_schema.parts import (
    COUNT,
    DTYPE,
    FLAG,
    INTEGER,
    LAYOUT,
    LINE,
    SHAPES,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    Schema,
    by_name,
    head,
    listed,
    network_head,
    or_null,
    read_input,
    record,
    said,
)


def diff_schema() -> Schema:
    """The difference of two networks."""
    side = record(
        {
            **network_head(),
            "dtype": DTYPE,
            "convention": TEXT,
            "unit": TEXT,
            "layout": LAYOUT,
            "input": read_input(),
            "outputs": SHAPES,
        }
    )
    total = record({"old": COUNT, "new": COUNT, "change": INTEGER})
    return record(
        {
            **head("diff"),
            "old": side,
            "new": side,
            "different": FLAG,
            "totals": record(dict.fromkeys(FIGURES, total)),
            "changes": said(listed(change()), "their change sums to that of the totals"),
            "renamed": said(listed(record({"old": TEXT, "new": TEXT})), "layers that stayed and have another path"),
        }
    )


def change() -> Schema:
    """A layer that was added, removed, or differs."""
    layer = record(
        {
            "path": TEXT,
            "type": TEXT,
            "file": TEXT,
            "line": LINE,
            "inputs": SHAPES,
            "outputs": SHAPES,
            **{figure.name: COUNT for figure in SUMMED},
        }
    )
    return record(
        {
            "kind": {"enum": ["added", "removed", "changed"]},
            "path": TEXT,
            "step": said(TEXT_OR_NULL, "the highest step that was added or removed whole, with this layer in it"),
            "cause": said(TEXT_OR_NULL, "arguments, or input where it merely reads other sizes"),
            "arguments": by_name({}),
            "because": said(TEXTS, "the paths of the layers whose change it follows from"),
            "old": or_null(layer),
            "new": or_null(layer),
            "change": record(dict.fromkeys([*(figure.name for figure in SUMMED), "weights_bytes"], INTEGER)),
        }
    )
