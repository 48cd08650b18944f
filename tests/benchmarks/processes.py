"""What the benchmarks share: whole processes measured from outside, and archcalc as an installation has it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import NamedTuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ARCHCALC = [sys.executable, "-m", "archcalc"]
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Measured(NamedTuple):
    """A process that has ended; ``peak`` is the most memory it held at once, in bytes, ``processor`` is in seconds."""

    seconds: float
    processor: float
    peak: int
    status: int
    output: str
    errors: str


def measured(command: list[str], folder: str = ROOT, stdin: int = subprocess.DEVNULL, **environment: str) -> Measured:
    """Run a command in a folder.

    The kernel counts to a process what its parent held when it was started: a script that asks for peaks stays small.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdin=stdin, stdout=output, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = [os.pread(file.fileno(), 1 << 30, 0).decode("utf-8", "replace") for file in (output, errors)]
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT, process.returncode, *texts)


def succeeded(command: list[str], folder: str = ROOT, stdin: int = subprocess.DEVNULL, **environment: str) -> Measured:
    """Run a command, which must succeed."""
    done = measured(command, folder, stdin, **environment)
    if done.status:
        sys.exit(f"{' '.join(command)} ended with status {done.status}:\n{done.errors}")
    return done


def seconds(command: list[str], folder: str = ROOT, stdin: int = subprocess.DEVNULL, **environment: str) -> float:
    """Seconds of one whole process, which must succeed."""
    return succeeded(command, folder, stdin, **environment).seconds


def processor(command: list[str], folder: str = ROOT, **environment: str) -> float:
    """Seconds of processor time of one whole process, which must succeed."""
    return succeeded(command, folder, **environment).processor


@contextlib.contextmanager
def installed() -> Iterator[str]:
    """A folder for PYTHONPATH: a copy without tests and with compiled modules, as an installation has them."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("archcalc", "specs"):
            shutil.copytree(os.path.join(ROOT, name), os.path.join(folder, name))
        subprocess.run([sys.executable, "-m", "compileall", "-q", folder], check=True)
        yield folder
