"""A case run in this process, with everything that it opens, starts and runs watched by an audit hook."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import archcalc
from archcalc.cli import main

from .cases import Case
from .promise import SECONDS, Result
from .sandbox import Sandbox

assert traceback  # what tells of a defect: to load it is none of the run's own doing
CODE = tuple({os.path.realpath(place) for place in (sys.prefix, sys.base_prefix, os.path.dirname(archcalc.__file__))})
LIBRARY = (
    *CODE, *(os.path.realpath(place) for place in sys.path if place.endswith(("lib-dynload", "site-packages"))),
)  # fmt: skip
SPECS = os.path.realpath(os.path.join(os.path.dirname(os.path.dirname(archcalc.__file__)), "specs"))
CHANGES = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.utime",
)
NEVER = (
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.forkpty",
    "os.chdir",
    "os.putenv",
    "os.setxattr",
    "pty.spawn",
    "os.kill",
)
NEVER_BEGIN = (
    "socket.",
    "shutil.",
    "ctypes.",
    "urllib.",
    "http.",
    "ftplib.",
    "pickle.",
    "tempfile.",
    "webbrowser.",
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class TooLong(BaseException):
    """The time limit ran out: a defect, told as such."""


class Watch:
    """What a run may not do, noted as it does it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.on = False
        self.found: list[str] = []
        self.readable: set[str] = set()
        self.roots: tuple[str, ...] = ()
        self.writable: tuple[str, ...] = ()
        sys.addaudithook(self.hook)

    def begin(self, case: Case) -> None:
        """Files named on the command line may be read; besides, the project and what --allow-import allows."""
        words = [word for argument in case.arguments for word in (argument, argument.rpartition(":")[0])]
        self.readable = {os.path.realpath(word) for word in words if word and "\0" not in word}
        project, arguments = self.sandbox.project, case.arguments
        allowed = [after for before, after in pairwise(arguments) if before == "--allow-import"]
        self.roots = (project, SPECS, *LIBRARY, *(os.path.realpath(one) for one in allowed if "\0" not in one))
        asked = [after for before, after in pairwise(arguments) if before == "-o"]
        self.writable = tuple(os.path.realpath(one) for one in asked if one)
        if "--update" in arguments:
            self.writable += tuple(os.path.join(project, name) for name in case.files)
        self.git = "--base" in arguments or any(":" in word for word in arguments)
        self.found = []
        self.on = True

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        self.on = False  # what this does itself is of no interest
        try:
            said = self.judge(event, arguments)
            if said:
                self.found.append(said)
        finally:
            self.on = True

    def judge(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, int):
                return None
            return self.touched(path, bool(flags & WRITING))
        if event in ("os.listdir", "os.scandir"):
            return self.touched(arguments[0] or ".", False)
        if event in CHANGES:
            return self.touched(arguments[0], True)
        if event == "exec":
            name = arguments[0].co_filename
            return None if name.startswith(("<frozen", *CODE)) else f"ran the code of {name}"
        if event == "subprocess.Popen":
            command = arguments[1]
            return None if self.git and command[0] == "git" and "-C" in command else f"started {command}"
        if event in NEVER or event.startswith(NEVER_BEGIN):
            return f"{event} {arguments!r}"[:200]
        return None

    def touched(self, path: Any, writes: bool) -> str | None:
        if isinstance(path, int) or not path:  # a descriptor; what names no file cannot be opened
            return None
        real = os.path.realpath(os.fsdecode(path))
        if writes:
            return None if real == os.devnull or real.startswith(self.writable or "?") else f"wrote {real}"
        if real in self.readable or real == os.devnull or inside(real, self.roots):
            return None
        return f"read {real}"


def inside(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)


class Runner:
    """Runs case after case in one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.watch = Watch(sandbox)
        os.chdir(sandbox.project)
        sys.dont_write_bytecode = True
        signal.signal(signal.SIGPROF, self.time_out)

    def time_out(self, *_: Any) -> None:
        self.watch.on = False
        raise TooLong

    def run(self, case: Case) -> Result:
        self.sandbox.fill(case)
        out, err = stream("strict"), stream("backslashreplace")
        with streams(out, err, case.stdin):
            self.watch.begin(case)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            began = time.process_time()
            try:
                status = main(list(case.arguments))
            except TooLong:  # just as the run ended
                status = 3
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
                self.watch.on = False
            seconds = time.process_time() - began
        touched = [*dict.fromkeys(self.watch.found), *self.sandbox.clean(case)]
        return Result(status, text_of(out), text_of(err), seconds, None, touched)


def stream(errors: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors, newline="\n")


def text_of(written: io.TextIOWrapper) -> str:
    with contextlib.suppress(UnicodeError):
        written.flush()
    return written.buffer.getvalue().decode("utf-8", "replace")  # type: ignore[attr-defined]


@contextlib.contextmanager
def streams(out: io.TextIOWrapper, err: io.TextIOWrapper, stdin: bytes) -> Iterator[None]:
    kept = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    sys.stdout, sys.stderr = out, err
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept
