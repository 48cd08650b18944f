"""How slow this machine is just now, beside the quiet one on which the promise is measured.

A fixed piece of work, much like archcalc's own and without a line of it: events of a YAML text become a tree of
dictionaries, which is then walked. It runs only where a case took longer than promised.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys

QUIET = 0.7
"""Seconds of processor time that the work takes on two quiet cores with Python 3.11."""


def slowness() -> float:
    """How many times as long as on the quiet machine; 1 at least."""
    before = used()
    subprocess.run([sys.executable, os.path.abspath(__file__)], check=True)
    return max(1.0, (used() - before) / QUIET)


def used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def work() -> int:
    import yaml

    loader = getattr(yaml, "CLoader", yaml.Loader)
    found: list[dict[str, str]] = []
    for event in yaml.parse("- {out: 8, kernel: 3, padding: 1}\n" * 60_000, Loader=loader):
        if isinstance(event, yaml.MappingStartEvent):
            found.append({})
        elif isinstance(event, yaml.ScalarEvent):
            found[-1][f"{len(found[-1])}/{event.value}"] = event.value
    return sum(len(f"{name:>12}") for one in found for _ in range(3) for name in sorted(one))


if __name__ == "__main__":
    work()
