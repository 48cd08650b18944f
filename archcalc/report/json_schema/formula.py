"""The schema of archcalc.formula/1."""

from __future__ import annotations

from archcalc.report.json_schema.parts import (
    FLAG,
    INTEGER,
    LINE,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    by_name,
    head,
    listed,
    network_head,
    or_null,
    record,
    said,
)

FORM = record({"text": TEXT, "python": said(TEXT, "the same as Python computes it")})
SHAPES = listed(listed(FORM))


def formula_schema() -> Schema:
    """Closed forms of a network's figures."""
    variable = record(
        {
            "name": TEXT,
            "kind": {"enum": ["axis", "variable"]},
            "input": said(TEXT_OR_NULL, "the input whose axis it is"),
            "axis": {"type": ["integer", "null"]},
            "at": said(INTEGER, "its value in the spec"),
            "domain": TEXT,
        }
    )
    ratio = said(TEXT_OR_NULL, "a whole number or a fraction, such as 7653/1927")
    figure = record(
        {
            "unit": TEXT,
            "text": TEXT,
            "python": TEXT,
            "at": said(INTEGER, "at the values in the spec"),
            "leading": said(or_null(FORM), "the term that grows fastest"),
            "doubling": said(
                by_name(record({"at": ratio, "limit": ratio})), "what doubling a variable multiplies it by"
            ),
        }
    )
    reason = record(
        {
            "message": TEXT,
            "chosen": said(FLAG, "whether another value would build another network"),
            "path": TEXT_OR_NULL,
            "file": TEXT_OR_NULL,
            "line": or_null(LINE),
        }
    )
    layer = record(
        {"path": TEXT, "type": TEXT, "file": TEXT, "line": LINE, "outputs": SHAPES, "figures": by_name(FORM)}
    )
    return record(
        {
            **head("formula"),
            **network_head(),
            "convention": TEXT,
            "unit": TEXT,
            "variables": listed(variable),
            "figures": by_name(figure),
            "outputs": SHAPES,
            "assumptions": listed(record({"text": TEXT, "python": TEXT, "reasons": listed(reason)})),
            "layers": or_null(listed(layer)),
        }
    )
