"""Chunks on all cores: processes that each compute some, their results in the order of the grid."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from time import perf_counter
from typing import Any, TypeVar

from archcalc.sweep.sweep import CHUNK, Sweep

Found = TypeVar("Found")
Job = Callable[[Sweep, int, int], Found]
"""What is made of the variants between two positions."""

WORTH = 0.3
"""Seconds of work that are worth the start of processes."""

AHEAD = 2
"""Chunks for each process that wait to be computed, or to be read."""


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(sweep: Sweep, job: Job[Found], start: int, stop: int, workers: int) -> Iterator[Found]:
    """The job on every chunk from a position up to another, in order; by ``workers`` processes if it is worth it.

    The first is done here: the processes begin with what it taught.
    """
    ranges = ((first, min(first + CHUNK, stop)) for first in range(start, stop, CHUNK))
    begun = perf_counter()
    for first, last in ranges:
        yield job(sweep, first, last)
        left = (stop - last) * (perf_counter() - begun) / (last - start)
        if workers > 1 and last < stop and left > WORTH:
            yield from spread(sweep, job, ranges, workers)


def spread(sweep: Sweep, job: Job[Found], ranges: Iterator[tuple[int, int]], workers: int) -> Iterator[Found]:
    """The job on each range by so many processes. At most a few chunks are computed ahead of what is read."""
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context(METHOD), prepare, (sweep, job))
    waiting: deque[Future[Any]] = deque()
    try:
        for first, last in ranges:
            waiting.append(pool.submit(work, first, last))
            if len(waiting) > AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


METHOD = "fork" if sys.platform == "linux" else None
"""Processes that begin with what this one knows, where that is safe."""

_given: Any = None


def prepare(sweep: Sweep, job: Job[Any]) -> None:
    """A process begins: an interrupt is told by the one that waits for it."""
    global _given
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _given = sweep, job


def work(first: int, last: int) -> Any:
    sweep, job = _given
    return job(sweep, first, last)
