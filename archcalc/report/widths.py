"""The dtype of each weight: one for all, one for biases, others for the layers that a pattern means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archcalc.dims import ceil_div
from archcalc.errors import Span
from archcalc.graph.inference import Applied
from archcalc.layers.base import BITS, is_bias

DEFAULT = "float32"


class Dtypes(NamedTuple):
    """The dtype of a layer's weights, and that of its biases."""

    dtype: str
    bias_dtype: str

    def of(self, weight: str) -> str:
        return self.bias_dtype if is_bias(weight) else self.dtype

    def data(self) -> object:
        return self.dtype if self.dtype == self.bias_dtype else {"dtype": self.dtype, "bias_dtype": self.bias_dtype}


class Pattern:
    """The layers whose weights have dtypes of their own, and where that is written."""

    __slots__ = ("text", "dtypes", "span")

    def __init__(self, text: str, dtypes: Dtypes, span: Span | None = None) -> None:
        self.text, self.dtypes, self.span = text, dtypes, span


class Widths:
    """What is said of the dtypes of a network's weights. Of the patterns that match a layer the last one holds.

    ``source``: how it was asked for, None if it was not.
    """

    __slots__ = ("dtypes", "patterns", "source")

    def __init__(
        self,
        dtype: str = DEFAULT,
        bias_dtype: str | None = None,
        patterns: Iterable[Pattern] = (),
        source: str | None = None,
    ) -> None:
        self.dtypes = Dtypes(dtype, bias_dtype or dtype)
        self.patterns = tuple(patterns)
        self.source = source

    def __str__(self) -> str:
        return self.source or self.dtypes.dtype

    def data(self) -> Mapping[str, object]:
        """What a report says of them: ``dtype``, and ``widths`` where that is not all."""
        dtype, bias_dtype = self.dtypes
        if not self.patterns and dtype == bias_dtype:
            return {"dtype": dtype}
        weights = {pattern.text: pattern.dtypes.data() for pattern in self.patterns}
        return {"dtype": dtype, "widths": {"bias_dtype": bias_dtype, "weights": weights}}


def by_dtype(applied: Applied, dtypes: Dtypes, times: Any = 1) -> dict[str, int]:
    """How many parameters a layer has of each dtype, ``times`` over."""
    found: Counter[str] = Counter()
    for name, _, size in applied.weights:
        found[dtypes.of(name)] += size * times
    return dict(found)


def together(counts: Iterable[tuple[Mapping[str, int], int]]) -> dict[str, int]:
    """The sum of numbers by dtype, each so many times."""
    found: Counter[str] = Counter()
    for one, times in counts:
        for dtype, number in one.items():
            found[dtype] += number * times
    return dict(found)


def bits(params: Mapping[str, int]) -> Any:
    """The bits of parameters by dtype."""
    return sum(number * BITS[dtype] for dtype, number in params.items())


def in_bytes(params: Mapping[str, int]) -> Any:
    """Whole bytes of parameters by dtype, rounded up."""
    return ceil_div(bits(params), 8)
