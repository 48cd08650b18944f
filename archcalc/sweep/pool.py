"""Chunks on all cores: processes that each compute some, their results in the order of the grid."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from threading import Thread
from time import perf_counter, sleep
from typing import Any, TypeVar

from archcalc.errors import COMMAND_LINE, Diagnostic, SpecError, option
from archcalc.interrupts import uninterrupted
from archcalc.sweep.sweep import CHUNK, Sweep

Found = TypeVar("Found")
Job = Callable[[Sweep, int, int], Found]
"""What is made of the variants between two positions."""

WORTH = 0.3
"""Seconds of work that are worth the start of processes."""
FIRST, LEAST = 256, 16
"""Variants of the first chunk, and of the smallest: of some grids each variant is a network of its own."""
QUICK, SLOW = 0.1, 1.0
"""Seconds within which a chunk is small, and beyond which it is large."""
AHEAD = 2
"""Chunks for each process that wait to be computed, or to be read."""


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Ranges:
    """The positions of chunks, one after the other, each as large as is computed in a moment."""

    def __init__(self, start: int, stop: int) -> None:
        self.start, self.stop, self.size = start, stop, FIRST

    def next(self) -> tuple[int, int]:
        first = self.start
        self.start = min(first + self.size, self.stop)
        return first, self.start

    def took(self, variants: int, seconds: float) -> None:
        """Learn how long a chunk of so many took."""
        if seconds < QUICK and variants >= self.size:
            self.size = min(4 * self.size, CHUNK)
        elif seconds > SLOW and variants <= self.size:
            self.size = max(self.size // 2, LEAST)


def each(sweep: Sweep, job: Job[Found], start: int, stop: int, workers: int) -> Iterator[Found]:
    """The job on every chunk from a position up to another, in order; by ``workers`` processes if it is worth it.

    The first two are done here: the processes begin with what they taught. Raises SpecError where a process is lost.
    """
    ranges = Ranges(start, stop)
    while ranges.start < stop:
        first, last = ranges.next()
        found, variants, seconds = timed(sweep, job, first, last)
        ranges.took(variants, seconds)
        yield found
        if workers > 1 and first > start and (stop - last) * seconds / variants > WORTH:
            yield from spread(sweep, job, ranges, workers)


def spread(sweep: Sweep, job: Job[Found], ranges: Ranges, workers: int) -> Iterator[Found]:
    """The job on each range by so many processes. At most a few chunks are computed ahead of what is read."""
    processes: Any = multiprocessing.get_context("fork" if may_copy() else "spawn")
    stop, before = processes.Event(), {*multiprocessing.active_children()}
    pool = ProcessPoolExecutor(workers, processes, prepare, (sweep, job, stop, os.getpid()))
    waiting: deque[Future[Any]] = deque()
    try:
        while waiting or ranges.start < ranges.stop:
            while len(waiting) < AHEAD * workers and ranges.start < ranges.stop:
                with uninterrupted():  # the first starts the processes: what is raised in the midst of that is dropped
                    waiting.append(pool.submit(work, *ranges.next()))
            started = {*multiprocessing.active_children()} - before
            found, variants, seconds = awaited(waiting.popleft(), started)
            ranges.took(variants, seconds)
            yield found
    except BrokenProcessPool:
        for process in started:
            process.kill()
        with suppress(AttributeError, OSError):  # who ends while it writes leaves the pool reading: let it see the end
            pool._result_queue._writer.close()  # type: ignore[attr-defined]
        help = f"{option('workers', 'N')} takes less memory with fewer of them"
        raise SpecError(Diagnostic("a process that computed variants has ended", help=help)) from None
    finally:  # also where nobody reads on; a process is not ended while it may be writing what it found
        stop.set()
        pool.shutdown(cancel_futures=True)


def awaited(future: Future[Found], processes: Collection[Any]) -> Found:
    """What a process found. Raises BrokenProcessPool if one of them has ended."""
    while True:
        try:
            return future.result(timeout=WATCH)
        except TimeoutError:
            if not all(process.is_alive() for process in processes):
                raise BrokenProcessPool from None


THREADED = ("pyarrow", "polars")
"""Modules that run threads of their own, in the midst of which no process may be copied."""


def may_copy() -> bool:
    """Whether processes can begin as copies of this one, with what it knows."""
    return sys.platform == "linux" and not any(name in sys.modules for name in THREADED)


def usual_workers() -> int:
    """As many as there are cores; one where processes would have to import what a user's script is."""
    return cores() if may_copy() or COMMAND_LINE.get() else 1


WATCH = 1.0
"""Seconds after which a process sees that another has ended."""

_given: Any = None


def prepare(sweep: Sweep, job: Job[Any], stop: Any, parent: int) -> None:
    """A process begins. Signals are for the one that began it, and with that one it ends."""
    global _given
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    Thread(target=end_with, args=(parent,), daemon=True).start()
    _given = sweep, job, stop


def end_with(parent: int) -> None:
    while os.getppid() == parent:
        sleep(WATCH)
    os._exit(1)


def work(first: int, last: int) -> tuple[Any, int, float] | None:
    """As ``timed``; nothing once that is not wanted."""
    sweep, job, stop = _given
    if stop.is_set():
        return None
    return timed(sweep, job, first, last)


def timed(sweep: Sweep, job: Job[Any], first: int, last: int) -> tuple[Any, int, float]:
    """What is made of some variants, their number, and the seconds that it took."""
    begun = perf_counter()
    return job(sweep, first, last), last - first, perf_counter() - begun
