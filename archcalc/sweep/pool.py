"""Chunks on all cores: processes that each compute some, their results in the order of the grid."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from time import perf_counter
from typing import Any, TypeVar

from archcalc.errors import Diagnostic, SpecError, option
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
        begun = perf_counter()
        found = job(sweep, first, last)
        seconds = perf_counter() - begun
        ranges.took(last - first, seconds)
        yield found
        if workers > 1 and first > start and (stop - last) * seconds / (last - first) > WORTH:
            yield from spread(sweep, job, ranges, workers)


def spread(sweep: Sweep, job: Job[Found], ranges: Ranges, workers: int) -> Iterator[Found]:
    """The job on each range by so many processes. At most a few chunks are computed ahead of what is read."""
    before = multiprocessing.active_children()
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context(METHOD), prepare, (sweep, job))
    waiting: deque[Future[Any]] = deque()
    try:
        while waiting or ranges.start < ranges.stop:
            while len(waiting) < AHEAD * workers and ranges.start < ranges.stop:
                waiting.append(pool.submit(work, *ranges.next()))
            found, variants, seconds = waiting.popleft().result()
            ranges.took(variants, seconds)
            yield found
        pool.shutdown()
    except BrokenProcessPool:
        help = f"{option('workers', 'N')} takes less memory with fewer of them"
        raise SpecError(Diagnostic("a process that computed variants has ended", help=help)) from None
    finally:  # also where nobody reads on
        for process in {*multiprocessing.active_children()}.difference(before):
            process.terminate()
        pool.shutdown(cancel_futures=True)


METHOD = "fork" if sys.platform == "linux" else None
"""Processes that begin with what this one knows, where that is safe."""

_given: Any = None


def prepare(sweep: Sweep, job: Job[Any]) -> None:
    """A process begins: an interrupt is told by the one that waits for it."""
    global _given
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _given = sweep, job


def work(first: int, last: int) -> tuple[Any, int, float]:
    sweep, job = _given
    begun = perf_counter()
    return job(sweep, first, last), last - first, perf_counter() - begun
