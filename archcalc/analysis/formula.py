"""What a network costs as closed forms in its unknown sizes, and for which sizes they hold."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from archcalc.analysis.conventions.rule import Convention
from archcalc.dims import volume
from archcalc.dims.assumptions import CHOSEN, Assumption, Unknowns
from archcalc.dims.atoms import Polynomial, names_of, quotient
from archcalc.dims.closed_form import evaluate, expand, sides
from archcalc.dims.domain import ANY, Condition, Held
from archcalc.dims.growth import degree, leading_term
from archcalc.dims.operators import COMPARISONS
from archcalc.dims.polynomial import plus, times
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import unrolled, walk
from archcalc.version import __version__

SCHEMA = "archcalc.formula/1"
UNITS = {"params": "parameters", "macs": "multiply-adds", "activations": "elements of all outputs"}


def build_formula(
    network: Network,
    unknowns: Unknowns,
    meaning: dict[str, tuple[str, int] | None],
    convention: Convention,
    *,
    batch: int = 1,
    layers: bool = False,
) -> dict[str, Any]:
    """The figures, output shapes and (with ``layers``) rows of a network as closed forms (archcalc.formula/1).

    Closed forms are :data:`~archcalc.dims.atoms.Polynomial`; renderers print them. ``meaning`` says of each name the
    (input, axis) that it is, None of a variable. Raises SpecError where a convention has no closed form for a layer.
    """
    rows = build_rows(network, convention, batch)
    held = Held(unknowns, unknowns.given)
    hold_open(held)
    figures = ("params", "macs", *(["ops"] if convention.name != "mac" else []), "activations")
    return {
        "schema": SCHEMA,
        "archcalc": __version__,
        "spec": network.name,
        "variant": network.variant,
        "file": network.file,
        "set": network.settings,
        "batch": batch,
        "convention": convention.name,
        "unit": convention.unit,
        "variables": [
            {
                "name": name,
                "kind": "axis" if meaning[name] else "variable",
                "input": axis_of_input and axis_of_input[0],
                "axis": axis_of_input and axis_of_input[1],
                "at": unknowns.given[name],
                "domain": held.domains.get(name, ANY).text(name),
            }
            for name, axis_of_input in meaning.items()
        ],
        "figures": {
            name: build_figure(held.on_domain(total(row[name] for row in rows)), unknowns, held) for name in figures
        },
        "units": {name: convention.unit if name == "ops" else UNITS[name] for name in figures},
        "outputs": [on_domain(tensor.shape, held) for tensor in network.outputs],
        "assumptions": [build_assumption(condition) for condition in held.conditions],
        "layers": [
            build_layer(node, row, figures, held) for node, row in zip(unrolled(network).kept, rows, strict=True)
        ]
        if layers
        else None,
    }


class Facts:
    """The closed forms of a layer on inputs of these shapes, wherever it stands."""

    __slots__ = ("ops", "macs", "params", "activations")

    def __init__(self, applied: Applied, convention: Convention) -> None:
        layer = applied.layer
        self.ops, self.macs = expand(convention.rule(applied)), expand(applied.ops.get("mac", 0))
        self.params = expand(sum(size for _, _, size in applied.weights))
        self.activations = expand(0 if layer.view else sum(map(volume, applied.outputs)))


def build_rows(network: Network, convention: Convention, batch: int) -> list[dict[str, Polynomial]]:
    """The figures of every layer; equal layers share their closed forms."""
    facts: dict[int, Facts] = {}
    rows: dict[Any, dict[str, Polynomial]] = {}
    found = []
    for node, _ in walk(network):
        own = node.shared and frozenset(name for name, _, _ in node.applied.weights if node.counts_itself(name))
        key = (id(node.applied), own, node.batched, node.slice and id(node.slice))
        if key not in rows:
            if id(node.applied) not in facts:
                facts[id(node.applied)] = facts_of(node, convention)
            rows[key] = build_row(node, facts[id(node.applied)], batch)
        found.append(rows[key])
    return found


def facts_of(node: Node, convention: Convention) -> Facts:
    try:
        return Facts(node.applied, convention)
    except TypeError:
        message = f"'{convention.name}' counts {node.type} in a way that has no closed form"
        help = "leave --count out, or leave out of --vars what this layer depends on"
        raise SpecError(Diagnostic(message, node.origin.span(), called_from=node.origin.calls, help=help)) from None


def build_row(node: Node, facts: Facts, batch: int) -> dict[str, Polynomial]:
    copies, runs = (node.slice.copies, node.slice.runs) if node.slice else (1, 1)
    if node.batched:
        runs *= batch
    params = facts.params
    if node.shared:
        params = expand(sum(size for name, _, size in node.applied.weights if node.counts_itself(name)))
    work = {"macs": facts.macs, "ops": facts.ops, "activations": facts.activations}
    if type(copies) is int and copies == 1 and type(runs) is int and runs == 1:
        return {"params": params, **work}
    each = expand(runs)
    return {"params": times(params, expand(copies)), **{name: times(form, each) for name, form in work.items()}}


def total(forms: Iterable[Polynomial]) -> Polynomial:
    """The sum; forms that are one object are added once and multiplied."""
    counts: dict[int, list[Any]] = {}
    for form in forms:
        counts.setdefault(id(form), [form, 0])[1] += 1
    summed: Polynomial = {}
    for form, count in counts.values():
        for monomial, c in form.items():
            summed[monomial] = summed.get(monomial, 0) + c * count
    return plus({}, {monomial: c for monomial, c in summed.items() if c})


def build_figure(form: Polynomial, unknowns: Unknowns, held: Held) -> dict[str, Any]:
    """A closed form with its value at the values given, the term that leads, and what doubling each name does."""
    at = unknowns.value(form)
    names = names_of(form)
    return {
        "form": form,
        "at": at,
        "leading": leading_term(form, unknowns.given) if names else None,
        "doubling": {name: doubling(form, name, at, unknowns, held) for name in unknowns.given if name in names},
    }


def doubling(form: Polynomial, name: str, at: Any, unknowns: Unknowns, held: Held) -> dict[str, Any]:
    """What doubling a name multiplies a figure by: from the value given (None where the assumptions do not hold at its
    double), and in the limit."""
    doubled = {**unknowns.given, name: 2 * unknowns.given[name]}
    power = degree(form, {name})
    return {
        "at": quotient(evaluate(form, doubled), at) if at and held_at(held, doubled) else None,
        "limit": None if power is None else Fraction(2) ** power,
    }


def held_at(held: Held, values: dict[str, int]) -> bool:
    """Whether every assumption holds where the names have these values."""
    return all(holds_at(reason, values) for condition in held.conditions for reason in condition.reasons)


def holds_at(assumption: Assumption, values: dict[str, int]) -> bool:
    op, left, right = sides(assumption.condition)
    try:
        return bool(COMPARISONS[op](evaluate(left, values), evaluate(right, values)))
    except ZeroDivisionError:  # a divisor that another assumption holds above 0
        return False


def hold_open(held: Held) -> None:
    """Raise SpecError for a name of which a single value fits what is built: a closed form would say nothing."""
    for name, domain in held.domains.items():
        if domain.least == domain.most:
            reasons = next(condition.reasons for condition in held.conditions if condition.name == name)
            path, span = reasons[-1].place or (None, None)
            where = f"'{path}' asks for it" if path else ""
            message = f"a closed form in '{name}' would hold for {name} = {domain.least} alone"
            raise SpecError(Diagnostic(message, span, label=where, help=f"leave '{name}' out of --vars"))


def build_assumption(condition: Condition) -> dict[str, Any]:
    """A condition, and why it must hold: what fails without it and the first layer that asks for it, or (``chosen``)
    that what is built was decided by it."""
    return {
        "text": condition.text,
        "condition": condition,
        "reasons": [build_reason(reason) for reason in condition.reasons],
    }


def build_reason(reason: Assumption) -> dict[str, Any]:
    path, span = reason.place or (None, None)
    return {
        "message": reason.message,
        "chosen": reason.message == CHOSEN,
        "path": path,
        "file": span and span.source.name,
        "line": span and span.line + 1,
    }


def build_layer(node: Node, row: dict[str, Polynomial], figures: tuple[str, ...], held: Held) -> dict[str, Any]:
    span = node.origin.span()
    return {
        "path": node.path,
        "type": node.type,
        "file": span.source.name,
        "line": span.line + 1,
        "outputs": [on_domain(tensor.shape, held) for tensor in node.outputs],
        "figures": {name: held.on_domain(row[name]) for name in figures},
    }


def on_domain(shape: Any, held: Held) -> list[Polynomial]:
    return [held.on_domain(expand(dim)) for dim in shape or ()]
