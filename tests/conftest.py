"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from repository import IDENTITY, Repository

ROOT = Path(__file__).resolve().parents[1]
IMPORT_ALL = """
import importlib, pkgutil, archcalc
for module in pkgutil.walk_packages(archcalc.__path__, "archcalc."):
    importlib.import_module(module.name)
"""


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where nothing compiled may stand beside the sources, the hundreds of processes of a parallel run share a folder.

    Each would compile what it imports, which takes longer than what it is asked for.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and os.environ.pop("PYTHONDONTWRITEBYTECODE", "") and not sys.pycache_prefix:
        os.environ["PYTHONPYCACHEPREFIX"] = str(tmp_path_factory.getbasetemp().parent / "compiled")
        if worker == "gw0":
            subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, check=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """An empty git repository, which is the working directory; no configuration of this machine's user is read."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    made = Repository(tmp_path / "work")
    monkeypatch.chdir(made.root)
    return made


def pytest_configure() -> None:
    """The garbage collector does not look at thousands of tests, which stay to the end, and seldom at others."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test marked ``sampled(every)`` each ``every``-th case is fast, the first of them; the others are slow."""
    seen: Counter[str] = Counter()
    for item in items:
        if sampled := item.get_closest_marker("sampled"):
            name = item.nodeid.partition("[")[0]
            if seen[name] % sampled.args[0]:
                item.add_marker("slow")
            seen[name] += 1
