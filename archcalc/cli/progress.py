"""A bar on standard error for work that takes more than a second, if that is a terminal."""

from __future__ import annotations

import os
import sys
from threading import Timer
from typing import Any, TextIO, cast

DELAY = 1.0  # seconds: what is shown any sooner would be gone before it is read


class Progress:
    """The bar of one command: it moves to and fro while a network is built, and fills while its rows are written."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._bar: Any = None
        self._timer: Any = None

    def __enter__(self) -> Progress:
        self._timer = Timer(DELAY, self._show)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(file=sys.stderr, no_color=bool(os.environ.get("NO_COLOR")) or None)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
        bar = Progress(*columns, console=console, transient=True)
        bar.add_task(self.label, total=None)
        bar.start()
        self._bar = bar

    def stop(self) -> None:
        """Take the bar away: what follows is written in its place."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def watched(self, out: TextIO, rows: int) -> TextIO:
        """The stream that a table of so many rows is written to; a bar and a table cannot share a terminal."""
        if self._timer is None or out.isatty():
            self.stop()
            return out
        return cast("TextIO", Watched(out, self, rows))

    def advance(self, lines: int, rows: int) -> None:
        """Fill the bar as far as the lines that are written."""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], total=rows, completed=lines)


class Watched:
    """A stream that tells how many lines went through it."""

    def __init__(self, out: TextIO, progress: Progress, rows: int) -> None:
        self._out, self._progress, self._rows, self._lines = out, progress, rows, 0

    def write(self, text: str) -> int:
        self._lines += text.count("\n")
        if not self._lines % 1000:
            self._progress.advance(self._lines, self._rows)
        return self._out.write(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)
