"""How much longer a picture takes than the table, for every shipped spec and variant, and for a million layers.

    python tests/benchmarks/pictures.py [--slowest 10]

Runs ``draw`` and ``show`` of each network in turn, each a whole process of an installation, and prints processor time:
the median of the ratios, the networks whose picture takes the most beyond their table, at most 0.3 s, each measured
again three times, and a million repeated layers beside ``show`` of them, at most 1 s.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from statistics import median

from processes import ARCHCALC, ROOT, installed, processor

MILLION = "name: million\ninput: [8]\nlayers:\n- {steps: [relu, {linear: 8}], repeat: 500000, name: body}\n"
WORK = ["--max-work", "1000000000"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Processor time of draw beside that of show.")
    parser.add_argument("--slowest", type=int, default=10)
    slowest = parser.parse_args().slowest
    with open(os.path.join(ROOT, "specs", "index.json"), encoding="utf-8") as file:
        index = json.load(file)
    names = [*index["specs"], *index["variants"]]
    with installed() as code, tempfile.TemporaryDirectory() as folder:
        found = {name: timed(code, folder, name) for name in names}
        ratio = median(draw / show for draw, show in found.values())
        print(f"{len(names)} networks: draw takes {ratio:.2f} times as long as show (median)")
        for name in sorted(names, key=lambda name: found[name][0] - found[name][1], reverse=True)[:slowest]:
            draw, show = map(median, zip(*(timed(code, folder, name) for _ in range(3)), strict=True))
            print(f"{name:24} draw {draw:.3f} s, show {show:.3f} s: {draw - show:.3f} s more, at most 0.3")
        path = os.path.join(folder, "million.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(MILLION)
        draw, show = timed(code, folder, path)
        print(f"{'a million layers':24} draw {draw:.3f} s, show {show:.3f} s; at most 1 s")


def timed(code: str, folder: str, spec: str) -> tuple[float, float]:
    """Processor time of a spec's picture and of its totals and rows, folded."""
    draw, show = (
        processor([*ARCHCALC, command, spec, *WORK, *more, "-o", os.path.join(folder, "out.svg")], PYTHONPATH=code)
        for command, more in (("draw", []), ("show", ["--depth", "1"]))
    )
    return draw, show


if __name__ == "__main__":
    main()
