"""What the schemas of several outputs hold."""

from __future__ import annotations

from typing import Any

from archcalc.report.figures import BITS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": "boolean"}
INTEGER: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
LINE: Schema = {"type": "integer", "minimum": 1}
SHAPE: Schema = {"type": "array", "items": COUNT}
SHAPES: Schema = {"type": "array", "items": SHAPE}
TEXTS: Schema = {"type": "array", "items": TEXT}


def record(keys: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """An object of exactly these keys."""
    required = [key for key in keys if key not in optional]
    return {"type": "object", "properties": keys, "required": required, "additionalProperties": False}


def listed(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def by_name(value: Schema) -> Schema:
    """An object of any keys, all of whose values are alike."""
    return {"type": "object", "additionalProperties": value}


def said(schema: Schema, text: str) -> Schema:
    return {"description": text, **schema}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def head(name: str) -> dict[str, Schema]:
    """The keys that every output begins with."""
    return {
        "schema": {"const": f"archcalc.{name}/1"},
        "archcalc": said(TEXT, "the version that wrote it"),
    }


def network_head() -> dict[str, Schema]:
    """Which network it is, and how it was asked for."""
    return {
        "spec": said(TEXT, "the name in the file"),
        "variant": TEXT_OR_NULL,
        "file": TEXT,
        "set": said({"type": "object"}, "the variables that --set gave, with their values"),
        "batch": LINE,
    }


DTYPE: Schema = said({"enum": [*BITS]}, "of the weights")
LAYOUT: Schema = said({"enum": ["CHW", "HWC"]}, "how tables print shapes; here they are channels first")


def read_input() -> Schema:
    """The input, or each of several inputs by its name."""
    one = record({"shape": SHAPE, "dtype": TEXT})
    return {"anyOf": [one, by_name(one)]}


def error() -> Schema:
    """One error, at its place."""
    call = record({"block": TEXT, "file": TEXT, "line": LINE})
    return record(
        {
            "message": said(TEXT, "the fact, with its numbers"),
            "file": TEXT_OR_NULL,
            "line": said({"type": ["integer", "null"]}, "counted from 1"),
            "column": said({"type": ["integer", "null"]}, "counted from 1"),
            "end_column": said({"type": ["integer", "null"]}, "the column after the last that is meant"),
            "label": said(TEXT_OR_NULL, "what stands beside the caret"),
            "help": said(TEXT_OR_NULL, "what to do"),
            "called_from": said(listed(call), "the block calls that led there, innermost first"),
        }
    )


def failed() -> Schema:
    """A spec that failed, in its place among the others."""
    return record({"spec": said(TEXT, "as it was asked for"), "errors": {**listed(error()), "minItems": 1}})


def one_or_several(found: Schema) -> Schema:
    """The object of one spec; of several an array in the order asked, those that failed as their errors."""
    definitions = {"one": found, "failed": failed()}
    refs = [{"$ref": f"#/definitions/{name}"} for name in definitions]
    return {"anyOf": [*refs, listed({"anyOf": refs})], "definitions": definitions}
