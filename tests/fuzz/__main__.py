"""Run random inputs: ``python -m tests.fuzz --seconds 300 --jobs 2 --processes 200 --keep failing``.

A failing case is kept as a folder; ``--again FOLDER`` runs it once more. Status 1 where anything failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .cases import Case, case
from .inside import Runner
from .keep import folder_for, keep, kept, smaller
from .promise import SECONDS, broken
from .sandbox import Sandbox
from .summary import Summary
from .whole import KILOBYTES, run_whole

SUSPECT_SECONDS, SUSPECT_MEGABYTES = SECONDS / 2, 50.0
"""In this process an input that takes more is run again as a process of its own, where both can be measured."""


def run(seed: str, first: int, step: int, seconds: float, inputs: int, directory: str | None) -> Summary:
    """The cases first, first + step, ... of a seed, in this process."""
    found = Summary()
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="archcalc-fuzz-") as root:
        sandbox = Sandbox(root)
        runner = Runner(sandbox)
        warm_up(runner)
        peak = megabytes()
        for number in range(first, inputs, step):
            if time.monotonic() > until:
                break
            name = f"{seed}-{number}"
            one = case(name)
            result = runner.run(one)
            if result.seconds > SUSPECT_SECONDS or megabytes() > peak + SUSPECT_MEGABYTES:
                peak = megabytes()
                result = run_whole(sandbox, one) or result
            said = broken(one, result)
            found.add(name, one, result, said)
            if said and directory:
                keep_smaller(directory, name, one, said, runner)
    return found


def warm_up(runner: Runner) -> None:
    """Import what the commands import when they are asked for."""
    for number in range(300):
        runner.run(case(f"warm-{number}"))


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES


def keep_smaller(directory: str, name: str, one: Case, said: list[str], runner: Runner) -> None:
    kind = said[0].partition(":")[0][:20]

    def fails(candidate: Case) -> bool:
        return any(fault.startswith(kind) for fault in broken(candidate, runner.run(candidate)))

    keep(folder_for(directory, name), smaller(one, fails) if fails(one) else one, name, said)


def run_processes(seed: str, first: int, step: int, inputs: int, directory: str | None) -> Summary:
    """As many cases, each as a process."""
    found = Summary()
    with tempfile.TemporaryDirectory(prefix="archcalc-fuzz-") as root:
        sandbox = Sandbox(root)
        for number in range(first, inputs, step):
            name = f"{seed}-whole-{number}"
            one = case(name)
            result = run_whole(sandbox, one)
            if result is None:
                continue
            said = broken(one, result)
            found.add(name, one, result, said)
            if said and directory:
                keep(folder_for(directory, name), one, name, said)
    return found


def in_parallel(function: Any, jobs: int, arguments: Any) -> Summary:
    """One worker a job; one that dies is a failure."""
    total = Summary()
    fork = multiprocessing.get_context("fork")
    receiving = []
    for job in range(jobs):
        here, there = fork.Pipe(duplex=False)
        worker = fork.Process(target=lambda job=job, there=there: there.send(function(*arguments(job))))
        worker.start()
        there.close()
        receiving.append((worker, here))
    for worker, here in receiving:
        try:
            total.join(here.recv())
        except EOFError:
            worker.join()
            total.failures.append(("", [f"a worker ended with {worker.exitcode}"]))
        worker.join()
    return total


def again(folder: str) -> Summary:
    found = Summary()
    one = kept(Path(folder))
    with tempfile.TemporaryDirectory(prefix="archcalc-fuzz-") as root:
        runner = Runner(Sandbox(root))
        warm_up(runner)
        result = runner.run(one)
    print(result.out[:3000], result.err[:3000], sep="\n", file=sys.stderr)
    found.add(folder, one, result, broken(one, result))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop the inputs in process then")
    parser.add_argument("--inputs", type=int, default=None, help="inputs in process (20,000, or what --seconds allow)")
    parser.add_argument("--processes", type=int, default=0, help="inputs as whole processes besides")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keep", metavar="DIR", help="where failing cases go")
    parser.add_argument("--again", metavar="FOLDER", help="run a case that was kept")
    parser.add_argument("--messages", action="store_true", help="list the errors' first lines")
    asked = parser.parse_args()
    if asked.again:
        found = [("again", again(asked.again))]
    else:
        inputs = asked.inputs if asked.inputs is not None else 20_000 if asked.seconds == float("inf") else 10**9
        seed, step, directory = asked.seed, asked.jobs, asked.keep
        inside = in_parallel(run, step, lambda job: (seed, job, step, asked.seconds, inputs, directory))
        found = [("in process", inside)]
        if asked.processes:
            whole = in_parallel(run_processes, step, lambda job: (seed, job, step, asked.processes, directory))
            found.append(("processes", whole))
    for title, summary in found:
        print(summary.text(title))
        if asked.messages:
            print("\n".join(f"{number:8} {message}" for message, number in summary.messages.most_common()))
    return int(any(summary.failures for _, summary in found))


if __name__ == "__main__":
    sys.exit(main())
