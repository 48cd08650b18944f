"""The reference of widths of weights, ``archcalc help widths``."""

from __future__ import annotations

from archcalc.language.prose import WIDTH, filled, keys, sections, table
from archcalc.language.widths import KEYS
from archcalc.layers.base import BITS, SPELLINGS

INTRODUCTION = """\
The bytes of weights (weights_bytes) are parameters times the widths of their
dtypes. Options say them for a whole network, a file for parts of it:

    archcalc show net.yaml --dtype int8 --bias-dtype int32
    archcalc show net.yaml --dtype widths.yaml

    # widths.yaml
    dtype: int8
    bias_dtype: int32
    weights:
      "head/**": float16
      "blocks/**": {dtype: int4, bias_dtype: float16}

show, check, diff, explain and formula take them; a budget says dtype: int8 or
dtype: widths.yaml, a file of its project. The keys of a file:"""

PATTERNS = """\
Paths are those that 'archcalc show SPEC' prints. In a pattern * is one step of
a path or part of it and ** any number of steps: head is the layer head,
"head/**" all that is in it, "**/norm*" every layer called norm. Of the patterns
that match a layer the last one holds, for its biases too, so the wider pattern
stands first. A pattern that decides nothing is an error; diff asks that it
decides something in one of the two networks.

Weights that layers share are counted once, as wide as the layer has them that
they belong to; where a pattern would give them another dtype at the layer that
shares them, that is an error.

Biases are the weights called bias, in_proj_bias, bias_ih_l0 and the like, those
of norms too. Buffers are no weights: their bytes are not counted. Bits are
summed, and the sum is rounded up to whole bytes."""


def reference(width: int = WIDTH) -> str:
    """The whole page as plain text."""
    types = {name: f"{bits} bits{spelled(name)}" for name, bits in BITS.items()}
    return sections(
        {
            "WIDTHS": f"{filled(INTRODUCTION, width)}\n\n{keys(KEYS, width)}",
            "PATTERNS": filled(PATTERNS, width),
            "DTYPES": table(types, width),
        }
    )


def spelled(dtype: str) -> str:
    """The other words for a dtype."""
    words = [word for word, meant in SPELLINGS.items() if meant == dtype]
    return f"; also {', '.join(words)}" if words else ""
