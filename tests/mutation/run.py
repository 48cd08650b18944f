"""A process for each mutant: whether a test notices it."""

from __future__ import annotations

import gc
import os
import resource
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import SourceFileLoader
from typing import Any

from .modules import MODULES, Module
from .mutants import ROOT, Mutant

SECONDS = 60
"""Of processor time: a mutant that takes longer does not end, which a test notices."""

BYTES = 4 << 30
SURVIVED = 0
LIBRARIES = "pytest numpy sympy yaml click rich.table rich.console hypothesis jsonschema difflib csv json"
UNCHANGED = "dims dims.array dims.closed_form errors layers.arguments layers.axes"
"""Of archcalc: what imports no module that has mutants."""


def prepare() -> None:
    """Load once what every mutant's process needs."""
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    for name in [*LIBRARIES.split(), *(f"archcalc.{name}" for name in UNCHANGED.split())]:
        import_module(name)
    assert not {f"archcalc.{name.replace('/', '.')}" for name in MODULES} & sys.modules.keys()
    gc.freeze()


def run(mutants: list[tuple[Mutant, Module]], workers: int) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant with whether it survives, as they end."""
    running: dict[int, Mutant] = {}
    waiting = iter(mutants)
    for _ in range(workers):
        start_next(waiting, running)
    while running:
        process, status = os.wait()
        yield running.pop(process), os.waitstatus_to_exitcode(status) == SURVIVED
        start_next(waiting, running)


def start_next(waiting: Iterator[tuple[Mutant, Module]], running: dict[int, Mutant]) -> None:
    for mutant, module in waiting:
        process = os.fork()
        if process == 0:
            os._exit(outcome(mutant, module))
        running[process] = mutant
        return


def outcome(mutant: Mutant, module: Module) -> int:
    """In a process of its own: 0 where no test notices the mutant."""
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silent, stream)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    try:
        put_in_place(mutant)
        return notices(module)
    except BaseException:
        return 1


def put_in_place(mutant: Mutant) -> None:
    """Whatever imports the mutant's module from now on gets the mutant."""
    code = compile(mutant.source(), mutant.path, "exec", dont_inherit=True)
    unchanged = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> Any:
        return code if loader.path == str(mutant.path) else unchanged(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


def notices(module: Module) -> int:
    import pytest

    from .rows import run_rows

    run_rows(module.families)
    return int(pytest.main(["-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--tb=no", *module.tests]))
