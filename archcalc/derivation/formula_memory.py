"""A peak of memory as a closed form: that of the step where most exists at the values given, and how far it leads.

A peak is the largest of many sums. One of them is the closed form, on the interval of each name (the others as given)
in which no step needs more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from archcalc.algebra.assumptions import Unknowns
from archcalc.algebra.atoms import CONSTANT, Polynomial, atoms_of, number
from archcalc.algebra.closed_form import evaluate, expand, substitute
from archcalc.algebra.polynomial import plus, scale, times
from archcalc.costs.lifetimes import WIDTHS
from archcalc.costs.memory import Memory
from archcalc.dims import volume
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.graph.network import Network
from archcalc.graph.repetition import unrolled
from archcalc.report.memory import Telling

if TYPE_CHECKING:
    from archcalc.derivation.closed_forms import PeakForm
    from archcalc.report.documents import Interval

FAR = 1000
"""Values on each side of the one given that are tried where sizes are rounded."""


def build_peak(network: Network, memory: Memory, unknowns: Unknowns, batch: Any) -> PeakForm:
    """The closed form of the peak of a network whose sizes have names; ``memory`` is that of the values given.

    Raises SpecError where the number of steps depends on a name.
    """
    nodes, known = unrolled(network).kept, memory.whole.lifetimes
    if [node.path for node in nodes] != [node.path for node in known.nodes]:
        message = "the number of steps depends on a name, so a peak has no closed form"
        raise SpecError(Diagnostic(message, help=f"leave out of {option('vars')} what a repeat counts"))
    forms = step_forms(network, memory.whole, batch)
    step = memory.whole.peak_step or 0
    others = list({frozenset(form.items()): form for form in forms}.values())
    intervals = {name: interval(forms[step], others, name, unknowns.given) for name in unknowns.given}
    return {
        "form": forms[step],
        "at": unknowns.value(forms[step]),
        "where": Telling(memory.network, memory.whole).peak(),
        "intervals": intervals,
    }


def step_forms(network: Network, memory: Memory, batch: Any) -> list[Polynomial]:
    """The bytes that exist in each step; without steps once, those of the inputs that are given out."""
    lifetimes = memory.lifetimes
    position = {node: place for place, node in enumerate(lifetimes.nodes)}
    nodes, inputs = unrolled(network).kept, list(network.inputs.values())
    steps = range(max(len(nodes), 1))
    starting: list[list[Polynomial]] = [[] for _ in steps]
    ending: list[list[Polynomial]] = [[] for _ in steps]
    for storage in lifetimes.storages:
        if storage.node is None:
            elements: Any = volume(inputs[storage.number].shape or ())
            batched = inputs[storage.number].batched
        else:
            node = nodes[position[storage.node]]
            elements, batched = volume(node.applied.gives[storage.number]) * node.multiples(1)[2], node.batched
        form = scale(expand(elements), Fraction(WIDTHS[storage.dtype], 8))
        form = times(form, expand(batch)) if batched else form
        starting[storage.start].append(form)
        ending[storage.stop].append(form)
    found, there = [], dict[Any, Any]()
    for begun, ended in zip(starting, ending, strict=True):
        for form in begun:
            there = plus(there, form)
        found.append(there)
        for form in ended:
            there = plus(there, form, -1)
    return found


def interval(form: Polynomial, others: list[Polynomial], name: str, given: dict[str, int]) -> Interval:
    """The values of a name for which no other step needs more; ``exact`` unless values beyond were not tried."""
    held = {other: number(value) for other, value in given.items() if other != name}
    leads = [substitute(plus(form, other, -1), held) for other in others]
    plain = all(atom.op == "name" for lead in leads for atom in atoms_of(lead))
    least, most = 1, None
    exact = True
    for lead in leads:
        if plain:
            below, above = sides_of(coefficients(lead), given[name])
        else:
            below, above = tried(lambda value, lead=lead: evaluate(lead, {name: value}), given[name])  # type: ignore[misc]
        least = max(least, below)
        most = above if most is None or (above is not None and above < most) else most
    if not plain:
        exact = least > max(1, given[name] - FAR) and most != given[name] + FAR
    return {"least": least, "most": most, "exact": exact}


def tried(lead: Callable[[int], Any], at: int) -> tuple[int, int]:
    """The least and the largest value, as far as is tried, to which the form leads without a break."""
    below = above = at
    while below > 1 and below > at - FAR and lead(below - 1) >= 0:
        below -= 1
    while above < at + FAR and lead(above + 1) >= 0:
        above += 1
    return below, above


# Polynomials of one name: their coefficients, that of the constant first


def coefficients(form: Polynomial) -> list[Any]:
    powers = {CONSTANT: 0} | {one: exponent for one in form for _, exponent in one}
    found = [0] * (max([powers[one] for one in form], default=0) + 1)
    for one, coefficient in form.items():
        found[powers[one]] += coefficient
    return found


def value_at(found: list[Any], at: int) -> Any:
    total: Any = 0
    for coefficient in reversed(found):
        total = total * at + coefficient
    return total


def sides_of(found: list[Any], at: int) -> tuple[int, int | None]:
    """The least and the largest whole number around ``at`` between which the polynomial is never below 0."""
    marks = sorted({1, at - 1, at + 1, *turns(found)})
    below = max((mark for mark in marks if 0 < mark < at and value_at(found, mark) < 0), default=0)
    above = min((mark for mark in marks if mark > at and value_at(found, mark) < 0), default=None)
    return below + 1, None if above is None else above - 1


def turns(found: list[Any]) -> Iterator[int]:
    """Whole numbers above 0 between which the polynomial keeps its sign: beside each change one on either side."""
    while found and not found[-1]:
        found = found[:-1]
    if len(found) < 2:
        return
    slope = [power * coefficient for power, coefficient in enumerate(found)][1:]
    largest = 2 + int(max(abs(Fraction(one) / found[-1]) for one in found))
    for start, stop in pairwise(sorted({1, largest, *(mark for mark in turns(slope) if 0 < mark < largest)})):
        below = value_at(found, start) < 0
        if (value_at(found, stop) < 0) == below:
            continue
        while stop - start > 1:
            middle = (start + stop) // 2
            start, stop = (middle, stop) if (value_at(found, middle) < 0) == below else (start, middle)
        yield from (start, stop)
    yield largest
