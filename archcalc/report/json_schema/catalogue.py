"""The schemas of archcalc.specs/1, layers/1, layer/1 and count/1: what there is to choose from."""

from __future__ import annotations

from archcalc.report.json_schema.parts import (
    COUNT,
    FLAG,
    SHAPE,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    Schema,
    by_name,
    listed,
    record,
    said,
)


def specs_schema() -> Schema:
    """The shipped specs."""
    figures = {"inputs": by_name(SHAPE), "params": COUNT, "macs": COUNT}
    spec = record(
        {
            "name": TEXT,
            "field": said(TEXT, "the folder that it is in, empty for none"),
            "description": TEXT,
            "source": TEXT,
            **figures,
            "variants": listed(record({"name": TEXT, **figures})),
        }
    )
    return record({"schema": {"const": "archcalc.specs/1"}, "specs": listed(spec)})


def layers_schema() -> Schema:
    """The layer types by family."""
    family = record({"family": TEXT, "layers": listed(record({"name": TEXT, "does": TEXT}))})
    return record({"schema": {"const": "archcalc.layers/1"}, "families": listed(family)})


def layer_schema() -> Schema:
    """One layer type; its rules as closed forms in the names of its arguments and axes."""
    argument = record(
        {
            "name": TEXT,
            "takes": TEXT,
            "required": FLAG,
            "default": TEXT_OR_NULL,
            "obvious": said(FLAG, "whether a bare value sets it"),
        }
    )
    weight = record({"name": TEXT, "shape": TEXTS, "count": TEXT})
    return record(
        {
            "schema": {"const": "archcalc.layer/1"},
            "name": TEXT,
            "family": TEXT,
            "description": TEXT,
            "reads": TEXT,
            "arguments": listed(argument),
            "example": said(TEXT, "a whole spec without its name"),
            "inputs": said(listed(TEXTS), "the names of the axes that it reads in the example"),
            "outputs": listed(TEXTS),
            "sizes": said(by_name(TEXT), "the output's axes that are computed"),
            "weights": listed(weight),
            "ops": said(by_name(TEXT), "elementary operations by kind"),
            "assumes": TEXTS,
        }
    )


def count_schema() -> Schema:
    """The ways of counting."""
    rule = record({"sign": TEXT, "counts": TEXT})
    wrong = record({"reason": TEXT, "networks": TEXTS})
    convention = record(
        {
            "name": TEXT,
            "unit": TEXT,
            "counts": TEXT,
            "source": TEXT,
            "rules": said(by_name(rule), "by kind of layer; a kind that is not here counts nothing"),
            "wrong": said(listed(wrong), "where the tool itself prints something else"),
        }
    )
    return record(
        {
            "schema": {"const": "archcalc.count/1"},
            "conventions": listed(convention),
            "kinds": said(by_name(TEXTS), "the layer types of each kind"),
        }
    )
