"""A million variants of ResNet-50 beside a closed form written by hand, and beside a framework's models and counter.

Whole processes, in turns, that write the same csv: width, parameters, multiply-adds. The closed form is the least that
there is to compute, in NumPy and in one process; what a framework takes is measured on a hundred and extrapolated.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
MILLION = 1_000_000

BY_HAND = """
import sys, click, yaml, numpy
width = numpy.arange(1, {count} + 1)
params = {params}
macs = {macs}
with open({path!r}, "w") as out:
    out.write("width,params,macs,status\\n")
    row = "%d,%d,%d,fits\\n".__mod__
    out.writelines(map(row, zip(width.tolist(), params.tolist(), macs.tolist())))
"""
START = "import sys, click, yaml, numpy"

ON_META = """
import time, torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

def unit(inside, out, kernel, stride=1):
    return nn.Conv2d(inside, out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(out)

class Bottleneck(nn.Module):
    def __init__(self, inside, width, stride):
        super().__init__()
        out = 4 * 64 * (width // inner)
        self.way = nn.Sequential(*unit(inside, width, 1), *unit(width, width, 3, stride), *unit(width, out, 1))
        self.beside = nn.Sequential(*unit(inside, out, 1, stride)) if inside != out or stride > 1 else nn.Identity()
    def forward(self, x):
        return self.way(x) + self.beside(x)

def resnet50(width):
    layers, inside = [*unit(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)], 64
    for stage, depth in enumerate([3, 4, 6, 3]):
        for number in range(depth):
            block = Bottleneck(inside, width << stage, 2 if stage and not number else 1)
            layers, inside = [*layers, block], 256 << stage
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inside, 1000)).eval()

begun = time.perf_counter()
for width in range(1, 101):
    inner = width
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        model = resnet50(width)
        model(torch.empty(1, 3, 224, 224))
    params, macs = sum(one.numel() for one in model.parameters()), counter.get_total_flops() // 2
    if width in (1, 64, 100):
        print(width, params, macs)
print(time.perf_counter() - begun)
"""
"""As torchvision writes it: stages are 64 to 512 wide, the width is that of their inner convolutions."""


def closed_forms() -> dict[str, str]:
    """Parameters and multiply-adds in the width, as formula tells them."""
    command = [sys.executable, "-m", "archcalc", "formula", "resnet50", "--vars", "width", "--format", "python"]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {name: re.findall(rf"'{name}': (.*),", text)[0] for name in ("params", "macs")}


def sweep(count: int, path: str, *more: str) -> list[str]:
    words = ["sweep", "resnet50", "--vary", f"width=1..{count}", "--format", "csv", "-o", path]
    return [sys.executable, "-m", "archcalc", *words, *more]


def seconds(command: list[str]) -> float:
    begun = perf_counter()
    subprocess.run(command, cwd=ROOT, check=True)
    return perf_counter() - begun


def memory(command: list[str]) -> int:
    """The most memory that a process, or one of those that it starts, has at a time, in bytes."""
    code = f"import resource, subprocess; subprocess.run({command!r}, check=True)\n"
    code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--python", help="a Python with torch")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = os.path.join(folder, "ours.csv"), os.path.join(folder, "theirs.csv")
        by_hand = [sys.executable, "-c", BY_HAND.format(count=MILLION, path=theirs, **closed_forms())]
        turns = [
            (
                seconds(sweep(MILLION, ours)),
                seconds(sweep(10, ours + "10")),
                seconds(by_hand),
                seconds([sys.executable, "-c", START]),
            )
            for _ in range(asked.turns)
        ]
        assert Path(ours).read_bytes() == Path(theirs).read_bytes()
        million, ten, hand, start = map(median, zip(*turns, strict=True))
        few = Path(ours).read_text(encoding="utf-8").splitlines()[:101]
        print(f"a million variants: {million:.2f} s, ten: {ten:.2f} s")
        print(f"by hand, in one process: {hand:.2f} s, {start:.2f} s of them to start: ratio {million / hand:.2f}")
        large = os.path.join(folder, "large.csv")
        less, more = memory(sweep(MILLION, ours)), memory(sweep(10 * MILLION, large))
        print(f"memory: a million {less / 2**20:.0f} MiB, ten million {more / 2**20:.0f} MiB")
    if asked.python:
        done = subprocess.run([asked.python, "-c", ON_META], capture_output=True, text=True, check=True)
        *figures, last = done.stdout.split("\n")[:-1]
        rows = [line.split() for line in figures]
        assert all(f"{','.join(row)},fits" in [*map(str.strip, few)] for row in rows)
        taken = float(last)
        print(
            f"a hundred models on meta with flop_counter: {taken:.1f} s; a million: {taken * 1e4 / million:,.0f} times"
        )


if __name__ == "__main__":
    main()
