"""Steps that hold steps: residual, parallel, and the bodies of map and experts."""

from __future__ import annotations

from typing import Any

from archcalc.building.nodes import add_node
from archcalc.building.origin import StepOrigin
from archcalc.building.scope import Result, Scope
from archcalc.building.sharing import rows, share_rows
from archcalc.building.tensors import shape_of, the_one, unknown_among
from archcalc.building.work import STEP, Work
from archcalc.dims import arithmetic, require
from archcalc.errors import Diagnostic, RuleError, Span, SpecError
from archcalc.graph.network import Body, Node, Tensor
from archcalc.language.parts import ANY, NO_PLACES, Step
from archcalc.language.problems import Unknown
from archcalc.language.values import one_number
from archcalc.layers import find
from archcalc.layers.arguments import whole
from archcalc.layers.axes import show_value


def run_residual(work: Work, step: Step, scope: Scope, result: Result) -> list[Tensor]:
    """prev plus what the steps make of it (He et al. 2015)."""
    shortcut = the_one(scope, step.type or "", step.span)
    inner = scope.inside(result, [shortcut])
    given = work.run_inside(step.span, step.steps or [], inner)
    side = [shortcut]
    if step.branches:
        beside = inner.results["shortcut"] = work.begin(f"{result.path}/shortcut", step.span)
        side = work.end(beside, work.run_inside(step.span, step.branches["shortcut"], scope.inside(beside, side)))
    if unknown_among([*side, *given]):
        raise Unknown
    for what, made in (("steps", given), ("shortcut", side)):
        if len(made) != 1:
            gives = "give" if what == "steps" else "gives"
            raise SpecError(Diagnostic(f"the {what} of a residual {gives} one tensor, not {len(made)}", step.span))
    shortcut = side[0]
    added = inner.results["add"] = work.begin(f"{result.path}/add", step.span)
    origin = StepOrigin(step, scope, NO_PLACES)
    try:
        return work.end(added, add_node(work, find("add"), {}, [shortcut, given[0]], added.path, origin, scope))
    except SpecError as error:
        message = (
            f"the steps give {shape_of(given[0])}, the shortcut is {shape_of(shortcut)}"
            f"{'' if step.branches else ': give it a conv, as residual: {layers: [...], shortcut: [...]}'}"
        )
        diagnostic = Diagnostic(message, step.span)
        if work.problems.apart in error.diagnostics:
            work.problems.apart = diagnostic
        raise SpecError(diagnostic) from None


def run_group(work: Work, step: Step, scope: Scope, result: Result) -> list[Tensor]:
    """The steps one after the other, as if they stood in the list themselves."""
    return work.run_inside(step.span, step.steps or [], scope.inside(result, scope.prev))


def run_each(
    work: Work, step: Step, scope: Scope, result: Result, values: dict[str, Any], places: dict[str, Span]
) -> list[Tensor]:
    """The steps on each tensor of prev, or ``count`` times on prev as it is. Each run gives one tensor."""
    shared = values.get("shared", False)
    if not isinstance(shared, bool):
        message = f"shared takes true or false, not {show_value(shared)}"
        raise SpecError(Diagnostic(message, places.get("shared", step.arguments["shared"].span)))
    runs = [[tensor] for tensor in scope.prev]
    if "count" in values:
        place = places.get("count", step.arguments["count"].span)
        runs = [scope.prev] * runs_number(work, values["count"], place)
    result.children, outputs, owners, found = {}, list[Tensor](), dict[str, Node](), False
    for scope.i, given in enumerate(runs):
        run = result.children[str(scope.i)] = work.begin(f"{result.path}/{scope.i}", step.span)
        made = work.end(run, work.run_inside(step.span, step.steps or [], scope.inside(run, given)))
        if unknown_among(made):
            raise Unknown
        if len(made) != 1:
            message = f"the steps of each give one tensor, not {len(made)}"
            raise SpecError(Diagnostic(message, step.span))
        outputs += made
        if shared:
            place = step.arguments["shared"].span
            nodes = rows(work, run, place)
            found = share_rows(owners, nodes, place) or found
            for path, node in nodes.items():
                owners.setdefault(path, node)
    if shared and not found and len(runs) > 1:
        message = f"nothing in '{result.path}' has weights to share"
        raise SpecError(Diagnostic(message, step.arguments["shared"].span))
    return outputs


