"""Whether memory costs little beside show, and no more for repetitions that are alike.

    python tests/benchmarks/memory.py [--pairs 15]

Runs ``memory`` and ``show --format json`` of a network in turn, each a whole process of an installation, and prints the
ratio of their medians: at most 1.3 for ResNet-50, at most 2 for ResNet-1202. Then a network of a million repetitions,
in seconds, beside what Python takes to start, and of a randomly wired one how long the search for its order takes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from statistics import median

from processes import ARCHCALC, installed, seconds

MILLION = "name: million\ninput: [8, 8, 8]\nlayers:\n- {conv: {out: 8, kernel: 3, padding: 1}, repeat: 1000000}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time of memory beside that of show.")
    parser.add_argument("--pairs", type=int, default=15)
    pairs = parser.parse_args().pairs
    with installed() as code, tempfile.TemporaryDirectory() as folder:
        for name, most in (("resnet50", 1.3), ("resnet1202", 2.0)):
            both = [timed(code, folder, ["memory", name], ["show", name, "--format", "json"]) for _ in range(pairs)]
            memory, show = (median(column) for column in zip(*both, strict=True))
            print(f"{name:12} memory {memory:.3f} s, show {show:.3f} s: {memory / show:.2f}, at most {most}")
        path = os.path.join(folder, "million.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(MILLION)
        command = ["memory", path, "--max-work", "1000000000"]
        both = [timed(code, folder, command, ["show", "lenet5"]) for _ in range(pairs)]
        memory, least = (median(column) for column in zip(*both, strict=True))
        print(f"{'a million':12} memory {memory:.3f} s, show lenet5 {least:.3f} s; at most 1 s")
        print(
            f"{'WS(32, 4)':12} memory {median(timed(code, folder, ['memory', 'randwire'])[0] for _ in range(3)):.3f} s"
        )


def timed(code: str, folder: str, *commands: list[str]) -> list[float]:
    """Seconds of each command, one after the other."""
    return [seconds([*ARCHCALC, *command, "-o", os.devnull], folder, PYTHONPATH=code) for command in commands]


if __name__ == "__main__":
    sys.exit(main())
