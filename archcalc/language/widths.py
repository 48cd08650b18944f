"""The dtypes of a network's weights as a file states them, ``--dtype widths.yaml``."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.errors import Source, Span, unknown
from archcalc.language.keys import DTYPE, NOTHING, Key, Keys, mapping, table
from archcalc.language.problems import Problems, whole
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.layers.arguments import Schema
from archcalc.layers.base import BITS, dtype_of

OF_LAYERS = table(
    Key("dtype", "The dtype of the weights.", DTYPE),
    Key("bias_dtype", "That of the biases; left out, they are as the other weights.", DTYPE),
)
"""What a pattern may say of its layers."""

KEYS = OF_LAYERS | table(
    Key(
        "weights",
        "The dtype of all weights of some layers, biases too: {PATTERN: dtype}, or {PATTERN: {dtype: ..., bias_dtype:"
        " ...}}. Of the patterns that match a layer the last one holds.",
        lambda _: {
            "type": "object",
            "additionalProperties": {"anyOf": [DTYPE, mapping(OF_LAYERS, ["dtype"], NOTHING)]},
            "minProperties": 1,
        },
    ),
)
EXAMPLE = 'such as {dtype: int8, bias_dtype: int32, weights: {"head/**": float16}}'


class Stated(NamedTuple):
    """What is said of some weights, None where nothing is."""

    dtype: str | None
    bias_dtype: str | None


class StatedWidths(NamedTuple):
    """What a file says: of all weights, and of the layers of each pattern, with its place."""

    all: Stated
    patterns: list[tuple[str, Span, Stated]]


def read_widths(source: Source) -> StatedWidths:
    """The dtypes that a file states. Raises SpecError with everything that is wrong with it."""
    return whole(read_stated, read(source, "a file of widths says dtype, bias_dtype or weights, such as dtype: int8"))


def read_stated(root: Node, problems: Problems) -> StatedWidths:
    found = StatedWidths(read_dtypes(root, KEYS, "a file of widths has no key", problems), [])
    if root.is_mapping and "weights" in root.value:
        found.patterns.extend(read_patterns(root.value["weights"][1], problems))
    return found


def read_dtypes(node: Node, known: Keys, message: str, problems: Problems) -> Stated:
    """``dtype`` and ``bias_dtype`` of a mapping."""
    if not node.is_mapping or not node.value:
        problems.say("the widths of weights are a mapping", node.span, help=EXAMPLE)
        return Stated(None, None)
    for word, (key, _) in node.value.items():
        if word not in known:
            listed = f"its keys are {', '.join(known)}"
            problems.add(unknown(f"{message} '{word}'", word, known, key.span, otherwise=listed))
    given = {word: value for word, (_, value) in node.value.items()}
    return Stated(*(read_dtype(given[word], problems) if word in given else None for word in OF_LAYERS))


def read_patterns(node: Node, problems: Problems) -> list[tuple[str, Span, Stated]]:
    """``{"head/**": float16, ...}``, in their order."""
    if not node.is_mapping or not node.value:
        problems.say("weights takes {PATTERN: dtype, ...}", node.span, help='such as {"head/**": float16}')
        return []
    found = []
    for pattern, (key, value) in node.value.items():
        if value.is_mapping:
            stated = read_dtypes(value, OF_LAYERS, "of some layers' weights nothing is called", problems)
            if not problems and stated.dtype is None:
                problems.say(f"the dtype of '{pattern}' is missing", value.span, help="such as {dtype: int8}")
        else:
            stated = Stated(read_dtype(value, problems), None)
        found.append((pattern, key.span, stated))
    return found


def read_dtype(node: Node, problems: Problems) -> str | None:
    found = dtype_of(node.text) if node.is_scalar else None
    if found is None:
        message = f"a dtype is one of {', '.join(BITS)}" + (f", not '{node.text}'" if node.is_scalar else "")
        problems.add(unknown(message, node.text if node.is_scalar else "", BITS, node.span))
    return found


def widths_schema() -> Schema:
    """The schema of a file of widths (draft 7)."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **mapping(KEYS, [], NOTHING), "minProperties": 1}
