"""Many rows as one: a step with all its layers, a block with its repetitions. Folding never changes a total."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, cast

from archcalc.graph.network import Network, Run, Tensor
from archcalc.graph.repetition import counted, unrolled
from archcalc.graph.wires import INPUT, Wires, named
from archcalc.report.figures import FIGURES
from archcalc.report.model import network_of
from archcalc.report.rows import Rows, moving
from archcalc.report.widths import together

if TYPE_CHECKING:
    from archcalc.report.documents import Report, Row

THE_LAYERS_OWN: Final = ("name", "type", "kernel", "channels_read", "stride", "padding", "copies")


def fold_to_depth(report: Report, depth: int) -> list[Row]:
    """The rows, with each step of that depth folded into one. A branch counts as a step, a repetition does not."""
    fold = Fold(report, depth)
    folded, start = [], 0
    for path, rows in groupby(fold.rows, key=lambda row: step_path(row["path"], depth)):
        stop = start + sum(1 for _ in rows)
        folded.append(fold.fold(path, start, stop))
        start = stop
    return folded


def step_path(path: str, depth: int) -> str:
    """The path of the step at that depth that holds a layer, or its own path if it lies less deep."""
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
    """Whether each run becomes one row at that depth, so that one repetition of it is enough."""
    runs = network.runs
    return bool(runs) and all(step_path(f"{run.path}/0/step", depth) == step_path(run.path, depth) for run in runs)


class Fold:
    """The rows of a report, to be folded: all of them, or only those of kept nodes if these are enough.

    ``depth`` is that of the steps that rows are folded to, None for steps of any depth.
    """

    def __init__(self, report: Report, depth: int | None = None) -> None:
        network, layers = network_of(report), report["layers"]
        self.depth = depth
        self.inputs = list(network.inputs)
        self.runs: list[Run] = []
        if depth is not None and isinstance(layers, Rows) and layers.alike and folds_every_run(network, depth):
            self.runs = network.runs
            self.times = [times for _, times in counted(network)]
            self.rows: list[Row] = [layers.whole(node, number) for number, node in enumerate(network.kept)]
        else:
            network = unrolled(network)
            self.rows, self.times = list(layers), [1] * len(layers)
        self.wires = Wires(network)

    def fold(self, path: str, start: int, stop: int) -> Row:
        """The rows from ``start`` up to ``stop``, all those of the step at ``path``, as one.

        Kernel, stride and padding are those of the layer that the step is, if all its repetitions agree.
        """
        rows = self.rows[start:stop]
        if len(rows) == 1 and rows[0]["path"] == path:  # not in a run: a row in one has the repetition in its path
            return {**rows[0], "reads": list(map(self.name, self.wires.nodes[start].inputs))}
        read = self.wires.into(start, stop)
        own = [row for row in rows if row["path"] == path or repetition_of(path, row["path"]) == row["path"]]
        repetitions = {repetition_of(path, row["path"]) for row in rows} - {None}
        counted = list(zip(rows, self.times[start:stop], strict=True))
        folded: dict[str, Any] = {"path": path, "file": rows[0]["file"], "line": rows[0]["line"]}
        folded["reads"] = list(dict.fromkeys(map(self.name, read)))
        for key in THE_LAYERS_OWN:
            folded[key] = own[0][key] if own and all(row[key] == own[0][key] for row in own) else None
        folded.update({figure.name: figure.over(counted) for figure in FIGURES.values() if figure.total})
        folded["params_by_dtype"] = together((row["params_by_dtype"], times) for row, times in counted)
        folded["weights_bytes"] = FIGURES["weights_bytes"].part(folded)
        folded["weights"] = [weight for row, times in counted for weight in row["weights"] * times]
        folded["inputs"] = [tensor.shape for tensor in read]
        given = self.wires.out_of(start, stop)
        folded["outputs"] = [tensor.shape for tensor in given] or list(rows[-1]["outputs"])
        folded["row"] = any(row["row"] for row in rows)
        if "receptive_field" in rows[-1]:
            folded["receptive_field"] = rows[-1]["receptive_field"]
        if "bytes" in rows[-1]:
            folded |= moving(folded["macs"], sum(row["bytes"] for row in rows))
        like = sum(run.times - 1 for run in self.runs if run.path == path)
        folded["repeats"] = len(repetitions) + like or None
        return cast("Row", folded)

    def name(self, tensor: Tensor) -> str:
        """A tensor by the row of the layer that makes it, or by the name of the input."""
        source = self.wires.source(tensor)
        if source == INPUT:
            return self.inputs[tensor.number]
        path = self.rows[source]["path"]
        step = path if self.depth is None else step_path(path, self.depth)
        return step if step != path else named(path, tensor)


def repetition_of(path: str, inside: str) -> str | None:
    """The repetition of the step at ``path`` that holds a layer, such as ``stage/0``; None if it does not repeat."""
    if not inside.startswith(path + "/"):
        return None
    index = inside[len(path) + 1 :].split("/", 1)[0]
    return f"{path}/{index}" if is_index(index) else None
