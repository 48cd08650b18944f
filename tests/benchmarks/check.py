"""``check --base`` over 500 specs, of which one in ten differs from its base, beside ``show`` over them.

    python tests/benchmarks/check.py [--runs 5]

Prints the ratio with git's own time apart: what the same run spends waiting for its git processes. No pass, no fail.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from archcalc.cli import main as archcalc
from archcalc.sources import git

SPECS, CHANGED = 500, 10
SPEC = """\
name: net{number}
input: [3, 64, 64]
import: [../lib/blocks.yaml]
layers:
  - conv: {{out: {width}, kernel: 7, stride: 2, padding: 3}}
  - stage: {{width: {width}}}
    repeat: 4
  - global_avg_pool
  - linear: 10
"""
BLOCKS = """\
name: blocks
blocks:
  stage:
    args: {width: required}
    layers:
      - residual:
          - conv: {out: width, kernel: 3, padding: 1, norm: batch_norm, act: relu}
          - conv: {out: width, kernel: 3, padding: 1, norm: batch_norm}
      - relu
"""
BUDGET = "budgets:\n  - {specs: models/*.yaml, max: {params: 1G}, max_increase: {params: 50%, macs: 50%}}\n"


def make_repository() -> None:
    """500 specs in the working directory, committed; one in ten then widened."""
    os.mkdir("lib")
    os.mkdir("models")
    write("lib/blocks.yaml", BLOCKS)
    write("archcalc.yaml", BUDGET)
    for number in range(SPECS):
        write(path(number), SPEC.format(number=number, width=64))
    for arguments in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "base"],
    ):
        subprocess.run(["git", *arguments], check=True)
    for number in range(0, SPECS, CHANGED):
        write(path(number), SPEC.format(number=number, width=65))


def path(number: int) -> str:
    return f"models/net{number:03}.yaml"


def write(file: str, text: str) -> None:
    with open(file, "w", encoding="utf-8") as out:
        out.write(text)


@contextlib.contextmanager
def counting(spent: list[float]) -> Iterator[None]:
    """Adds up the seconds that this process waits for git."""
    kept = {name: getattr(git, name) for name in ("run", "start")} | {"ask": git.Answers.ask, "read": git.Answers.read}

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                spent.append(time.perf_counter() - begun)

        return call

    git.run, git.start = counted(git.run), counted(git.start)
    git.Answers.ask, git.Answers.read = counted(git.Answers.ask), counted(git.Answers.read)  # type: ignore[method-assign]
    try:
        yield
    finally:
        git.run, git.start = kept["run"], kept["start"]
        git.Answers.ask, git.Answers.read = kept["ask"], kept["read"]  # type: ignore[method-assign]


def seconds(arguments: list[str]) -> float:
    begun = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        status = archcalc(arguments)
    assert status == 0, (arguments[0], status)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description="check beside show.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_repository()
        names = [path(number) for number in range(SPECS)]
        ratios, waits = [], []
        for number in range(runs + 1):
            show = seconds(["show", *names])
            spent: list[float] = []
            with counting(spent):
                check = seconds(["check", "--base", "HEAD"])
            if number:  # the first run imports
                ratios.append((check - sum(spent)) / show)
                waits.append(sum(spent))
        os.chdir("/")
    print(
        f"show {SPECS} specs {show * 1e3:.0f} ms, check {check * 1e3:.0f} ms, of which git {median(waits) * 1e3:.0f} ms"
    )
    print(f"check takes {median(ratios):.2f} times show, git's own time apart", file=sys.stdout)


if __name__ == "__main__":
    main()
