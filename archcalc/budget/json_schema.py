"""The JSON Schema of a budget, from the tables that read it."""

from __future__ import annotations

from typing import Any

from archcalc.analysis.conventions import CONVENTIONS
from archcalc.budget.document import KEYS, LEVELS, METRICS
from archcalc.report.figures import BITS

Schema = dict[str, Any]

AMOUNT: Schema = {"type": ["integer", "number", "string"], "minimum": 0}
DESCRIPTIONS = {
    "set": "Variables of the specs, as --set gives them.",
    "variants": "The variants of each spec that are checked; left out, the spec as it stands.",
    "input": "The input's shape, or {NAME: shape, ...}.",
    "batch": "Samples at once.",
    "dtype": "The dtype of the weights.",
    "count": "The way of counting operations, or a file that states one.",
    "max": "The most that is allowed: {METRIC: amount}, such as {params: 5M, weights: 5MB @int8}.",
    "min": "The least that is allowed: {METRIC: amount}.",
    "max_increase": "The most growth against --base, such as {params: 1%, macs: 10M}.",
    "layers": 'The most that some layers may sum to: {"head/**": {params: 1M}}.',
    "level": "error (the default), warn, or off.",
    "message": "What to say where a limit does not hold.",
}


def budget_schema() -> Schema:
    """The schema of ``budget:`` of a spec: an entry of archcalc.yaml without ``specs``."""
    limits = {
        "type": "object",
        "properties": dict.fromkeys(METRICS, AMOUNT),
        "additionalProperties": False,
        "minProperties": 1,
    }
    shape = {"type": "array", "items": {"type": "integer", "minimum": 1}}
    texts = {"type": ["string", "number", "boolean"]}
    keys: dict[str, Schema] = {
        "set": {"type": "object"},
        "variants": {"anyOf": [texts, {"type": "array", "items": texts, "minItems": 1}]},
        "input": {"anyOf": [shape, {"type": "object", "additionalProperties": shape}]},
        "batch": {"type": "integer", "minimum": 1},
        "dtype": {"enum": [*BITS]},
        "count": {"anyOf": [{"enum": [*CONVENTIONS]}, {"type": "string", "pattern": r"\.ya?ml$"}]},
        "max": limits,
        "min": limits,
        "max_increase": limits,
        "layers": {"type": "object", "additionalProperties": limits, "minProperties": 1},
        "level": {"enum": [*LEVELS]},
        "message": texts,
    }
    return {
        "type": "object",
        "properties": {key: {"description": DESCRIPTIONS[key], **keys[key]} for key in KEYS if key != "specs"},
        "additionalProperties": False,
        "anyOf": [{"required": [kind]} for kind in ("max", "min", "max_increase", "layers")],
    }
