"""The sample that record.py wrote, read without PyTorch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from .case import Answer, Case

RECORDED = os.path.join(os.path.dirname(__file__), "recorded.jsonl")


def recorded() -> Iterator[tuple[Case, Answer | None]]:
    """Each case with PyTorch's answer, None where it is refused."""
    with open(RECORDED, encoding="utf-8") as file:
        next(file)  # the seed and the versions
        for line in file:
            layer, arguments, inputs, answer = json.loads(line)
            yield Case(layer, arguments, shapes(inputs)), None if answer is None else answer_of(*answer)


def shapes(found: list[list[int]]) -> list[tuple[int, ...]]:
    return [tuple(shape) for shape in found]


def answer_of(outputs: Any, weights: dict[str, Any], buffers: dict[str, Any], macs: int | None) -> Answer:
    named = ({name: tuple(shape) for name, shape in found.items()} for found in (weights, buffers))
    return Answer(shapes(outputs), *named, macs)
