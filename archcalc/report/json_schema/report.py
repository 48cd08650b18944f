"""The schema of archcalc.report/1."""

from __future__ import annotations

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
from archcalc.report.rows import KINDS

TOTALS = {
    "params": "learned numbers; shared weights once, buffers not among them",
    "trainable": "parameters that are not frozen",
    "buffers": "numbers that are kept and not learned, such as running statistics",
    "macs": "multiply-adds of convolutions, linear layers, matrix products and attention",
    "ops": "operations in the chosen convention",
    "macs_causal": "multiply-adds if no masked key of causal attention were computed",
    "activations": "elements of every layer's output; views count none",
    "weights_bytes": "parameters times the width of the dtype",
    "layers": "rows of layers",
    "frozen": "parameters that are not trainable",
}


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
                "totals": record({name: said(COUNT, text) for name, text in TOTALS.items()}),
                "layers": listed(row()),
            }
        )
    )


def row() -> Schema:
    """One layer."""
    weight = record(
        {"name": TEXT, "shape": SHAPE, "shared": said(TEXT, "the path of the layer that it is of")}, ("shared",)
    )
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
            "params": COUNT,
            "trainable": FLAG,
            "weights": listed(weight),
            "buffers": COUNT,
            "macs": COUNT,
            "macs_causal": said({"type": ["integer", "null"]}, "null without a causal mask"),
            "ops": COUNT,
            "ops_by_kind": said(
                {"type": "object", "properties": dict.fromkeys(KINDS, COUNT), "additionalProperties": False},
                "elementary operations, those that are 0 left out",
            ),
            "activations": COUNT,
            "copies": said(LINE, "how many experts there are of the layer"),
            "row": said(FLAG, "whether tables show it"),
        }
    )
