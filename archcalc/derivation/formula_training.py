"""What a step of training costs as closed forms: the tape of PyTorch's autograd, run on sizes without values.

Where a tensor lies in memory decides what is kept. What that depends on is decided as at the values given, and assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any, NamedTuple

from archcalc.algebra.assumptions import CHOSEN, Unknowns
from archcalc.algebra.atoms import Polynomial, number
from archcalc.algebra.closed_form import expand
from archcalc.algebra.polynomial import plus, times
from archcalc.costs.recipes import PRECISIONS, Recipe, state
from archcalc.costs.strides import Storage
from archcalc.costs.tape import Asked, Record, Tape
from archcalc.costs.training import parameters_of
from archcalc.dims import decided
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import Repetition, walk
from archcalc.meter import charge
from archcalc.report.training import WORK

FEW, TRIED = 3, 5
"""Repetitions that stand for a number of them without a value, first, middle and last; and how many are tried."""

Row = tuple[Node, tuple[int, ...]]
"""A layer of a formula: its node, and its numbers in the repetitions around it that are told apart."""


class Asking(NamedTuple):
    """One of figures.OF_TRAINING, of a batch whose size may have no value."""

    figure: str
    recipe: Recipe
    batch: Any


class Share(NamedTuple):
    """What a layer has of the figure; ``middle``: of the repetitions that it stands for, how many there are."""

    form: Polynomial
    middle: tuple[Any, ...]


def training_forms(network: Network, unknowns: Unknowns, asking: Asking) -> list[Polynomial]:
    """The closed form for every layer that ``walk`` gives. Raises SpecError where repetitions are not alike."""
    repeated = [run.times for run in network.runs if type(run.times) is not int]
    if repeated:
        hold_alike(network, unknowns, asking, repeated)
    return [form_of(shares) for shares in by_row(network, unknowns, asking, FEW).values()]


def hold_alike(network: Network, unknowns: Unknowns, asking: Asking, repeated: list[Any]) -> None:
    """Assume as many repetitions as it takes until one more adds what the one before it did. Raises SpecError."""
    few = [share for shares in by_row(network, unknowns, asking, FEW).values() for share in shares]
    wrong = [count for count in range(1, TRIED + 1) if added(few, count) != whole(network, unknowns, asking, count)]
    if wrong and wrong[-1] > FEW:
        message = f"what is kept of a repetition depends on how many there are, so {asking.figure} has no closed form"
        raise SpecError(Diagnostic(message, help=f"leave out of {option('vars')} what a repeat counts"))
    for count in repeated if wrong else ():
        condition = count > wrong[-1]
        if decided(condition) is not True:
            unknowns.add(condition, CHOSEN, None)


def added(few: list[Share], count: int) -> Polynomial:
    """The sum over so many repetitions, of which few are looked at."""
    found: Polynomial = {}
    for share in few:
        found = plus(found, share.form, (count - FEW + 1) ** len(share.middle))
    return found


def whole(network: Network, unknowns: Unknowns, asking: Asking, count: int) -> Polynomial:
    """The sum over so many repetitions, one by one."""
    found: Polynomial = {}
    for shares in by_row(network, unknowns, asking, count).values():
        for share in shares:
            found = plus(found, share.form)
    return found


def form_of(shares: list[Share]) -> Polynomial:
    found: Polynomial = {}
    for share in shares:
        form = share.form
        for count in share.middle:
            form = times(form, plus(expand(count), number(FEW - 1), -1))
        found = plus(found, form)
    return found


def by_row(network: Network, unknowns: Unknowns, asking: Asking, count: int) -> dict[Row, list[Share]]:
    """What each layer has, with ``count`` repetitions in the place of every number without a value."""
    found: dict[Row, list[Share]] = {}
    network, unknown = with_repetitions(network, count)
    asked = Asked(activations=PRECISIONS[asking.recipe.precision].activations, batch=asking.batch)
    tape = iter(Tape(network, asked))
    seen: dict[int, Storage] = {}
    for node, repetition in walk(network):
        charge(WORK)
        unknowns.place = node.path, node.origin.span()
        record = next(tape)
        around = [*enclosing(repetition)]
        numbers = tuple([one.number for one in around if one.run not in unknown])
        inner = [one for one in around if one.run in unknown and 0 < one.number - one.run.first < count - 1]
        share = Share(expand(share_of(record, asking, asked, seen)), tuple([unknown[one.run] for one in inner]))
        found.setdefault((node, numbers), []).append(share)
    return found


def share_of(record: Record, asking: Asking, asked: Asked, seen: dict[int, Storage]) -> Any:
    """What a layer has of the figure; of tensors that are kept, those that it is the first to keep."""
    if asking.figure == "backward_macs":
        return record.weights + record.inputs
    new = {id(one): one for one in record.kept if id(one) not in seen}
    seen.update(new)
    kept = sum(one.bytes for one in new.values())
    if asking.figure == "kept_bytes":
        return kept
    return kept + sum(state(asking.recipe, *parameters_of(record, asked.trains)))


def with_repetitions(network: Network, count: int) -> tuple[Network, dict[Any, Any]]:
    """The network, and how often its runs of so many repetitions occur."""
    found, unknown = copy(network), {}
    found.runs = []
    for run in network.runs:
        if type(run.times) is not int:
            known = copy(run)
            known.times = count
            unknown[known] = run.times
            run = known
        found.runs.append(run)
    return found, unknown


def enclosing(repetition: Repetition | None) -> Iterator[Repetition]:
    while repetition is not None:
        yield repetition
        repetition = repetition.outer
