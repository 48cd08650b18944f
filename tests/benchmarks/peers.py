"""archcalc beside six tools that count operations, on ten networks of torchvision's: time, peak memory, total.

    python -m venv peers
    peers/bin/pip install torch==2.14.1 torchvision==0.29.1 torchinfo==1.8.0 fvcore==0.1.5.post20221221 \\
        ptflops==0.7.5 ultralytics-thop==2.2.3 calflops==0.3.2 transformers==5.24.0
    python tests/benchmarks/peers.py --python peers/bin/python [--runs 3] [--models resnet50,vgg16]

Every figure is of a whole process: a tool's imports itself and torchvision, builds the network without its trained
weights and prints the total; archcalc's is ``show NETWORK --format json``. In a run they take turns, and a ratio is the
median of the runs' ratios. A total stands beside archcalc's in the convention that follows the tool. A tool that cannot
count a network says why instead. No pass, no fail.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from statistics import median
from typing import Any

from processes import ARCHCALC, Measured, installed, measured

MODELS = (
    "resnet50,vgg16,mobilenet_v2,efficientnet_b0,densenet121,regnet_y_400mf,inception_v3,convnext_tiny,vit_b_16,swin_t"
)
PACKAGES = {
    "torch": "torch",
    "torchinfo": "torchinfo",
    "fvcore": "fvcore",
    "ptflops": "ptflops",
    "thop": "ultralytics-thop",
    "calflops": "calflops",
}
"""Convention -> the tool's name on PyPI; torch's own tool is torch.utils.flop_counter."""
VERSIONS = """
import sys
from importlib.metadata import PackageNotFoundError, version
for name in sys.argv[1:]:
    try:
        print(name, version(name))
    except PackageNotFoundError:
        print(name, "missing")
"""
Run = dict[str, Measured]
"""One turn: "archcalc" and every tool."""
ROW = "  {:17}{:>9}{:>8}{:>10}{:>8}{:>18}  {}"


def main() -> None:
    parser = argparse.ArgumentParser(description="archcalc beside other counters.")
    parser.add_argument("--python", default=sys.executable, help="the Python of the environment that has the tools")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--models", default=MODELS, help="separated by commas")
    given = parser.parse_args()
    print(heading(given.python, given.runs))
    kept: dict[str, list[tuple[float, float]]] = {name: [] for name in PACKAGES}
    with installed() as folder:
        conventions = answer(folder, "count")["conventions"]
        for model in given.models.split(","):
            counts = answer(folder, "show", model, "--count", "all")
            size = "x".join(map(str, counts["input"]["shape"]))
            runs = [one_run(given.python, folder, model, size) for _ in range(given.runs)]
            print(f"\n{model} {size}")
            print(ROW.format("", "time", "ratio", "memory", "ratio", "total", "archcalc's in that convention"))
            totals = {row["name"]: row["total"] for row in counts["conventions"]}
            print(ROW.format("archcalc", *cells(runs, "archcalc"), f"{totals['mac']:,}", "multiply-adds"))
            for name in PACKAGES:
                print(line(name, runs, totals[name], reasons(conventions, name, model)), flush=True)
                if failure(runs, name) is None:
                    kept[name].append(ratios(runs, name))
    print("\nAll networks: the median of the ratios, the least and the greatest")
    for name, pairs in kept.items():
        for what, column in zip(("time", "memory"), zip(*pairs, strict=True), strict=False):
            print(f"  {PACKAGES[name]:17}{what:7}{median(column):7.1f} ({min(column):.1f} to {max(column):.1f})")


def heading(python: str, runs: int) -> str:
    """What is measured, where and when."""
    tools = measured([python, "-c", VERSIONS, "torchvision", *PACKAGES.values()]).output.splitlines()
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{datetime.date.today()}, {machine}, median of {runs}\n{', '.join(tools)}"


def answer(folder: str, *arguments: str) -> Any:
    """What archcalc says, apart from the timed runs."""
    done = measured([*ARCHCALC, *arguments, "--format", "json"], PYTHONPATH=folder)
    if done.status:
        sys.exit(done.errors)
    return json.loads(done.output)


def one_run(python: str, folder: str, model: str, size: str) -> Run:
    """archcalc and every tool once."""
    ours = measured([*ARCHCALC, "show", model, "--format", "json"], PYTHONPATH=folder)
    tool = [python, "-W", "ignore", "-m", "tests.conventions.tools"]
    return {"archcalc": ours, **{name: measured([*tool, name, model, size]) for name in PACKAGES}}


def line(name: str, runs: list[Run], ours: int, reasons: list[str]) -> str:
    """A tool's row: its figures, and its total beside archcalc's in its convention; or why it has none."""
    failed = failure(runs, name)
    if failed is not None:
        return f"  {PACKAGES[name]:17} fails: {failed}"
    theirs = int(runs[0][name].output.split()[-1])
    said = "equal" if theirs == ours else ": ".join([f"{ours:,}", *reasons])
    return ROW.format(PACKAGES[name], *cells(runs, name), f"{theirs:,}", said)


def failure(runs: list[Run], name: str) -> str | None:
    """What a tool said last where it did not come to a total."""
    failed = next((run[name] for run in runs if run[name].status), None)
    return None if failed is None else failed.errors.strip().split("\n")[-1] or f"status {failed.status}"


def cells(runs: list[Run], name: str) -> list[str]:
    """Time, its ratio, memory, its ratio."""
    time, peak = median(run[name].seconds for run in runs), median(run[name].peak for run in runs)
    shares = [f"{ratio:.1f}" for ratio in ratios(runs, name)]
    return [f"{time:.2f} s", shares[0], f"{peak / 1e6:.0f} MB", shares[1]]


def ratios(runs: list[Run], name: str) -> tuple[float, float]:
    """Of time and of memory, to archcalc's of the same run."""
    pairs = [(run[name], run["archcalc"]) for run in runs]
    return median(a.seconds / b.seconds for a, b in pairs), median(a.peak / b.peak for a, b in pairs)


def reasons(conventions: list[dict[str, Any]], name: str, model: str) -> list[str]:
    """Why the tool prints another total for this network than its rules would, where archcalc knows."""
    (convention,) = (each for each in conventions if each["name"] == name)
    return [wrong["reason"] for wrong in convention["wrong"] if model in wrong["networks"]]


if __name__ == "__main__":
    main()
