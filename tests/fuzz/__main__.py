"""Run random inputs: ``python -m tests.fuzz --seconds 3600 --jobs 2 --keep failing`` mixes every kind.

Numbers choose kinds: ``--repositories 500 --bombs 200``. ``--again NAME`` runs one input once more. Status 1 where
anything failed.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import pkgutil
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import archcalc

from .bombs import bomb
from .cases import Case, case
from .inside import Runner
from .keep import folder_for, keep, kept, smaller
from .names import names
from .pairs import run_pair
from .promise import SECONDS, broken
from .repositories import run_repository
from .sandbox import Sandbox
from .summary import Summary
from .whole import KILOBYTES, run_whole

SUSPECT_SECONDS, SUSPECT_MEGABYTES = SECONDS / 2, 50.0
"""In this process an input that takes more is run again as a process of its own, where both can be measured."""

Found = dict[str, Summary]
"""What was seen of each kind of input."""

SHARES = {"inputs": 30, "names": 10, "processes": 5, "bombs": 30, "repositories": 20, "pairs": 5}
"""Kinds of input, and how much of the time each has where time is the limit."""


class Worker:
    """Runs inputs of every kind; ``directory`` is where failing ones are kept."""

    def __init__(self, root: str, directory: str | None) -> None:
        self.directory = directory
        self.sandbox = Sandbox(root)
        self.peak = 0.0

    @cached_property
    def runner(self) -> Runner:
        runner = Runner(self.sandbox)
        warm_up(runner)
        self.peak = megabytes()
        return runner

    def run(self, kind: str, name: str, found: Summary) -> None:
        """The input of a name, which is its seed."""
        if kind == "repositories":
            run_repository(name, found, self.directory)
        elif kind == "pairs":
            run_pair(name, found)
        elif kind in ("inputs", "names"):
            self.run_inside(name, case(name) if kind == "inputs" else names(random.Random(name)), found)
        else:
            self.run_process(name, case(name) if kind == "processes" else bomb(random.Random(name)), found)

    def run_inside(self, name: str, one: Case, found: Summary) -> None:
        result = self.runner.run(one)
        if result.seconds > SUSPECT_SECONDS or megabytes() > self.peak + SUSPECT_MEGABYTES:
            self.peak = megabytes()
            result = run_whole(self.sandbox, one) or result
        said = broken(one, result)
        found.add(name, one, result, said)
        if said and self.directory:
            keep_smaller(self.directory, name, one, said, self.runner)

    def run_process(self, name: str, one: Case, found: Summary) -> None:
        result = run_whole(self.sandbox, one)
        if result is None:
            return
        said = broken(one, result)
        found.add(name, one, result, said)
        if said and self.directory:
            keep(folder_for(self.directory, name), one, name, said)


def run(seed: str, first: int, step: int, seconds: float, counts: dict[str, float], directory: str | None) -> Found:
    """The inputs first, first + step, ... of each kind, as many as are asked for; in turn, by the kinds' shares."""
    found = {kind: Summary() for kind in counts}
    numbers, spent = dict.fromkeys(counts, first), dict.fromkeys(counts, 0.0)
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="archcalc-fuzz-") as root:
        worker = Worker(root, directory)
        while (begun := time.monotonic()) < until:
            left = [kind for kind, count in counts.items() if numbers[kind] < count]
            if not left:
                break
            kind = min(left, key=lambda one: spent[one] / SHARES[one])
            worker.run(kind, f"{seed}-{kind}-{numbers[kind]}", found[kind])
            numbers[kind] += step
            spent[kind] += time.monotonic() - begun
    return found


def warm_up(runner: Runner) -> None:
    """Import what the commands import when they are asked for: a module may make its types by running texts."""
    for module in pkgutil.walk_packages(archcalc.__path__, "archcalc."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for number in range(300):
        runner.run(case(f"warm-{number}"))
        runner.run(names(random.Random(f"warm-{number}")))


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES


def keep_smaller(directory: str, name: str, one: Case, said: list[str], runner: Runner) -> None:
    kind = said[0].partition(":")[0][:20]

    def fails(candidate: Case) -> bool:
        return any(fault.startswith(kind) for fault in broken(candidate, runner.run(candidate)))

    keep(folder_for(directory, name), smaller(one, fails) if fails(one) else one, name, said)


def in_parallel(jobs: int, arguments: Callable[[int], tuple[Any, ...]]) -> Found:
    """One worker a job; one that dies is a failure."""
    total: Found = {}
    fork = multiprocessing.get_context("fork")
    receiving = []
    for job in range(jobs):
        here, there = fork.Pipe(duplex=False)
        worker = fork.Process(target=lambda job=job, there=there: there.send(run(*arguments(job))))
        worker.start()
        there.close()
        receiving.append((worker, here))
    for worker, here in receiving:
        try:
            for kind, found in here.recv().items():
                total.setdefault(kind, Summary()).join(found)
        except EOFError:
            worker.join()
            total.setdefault("workers", Summary()).failures.append(("", [f"a worker ended with {worker.exitcode}"]))
        worker.join()
    return total


def again(name: str) -> Found:
    """A case that was kept in a folder, or the input of a name."""
    found = Summary()
    kind = next((kind for kind in SHARES if f"-{kind}-" in name), "inputs")
    with tempfile.TemporaryDirectory(prefix="archcalc-fuzz-") as root:
        worker = Worker(root, None)
        if not os.path.exists(os.path.join(name, "case.json")):
            worker.run(kind, os.path.basename(name), found)
        elif kind in ("inputs", "names"):
            worker.run_inside(name, kept(Path(name)), found)
        else:
            worker.run_process(name, kept(Path(name)), found)
    return {kind: found}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="how long; every kind that has no number")
    for kind in SHARES:
        parser.add_argument(f"--{kind}", type=int, metavar="N", help="how many of this kind")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keep", metavar="DIR", help="where failing cases go")
    parser.add_argument(
        "--again", metavar="NAME", help="run one input once more: its name, or the folder it is kept in"
    )
    parser.add_argument("--messages", action="store_true", help="list the errors' first lines")
    asked = parser.parse_args()
    counts = {kind: number for kind in SHARES if (number := getattr(asked, kind)) is not None}
    if not counts:
        counts = {"inputs": 20_000} if asked.seconds == float("inf") else dict.fromkeys(SHARES, float("inf"))
    directory = asked.keep and os.path.abspath(asked.keep)
    if asked.again:
        found = again(os.path.abspath(asked.again) if os.path.exists(asked.again) else asked.again)
    else:
        found = in_parallel(asked.jobs, lambda job: (asked.seed, job, asked.jobs, asked.seconds, counts, directory))
    for kind, summary in found.items():
        print(summary.text(kind))
        if asked.messages:
            print("\n".join(f"{number:8} {message}" for message, number in summary.messages.most_common()))
    return int(any(summary.failures for summary in found.values()))


if __name__ == "__main__":
    sys.exit(main())
