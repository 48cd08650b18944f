"""Several processes on one file at once: it is whole, and what was said to be written is there."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from .cases import Case
from .promise import Result, broken
from .summary import Summary
from .whole import environment

WIDTHS = {"a": 4, "b": 40, "c": 400}
FORMATS = ("table", "json", "csv", "markdown", "html")
LATEST = 0.15
"""Seconds between the first start and the last: about what a run takes."""


def run_pair(seed: str, found: Summary) -> list[str]:
    """Two to four calls at once, of one of three kinds."""
    random_ = random.Random(seed)
    kind = random_.choice((updates, outputs, readers))
    with tempfile.TemporaryDirectory(prefix="archcalc-fuzz-") as folder:
        root = Path(folder)
        for name, width in WIDTHS.items():
            (root / f"{name}.yaml").write_text(f"name: {name}\ninput: [8]\nlayers: [{{linear: {width}}}]\n")
        (root / "archcalc.yaml").write_text(budgets(random_))
        said = kind(root, random_, seed, found)
        left = {path.name for path in root.iterdir()} - {"archcalc.yaml", "out", *(f"{name}.yaml" for name in WIDTHS)}
        said += [f"left behind: {sorted(left)}"] if left else []
    if said:
        found.failures.append((seed, said))
    return said


def budgets(random_: random.Random) -> str:
    """An entry a spec, with limits that are not what is used, and comments between them."""
    entries = [f"  - specs: {name}.yaml\n    max: {{params: 1}}  # of {name}\n" for name in WIDTHS]
    return "budgets:\n" + f"  # {'x' * random_.choice((1, 100_000))}\n".join(entries)


def params(name: str) -> int:
    return 9 * WIDTHS[name]


def updates(root: Path, random_: random.Random, seed: str, found: Summary) -> list[str]:
    """Each sets its own limit in one file: where it says that it did, it did."""
    names = random_.sample(list(WIDTHS), random_.randint(2, 3))
    results = at_once(root, [["check", f"{name}.yaml", "--update"] for name in names], random_, seed, found)
    entries = yaml.safe_load((root / "archcalc.yaml").read_text())["budgets"]
    limits = {entry["specs"][0]: int(str(entry["max"]["params"]).replace(",", "")) for entry in entries}
    return [
        f"--update of {name} said that it wrote {params(name)}, the file has {limits[name]}"
        for name, result in zip(names, results, strict=True)
        if result.status == 0 and limits[name] != params(name)
    ]


def outputs(root: Path, random_: random.Random, seed: str, found: Summary) -> list[str]:
    """Each writes another text to one file: it holds one of them, whole."""
    calls = [["show", f"{name}.yaml", "--format", random_.choice(FORMATS)] for name in WIDTHS]
    alone = at_once(root, calls, random_, seed, found)
    at_once(root, [[*call, "-o", "out"] for call in calls], random_, seed, found)
    written = (root / "out").read_text()
    return [] if written in [result.out for result in alone] else [f"a mixture was written: {written[:100]!r}"]


def readers(root: Path, random_: random.Random, seed: str, found: Summary) -> list[str]:
    """One sets all limits, others read them meanwhile: all hold, or none does."""
    calls = [["check", "--update"], *[["check", "--format", "json"]] * 3]
    _, *results = at_once(root, calls, random_, seed, found)
    said = []
    for result in results:
        used = {one["ok"] for one in json.loads(result.out)["results"]} if result.status in (0, 1) else {None}
        if len(used) != 1 or None in used:
            said.append(f"a reader saw half of a file: status {result.status}, {result.err[:100]}")
    return said


def at_once(root: Path, calls: list[list[str]], random_: random.Random, seed: str, found: Summary) -> list[Result]:
    running = []
    for call in calls:
        command = [sys.executable, "-m", "archcalc", *call]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen(command, cwd=root, env=environment(), text=True, **pipes))  # type: ignore[call-overload]
        time.sleep(random_.uniform(0, LATEST / len(calls)))
    results = []
    for call, process in zip(calls, running, strict=True):
        out, err = process.communicate()
        result = Result(process.returncode, out, err, 0, None, [])
        files = {name: (root / name).read_bytes() for name in os.listdir(root)}
        case = Case(files, call)
        found.add(seed, case, result, broken(case, result))
        results.append(result)
    return results
