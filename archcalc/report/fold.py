"""Many rows as one: a step with the layers it expands to, a block with its repetitions. Totals never change by it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from archcalc.graph.network import Network, Run
from archcalc.report.figures import FIGURES
from archcalc.report.model import wired, wired_kept
from archcalc.report.rows import Row, Rows

THE_LAYERS_OWN = ("name", "type", "kernel", "channels_read", "stride", "padding", "copies")


def fold_to_depth(report: dict[str, Any], depth: int) -> list[Row]:
    """The rows with every step of that depth folded into one. Branches are steps, the index of a repetition is none."""
    wires = Wires(report, depth)
    folded, start = [], 0
    for path, rows in groupby(wires.rows, key=lambda row: step_path(row["path"], depth)):
        stop = start + sum(1 for _ in rows)
        folded.append(wires.fold(path, start, stop))
        start = stop
    return folded


def step_path(path: str, depth: int) -> str:
    """The path of the step of that depth that a layer is in: its own path where it lies less deep."""
    stop, steps = -1, 0
    while True:
        start, stop = stop + 1, path.find("/", stop + 1)
        steps += not is_index(path[start : stop if stop >= 0 else None])
        if stop < 0:
            return path
        if steps == depth:
            return path[:stop]


def is_index(segment: str) -> bool:
    """Whether a part of a path counts repetitions."""
    return segment.isascii() and segment.isdigit()


def folds_every_run(network: Network, depth: int) -> bool:
    """Whether folding to that depth takes every repetition of a run into one row, so that one of them is enough."""
    runs = network.runs
    return bool(runs) and all(step_path(f"{run.path}/0/step", depth) == step_path(run.path, depth) for run in runs)


def times(row: Row) -> int:
    """How often a row stands."""
    found: int = row.get("_times", 1)
    return found


class Wires:
    """Which tensors pass from row to row, so that a folded step says what it reads and what others read of it."""

    def __init__(self, report: dict[str, Any], depth: int | None = None) -> None:
        self.runs: list[Run] = []
        layers = report["layers"]
        if depth is not None and isinstance(layers, Rows) and folds_every_run(layers.network, depth):
            self.runs = layers.network.runs
            self.rows, gives = wired_kept(layers)
        else:
            self.rows, gives = wired(report)["layers"], report["_gives"]
        self._given: dict[int, dict[int, Any]] = {}  # row -> the tensors of it that are read: number -> shape
        self._last: dict[int, int] = {}  # tensor -> the last row that reads it
        for position, row in enumerate(self.rows):
            self._note(row["_reads"], row["inputs"], position)
        self._note(gives, report["outputs"], len(self.rows))

    def _note(self, reads: list[tuple[int, int]], shapes: list[Any], position: int) -> None:
        for (source, tensor), shape in zip(reads, shapes, strict=True):
            self._given.setdefault(source, {})[tensor] = shape
            self._last[tensor] = position

    def fold(self, path: str, start: int, stop: int) -> Row:
        """The rows from ``start`` up to ``stop``, all those of the step at ``path``, as one.

        Kernel, stride and padding are those of the layer that the step is, where all its repetitions agree.
        """
        rows = self.rows[start:stop]
        if len(rows) == 1 and rows[0]["path"] == path:
            return rows[0]  # not in a run: a row in one has the repetition in its path
        own = [row for row in rows if row["path"] == path or repetition_of(path, row["path"]) == row["path"]]
        repetitions = {repetition_of(path, row["path"]) for row in rows} - {None}
        folded = Row({"path": path, "file": rows[0]["file"], "line": rows[0]["line"]})
        for key in THE_LAYERS_OWN:
            folded[key] = own[0][key] if own and all(row[key] == own[0][key] for row in own) else None
        counted = [(row, times(row)) for row in rows]
        folded.update({figure.name: figure.over(counted) for figure in FIGURES.values() if figure.total})
        folded["weights"] = [weight for row in rows for weight in row["weights"] * times(row)]
        folded["inputs"], folded["outputs"] = self.read(start, stop), self.given(start, stop)
        folded["row"] = any(row["row"] for row in rows)
        like = sum(run.times - 1 for run in self.runs if run.path == path)
        folded["repeats"] = len(repetitions) + like or None
        return folded

    def read(self, start: int, stop: int) -> list[Any]:
        """The shapes of the tensors that these rows read and did not make."""
        found: dict[int, Any] = {}
        for row in self.rows[start:stop]:
            for (source, tensor), shape in zip(row["_reads"], row["inputs"], strict=True):
                if not start <= source < stop:
                    found.setdefault(tensor, shape)
        return list(found.values())

    def given(self, start: int, stop: int) -> list[Any]:
        """The shapes of the tensors that these rows make and later ones, or the network's user, read."""
        found = [
            shape
            for source in range(start, stop)
            for tensor, shape in self._given.get(source, {}).items()
            if self._last[tensor] >= stop
        ]
        return found or list(self.rows[stop - 1]["outputs"])


def repetition_of(path: str, inside: str) -> str | None:
    """The repetition of the step at ``path`` that a layer is in, such as ``stage/0``; None where it does not repeat."""
    if not inside.startswith(path + "/"):
        return None
    index = inside[len(path) + 1 :].split("/", 1)[0]
    return f"{path}/{index}" if is_index(index) else None
