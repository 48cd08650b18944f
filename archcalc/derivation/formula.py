"""What a network costs as closed forms in its unknown sizes, and for which sizes they hold."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from archcalc.algebra.assumptions import CHOSEN, Assumption, Unknowns
from archcalc.algebra.atoms import Polynomial, names_of, number, quotient
from archcalc.algebra.closed_form import evaluate, expand, sides, substitute
from archcalc.algebra.domain import ANY, Condition, Held
from archcalc.algebra.floors import ceil_div
from archcalc.algebra.growth import degree, leading_term
from archcalc.algebra.polynomial import plus, times
from archcalc.conventions.rule import Convention
from archcalc.dims.operators import COMPARISONS
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import unknown_times, unrolled, walk
from archcalc.report.figures import FIGURES, KV_CACHE, OF_LAYERS, WHEN_ASKED, Figure, applies
from archcalc.report.model import build_head
from archcalc.report.patterns import Laid
from archcalc.report.widths import bits, by_dtype

if TYPE_CHECKING:
    from archcalc.costs.memory import Memory
    from archcalc.derivation.closed_forms import Assumed, ClosedForms, FigureForm, LayerForms, Ratios
    from archcalc.derivation.formula_generating import Asking as CacheAsking
    from archcalc.derivation.formula_training import Asking
    from archcalc.report.documents import Reason

SCHEMA = "archcalc.formula/1"


def build_formula(
    network: Network,
    unknowns: Unknowns,
    meaning: dict[str, tuple[str, int] | None],
    convention: Convention,
    *,
    batch: Any = 1,
    layers: bool = False,
    laid: Laid | None = None,
    memory: Memory | None = None,
    training: Asking | None = None,
    cache: CacheAsking | None = None,
    more: str | None = None,
) -> ClosedForms:
    """The figures, output shapes and (with ``layers``) rows of a network as closed forms (archcalc.formula/1).

    Closed forms are :data:`~archcalc.algebra.atoms.Polynomial`; renderers print them. ``meaning`` says of each name the
    (input, axis) that it is, None of a variable. ``laid``: the widths of the weights, if their bytes are asked for.
    ``memory``: that of the values given, for the closed form of its peak. ``training``: what is asked of a step of it.
    ``cache``: the sequence that it makes, for what that keeps.
    ``more``: a figure of layers that is told if it is asked for.
    Raises SpecError where a convention has no closed form for a layer.
    """
    if memory is not None:
        from archcalc.derivation.formula_memory import build_peak
    told = [one for one in OF_LAYERS if ("formula" in one.told and applies(one, convention.name)) or one.name == more]
    rows = build_rows(network, told, convention, batch, laid)
    names = [figure.name for figure in told] + ([] if laid is None else ["weights_bytes"])
    if training is not None:
        from archcalc.derivation.formula_training import training_forms

        names.append(training.figure)
        forms = training_forms(network, unknowns, training)
        rows = [{**row, training.figure: form} for row, form in zip(rows, forms, strict=True)]
    if cache is not None:
        from archcalc.derivation.formula_generating import cache_forms

        names.append(KV_CACHE.name)
        rows = [{**row, KV_CACHE.name: form} for row, form in zip(rows, cache_forms(network, cache), strict=True)]
    held = Held(unknowns, unknowns.given)
    hold_open(held)
    free_batch = None if type(batch) is int else str(batch)
    return {
        **build_head(network, SCHEMA, unknowns.given[free_batch] if free_batch else batch),
        "convention": convention.name,
        "unit": convention.unit,
        "variables": [
            {
                "name": name,
                "kind": "axis" if meaning[name] else "batch" if name == free_batch else "variable",
                "input": axis_of_input and axis_of_input[0],
                "axis": axis_of_input and axis_of_input[1],
                "at": unknowns.given[name],
                "domain": held.domains.get(name, ANY).text(name),
            }
            for name, axis_of_input in meaning.items()
        ],
        "figures": {
            name: build_figure(held.on_domain(whole(name, total(row[name] for row in rows))), unknowns, held)
            for name in names
        },
        "units": {name: (FIGURES | WHEN_ASKED)[name].unit or convention.unit for name in names},
        "peaks": {"peak_memory": build_peak(network, memory, unknowns, batch)} if memory else {},
        "outputs": [on_domain(tensor.shape, held) for tensor in network.outputs],
        "assumptions": [build_assumption(condition) for condition in held.conditions],
        "layers": [build_layer(node, row, held) for node, row in zip(unrolled(network).kept, rows, strict=True)]
        if layers
        else None,
    }


Forms = dict[str, Polynomial]
"""The closed forms of a layer's figures, by name. Bytes of weights and caches are in bits, until they are summed."""


