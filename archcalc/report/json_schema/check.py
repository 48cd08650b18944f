"""The schema of archcalc.check/1."""

from __future__ import annotations

from archcalc.report.json_schema.parts import (
    COUNT,
    FLAG,
    LINE,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    error,
    head,
    listed,
    or_null,
    record,
    said,
)


def check_schema() -> Schema:
    """Specs held to their budgets."""
    return record(
        {
            **head("check"),
            "base": said(TEXT_OR_NULL, "what growth is against, as it was asked for"),
            "results": listed(result()),
            "errors": said(listed(error()), "with any of these the check has no verdict"),
        }
    )


def result() -> Schema:
    """A limit and what is used of it."""
    return record(
        {
            "spec": TEXT,
            "variant": TEXT_OR_NULL,
            "path": said(TEXT_OR_NULL, "the pattern of the layers that it limits, null for the whole network"),
            "metric": TEXT,
            "kind": {"enum": ["max", "min", "max_increase"]},
            "limit": said({"type": ["integer", "null"]}, "null for growth without a base"),
            "written": said(TEXT, "the limit as it was written"),
            "used": COUNT,
            "base": {"type": ["integer", "null"]},
            "share": said({"type": ["number", "null"]}, "used of the limit, or the growth of the growth allowed"),
            "level": {"enum": ["error", "warn", "off"]},
            "ok": FLAG,
            "new": said(FLAG, "whether the spec does not exist in the base"),
            "message": TEXT,
            "note": said(TEXT, "why a limit of growth was not judged"),
            "file": said(TEXT, "where the limit is written"),
            "line": LINE,
            "spec_file": TEXT,
            "at": said(or_null(record({"file": TEXT, "line": LINE})), "the spec's line that costs or grew most"),
        }
    )
