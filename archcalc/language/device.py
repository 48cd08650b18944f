"""A device of one's own, ``--device my.yaml``: the file as plain data, and everything that is wrong with it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from archcalc.errors import Source, unknown
from archcalc.language.document import as_meant
from archcalc.language.keys import NOTHING, PROSE, Key, mapping, table
from archcalc.language.problems import Problems, whole
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.layers.amounts import Amount, UnitError
from archcalc.layers.arguments import Schema
from archcalc.layers.base import BITS, SPELLINGS, dtype_of

TF32 = "tf32"
PEAKS = (*BITS, TF32)
"""The types that a device may compute in: dtypes, and the one that tensor cores make of float32."""

AMOUNT: Schema = {"type": ["integer", "number", "string"]}
MOST = 10**30
"""Of a rate or a memory, in its unit: a device of more is a mistake."""

KEYS = table(
    Key("name", "What the device is called; left out, as the file is.", PROSE),
    Key(
        "peaks",
        "Operations a second by the type that is computed in, of dense tensors, a multiply-add being two: "
        "{float32: 19.5T, float16: 312T}.",
        {
            "type": "object",
            "properties": dict.fromkeys([*PEAKS, *SPELLINGS], AMOUNT),
            "additionalProperties": False,
            "minProperties": 1,
        },
    ),
    Key("bandwidth", "Bytes a second between its memory and where it computes: 2039GB.", AMOUNT),
    Key("memory", "Its bytes: 80GB. It may be left out.", AMOUNT),
    Key("efficiency", "The share of the peaks that is reached, above 0 and at most 1; 1 unless given.", AMOUNT),
    Key("source", "Where the figures come from.", PROSE),
    Key("note", "What else is to be said.", PROSE),
)
EXAMPLE = "such as {peaks: {float32: 19.5T, float16: 312T}, bandwidth: 2039GB}"
RATE = re.compile(r"\s*(FLOPS|FLOP/s|OPS|OP/s|/s)$", re.IGNORECASE)
SHARE = re.compile(r"0?\.[0-9]{1,30}|1(\.0{1,30})?|[0-9]{1,2}(\.[0-9]{1,30})?\s*%|100\s*%")


class StatedDevice(NamedTuple):
    """What a file says: operations a second by type, bytes a second, bytes, a share of the peaks."""

    name: str
    peaks: dict[str, int]
    bandwidth: int
    memory: int | None
    efficiency: Fraction
    source: str
    note: str


def read_device(source: Source) -> StatedDevice:
    """The device that a file states. Raises SpecError with everything that is wrong with it."""
    return whole(read_stated, read(source, f"a device needs peaks and bandwidth, {EXAMPLE}"), source)


def read_stated(root: Node, source: Source, problems: Problems) -> StatedDevice:
    if not root.is_mapping or not root.value:
        problems.say("a device is a mapping of its rates", root.span, help=EXAMPLE)
        problems.stop()
    given = as_meant(root, KEYS, "a device has no key", problems, f"its keys are {', '.join(KEYS)}")
    for key in ("peaks", "bandwidth"):
        if key not in given:
            problems.say(f"the device has no '{key}'", root.span, help=EXAMPLE)
    stem = os.path.splitext(os.path.basename(source.name))[0]
    return StatedDevice(
        text(given.get("name"), "name", problems) or stem,
        read_peaks(given["peaks"], problems) if "peaks" in given else {},
        size(given["bandwidth"], "bandwidth", "2039GB", problems) if "bandwidth" in given else 1,
        size(given["memory"], "memory", "80GB", problems) if "memory" in given else None,
        read_efficiency(given["efficiency"], problems) if "efficiency" in given else Fraction(1),
        text(given.get("source"), "source", problems),
        text(given.get("note"), "note", problems),
    )


def text(node: Node | None, key: str, problems: Problems) -> str:
    if node is not None and not (node.is_scalar and node.text.strip()):
        problems.say(f"{key} takes a text", node.span)
    return node.text.strip() if node is not None and node.is_scalar else ""


def read_peaks(node: Node, problems: Problems) -> dict[str, int]:
    """``{float16: 312T, ...}``."""
    if not node.is_mapping or not node.value:
        problems.say("peaks takes {TYPE: operations a second, ...}", node.span, help="such as {float16: 312T}")
        return {}
    found: dict[str, int] = {}
    for word, (key, value) in node.value.items():
        dtype = TF32 if word.lower() == TF32 else dtype_of(word)
        if dtype is None:
            listed = f"the types are {', '.join(PEAKS)}"
            problems.add(unknown(f"peaks has no type '{word}'", word, PEAKS, key.span, otherwise=listed))
        elif dtype in found:
            problems.say(f"the peak of {dtype} is given twice", key.span)
        else:
            found[dtype] = amount(value, f"the peak of {dtype}", "312T", problems, lambda one: not one.bytes)
    return found


def size(node: Node, key: str, example: str, problems: Problems) -> int:
    """Bytes, or bytes a second: a prefix needs its B."""
    return amount(node, key, example, problems, lambda one: one.bytes or not one.prefix)


def amount(node: Node, what: str, example: str, problems: Problems, fits: Callable[[Amount], bool]) -> int:
    """A whole number above 0 that a device may have; 1 where it is wrong."""
    written = RATE.sub("", node.text) if node.is_scalar else ""
    try:
        found = Amount(written)
    except UnitError as error:
        help = error.help if written and error.help and error.help.startswith("did you mean") else f"such as {example}"
        problems.say(f"{what} is a number above 0, not '{node.text}'", node.span, help=help)
        return 1
    if found.percent or found.dtype or found.seconds or not fits(found):
        problems.say(f"{what} is in another unit than '{node.text}'", node.span, help=f"such as {example}")
    elif not found.numerator:
        problems.say(f"{what} is above 0", node.span, help=f"such as {example}")
    elif found.numerator % found.denominator:
        problems.say(f"{what} is a whole number, not {node.text}", node.span, help=f"such as {example}")
    elif found.floor() > MOST:
        problems.say(f"{what} is more than any device has: '{node.text}'", node.span, help=f"such as {example}")
    else:
        return found.floor()
    return 1


def read_efficiency(node: Node, problems: Problems) -> Fraction:
    found = share(node.text) if node.is_scalar else None
    if found is None:
        problems.say("efficiency is a share above 0 and at most 1", node.span, help="such as 0.6 or 60%")
    return found or Fraction(1)


def share(written: str) -> Fraction | None:
    """``0.6`` or ``60%``, above 0 and at most 1; None for anything else."""
    if SHARE.fullmatch(written.strip()) is None:
        return None
    number, percent, _ = written.strip().partition("%")
    found = Fraction(number.strip()) / (100 if percent else 1)
    return found if 0 < found <= 1 else None


def device_schema() -> Schema:
    """The schema of a file of a device (draft 7)."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **mapping(KEYS, ["peaks", "bandwidth"], NOTHING),
    }
