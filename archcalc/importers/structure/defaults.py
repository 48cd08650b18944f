"""Arguments that most steps of a kind have, said once for the file."""

from __future__ import annotations

from collections import Counter
from typing import Any

from archcalc.importers.structure.layout import Written
from archcalc.importers.structure.numbers import Expression
from archcalc.importers.structure.steps import arguments_text, every_step
from archcalc.layers import find
from archcalc.layers.base import Arguments

USUAL: dict[str, Arguments] = {
    "conv": {"bias": True, "norm": "none", "act": "none"},
    "depthwise_conv": {"bias": True, "norm": "none", "act": "none"},
    "conv_transpose": {"bias": True, "norm": "none", "act": "none"},
    "linear": {"bias": True, "norm": "none", "act": "none"},
    "attention": {"bias": True, "causal": False},
}
"""Arguments that ``defaults`` may say for a file, and what they are without it."""


def shared_arguments(bodies: list[list[Written]]) -> dict[str, Arguments]:
    """Arguments that most steps of a kind have, taken from the steps; the others say what they have in place of it."""
    uses: dict[str, list[Written]] = {}
    for steps in bodies:
        for step in every_step(steps):
            if step.head in USUAL:
                uses.setdefault(step.head, []).append(step)
    found = {}
    for head, steps in uses.items():
        rows = [with_name(head, step.arguments) for step in steps]
        defaults = {}
        for name, otherwise in USUAL[head].items():
            value, times = most_common([row.get(name, otherwise) for row in rows])
            gain = 2 * times - len(rows)
            if (
                value != otherwise
                and not isinstance(value, Expression)
                and gain >= (1 if len(rows) > 1 and name == "bias" else 2)
            ):
                defaults[name] = value
        if not defaults:
            continue
        for step, row in zip(steps, rows, strict=True):
            undone = {name: USUAL[head][name] for name in defaults if name not in row}
            kept = {name: value for name, value in row.items() if name not in defaults or value != defaults[name]}
            step.arguments = arguments_text(head, {**kept, **undone})
        found[head] = defaults
    return found


def with_name(head: str, arguments: Any) -> Arguments:
    """Arguments by name, where one stands bare."""
    if isinstance(arguments, dict):
        return dict(arguments)
    obvious = find(head).obvious
    return {} if arguments is None or obvious is None else {obvious: arguments}


def most_common(values: list[Any]) -> tuple[Any, int]:
    counts = Counter(map(repr, values))
    text, times = counts.most_common(1)[0]
    return next(value for value in values if repr(value) == text), times
