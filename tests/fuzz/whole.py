"""A case run as a process of its own: its time and its peak memory as the system counts them."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile

from .cases import Case
from .promise import MEGABYTES, SECONDS, Result
from .sandbox import Sandbox

KILOBYTES = 1024 if sys.platform != "darwin" else 1024 * 1024
"""What a megabyte is in the units of ``ru_maxrss``."""


def run_whole(sandbox: Sandbox, case: Case) -> Result | None:
    """None where the system itself refuses such arguments."""
    sandbox.fill(case)
    command = [sys.executable, "-m", "archcalc", *case.arguments]
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        stdin.write(case.stdin)
        stdin.seek(0)
        try:
            process = subprocess.Popen(
                command, cwd=sandbox.project, stdin=stdin, stdout=out, stderr=err, env=environment(), preexec_fn=limit
            )
        except (ValueError, UnicodeError, OSError):  # NUL, a surrogate, an argument too long
            return None
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    seconds = used.ru_utime + used.ru_stime
    return Result(process.returncode, *texts, seconds, used.ru_maxrss / KILOBYTES, sandbox.clean(case))


def environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "PYTHONPATH") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def limit() -> None:
    """Far more than is promised: what goes on for ever ends, and is then a failure like any other."""
    seconds, size = int(SECONDS * 4), int(MEGABYTES * 20) << 20  # of addresses, which a thread's stack takes too
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
