"""The schema of archcalc.report/1."""

from __future__ import annotations

from archcalc.report.figures import FIGURES, OF_LAYERS, Figure
from archcalc.report.json_schema.parts import (
    COUNT,
    DTYPE,
    FLAG,
    INTEGER,
    LAYOUT,
    LINE,
    SHAPE,
    SHAPES,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    head,
    listed,
    network_head,
    one_or_several,
    or_null,
    read_input,
    record,
    said,
)
from archcalc.report.rows import ELEMENTARY

MORE_OF: dict[str, dict[str, Schema]] = {
    "params": {
        "trainable": FLAG,
        "weights": listed(
            record(
                {"name": TEXT, "shape": SHAPE, "shared": said(TEXT, "the path of the layer that it is of")}, ("shared",)
            )
        ),
    },
    "ops": {
        "ops_by_kind": said(
            {"type": "object", "properties": dict.fromkeys(ELEMENTARY, COUNT), "additionalProperties": False},
            "elementary operations, those that are 0 left out",
        )
    },
}
"""The keys of a row that follow that of a figure."""


def report_schema() -> Schema:
    """One report, or an array of several."""
    return one_or_several(
        record(
            {
                **head("report"),
                **network_head(),
                "dtype": DTYPE,
                "convention": said(TEXT, "the way of counting that ops are in"),
                "unit": said(TEXT, "what that convention calls an operation"),
                "layout": LAYOUT,
                "input": read_input(),
                "outputs": SHAPES,
                "totals": record({name: said(COUNT, figure.words) for name, figure in FIGURES.items()}),
                "layers": listed(row()),
            }
        )
    )


def row() -> Schema:
    """One layer."""
    sizes = or_null(SHAPE)
    return record(
        {
            "path": said(TEXT, "the layer's place in the network"),
            "name": said(TEXT_OR_NULL, "as the spec names the step"),
            "file": TEXT,
            "line": LINE,
            "type": said(TEXT, "the layer type"),
            "inputs": said(SHAPES, "without the batch axis, channels first; one slice's inside map and experts"),
            "outputs": SHAPES,
            "kernel": said(sizes, "the window by axis, null without one"),
            "channels_read": said({"type": ["integer", "null"]}, "how many channels one filter reads"),
            "stride": sizes,
            "padding": said(
                or_null(listed({"type": "array", "items": INTEGER, "minItems": 2, "maxItems": 2})),
                "[before, after] by axis",
            ),
            **{name: schema for figure in OF_LAYERS for name, schema in figure_keys(figure).items()},
            "copies": said(LINE, "how many experts there are of the layer"),
            "row": said(FLAG, "whether tables show it"),
        }
    )


def figure_keys(figure: Figure) -> dict[str, Schema]:
    """A figure of a row, and what the row says more of it."""
    number = COUNT if figure.none is None else said({"type": ["integer", "null"]}, figure.none)
    return {figure.name: number, **MORE_OF.get(figure.name, {})}
