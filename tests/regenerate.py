"""Rewrites what tests compare with: ``python -m tests.regenerate [WHAT ...]``. Read the difference before you keep it.

Without a name, all of it but the records, which need the programs that they record.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
MARK = "ARCHCALC_SNAPSHOTS"
"""The environment variable that makes a test write its snapshot in place of comparing with it."""


def run(*arguments: str, **environment: str) -> int:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}).returncode


def index() -> int:
    """specs/index.json and specs/catalogue.json, from the specs"""
    return run("tests/specs/write_index.py")


def snapshots() -> int:
    """outputs, diagnostics and pages that tests keep as files"""
    files = [str(file) for file in sorted(TESTS.rglob("test_*.py")) if MARK in file.read_text(encoding="utf-8")]
    return run("-m", "pytest", "-q", *files, **{MARK: "write"})


def readme() -> int:
    """what the commands in README.md print"""
    return run("tests/test_readme.py")


def pictures() -> int:
    """README's pictures in .github/"""
    return run("tests/test_pictures.py")


def oracle() -> int:
    """tests/oracle/recorded.jsonl: PyTorch's answers (needs torch)"""
    return run("-m", "tests.oracle.record")


def gradients() -> int:
    """tests/costs/receptive_field/gradients.jsonl: which positions PyTorch's gradients see (needs torch)"""
    return run("tests/costs/receptive_field/record.py")


def training() -> int:
    """tests/training/recorded.jsonl: what PyTorch keeps for its backward pass (needs torch)"""
    return run("-m", "training.record", PYTHONPATH=f"{ROOT}{os.pathsep}{TESTS}")


def generating() -> int:
    """tests/generating/steps.csv: the multiply-adds of steps of decoders in PyTorch (needs torch)"""
    return run("-m", "tests.generating.record")


def tools() -> int:
    """tests/conventions/tools.csv: what other counters print (needs them; see record_tools.py)"""
    return run("tests/conventions/record_tools.py")


def keras() -> int:
    """tests/layers/keras_layers.csv, tests/importers/keras/recorded.jsonl: what Keras says of layers (needs keras)"""
    return max(run("tests/layers/keras_layers.py"), run("-m", "tests.importers.keras.record"))


def frameworks() -> int:
    """tests/language/foreign/recorded.json: the layers of PyTorch and Keras (needs torch and keras)"""
    return max(run("-m", "tests.language.foreign.record", name) for name in ("pytorch", "keras"))


def configurations() -> int:
    """importers/hugging_face/defaults.json and tests/importers/hugging_face.jsonl (needs transformers)"""
    return run("-m", "tests.importers.record_hugging_face")


TARGETS: dict[str, Callable[[], int]] = {
    target.__name__: target
    for target in (
        index,
        snapshots,
        readme,
        pictures,
        oracle,
        gradients,
        training,
        generating,
        tools,
        keras,
        frameworks,
        configurations,
    )
}
RECORDS = ("oracle", "gradients", "training", "generating", "tools", "keras", "frameworks", "configurations")


def main(names: list[str]) -> int:
    """Rewrite what is named; the status is that of the worst."""
    if wrong := [name for name in names if name not in TARGETS]:
        print(f"nothing is called {', '.join(wrong)}; there are:", file=sys.stderr)
        for name, target in TARGETS.items():
            print(f"  {name:10} {target.__doc__}", file=sys.stderr)
        return 2
    return max(TARGETS[name]() for name in names or [name for name in TARGETS if name not in RECORDS])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
