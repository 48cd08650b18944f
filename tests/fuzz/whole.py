"""A case run as a process of its own: its time and its peak memory as the system counts them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from .cases import Case
from .promise import SECONDS, Result
from .sandbox import Sandbox

KILOBYTES = 1024 if sys.platform != "darwin" else 1024 * 1024
"""What a megabyte is in the units of ``ru_maxrss``."""
MEASURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "measure.py")


def run_whole(sandbox: Sandbox, case: Case) -> Result | None:
    """None where the system itself refuses such arguments. What goes on for ever is ended, and a failure."""
    sandbox.fill(case)
    result = measured([sys.executable, "-m", "archcalc", *case.arguments], sandbox.project, case.stdin)
    if result is not None:
        result.touched += sandbox.clean(case)
    return result


def measured(command: list[str], directory: str, stdin: bytes = b"", before: Sequence[str] = ()) -> Result | None:
    """Run a command, perhaps under another (``before``); None where the system refuses such arguments."""
    facts, said = os.pipe()
    measure = [sys.executable, "-ISE", MEASURE, str(said), str(int(SECONDS * 2))]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        try:
            subprocess.run(
                [*before, *measure, *command],
                cwd=directory,
                stdin=given,
                stdout=out,
                stderr=err,
                env=environment(),
                pass_fds=(said,),
                check=True,
            )
        except (ValueError, OSError):  # a surrogate, an argument too long
            return None
        finally:
            os.close(said)
            answer = os.read(facts, 100).decode()
            os.close(facts)
        status, seconds, peak = answer.split()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return Result(int(status), *texts, float(seconds), int(peak) / KILOBYTES, [])


def environment() -> dict[str, str]:
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "TMPDIR", "PYTHONPATH", "PYTHONPYCACHEPREFIX")
        if name in os.environ
    }
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
