"""Names that a person could have given: of blocks, of their arguments, of tensors."""

from __future__ import annotations

import re
from collections.abc import Container

from archcalc.language.functions import FUNCTIONS
from archcalc.language.keys import RESERVED
from archcalc.layers import CONTENTS, FAMILY, KEYWORDS

STRUCTURES = frozenset("steps residual parallel each map experts custom".split())
TAKEN = (
    frozenset(RESERVED)
    | frozenset(FUNCTIONS)
    | KEYWORDS
    | STRUCTURES
    | frozenset("CHWTN")
    | frozenset(
        "all and or not in if else true false none input prev i first from name repeat row share when trainable expect"
        " notes required tensor lambda is None True False for yes no on off null".split()
    )
)
"""Words that a name of ours may not be."""

LAYER_TYPES = frozenset(FAMILY)
AUTOMATIC = LAYER_TYPES | STRUCTURES

BLAND = re.compile(r"[\d.]+|conv\w?\d*|fc\d*|linear\d*|c_\w+|wi|wo|dense|layer\d*|block\d*")
"""Names of modules that say no more than the layer does."""

MEANT_NOTHING = re.compile(
    r"(conv|fc|linear|bn|norm|relu|act|pool|avg_?pool|max_?pool|flatten|drop(out)?|add|features|classifier|head)\w*"
)


def plain_of(name: str) -> str:
    """A name without the number at its end, as the steps of a type are counted."""
    return re.sub(r"_?\d+$", "", name)


def snake(text: str) -> str:
    """``InvertedResidual`` as inverted_residual."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"_+", "_", re.sub(r"\W", "_", parted)).lower().strip("_")


def free(base: str, taken: Container[str]) -> str:
    """A name that is not taken: base, base2, base3."""
    found, number = base, 2
    while found in taken:
        found, number = f"{base}{number}", number + 1
    return found


def block_name(kind: str, attribute: str, of_calls: bool, taken: Container[str]) -> str:
    """The name of a block, from the class of its module or, where that says nothing, from what its parent calls it."""
    if kind:
        base = snake(kind)
    elif of_calls:
        base = "stage"
    else:
        base = re.sub(r"[\W\d]+", "", attribute).strip("_").lower() or "part"
    base = base if re.match(r"[a-z]", base) else f"part_{base}".rstrip("_")
    if base in TAKEN or base in LAYER_TYPES or base in CONTENTS:
        base += "_block"
    return free(base, taken)


def argument_name(base: str, taken: Container[str]) -> str:
    base = snake(base) or "size"
    if base in TAKEN or not re.match(r"[a-z]", base):
        base = f"{base}_" if re.match(r"[a-z]", base) else f"n{base}"
    return free(base, taken)


def tensor_name(
    name: str, kind: str, path: tuple[str, ...], layer: bool, taken: Container[str], blocks: Container[str]
) -> str:
    """A name for what a step gives: that of its module, else of the module around, else of its layer.

    A name that a step would have by itself, such as conv2, is not given to another.
    """
    base = snake(name) if re.fullmatch(r"[A-Za-z]\w*", name) else ""
    if not base and not layer:
        base = snake(path[-1]) if path and re.fullmatch(r"[A-Za-z]\w*", path[-1]) else "skip"
    base = base or kind
    if base in TAKEN:
        base += "_"
    elif {base.rstrip("0123456789"), base.rstrip("0123456789").rstrip("_")} & AUTOMATIC or plain_of(base) in blocks:
        base += "_out"
    return free(base, taken)
