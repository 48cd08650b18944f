"""Runs a command and writes what it used to a descriptor: ``measure.py FD SECONDS COMMAND...``.

A process of its own, and small, because a child's peak memory counts from that of the process that it is forked from.
"""

from __future__ import annotations

import os
import resource
import sys


def main() -> None:
    descriptor, seconds, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    process = os.fork()
    if process == 0:
        os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        os.execv(command[0], command)
    _, status, used = os.wait4(process, 0)
    facts = f"{os.waitstatus_to_exitcode(status)} {used.ru_utime + used.ru_stime} {used.ru_maxrss}"
    os.write(descriptor, facts.encode())


main()
