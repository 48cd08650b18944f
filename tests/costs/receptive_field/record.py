"""Writes gradients.jsonl: random networks, and what PyTorch's gradients see at every position of their outputs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from loading import network

from costs.receptive_field.gradients import seen
from costs.receptive_field.random_networks import spec

FILE = Path(__file__).with_name("gradients.jsonl")
SEEDS = range(10_000, 10_060)


def main() -> None:
    with FILE.open("w", encoding="utf-8", newline="\n") as file:
        for seed in SEEDS:
            text = spec(seed)
            file.write(json.dumps({"spec": text, "seen": seen(network(text))}) + "\n")


if __name__ == "__main__":
    main()
