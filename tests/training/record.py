"""PyTorch's answers for those without it, and the sample that holds them: ``python -m tests.regenerate training``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

RECORDED = Path(__file__).with_name("recorded.jsonl")
BATCHES = (1, 3)
NETWORKS = 300
"""How many of the random networks are recorded."""


class Answer(NamedTuple):
    """A spec on a batch of samples, what autograd keeps of it by dtype, and what flop_counter counts of both passes."""

    layer: str | None
    spec: str
    batch: int
    kept: dict[str, int]
    forward: int
    backward: int


def recorded() -> Iterator[Answer]:
    with RECORDED.open(encoding="utf-8") as file:
        next(file, None)  # the version
        for line in file:
            yield Answer(*json.loads(line))


def answers() -> Iterator[Answer]:
    """PyTorch's: of rows for each layer type, then of random networks that PyTorch takes."""
    from .networks import random_network
    from .rows import specs

    for name, texts in specs().items():
        for text in texts:
            for batch in BATCHES:
                found = tried(text, batch)
                if found is not None:
                    yield Answer(name, text, batch, *found)
    for seed in range(NETWORKS):
        text, batch = random_network(seed), BATCHES[seed % 2]
        found = tried(text, batch)
        if found is not None:
            yield Answer(None, text, batch, *found)


def measured(text: str, batch: int) -> Any:
    from loading import network

    from .run import measure

    return measure(network(text), batch)


REFUSALS = (RuntimeError, ValueError)


def tried(text: str, batch: int) -> Any:
    """None where PyTorch refuses a network, as a batch_norm of a single value."""
    try:
        return measured(text, batch)
    except REFUSALS:
        return None


def main() -> None:
    import torch

    lines = [json.dumps({"torch": torch.__version__.split("+")[0]})]
    lines += [json.dumps(answer, separators=(",", ":")) for answer in answers()]
    RECORDED.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
