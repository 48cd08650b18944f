"""Start-up: whole processes in alternating pairs, the floor being what Python, click, PyYAML and json take to import.

    python tests/benchmarks/startup.py [--runs 21]

Prints the median time of each command, the median of its pairs' ratios to the floor, and whether that is within the
limit. ``check`` reads its base with git: the same questions put to git alone, in every pair, are taken off its time. No
pass, no fail.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
from statistics import median

from processes import ARCHCALC, installed, seconds

FLOOR = [sys.executable, "-c", "import click, yaml, dataclasses, json"]
SHOWN = {"resnet50": 1.3, "resnet1202": 3.0}
CHECK = 2.0
SPEC = """\
name: net
input: [3, 64, 64]
layers:
  - conv: {{out: {width}, kernel: 7, stride: 2, padding: 3}}
  - residual:
      - conv: {{out: {width}, kernel: 3, padding: 1, norm: batch_norm, act: relu}}
      - conv: {{out: {width}, kernel: 3, padding: 1, norm: batch_norm}}
  - global_avg_pool
  - linear: 10
"""
BUDGET = "budgets:\n  - {specs: net.yaml, max: {params: 1M}, max_increase: {params: 10%}}\n"
RECORDER = """\
#!/bin/sh
kept=$(mktemp -d {folder}/XXXXXX)
printf '%s\\n' "$@" >"$kept/arguments"
tee "$kept/input" | {git} "$@"
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Start-up time of archcalc beside its floor.")
    parser.add_argument("--runs", type=int, default=21)
    runs = parser.parse_args().runs
    with installed() as code, tempfile.TemporaryDirectory() as folder:
        for name, limit in SHOWN.items():
            show = [*ARCHCALC, "show", name, "--format", "json"]
            seconds(show, PYTHONPATH=code), seconds(FLOOR)
            pairs = [(seconds(show, PYTHONPATH=code), seconds(FLOOR)) for _ in range(runs)]
            report(f"show {name} --format json", limit, pairs)
        work = os.path.join(folder, "work")
        make_repository(work)
        check = [*ARCHCALC, "check", "--base", "HEAD"]
        asked = questions(check, work, os.path.join(folder, "asked"), code)
        triples = [(seconds(check, work, PYTHONPATH=code), alone(asked, work), seconds(FLOOR)) for _ in range(runs)]
        report("check --base HEAD, less git", CHECK, [(ours - git, floor) for ours, git, floor in triples])
        print(f"{'':32} git's own: {median(git for _, git, _ in triples) * 1e3:.1f} ms in {len(asked)} processes")


def report(title: str, limit: float, pairs: list[tuple[float, float]]) -> None:
    ratio = median(ours / floor for ours, floor in pairs)
    ours, floor = (median(column) * 1e3 for column in zip(*pairs, strict=True))
    verdict = "within" if ratio <= limit else "above"
    print(f"{title:32} {ours:6.1f} ms, floor {floor:6.1f} ms: {ratio:.2f} times the floor, {verdict} {limit:g}")


def make_repository(work: str) -> None:
    """A spec and its budget, committed; the spec then widened."""
    os.mkdir(work)
    write(os.path.join(work, "archcalc.yaml"), BUDGET)
    write(os.path.join(work, "net.yaml"), SPEC.format(width=64))
    identity = ["-c", "user.name=n", "-c", "user.email=e@x", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "base"]):
        seconds(["git", *arguments], work)
    write(os.path.join(work, "net.yaml"), SPEC.format(width=66))


def questions(check: list[str], work: str, folder: str, code: str) -> list[tuple[list[str], str]]:
    """The git commands that a check runs, each with a file of what it reads: recorded by a stand-in for git."""
    git = shutil.which("git")
    assert git is not None
    os.makedirs(os.path.join(folder, "kept"))
    stand_in = os.path.join(folder, "git")
    write(stand_in, RECORDER.format(folder=shlex.quote(os.path.join(folder, "kept")), git=shlex.quote(git)))
    os.chmod(stand_in, 0o755)
    seconds(check, work, PYTHONPATH=code, PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    asked = []
    for kept in os.scandir(os.path.join(folder, "kept")):
        with open(os.path.join(kept.path, "arguments"), encoding="utf-8") as file:
            asked.append(([git, *file.read().splitlines()], os.path.join(kept.path, "input")))
    return asked


def alone(asked: list[tuple[list[str], str]], work: str) -> float:
    """Seconds of the same git commands one after another."""
    spent = 0.0
    for command, path in asked:
        with open(path, "rb") as file:
            spent += seconds(command, work, file.fileno())
    return spent


def write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