def whole(name: str, form: Polynomial) -> Polynomial:
    """A sum as it is told."""
    return ceil_div(form, number(8)) if name in ("weights_bytes", KV_CACHE.name) else form


def build_rows(
    network: Network, figures: list[Figure], convention: Convention, batch: Any, laid: Laid | None
) -> list[Forms]:
    """The figures of every layer; equal layers share their closed forms."""
    forms: dict[Any, Forms] = {}
    rows: dict[Any, Forms] = {}
    found = []
    for place, (node, repetition) in enumerate(walk(network)):
        often = expand(unknown_times(repetition))
        own = node.shared and frozenset(name for name, _, _ in node.applied.weights if node.counts_itself(name))
        dtypes = None if laid is None else laid.dtypes[place]
        body = node.body and id(node.body)
        key = (id(node.applied), own, node.batched, node.sliced, body, frozenset(often.items()), dtypes)
        if key not in rows:
            if key[:2] not in forms:
                forms[key[:2]] = forms_of(node, figures, convention)
            once = multiplied(forms[key[:2]], node, figures, batch)
            if dtypes is not None:
                copies, _, _ = node.multiples(batch)
                once["weights_bytes"] = expand(bits(by_dtype(node.owned, dtypes, copies)))
            rows[key] = {name: times(form, often) for name, form in once.items()}
        found.append(rows[key])
    return found


def forms_of(node: Node, figures: list[Figure], convention: Convention) -> Forms:
    """Of one copy or run of the layer, for one sample."""
    try:
        return {figure.name: expand(figure.once(node, convention)) for figure in figures}
    except TypeError:
        message = f"'{convention.name}' counts {node.type} in a way that has no closed form"
        help = f"leave {option('count')} out, or leave out of {option('vars')} what this layer depends on"
        raise SpecError(Diagnostic(message, node.origin.span(), called_from=node.origin.calls, help=help)) from None


def multiplied(forms: Forms, node: Node, figures: list[Figure], batch: Any) -> Forms:
    """As often as the layer's weights, or its work, count."""
    found = {}
    for figure in figures:
        often = figure.multiple(node.multiples(batch))
        form = forms[figure.name]
        found[figure.name] = form if type(often) is int and often == 1 else times(form, expand(often))
    return found


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


def build_figure(form: Polynomial, unknowns: Unknowns, held: Held) -> FigureForm:
    """A closed form with its value at the values given, the term that leads, and what doubling each name does."""
    at = unknowns.value(form)
    names = names_of(form)
    return {
        "form": form,
        "at": at,
        "leading": leading_term(form, unknowns.given) if names else None,
        "doubling": {name: doubling(form, name, at, unknowns, held) for name in unknowns.given if name in names},
    }


def doubling(form: Polynomial, name: str, at: Any, unknowns: Unknowns, held: Held) -> Ratios:
    """What doubling a name multiplies a figure by: from the value given (None where the assumptions do not hold at its
    double), and in the limit. Other names keep the values given."""
    doubled = {**unknowns.given, name: 2 * unknowns.given[name]}
    others = {other: number(value) for other, value in unknowns.given.items() if other != name}
    power = degree(substitute(form, others), {name})
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
        if domain.least == domain.most and not domain.others:
            reasons = next(condition.reasons for condition in held.conditions if condition.name == name)
            path, span = reasons[-1].place or (None, None)
            where = f"'{path}' asks for it" if path else ""
            message = f"a closed form in '{name}' would hold for {name} = {domain.least} alone"
            raise SpecError(Diagnostic(message, span, label=where, help=f"leave '{name}' out of {option('vars')}"))


def build_assumption(condition: Condition) -> Assumed:
    """A condition, and why it must hold: what fails without it and the first layer that asks for it, or (``chosen``)
    that what is built was decided by it."""
    return {
        "text": condition.text,
        "condition": condition,
        "reasons": [build_reason(reason) for reason in condition.reasons],
    }


def build_reason(reason: Assumption) -> Reason:
    path, span = reason.place or (None, None)
    return {
        "message": reason.message,
        "chosen": reason.message == CHOSEN,
        "path": path,
        "file": span and span.source.name,
        "line": span and span.line + 1,
    }


def build_layer(node: Node, row: Forms, held: Held) -> LayerForms:
    span = node.origin.span()
    return {
        "path": node.path,
        "type": node.type,
        "file": span.source.name,
        "line": span.line + 1,
        "outputs": [on_domain(tensor.shape, held) for tensor in node.outputs],
        "figures": {name: held.on_domain(whole(name, form)) for name, form in row.items()},
    }


def on_domain(shape: Any, held: Held) -> list[Polynomial]:
    return [held.on_domain(expand(dim)) for dim in shape or ()]
