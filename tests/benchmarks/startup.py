"""Start-up: whole processes in alternating pairs, the floor being what Python, click, PyYAML and json take to import.

    python tests/benchmarks/startup.py [--runs 21]

Prints the median time of each command and the median of the ratios of its pairs with the floor. No pass, no fail.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from statistics import median

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLOOR = [sys.executable, "-c", "import click, yaml, dataclasses, json"]
COMMANDS = {
    "show resnet50 --format json": ["show", "resnet50", "--format", "json"],
    "show vgg16, as a table": ["show", "vgg16"],
    "show resnet1202 --format json": ["show", "resnet1202", "--format", "json"],
}


def once(command: list[str], folder: str) -> float:
    """Seconds of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": folder}, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="Start-up time of archcalc beside its floor.")
    parser.add_argument("--runs", type=int, default=21)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        # A copy without tests and with compiled modules, as an installation has them.
        for name in ("archcalc", "specs"):
            shutil.copytree(os.path.join(ROOT, name), os.path.join(folder, name))
        subprocess.run([sys.executable, "-m", "compileall", "-q", folder], check=True)
        for title, arguments in COMMANDS.items():
            command = [sys.executable, "-m", "archcalc", *arguments]
            once(command, folder), once(FLOOR, folder)
            pairs = [(once(command, folder), once(FLOOR, folder)) for _ in range(runs)]
            ratio = median(ours / floor for ours, floor in pairs)
            ours, floor = (median(column) for column in zip(*pairs, strict=True))
            print(f"{title:<32} {ours * 1e3:6.1f} ms, floor {floor * 1e3:6.1f} ms: {ratio:.2f} times the floor")


if __name__ == "__main__":
    main()
