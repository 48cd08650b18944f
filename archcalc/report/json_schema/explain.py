"""The schema of archcalc.explain/1."""

from __future__ import annotations

from archcalc.analysis.explain_totals import EXPLAINED
from archcalc.report.json_schema.parts import (
    COUNT,
    INTEGER,
    LAYOUT,
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
    record,
    said,
)

PLACE: dict[str, Schema] = {"file": TEXT_OR_NULL, "line": {"type": ["integer", "null"]}}
ANY: Schema = {}
STEP = record(
    {
        "name": TEXT,
        "formula": said(TEXT, "the rule, in names"),
        "numbers": said(TEXT, "the numbers put in"),
        "value": said(ANY, "the result"),
    }
)


def explain_schema() -> Schema:
    """The derivation of some layers, or with no layer of the totals."""
    figures = {figure.name: INTEGER for figure in EXPLAINED}
    sums = record(
        {
            "parts": listed(record({"path": TEXT, "layers": COUNT, **figures})),
            "steps": said(by_name(STEP), "by figure"),
        }
    )
    return {
        **record(
            {
                **head("explain"),
                **network_head(),
                "convention": TEXT,
                "unit": TEXT,
                "layout": LAYOUT,
                "level": {"enum": ["brief", "full"]},
                "layers": listed(layer()),
                "sums": said(or_null(sums), "what each part contributes"),
            }
        ),
        "definitions": {"written": written()},
    }


def layer() -> Schema:
    said_so = or_null({"$ref": "#/definitions/written"})
    dim = record({"formula": TEXT, "value": INTEGER})
    cell = record(
        {
            "cell": TEXT,
            "title": TEXT,
            "value": said(ANY, "as a table has it"),
            "steps": listed(STEP),
            "shape": said(listed(dim), "of a weight"),
            "notes": TEXTS,
        },
        ("shape",),
    )
    return record(
        {
            "path": TEXT,
            "name": TEXT_OR_NULL,
            "type": TEXT,
            **PLACE,
            "called_from": listed(record({"block": TEXT, **PLACE})),
            "inputs": SHAPES,
            "outputs": SHAPES,
            "axes": said(listed(by_name(INTEGER)), "the names and sizes of each input's axes"),
            "arguments": listed(
                record({"name": TEXT, "value": TEXT, "written": said(said_so, "null for the layer's own default")})
            ),
            "cells": listed(cell),
            "notes": TEXTS,
        }
    )


def written() -> Schema:
    """A value as the spec writes it, with the values that it was computed from."""
    reads = by_name({"$ref": "#/definitions/written"})
    return record({"text": TEXT_OR_NULL, "place": TEXT, **PLACE, "value": ANY, "reads": reads})