def runs_number(work: Work, value: Any, place: Span) -> int:
    """How many times each runs its steps: one number, for it decides structure."""
    number = one_number(value)
    if number is None or number < 1:
        message = f"count takes a whole number above 0, not {show_value(value)}"
        if arithmetic(value) is not None:
            message = f"count decides structure and must be one plain number, not {value}"
        raise SpecError(Diagnostic(message, place))
    work.meter.charge(number, place)
    return number


def run_parallel(work: Work, step: Step, scope: Scope, result: Result) -> list[Tensor]:
    """Every branch from prev; then prev is all of them, in order."""
    outputs: list[Tensor] = []
    result.children = {}
    for name, steps in (step.branches or {}).items():
        branch = result.children[name] = work.begin(f"{result.path}/{name}", step.span)
        made = work.end(branch, work.run_inside(step.span, steps, scope.inside(branch, scope.prev)))
        work.meter.charge(STEP + len(made), step.span)
        outputs += made
    return outputs


def run_map(work: Work, step: Step, scope: Scope, result: Result) -> list[Tensor]:
    """The steps on every slice of axis 0: weights once, work as often as there are slices."""
    shape = the_one(scope, step.type or "", step.span).shape
    if shape is None:
        raise Unknown
    if not shape:
        raise SpecError(Diagnostic("map runs its steps on the slices of axis 0; a scalar has none", step.span))
    if len(shape) > 2 and scope.frame.program.document.layout == ANY:
        message = f"map runs on axis 0 of {show_value(shape)}, which a file of layout: any leaves open for an image"
        raise SpecError(Diagnostic(message, step.span, help="say layout: CHW or HWC"))
    body = Body(scope.body, result.path, slices=shape[0])
    return run_body(work, step, scope, result, body, [shape[1:]], (shape[0],))


def run_experts(
    work: Work, step: Step, scope: Scope, result: Result, values: dict[str, Any], places: dict[str, Span]
) -> list[Tensor]:
    """``count`` copies of the steps; ``active`` of them run."""
    copies, runs = (experts_number(step, name, values[name], places) for name in ("count", "active"))
    try:
        require(runs <= copies, lambda: f"{runs} experts of {copies} cannot be active")
    except RuleError as error:
        raise SpecError(Diagnostic(str(error), places.get("active", step.arguments["active"].span))) from None
    body = Body(scope.body, result.path, copies=copies, active=runs)
    return run_body(work, step, scope, result, body, [tensor.shape for tensor in scope.prev], ())


def run_body(
    work: Work, step: Step, scope: Scope, result: Result, body: Body, shapes: list[Any], lead: tuple[Any, ...]
) -> list[Tensor]:
    """The steps on one slice (one expert); outside, what they give has the axes ``lead`` before its own."""
    given = scope.prev
    own = frozenset(() if body.slices is None else (body,))
    work.meter.charge((STEP + body.work) * len(given), step.span)
    inputs = [
        Tensor(shape, tensor.node, tensor.batched, body, tensor.number, tensor.sliced | own)
        for shape, tensor in zip(shapes, given, strict=True)
    ]
    for tensor, inside in zip(given, inputs, strict=True):
        inside.cached = tensor.cached
    inner = scope.inside(result, inputs, body)
    origin = StepOrigin(step, scope, NO_PLACES)
    outputs = []
    for tensor in work.run_inside(step.span, step.steps or [], inner):
        tensor.read = True
        work.meter.charge(STEP + body.work, step.span)
        shape = None if tensor.shape is None else (*lead, *tensor.shape)
        outputs.append(Tensor(shape, tensor.node, tensor.batched, scope.body, tensor.number, tensor.sliced - own))
        outputs[-1].cached = tensor.cached
        work.gathered.append((outputs[-1], result.path, origin))
    for outside, inside in zip(given, inputs, strict=True):
        outside.read = outside.read or inside.read
    return outputs


def experts_number(step: Step, name: str, value: Any, places: dict[str, Span]) -> Any:
    number = whole(value)
    message = f"{name} takes a whole number above 0, not {show_value(value)}"
    try:
        require(number is not None and number >= 1, message)
    except RuleError as error:
        raise SpecError(Diagnostic(str(error), places.get(name, step.arguments[name].span))) from None
    return number
