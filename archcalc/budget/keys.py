"""The keys of a budget, each declared once, and what can be limited."""

from __future__ import annotations

from archcalc.conventions import CONVENTIONS
from archcalc.language.keys import SCALAR, Key, Schema, table
from archcalc.layers.base import BITS
from archcalc.report.figures import FIGURES

METRICS = (*FIGURES, "weights")
"""What can be limited: every figure, and ``weights``: parameters at a width, in bytes."""
IN_BYTES = ("weights", "weights_bytes")
LEVELS = ("error", "warn", "off")

AMOUNT: Schema = {"type": ["integer", "number", "string"], "minimum": 0}
AMOUNTS: Schema = {
    "type": "object",
    "properties": dict.fromkeys(METRICS, AMOUNT),
    "additionalProperties": False,
    "minProperties": 1,
}
SHAPE: Schema = {"type": "array", "items": {"type": "integer", "minimum": 1}}

BOUNDS = table(
    Key("max", "The most that is allowed: {METRIC: amount}, such as {params: 5M, weights: 5MB @int8}.", AMOUNTS),
    Key("min", "The least that is allowed: {METRIC: amount}.", AMOUNTS),
    Key("max_increase", "The most growth against --base, such as {params: 1%, macs: 10M}.", AMOUNTS),
)
"""On which side a limit bounds a metric."""

LIMITS = BOUNDS | table(
    Key(
        "layers",
        'The most that some layers may sum to: {"head/**": {params: 1M}}.',
        {"type": "object", "additionalProperties": AMOUNTS, "minProperties": 1},
    ),
)

KEYS = (
    table(
        Key("set", "Variables of the specs, as --set gives them.", {"type": "object"}),
        Key(
            "variants",
            "The variants of each spec that are checked; left out, the spec as it stands.",
            {"anyOf": [SCALAR, {"type": "array", "items": SCALAR, "minItems": 1}]},
        ),
        Key(
            "input",
            "The input's shape, or {NAME: shape, ...}.",
            {"anyOf": [SHAPE, {"type": "object", "additionalProperties": SHAPE}]},
        ),
        Key("batch", "Samples at once.", {"type": "integer", "minimum": 1}),
        Key("dtype", "The dtype of the weights.", {"enum": [*BITS]}),
        Key(
            "count",
            "The way of counting operations, or a file that states one.",
            {"anyOf": [{"enum": [*CONVENTIONS]}, {"type": "string", "pattern": r"\.ya?ml$"}]},
        ),
    )
    | LIMITS
    | table(
        Key("level", "error (the default), warn, or off.", {"enum": [*LEVELS]}),
        Key("message", "What to say where a limit does not hold.", SCALAR),
    )
)
"""What a spec's own ``budget:`` may say. A budget of archcalc.yaml also says its ``specs``."""


def budget_schema() -> Schema:
    """The schema of ``budget:`` of a spec."""
    return {
        "type": "object",
        "properties": {name: key.schema_for() for name, key in KEYS.items()},
        "additionalProperties": False,
        "anyOf": [{"required": [name]} for name in LIMITS],
    }
