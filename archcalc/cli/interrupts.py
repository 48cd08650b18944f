"""Requests to end while variants are computed: Ctrl-C, and the signals that end a process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from archcalc.cli.output import end_in_order

Watch = Callable[[int, int], None]
"""What is told how many variants are computed, and of how many."""


@contextmanager
def hearing(watch: Watch | None) -> Iterator[Watch]:
    """What watches, and raises a request to end anew: Python drops what is raised within some callbacks."""
    end_in_order()
    heard: list[int] = []
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: handler for number in numbers if callable(handler := signal.getsignal(number))}

    def hear(number: int, frame: Any) -> None:
        heard.append(number)
        before[number](number, frame)

    def advance(computed: int, total: int) -> None:
        if heard:
            signal.raise_signal(heard[-1])
        if watch is not None:
            watch(computed, total)

    for number in before:
        signal.signal(number, hear)
    try:
        yield advance
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
