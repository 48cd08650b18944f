"""An explanation as plain data, archcalc.explain/1: exact integers; half a padding is the text "0.5"."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from archcalc.derivation.explain import Cell, Explained, Explanation, Given
from archcalc.derivation.explain_totals import Sums
from archcalc.dims.expression import Definition, render
from archcalc.errors import Span, calls_data
from archcalc.graph.provenance import Provenance
from archcalc.report.model import build_head, network_of

if TYPE_CHECKING:
    from archcalc.report import documents

SCHEMA = "archcalc.explain/1"


def explanation_document(found: Explanation) -> documents.Explanation:
    report = found.report
    return {
        **build_head(network_of(report), SCHEMA, report["batch"]),
        "convention": report["convention"],
        "unit": report["unit"],
        "layout": report["layout"],
        "level": "full" if found.full else "brief",
        "layers": [of_layer(layer) for layer in found.layers],
        "sums": None if found.sums is None else of_sums(found.sums),
    }


def of_layer(layer: Explained) -> documents.ExplainedLayer:
    applied = layer.node.applied
    return {
        "path": layer.node.path,
        "name": layer.node.name,
        "type": layer.node.type,
        **place(layer.span),
        "called_from": calls_data(layer.node.origin.calls),
        "inputs": list(applied.reads),
        "reads": layer.reads,
        "outputs": list(applied.gives),
        "axes": [dict(axes) for axes in layer.axes],
        "arguments": [of_argument(given) for given in layer.arguments],
        "cells": [of_cell(cell) for cell in layer.cells],
        "notes": layer.notes,
    }


def of_argument(given: Given) -> documents.Argument:
    said = None if given.written is None else of_written(given.written)
    return {"name": given.name, "value": given.value, "written": said}


def of_written(written: Provenance) -> documents.Written:
    return {
        "text": written.text,
        "place": written.place,
        **place(written.span),
        "value": written.value,
        "reads": {name: of_written(read) for name, read in written.reads.items()},
    }


def of_cell(cell: Cell) -> documents.Cell:
    found: documents.CellShape = {
        "cell": cell.key,
        "title": cell.title,
        "value": cell.value,
        "steps": [defined(definition) for definition in cell.derivation],
    }
    if cell.shape is not None:
        found["shape"] = [
            {"formula": render(dim), "value": dim if type(dim) is int else dim.value} for dim in cell.shape
        ]
    return {**found, "notes": cell.notes}


def defined(one: Definition) -> documents.Definition:
    return {"name": one.name, "formula": one.formula, "numbers": one.substituted, "value": one.value}


def of_sums(sums: Sums) -> documents.Sums:
    parts = [{"path": part.path, "layers": part.layers} | part.figures for part in sums.parts]
    steps = {key: defined(definition) for key, definition in sums.totals.items()}
    return {"parts": cast("list[documents.Part]", parts), "steps": steps}


def place(span: Span | None) -> documents.MaybePlace:
    return {"file": None, "line": None} if span is None else {"file": span.source.name, "line": span.line + 1}
