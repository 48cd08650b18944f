"""The schema of archcalc.counts/1."""

from __future__ import annotations

from archcalc.report.json_schema.parts import (
    COUNT,
    INTEGER,
    LAYOUT,
    TEXT,
    Schema,
    by_name,
    head,
    listed,
    network_head,
    one_or_several,
    read_input,
    record,
    said,
)


def counts_schema() -> Schema:
    """One network in several ways of counting, or an array of several networks."""
    convention = record(
        {
            "name": TEXT,
            "unit": TEXT,
            "total": COUNT,
            "by_kind": said(by_name(COUNT), "by kind of layer, the largest first"),
        }
    )
    difference = record(
        {
            "name": TEXT,
            "from": said(TEXT, "the convention that it is held against"),
            "total": INTEGER,
            "by_kind": by_name(INTEGER),
        }
    )
    return one_or_several(
        record(
            {
                **head("counts"),
                **network_head(),
                "layout": LAYOUT,
                "input": read_input(),
                "conventions": listed(convention),
                "differences": listed(difference),
            }
        )
    )
