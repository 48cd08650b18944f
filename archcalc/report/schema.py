"""The JSON Schema (draft 7) of each JSON output, derived from its class in documents.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from archcalc.layers.arguments import Schema
from archcalc.report import documents
from archcalc.report.documents import OUTPUTS
from archcalc.report.figures import EXPLAINED, FIGURES, KNOWN, OF_LAYERS, RECEPTIVE_FIELD, SUMMED, Figure
from archcalc.report.sweep import SHARD, STATUS

TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
NO_NUMBER: Schema = {"anyOf": [{"type": "integer", "minimum": 0}, {"enum": ["all", "unknown"]}, {"type": "null"}]}
COUNT: Schema = {"type": "integer", "minimum": 0}
FOLLOWING = {"params": ("params_by_dtype", "weights_bytes", "trainable", "weights"), "ops": ("ops_by_kind",)}
"""The keys of a row that stand behind that of a figure."""


def output_schema(name: str) -> Schema:
    """The schema of an output; raises KeyError where there is none of that name."""
    output = OUTPUTS[name]
    definitions: dict[Any, str] = {documents.Written: "written"} if name == "explain" else {}
    found = Deriving(definitions).object(output.document)
    found["properties"]["schema"] = {"const": f"archcalc.{name}/1"}
    if output.several:
        found = one_or_several(found)
    elif definitions:
        found["definitions"] = {"written": Deriving(definitions).object(documents.Written)}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"archcalc.{name}/1",
        "description": f"What '{output.command}' prints.",
        **found,
    }


def row_schema() -> Schema:
    """The schema of a line of ``archcalc sweep --format jsonl``: any figure, and what varies under any other name."""
    keys = {name: of_cell(figure) for name, figure in KNOWN.items()}
    shard = {"type": "string", "pattern": "^[0-9]+/[0-9]+$", "description": "which part of a sweep, as --shard says it"}
    status = {"type": "string", "minLength": 1, "description": "fits, or what is wrong with the variant, and where"}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "a row of archcalc sweep",
        "description": "A line of what 'archcalc sweep --format jsonl' prints.",
        "type": "object",
        "properties": {SHARD: shard, **keys, STATUS: status},
        "required": [STATUS],
        "additionalProperties": {"description": "the value of what varies", "type": ["number", "string"]},
    }


def of_cell(figure: Figure) -> Schema:
    """The schema of a figure in a row of a sweep."""
    said = {"description": f"{figure.words}; null of what does not fit"}
    if figure is RECEPTIVE_FIELD:
        return said | NO_NUMBER
    number = of_figure(figure.name, {"type": "integer", "minimum": 0})
    return said | number | {"type": [number["type"], "null"]}


def one_or_several(found: Schema) -> Schema:
    """The object of one spec; of several an array in the order asked, those that failed as their errors."""
    definitions = {"one": found, "failed": Deriving({}).object(documents.Failed)}
    references = [{"$ref": f"#/definitions/{name}"} for name in definitions]
    return {
        "anyOf": [*references, {"type": "array", "items": {"anyOf": references}}],
        "definitions": definitions,
    }


def closed(keys: dict[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """An object of exactly these keys."""
    required = [key for key in keys if key not in optional]
    return {"type": "object", "properties": keys, "required": required, "additionalProperties": False}


class Deriving:
    """Schemas of annotations; a class that is in ``definitions`` is referred to by its name there."""

    def __init__(self, definitions: dict[Any, str]) -> None:
        self.definitions = definitions

    def schema(self, kind: Any) -> Schema:
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.annotated(*parts)
        if origin in (Union, UnionType):
            return self.union(parts)
        if origin is Literal:
            return {"enum": [*parts]}
        if origin in (list, Sequence):
            return {"type": "array", "items": self.schema(parts[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.schema(parts[1])}
        if kind in self.definitions:
            return {"$ref": f"#/definitions/{self.definitions[kind]}"}
        if is_typeddict(kind):
            return self.object(kind)
        return {} if kind is Any else {"type": TYPES[kind]}

    def object(self, document: Any) -> Schema:
        """An object of exactly the keys of a class, and of the figures that it holds."""
        hints = get_type_hints(document, include_extras=True)
        keys = with_figures(document, {key: self.schema(kind) for key, kind in hints.items()})
        return closed(keys, [*document.__optional_keys__, *(figures_asked() if document is documents.Part else ())])

    def annotated(self, kind: Any, *said: Any) -> Schema:
        found = self.schema(kind)
        for more in said:
            if isinstance(more, documents.Figures):
                keys = {
                    name: words | of_figure(name, found["additionalProperties"]) for name, words in more.words.items()
                }
                asked = {name: words if "type" in words else words | NO_NUMBER for name, words in more.asked.items()}
                found = closed(keys | asked, more.asked)
            elif isinstance(more, str):
                found = {"description": more, **found}
            elif "type" in more.keys or "enum" in more.keys:
                words = {"description": found["description"]} if "description" in found else {}
                found = words | more.keys
            else:
                found = found | more.keys
        return found

    def union(self, parts: tuple[Any, ...]) -> Schema:
        found = [self.schema(part) for part in parts if part is not NoneType]
        if NoneType not in parts:
            return {"anyOf": found}
        if len(found) == 1 and found[0].keys() == {"type"}:
            return {"type": [found[0]["type"], "null"]}
        return {"anyOf": [*found, {"type": "null"}]}


def of_figure(name: str, found: Schema) -> Schema:
    """The schema of a figure, in whose integers decimals may stand where a convention's weights are decimal."""
    if name not in FIGURES or FIGURES[name].unit:
        return found
    if "properties" in found:
        return found | {"properties": {key: of_figure(name, part) for key, part in found["properties"].items()}}
    return found | {"type": "number"} if found.get("type") == "integer" else found


def with_figures(document: Any, keys: dict[str, Schema]) -> dict[str, Schema]:
    """The keys of a class with those of its figures in their place."""
    if document is documents.Row:
        return row_keys(keys)
    if document is documents.Changed:
        return keys | {figure.name: of_figure(figure.name, COUNT) for figure in SUMMED}
    if document is documents.Part:
        own = {figure.name: of_figure(figure.name, {"type": "integer"}) for figure in EXPLAINED}
        return keys | own | {name: {"type": "integer", "description": "if asked for"} for name in figures_asked()}
    return keys


def figures_asked() -> list[str]:
    """The figures that are derived as sums if they are asked for; the layers of a part are always told."""
    return [name for name, figure in FIGURES.items() if figure not in EXPLAINED and name != "layers"]


def row_keys(keys: dict[str, Schema]) -> dict[str, Schema]:
    """Those of a layer: its sizes, its figures, what more there is of some figures, and the rest."""
    following = {key for keys in FOLLOWING.values() for key in keys}
    last = ("copies", "row")
    found = {key: schema for key, schema in keys.items() if key not in following and key not in last}
    for figure in OF_LAYERS:
        nothing: Schema = {"description": figure.none, "type": ["integer", "null"]}
        found[figure.name] = of_figure(figure.name, COUNT) if figure.none is None else nothing
        found |= {key: keys[key] for key in FOLLOWING.get(figure.name, ())}
    return found | {key: keys[key] for key in last}
