"""Record PyTorch's multiply-adds of steps: ``python -m tests.generating.record``."""

from __future__ import annotations

import csv
from pathlib import Path

RECORDED = Path(__file__).with_name("steps.csv")


def main() -> None:
    from .pytorch import STEPS, macs

    rows = [(spec, context, macs(step, context)) for spec, (step, contexts) in STEPS.items() for context in contexts]
    with RECORDED.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("spec", "context", "macs"), *rows])


if __name__ == "__main__":
    main()
