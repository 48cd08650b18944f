"""The keys of a budget, each declared once, and what can be limited."""

from __future__ import annotations

from archcalc.budget.units import CACHE
from archcalc.conventions import CONVENTIONS
from archcalc.language.keys import DTYPE, NOTHING, SCALAR, Key, Keys, mapping, table
from archcalc.layers.arguments import Schema
from archcalc.report.figures import KNOWN, TIME

OWN_METRICS = {
    "weights": "parameters times a width, in bytes: those of dtype and bias_dtype, or the one after @",
    "banks": (
        "memories that the activations must fit into, each tensor into the first with room: "
        "{dtcm: 128KiB, sram: 512KiB}; max alone"
    ),
    "kv_cache@TOKENS": ("the same of so many tokens, of the type of dtype or the one after @: kv_cache@8192"),
    "time@DEVICE": (
        "the least time on a device, of the type of dtype or the one after @: time@h100, or time@my.yaml, "
        "a file of the project"
    ),
}
"""What can be limited beside the figures of a network."""
METRICS = {name: figure.words for name, figure in KNOWN.items()} | OWN_METRICS
"""What can be limited, in words."""
LEVELS = ("error", "warn", "off")

AMOUNT: Schema = {"type": ["integer", "number", "string"], "minimum": 0}
BANKS: Schema = {"type": ["object", "string"], "additionalProperties": AMOUNT}
AMOUNTS: Schema = {
    "type": "object",
    "properties": {**dict.fromkeys(METRICS, AMOUNT), "banks": BANKS},
    "patternProperties": {f"^{TIME}.+": AMOUNT, f"^{CACHE}[0-9]+$": AMOUNT},
    "additionalProperties": False,
    "minProperties": 1,
}
FILE: Schema = {"type": "string", "pattern": r"\.ya?ml$"}
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
        Key("set", "Variables of the specs: {width: 32}.", {"type": "object"}),
        Key(
            "variants",
            "The variants of each spec that are checked; left out, the spec as it stands.",
            {"anyOf": [SCALAR, {"type": "array", "items": SCALAR, "minItems": 1}]},
        ),
        Key(
            "input",
            "The input's shape, [3, 64, 64], or {NAME: shape, ...}.",
            {"anyOf": [SHAPE, {"type": "object", "additionalProperties": SHAPE}]},
        ),
        Key("batch", "Samples at once.", {"type": "integer", "minimum": 1}),
        Key(
            "local",
            "true: receptive fields without the gates of squeeze-excite blocks, which see all.",
            {"type": "boolean"},
        ),
        Key(
            "dtype",
            "The dtype of weights, and of activations in memory; or a file that says it by layer "
            "('archcalc help widths').",
            {"anyOf": [DTYPE, FILE]},
        ),
        Key("bias_dtype", "That of the biases, of norms too.", DTYPE),
        Key(
            "count",
            "How ops is counted: mac (the default), torch, ...; or a file that states a way. See COUNTING.",
            {"anyOf": [{"enum": [*CONVENTIONS]}, FILE]},
        ),
    )
    | LIMITS
    | table(
        Key(
            "level", "error (the default); warn, told without status 1; off, listed and not told.", {"enum": [*LEVELS]}
        ),
        Key("message", "What to say where a limit does not hold.", SCALAR),
    )
)
"""What a spec's own ``budget:`` may say."""

SPECS = table(
    Key(
        "specs",
        "The specs that the entry holds: a file, a glob or a shipped name, or a list of them.",
        {"anyOf": [SCALAR, {"type": "array", "items": SCALAR, "minItems": 1}]},
    ),
    Key(
        "except",
        "Those of them that it does not hold: a file or a glob, or a list of them.",
        {"anyOf": [SCALAR, {"type": "array", "items": SCALAR, "minItems": 1}]},
    ),
)

FILE_KEYS = table(
    Key("archcalc", "The version of the form that the file has: 1. It may be left out.", {"const": 1}),
    Key("budgets", "A list of entries.", lambda _: {"type": "array", "items": entry_schema(True), "minItems": 1}),
)
"""What archcalc.yaml may say."""


def budget_keys(with_specs: bool) -> Keys:
    """The keys of an entry: of archcalc.yaml, which says its specs, or of a spec."""
    return SPECS | KEYS if with_specs else KEYS


def entry_schema(with_specs: bool) -> Schema:
    return {
        **mapping(budget_keys(with_specs), ["specs"] if with_specs else [], NOTHING),
        "anyOf": [{"required": [name]} for name in LIMITS],
    }


def budget_schema() -> Schema:
    """The schema of ``budget:`` of a spec."""
    return entry_schema(False)


def file_schema() -> Schema:
    """The schema of archcalc.yaml (draft 7)."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **mapping(FILE_KEYS, ["budgets"], NOTHING)}
