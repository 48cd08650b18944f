"""The classification models of torchvision as a tool counts them: fills in a column of conventions.csv.

    python tests/conventions/record_networks.py deepspeed
    PYTHONPATH=old python tests/conventions/record_networks.py thop@2.1.1

With the packages of record_tools.py. Every network is computed; those of more than 10 G multiply-adds only with ``all``
behind the tool, since they take an hour. The figures that stand there are kept.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

import torch
import torchvision
from tools import TOOLS

TABLE = Path(__file__).parent / "conventions.csv"


MOST = 10**10


def main(tool: str, which: str = "") -> None:
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if int(row["mac"]) > MOST and which != "all":
            row.setdefault(tool, "")
            continue
        network = getattr(torchvision.models, row["name"])(weights=None).eval()
        row[tool] = str(TOOLS[tool](network, [torch.zeros(1, *map(int, row["input"].split("x")))]))
        print(row["name"], row[tool], flush=True)
    part = TABLE.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(part, TABLE)


if __name__ == "__main__":
    main(*sys.argv[1:])
