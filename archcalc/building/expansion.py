"""From a document to a network: its steps in order, each with its keys (from, repeat, when, name, share, expect)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.building.calls import call
from archcalc.building.containers import run_each, run_experts, run_group, run_map, run_parallel, run_residual
from archcalc.building.nodes import differ_in_space, run_layer
from archcalc.building.scope import Frame, Result, Scope
from archcalc.building.sharing import share_weights
from archcalc.building.tensors import tensors, unknown_among
from archcalc.building.variables import Program
from archcalc.building.work import STEP, TENSORS, Work
from archcalc.dims import arithmetic, minimum, require
from archcalc.errors import Diagnostic, Span, SpecError, did_you_mean
from archcalc.graph.network import Node, Run, Tensor
from archcalc.graph.repetition import steady
from archcalc.language import foreign
from archcalc.language.expressions import Mapping
from archcalc.language.mentions import Mentions, mentions
from archcalc.language.parts import ANY, NO_PLACES, Step
from archcalc.language.problems import Problems, Unknown
from archcalc.language.steps import numbered, overridable, unknown_argument
from archcalc.language.values import Placed, Value, equal, one_number, truth
from archcalc.language.yaml_nodes import node_at
from archcalc.layers.arguments import CHANNELS
from archcalc.layers.axes import show_value

if TYPE_CHECKING:
    from archcalc.graph.written import WrittenStep

Row = tuple[dict[str, Any], dict[str, Span]]
"""The arguments that one repetition overrides (values, some not yet evaluated), and the place of each."""

NO_ROW: Row = ({}, NO_PLACES)
FIRST_REPETITIONS = 4
"""How many of the repetitions of a number without a value are run: one of them must give what it was given."""
ENOUGH = FIRST_REPETITIONS + 2
"""So many repetitions, or more, of one of many variants may be counted by arithmetic, if one of the first stands for
the others.
"""
WITHOUT_ARGUMENTS = {"steps": run_group, "residual": run_residual, "parallel": run_parallel, "map": run_map}


def expand(work: Work, program: Program, inputs: dict[str, Tensor]) -> None:
    """Fill the network with the layers of the main file, each sized as it is met. Errors go to ``problems``."""
    work.network.inputs = inputs
    work.programs[program.document] = program
    frame = Frame(program, None, None, None)
    if program.document.several_inputs:
        frame.tensors = {name: [tensor] for name, tensor in inputs.items()}
    scope = Scope(frame, None, "", list(inputs.values()), None, None)
    run_steps(work, program.document.layers or [], scope)
    work.network.outputs = scope.prev


def run_steps(work: Work, steps: list[Step], scope: Scope) -> None:
    for step in steps:
        run_step(work, step, scope)


def run_step(work: Work, step: Step, scope: Scope) -> None:
    """One step with all its keys: ``prev`` becomes what it gives, its name is known to the steps after it."""
    number, segment = numbered_here(work, step, scope)
    result = work.begin(scope.path + segment, step.span)
    if work.network.steps is not None:
        remember(work.network.steps, result.path, step)
    i = scope.i
    given = [scope.unknown_tensor()]
    reached = is_reached(step, segment, scope)
    work.reached_into += reached
    try:
        outputs = outputs_of(work, step, scope, result)
        result.left_out = outputs is None
        given = passed_on(work, step, scope) if outputs is None else outputs
    except Unknown:
        work.meter.charge(STEP, step.span)  # what it leaves stays
    except SpecError as error:
        work.tell(error, scope, step.span)
    finally:
        work.reached_into -= reached
    if step.type is not None and not result.left_out:
        scope.numbers[step.type] = number
    if segment and (not result.left_out or step.name is not None):
        scope.results[segment] = result
    scope.i, scope.prev = i, work.end(result, given)
    try:
        finish(work, step, scope, result)
    except Unknown:
        pass
    except SpecError as error:
        work.tell(error, scope, step.span)


def remember(steps: dict[str, WrittenStep], path: str, step: Step) -> None:
    """Keep how the step at a path is written; one without a layer passes on what there is, and holds nothing."""
    if step.type is not None:
        from archcalc.graph.written import WrittenStep  # only a picture asks for them

        repeats = "repeat" in step.values or step.rows is not None
        steps[path] = WrittenStep(step.type, step.layer is not None, step.block is not None, step.name, repeats)


def is_reached(step: Step, segment: str, scope: Scope) -> bool:
    """Whether a path or shared weights single out what is inside a step: it is named so, or its own are shared."""
    shares = step.share is not None or (step.type == "each" and "shared" in step.arguments)
    return shares or segment in mentions(scope.frame.program.document).reached


def numbered_here(work: Work, step: Step, scope: Scope) -> tuple[int, str]:
    """The number that a step takes if it runs, and the last part of its path: its name, or its type and that number."""
    if step.type is None:
        return 0, step.name or ""
    number = scope.numbers.get(step.type, 0) + 1
    if step.name is not None:
        return number, step.name
    while (segment := numbered(step.type, number)) in step.taken or segment in scope.frame.tensors:
        number += 1
        work.meter.charge(1, step.span)
    return number, segment


def outputs_of(work: Work, step: Step, scope: Scope, result: Result) -> list[Tensor] | None:
    """What a step gives; None if ``when`` leaves it out or it repeats 0 times."""
    if step.broken:
        raise Unknown
    if step.type is None:
        return read(work, step, scope)
    if "repeat" in step.values or step.rows is not None:
        return repeat(work, step, scope, result)
    outputs = once(work, step, scope, result, NO_ROW, True)
    if outputs is not None and step.share is not None:
        work.end(result, outputs)
        share_weights(work, step.places["share"], scope.result(step.share), result)
    return outputs


def read(work: Work, step: Step, scope: Scope) -> list[Tensor]:
    """The tensors that ``from`` names; without ``from``, prev."""
    if step.reads is None:
        return scope.prev
    found: list[Tensor] = []
    for reference in step.reads:
        read_here = scope.tensors(reference)
        work.meter.charge(len(read_here), step.places["from"])
        found += read_here
    return found


def passed_on(work: Work, step: Step, scope: Scope) -> list[Tensor]:
    """What a step that is left out passes on: what it reads; of several tensors that a layer would merge, prev."""
    read_here = read(work, step, scope)
    work.skipped.update(map(id, read_here))
    merges = step.layer is not None and len(read_here) > 1 and len(scope.prev) == 1
    return scope.prev if merges and scope.prev[0] in read_here else read_here


def finish(work: Work, step: Step, scope: Scope, result: Result) -> None:
    """What follows once a step has run: names, frozen weights, hidden rows, the expected shape."""
    if step.names is not None:
        for tensor in result.tensors:
            tensor.named = True
        work.meter.charge(len(step.names), step.span)
        give_names(step, step.names, scope, result)
    if not step.noted:
        for node in made_by(work, step, result):
            node.noted = False
    if is_false("row", step, scope):
        for node in made_by(work, step, result):
            node.row = False
    if is_false("trainable", step, scope):
        for node in made_by(work, step, result):
            node.trainable = node.trainable and node in work.thawed
    elif "trainable" in step.values:
        work.thawed.update(made_by(work, step, result))
    if "expect" in step.values:
        check_expected(work, step.values["expect"], scope, result.tensors)


def made_by(work: Work, step: Step, result: Result) -> list[Node]:
    """The nodes of a step, those inside it among them."""
    work.meter.charge((result.stop - result.start) // TENSORS, step.span)
    return work.network.kept[result.start : result.stop]


def give_names(step: Step, names: list[str], scope: Scope, result: Result) -> None:
    """One name stands for all that a step gives, a list names each."""
    outputs = result.tensors
    for name in names:
        if name in scope.frame.tensors:
            what = "a tensor that the block is given" if scope.frame.block else "the name of an input"
            raise SpecError(Diagnostic(f"'{name}' is {what}: a step needs a name of its own", step.places["name"]))
    if step.name is not None:
        return
    unknown = unknown_among(outputs)
    if len(names) != len(outputs) and not unknown:
        for name in names:
            scope.results[name] = Result(scope.path + name, result.start)
            scope.results[name].tensors = [scope.unknown_tensor()]
        gives = f"{step.type} gives" if step.type else "prev is"
        raise SpecError(Diagnostic(f"{gives} {tensors(outputs)}, name lists {len(names)}", step.places["name"]))
    for position, name in enumerate(names):
        named = scope.results[name] = Result(scope.path + name, result.start)
        named.stop, named.left_out = result.stop, result.left_out
        named.tensors = outputs if unknown else [outputs[position]]


def check_expected(work: Work, written: Value, scope: Scope, outputs: list[Tensor]) -> None:
    expected = written.evaluate(scope)
    if scope.frame.program.document.layout == ANY and isinstance(expected, list) and len(expected) > 2:
        message = "expect has an order, which layout: any leaves open for the axes of an image"
        raise SpecError(Diagnostic(message, written.span, help="leave it out, or say layout: CHW or HWC"))
    if not isinstance(expected, list):
        raise SpecError(Diagnostic("expect takes a shape, such as [64, 56, 56]", written.span))
    if len(outputs) != 1:
        message = f"expect holds one shape, the step gives {tensors(outputs)}"
        raise SpecError(Diagnostic(message, written.span))
    shape = outputs[0].shape
    if shape is not None and (len(shape) != len(expected) or not all(map(equal, expected, shape))):
        found = Diagnostic(f"the output is {show_value(shape)}, expected {show_value(expected)}", written.span)
        if differ_in_space(shape, tuple(expected), work.network.layout):
            work.problems.apart = work.problems.apart or found
        raise SpecError(found)


def repeat(work: Work, step: Step, scope: Scope, result: Result) -> list[Tensor] | None:
    """A step as often as ``repeat`` says, or once for each set of arguments; each reads what the one before gave."""
    rows, unknown = rows_of(work, step, scope)
    times: Any = len(rows)
    if is_varied(work, unknown):
        times, unknown = unknown, None
    result.children, result.repeats = {}, None if unknown is not None or type(times) is not int else len(rows)
    outputs: list[Tensor] | None = None
    alike = False  # whether all that are left do what the one before did
    for i, row in enumerate(rows):
        scope.i = i
        inner = work.begin(f"{result.path}/{i}", step.span)
        size, rows_before, gathered = work.network.size, work.rows, len(work.gathered)
        found = once(work, step, scope, inner, row, outputs is None)
        if found is None:
            continue
        work.meter.charge(len(found), step.span)
        check_repeatable(step, scope, found)
        if alike:
            run = Run(result.path, i, times - i, inner.start, len(work.network.kept), scope.prev, found)
            keep(work, run, work.network.size - size, work.rows - rows_before, step.span)
            return found
        alike = (
            row is NO_ROW
            and i + 2 < len(rows)
            and len(work.gathered) == gathered
            and may_keep(work, step)
            and steady(scope.prev, found)
        )
        outputs = work.end(inner, found)
        result.children[str(i)] = inner
        if step.share is not None:
            target = scope.result(step.share)
            if target.repeats == len(rows) and target.children and str(i) in target.children:
                target = target.children[str(i)]
            share_weights(work, step.places["share"], target, inner)
        if unknown is not None and row is NO_ROW and len(work.gathered) == gathered and steady(scope.prev, found):
            stand_for_all(
                work, step, unknown, Run(result.path, i, unknown - i, inner.start, inner.stop, scope.prev, found)
            )
            return found
        scope.prev = found
        if type(times) is not int and i == len(rows) - 1:
            if unknown_among(found):  # more of them would tell the same errors
                return found
            times = result.repeats = int(times)  # they are not alike: then their number decides
            work.meter.charge(times, step.places["repeat"])
            rows += [NO_ROW] * (times - len(rows))
    if unknown is not None and outputs is not None:
        raise SpecError(not_alike(step, unknown))
    return outputs


def told_apart(work: Work, step: Step, times: Any) -> Diagnostic:
    message = f"the repetitions are told apart, so no closed form in their number ({times}) is known"
    why = (
        "an expression in it reads i" if counts_repetitions(work, step) else "a path or share reaches into a repetition"
    )
    return Diagnostic(message, step.places["repeat"], label=why)


def stand_for_all(work: Work, step: Step, times: Any, run: Run) -> None:
    """Let a repetition that gives what it was given stand for it and all that follow, as many as a closed form says."""
    least = max(run.first, 1)
    require(times >= least, lambda: f"repeat ({times}) is below {least}", "repeat")
    if run.start < run.stop:
        work.network.runs.append(run)


def not_alike(step: Step, times: Any) -> Diagnostic:
    message = f"the repetitions are not alike, so no closed form in their number ({times}) is known"
    return Diagnostic(message, step.places["repeat"], label="each would have to give the shape that it reads")


def may_keep(work: Work, step: Step) -> bool:
    """Whether one repetition may stand for those like it: nothing in it counts them, nothing reaches into one."""
    return work.keeps and not work.reached_into and not counts_repetitions(work, step)


def counts_repetitions(work: Work, step: Step) -> bool:
    """Whether an expression in the step reads ``i``."""
    if step not in work.counting:
        work.counting[step] = "i" in Mentions(steps=[step]).variables
    return work.counting[step]


def keep(work: Work, run: Run, layers: int, rows: int, place: Span) -> None:
    """Let the last repetition, of so many layers whose rows take so much work, stand for those that are left."""
    if not layers:
        return
    work.network.runs.append(run)
    if type(run.times) is not int:
        return
    work.charge_row(rows * (run.times - 1), place)
    work.meter.charge((run.stop - run.start) // TENSORS, place)
    work.network.size += layers * (run.times - 1)


def check_repeatable(step: Step, scope: Scope, outputs: list[Tensor]) -> None:
    """A repeated step gives as many tensors as it reads."""
    reads = [] if step.layer is not None and step.layer.reads == (0,) else scope.prev
    if len(outputs) != len(reads) and not unknown_among([*reads, *outputs]):
        what = f"{step.type} reads {tensors(reads) if reads else 'nothing'} and gives {len(outputs)}"
        raise SpecError(Diagnostic(f"{what}: it cannot be repeated; put it in a block", step.places["repeat"]))


def rows_of(work: Work, step: Step, scope: Scope) -> tuple[list[Row], Any]:
    """The arguments that each repetition overrides. Of a number without a value: the first repetitions, and it."""
    rows, unknown = (
        (list(map(row_of_values, step.rows)), None) if step.rows is not None else repetitions(work, step, scope)
    )
    if step.first is not None and rows:
        values, places = row_of_values(step.first)
        rows[0] = ({**rows[0][0], **values}, {**rows[0][1], **places})
    return rows, unknown


def repetitions(work: Work, step: Step, scope: Scope) -> tuple[list[Row], Any]:
    """The repetitions that an expression asks for: a number of them, or a list of arguments."""
    value, place = step.values["repeat"].evaluate(scope), step.places["repeat"]
    if isinstance(value, list):
        return [row_of(step, row, place) for row in value], None
    if is_varied(work, value) and step.share is None and may_keep(work, step) and int(minimum(value, ENOUGH)) == ENOUGH:
        return [NO_ROW] * ENOUGH, value
    number = one_number(value)
    if number is None and work.unknowns is not None and is_unknown(value):
        if work.reached_into or counts_repetitions(work, step):
            raise SpecError(told_apart(work, step, value))
        return [NO_ROW] * FIRST_REPETITIONS, value
    if number is None or number < 0:
        message = f"repeat takes a whole number or a list of arguments, not {show_value(value)}"
        if arithmetic(value) is not None:
            message = f"repeat decides structure and must be one plain number, not {value}"
        help = "write //, floor or ceil" if type(value) is float else None
        raise SpecError(Diagnostic(message, place, help=help))
    work.meter.charge(number, place)
    return [NO_ROW] * number, None


def is_varied(work: Work, value: Any) -> bool:
    """Whether a number is one of many variants, of which those that only repeat what is alike are built alike."""
    return work.unknowns is not None and getattr(work.unknowns, "depth", False) and arithmetic(value) is not None


def is_unknown(value: Any) -> bool:
    from archcalc.dims.expression import Expression  # formula alone makes them

    return type(value) is Expression


def once(work: Work, step: Step, scope: Scope, result: Result, row: Row, first: bool) -> list[Tensor] | None:
    """One repetition, or None if ``when`` leaves it out. ``prev`` is then what it read."""
    work.meter.charge(STEP + len(scope.prev) // TENSORS, step.span)
    if work.unknowns is not None:
        work.unknowns.place = (result.path, step.span)
    if is_false("when", step, scope):
        return None
    if first and step.reads is not None:
        scope.prev = read(work, step, scope)
    caches = is_true("cache", step, scope)
    outputs = run_once(work, step, scope, result, row)
    if caches:
        work.meter.charge(len(outputs) // TENSORS, step.span)
        for tensor in outputs:
            tensor.cached = True
    return outputs


def run_once(work: Work, step: Step, scope: Scope, result: Result, row: Row) -> list[Tensor]:
    """What the layer, block or list of steps that a step is makes of prev."""
    if step.type in WITHOUT_ARGUMENTS:
        return WITHOUT_ARGUMENTS[step.type](work, step, scope, result)
    values = arguments(step, scope, row[0])
    if step.layer is not None:
        return run_layer(work, step, scope, result, values, row[1])
    if step.block is not None:
        return call(work, step.block, scope, result, values, step.literals, step.span)
    run = run_each if step.type == "each" else run_experts
    return run(work, step, scope, result, values, row[1])


def arguments(step: Step, scope: Scope, overrides: dict[str, Any]) -> dict[str, Any]:
    """A step's arguments evaluated; the later wins: defaults, the step's own, the row of repeat, first."""
    values = dict(scope.frame.program.defaults(step.type or ""))
    for name, value in step.arguments.items():
        if name not in overrides:
            values[name] = evaluated(step, name, value, scope)
    for name, value in overrides.items():
        values[name] = evaluated(step, name, value, scope) if isinstance(value, Value) else value
    return values


def evaluated(step: Step, name: str, value: Value, scope: Scope) -> Any:
    """The value of an argument; for an unknown word the advice names the words that the argument takes."""
    if step.layer is not None and CHANNELS in getattr(step.layer.arguments[name][0], "words", ()):
        need_word(value, scope)
    try:
        return value.evaluate(scope)
    except SpecError as error:
        if value.name is not None and foreign.value(value.name) is None and step.layer is not None:
            argument, diagnostic = step.layer.arguments[name][0], error.diagnostics[0]
            words = getattr(argument, "words", ())
            takes = f"{name} takes {argument.describe}" if words and not scope.frame.program.has(value.name) else None
            diagnostic.help = did_you_mean(value.name, words) or takes or diagnostic.help
        raise


def need_word(axis: Value, scope: Scope) -> None:
    """Raise SpecError where ``channels``, as an axis, is the name of something else."""
    frame = scope.frame
    if CHANNELS in axis.names() and (frame.has(CHANNELS) or frame.program.has(CHANNELS)):
        message = "'channels' is the axis of the channels here, and a variable too"
        raise SpecError(Diagnostic(message, axis.span, help="rename the variable"))


def is_false(key: str, step: Step, scope: Scope) -> bool:
    """Whether a step has a key that takes true or false, and it is false."""
    value = step.values.get(key)
    return value is not None and not truth(value, scope, key)


def is_true(key: str, step: Step, scope: Scope) -> bool:
    """Whether a step has a key that takes true or false, and it is true."""
    return key in step.values and not is_false(key, step, scope)


def row_of_values(written: dict[str, Value]) -> Row:
    return dict(written), {name: value.span for name, value in written.items()}


def row_of(step: Step, row: Any, place: Span) -> Row:
    """One mapping of a list that an expression gave, such as a table in vars."""
    if not isinstance(row, Mapping):
        message = f"an entry of repeat takes arguments: {{name: value, ...}}, not {show_value(row)}"
        raise SpecError(Diagnostic(message, place))
    allowed, problems = overridable(step), Problems()
    for name in row:
        if name not in allowed:
            key = row.node.value[name][0] if isinstance(row, Placed) else node_at(place, name, name)
            unknown_argument(step, key, allowed, problems)
    problems.stop()
    return dict(row), {name: row.span(name) for name in row} if isinstance(row, Placed) else NO_PLACES
