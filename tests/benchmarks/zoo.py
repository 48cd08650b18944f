"""All 80 classification models of torchvision sized in one process, beside one ``import torch``: alternating pairs.

    python tests/benchmarks/zoo.py [--runs 5]

Prints the median of each and the median of the ratios of the pairs. Needs torch; no pass, no fail.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from statistics import median

from processes import ARCHCALC, ROOT, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="The zoo beside one import of torch.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with open(os.path.join(ROOT, "tests", "specs", "torchvision.csv"), encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    show, torch = [*ARCHCALC, "show", *names], [sys.executable, "-c", "import torch"]
    seconds(show), seconds(torch)
    pairs = [(seconds(show), seconds(torch)) for _ in range(runs)]
    ours, theirs = (median(column) for column in zip(*pairs, strict=True))
    ratio = median(one / other for one, other in pairs)
    print(f"show of {len(names)} networks {ours:.2f} s, import torch {theirs:.2f} s: {ratio:.2f} times")


if __name__ == "__main__":
    main()
