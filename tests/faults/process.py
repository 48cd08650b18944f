"""archcalc as a whole process, in surroundings that a test chooses."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ARCHCALC = [sys.executable, "-m", "archcalc"]

# conv: 8 * 3 * 3 * 3 + 8 = 224 parameters
NET = """\
name: net
input: [3, 8, 8]
layers:
  - conv: {out: 8, kernel: 3, padding: 1}
  - relu
"""
PARAMS = 224


def environment(**changes: str | None) -> dict[str, str]:
    """This environment with changes; None takes a name out.

    Python writes no compiled modules there: under a limit of a file's size it would leave one cut short for others.
    """
    found = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **changes}
    return {name: value for name, value in found.items() if value is not None}


def archcalc(
    *arguments: str | bytes, before: Callable[[], Any] | None = None, env: dict[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """A run; ``before``: called in the new process before Python starts. Ends after a minute: nothing may hang."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
    if "input" in options:
        del options["stdin"]
    command = [*ARCHCALC, *arguments]
    return subprocess.run(
        command, preexec_fn=before, env=env or environment(), text=True, errors="replace", timeout=60, **options
    )


def start(*arguments: str, env: dict[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
    return subprocess.Popen([*ARCHCALC, *arguments], env=env or environment(), text=True, **pipes)


def as_anybody() -> None:
    """In the new process: a root that permission bits hold for (Linux: it gives up overriding them)."""
    if sys.platform == "linux" and os.geteuid() == 0:
        drop_from_bounding_set, overriding, reading = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, ..._READ_SEARCH
        for capability in (overriding, reading):
            ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


def told(done: subprocess.CompletedProcess[str], message: str, status: int = 2) -> None:
    """It ended with this status and said so, once and not as a traceback."""
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "a defect of archcalc" not in done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, byte for byte: what a fault must leave as it was."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read_terminal(ours: int) -> bytes:
    """Everything that is written to a pseudo-terminal until its other end is closed."""
    written = b""
    while True:
        try:
            read = os.read(ours, 65_536)
        except OSError:  # Linux: the other end is closed
            break
        if not read:
            break
        written += read
    os.close(ours)
    return written
