"""Runs a command and writes what it used to a descriptor: ``measure.py FD SECONDS COMMAND...``.

A process of its own, and small, because a child's peak memory counts from that of the process that it is forked from.
What waits for ever is ended with all that it started, and so is what asks for more memory than the machine can spare.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from typing import Any

MOST_MEMORY = 4 << 30
WAITING = 6
"""Seconds on the clock for each of the processor: the machine may be busy."""


def main() -> None:
    descriptor, seconds, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    process = os.fork()
    if process == 0:
        os.close(descriptor)
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        os.execv(command[0], command)

    def end(*_: Any) -> None:
        os.killpg(process, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds * WAITING)
    _, status, used = os.wait4(process, 0)
    facts = f"{os.waitstatus_to_exitcode(status)} {used.ru_utime + used.ru_stime} {used.ru_maxrss}"
    os.write(descriptor, facts.encode())


main()
