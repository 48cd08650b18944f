"""Chunks on a Dask cluster, their results in the order of the grid. What a lost worker had is computed by another."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterator
from importlib import import_module
from threading import Lock
from typing import Any, TypeVar

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.sweep.extras import need
from archcalc.sweep.pool import AHEAD, Job, Ranges, timed
from archcalc.sweep.sweep import Sweep

Found = TypeVar("Found")

PATIENCE = 10
"""Seconds in which a scheduler answers."""


def on_cluster(sweep: Sweep, job: Job[Found], start: int, stop: int, address: str) -> Iterator[Found]:
    """The job on every chunk from a position up to another, in order, by the workers of a scheduler.

    Raises SpecError where there is no scheduler, or no worker is left to compute a chunk.
    """
    need("distributed", option("dask"), "dask")
    distributed = import_module("distributed")
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # what it raises for an address depends on what is wrong with it
        why = str(error).partition("\n")[0] or type(error).__name__
        message = f"no Dask scheduler answers at {address}: {why}"
        raise SpecError(Diagnostic(message, help=f"such as {option('dask', 'tcp://127.0.0.1:8786')}")) from None
    try:
        yield from spread(client, pickle.dumps((sweep, job)), Ranges(start, stop))
    except (distributed.KilledWorker, distributed.client.FutureCancelledError) as error:
        message = f"workers of the Dask cluster at {address} ended again and again"
        raise SpecError(Diagnostic(message, help=str(error).splitlines()[0])) from None
    finally:
        client.close()


def spread(client: Any, given: bytes, ranges: Ranges) -> Iterator[Any]:
    """What is made of each range. At most a few chunks are computed ahead of what is read."""
    waiting: deque[Any] = deque()
    while waiting or ranges.start < ranges.stop:
        workers = max(sum(client.ncores().values()), 1)
        while len(waiting) < AHEAD * workers and ranges.start < ranges.stop:
            waiting.append(client.submit(compute, given, *ranges.next(), pure=False))
        found, variants, seconds = waiting.popleft().result()
        ranges.took(variants, seconds)
        yield found


_lock = Lock()
_kept: dict[bytes, tuple[Sweep, Any]] = {}


def compute(given: bytes, first: int, last: int) -> tuple[Any, int, float]:
    """What a worker does: a sweep stays there, with what it has learnt, until another comes."""
    with _lock:
        if given not in _kept:
            _kept.clear()
            _kept[given] = pickle.loads(given)
        return timed(*_kept[given], first, last)
