"""Where the figures of a step of training come from: the kinds of memory, or the steps at the top."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import islice
from operator import add
from typing import TYPE_CHECKING

from archcalc.costs.checkpoints import top_step
from archcalc.costs.training import Line, Training
from archcalc.derivation.explain import Cell, Explained
from archcalc.dims.expression import Definition, Expression
from archcalc.graph.wires import readings
from archcalc.report.figures import WHEN_ASKED
from archcalc.report.training import trained_in

if TYPE_CHECKING:
    from archcalc.report.documents import Report


def explain_training(report: Report, figure: str, precision: str) -> Explained | Cell:
    """The layer that has most of it, with the derivation of one of figures.OF_TRAINING; that alone without steps.

    Raises SpecError.
    """
    training = trained_in(report, precision)
    share = gradients if figure == "backward_macs" else kept
    cell = cell_of(training, figure, share)
    if not training.lines:
        return cell
    most = max(range(len(training.lines)), key=lambda number: share(training.lines[number]))
    node, _, _, reads = next(islice(readings(training.network), most, None))
    found = Explained(node, reads)
    found.axes = [[] for _ in found.inputs]
    found.cells.append(cell)
    return found


def cell_of(training: Training, figure: str, share: Callable[[Line], int]) -> Cell:
    parts = by_step(training.lines, share)
    if figure == "train_memory":
        state = training.state
        parts = {"parameters": state.parameters, "gradients": state.gradients, "optimizer": state.optimizer}
        parts["kept"] = sum(map(kept, training.lines))
    title = WHEN_ASKED[figure].label
    terms = [Expression.known(name, number) for name, number in parts.items()]
    total = reduce(add, terms) if terms else 0
    return Cell(figure, title, sum(parts.values()), [Definition(title, total)])


def kept(line: Line) -> int:
    return line.kept


def gradients(line: Line) -> int:
    return line.record.weights + line.record.inputs


def by_step(lines: list[Line], share: Callable[[Line], int]) -> dict[str, int]:
    """What each step at the top has, those left out that have none."""
    found: dict[str, int] = {}
    for line in lines:
        number = share(line)
        if number:
            step = top_step(line.record.path)
            found[step] = found.get(step, 0) + number
    return found
