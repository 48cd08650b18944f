"""A document to a network: its steps in order, each with its keys (from, repeat, when, name, share, expect)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

from archcalc.dims import kind
from archcalc.errors import Diagnostic, Span, SpecError, did_you_mean
from archcalc.graph.inference import Inference
from archcalc.graph.network import Network, Run, Tensor
from archcalc.graph.repetition import steady, walk
from archcalc.layers.arguments import show_value
from archcalc.spec import foreign
from archcalc.spec.calls import call
from archcalc.spec.containers import run_experts, run_map, run_parallel, run_residual
from archcalc.spec.document import Document
from archcalc.spec.expressions import Mapping
from archcalc.spec.layout import printed, turned
from archcalc.spec.mentions import Mentions
from archcalc.spec.nodes import StepOrigin, run_layer
from archcalc.spec.problems import Problems, Unknown
from archcalc.spec.scope import Entry, Frame, Scope, calls_of
from archcalc.spec.sharing import share_weights
from archcalc.spec.steps import NO_PLACES, Step, overridable, unknown_argument
from archcalc.spec.tensors import tensors, unknown_among
from archcalc.spec.values import Placed, Value, equal, one_number, truth
from archcalc.spec.variables import Program
from archcalc.spec.yaml_tree import node_at

if TYPE_CHECKING:
    from archcalc.dims.unknowns import Unknowns

NESTED = 5000
"""Lists of steps within one another, blocks' included."""

ON_ONE_STACK = 32
"""Lists within one another that run on one Python stack: its depth is bounded, and differs between platforms."""

TENSORS = 10_000
"""Tensors at one place, as after a split."""

Row = tuple[dict[str, Any], dict[str, Span]]
"""What one repetition overrides, values evaluated or yet to be, and the place of each."""

NO_ROW: Row = ({}, NO_PLACES)


class Expansion:
    """Runs the steps of a program, sizing each layer as it is met. Errors are gathered; nothing follows from one.

    ``explained``: nodes keep what their arguments were computed from. ``keeps``: of repetitions that are alike the
    network keeps one (graph/repetition.py).
    """

    def __init__(
        self, network: Network, problems: Problems, max_layers: int, *, explained: bool = False, keeps: bool = True
    ) -> None:
        self.network, self.problems, self.max_layers = network, problems, max_layers
        self.explained, self.keeps = explained, keeps
        self.inference = Inference()
        self.gathered: list[tuple[Tensor, str, StepOrigin]] = []  # what map and experts give
        self.skipped: set[int] = set()  # inputs that a left-out step would have read
        self.programs: dict[Document, Program] = {}
        self.unknowns: Unknowns | None = None
        self._counting: dict[Step, bool] = {}
        self._work = 0
        self._depth = 0

    def run_file(self, program: Program, inputs: dict[str, Tensor]) -> None:
        """Fill the network with the layers of the file that was asked for."""
        self.network.inputs = inputs
        self.programs[program.document] = program
        frame = Frame(program, None, None, None)
        if program.document.several_inputs:
            frame.tensors = {name: [tensor] for name, tensor in inputs.items()}
        scope = Scope(frame, None, "", list(inputs.values()), None, None)
        self.run_steps(program.document.layers or [], scope)
        self.network.outputs = scope.prev

    def run_steps(self, steps: list[Step], scope: Scope) -> None:
        for step in steps:
            self.run(step, scope)

    def deeper(self, place: Span, run: Callable[..., Any], *arguments: Any) -> Any:
        """Run what stands one level further in."""
        if self._depth >= NESTED:
            self.problems.halt(f"steps stand more than {NESTED:,} deep within one another", place)
        self._depth += 1
        try:
            return (run if self._depth % ON_ONE_STACK else on_a_stack_of_its_own(run))(*arguments)
        finally:
            self._depth -= 1

    def count(self, work: int, place: Span) -> None:
        """Bound what a short text may ask for: repetitions of nothing, tensors read again and again."""
        self._work += work
        most = 4 * self.max_layers + 10_000
        if self._work > most:
            help = (
                "a repeat or a block that calls itself asks for more than a network of --max-layers layers could need"
            )
            self.problems.halt(f"this takes more than {most:,} steps", place, help=help)

    def hold_number(self, found: list[Tensor], place: Span) -> None:
        if len(found) > TENSORS:
            raise SpecError(Diagnostic(f"more than {TENSORS:,} tensors at once", place))

    def run(self, step: Step, scope: Scope) -> None:
        """One step with all its keys: ``prev`` becomes what it gives, its name is known to the steps after it."""
        entry = Entry(scope.path + step.segment, len(self.network.kept))
        before, i = scope.prev, scope.i
        try:
            outputs = self.outputs_of(step, scope, entry)
        except Unknown:
            outputs = [Tensor(None, None, True, scope.slice)]
        except SpecError as error:
            self.tell(error, scope.frame)
            outputs = [Tensor(None, None, True, scope.slice)]
        entry.left_out = outputs is None
        scope.i = i
        scope.prev = entry.tensors = before if outputs is None else outputs
        entry.stop = len(self.network.kept)
        try:
            self.finish(step, scope, entry)
        except Unknown:
            pass
        except SpecError as error:
            self.tell(error, scope.frame)

    def tell(self, error: SpecError, frame: Frame) -> None:
        for diagnostic in error.diagnostics:
            diagnostic.called_from = diagnostic.called_from or tuple(calls_of(frame))
        self.problems.add(*error.diagnostics)

    def outputs_of(self, step: Step, scope: Scope, entry: Entry) -> list[Tensor] | None:
        """What a step gives; None where ``when`` leaves it out or it repeats 0 times."""
        if step.broken:
            raise Unknown
        if step.type is None:
            return self.read(step, scope)
        if step.repeat is not None or step.rows is not None:
            return self.repeat(step, scope, entry)
        outputs = self.once(step, scope, entry, NO_ROW, True)
        if outputs is not None and step.share is not None:
            share_weights(self.network.kept, step, scope.entry(step.share), entry)
        return outputs

    def read(self, step: Step, scope: Scope) -> list[Tensor]:
        """The tensors that ``from`` names, or prev where there is none."""
        if step.reads is None:
            return scope.prev
        found = [tensor for reference in step.reads for tensor in scope.tensors(reference)]
        self.hold_number(found, step.places["from"])
        self.count(len(found), step.places["from"])
        return found

    def finish(self, step: Step, scope: Scope, entry: Entry) -> None:
        """What stands at the end of a step: names, frozen weights, hidden rows, the shape that is expected."""
        if step.segment:
            scope.entries[step.segment] = entry
        if step.names is not None:
            for tensor in entry.tensors:
                tensor.named = True
            self.name(step, step.names, scope, entry)
        if step.trainable is not None and not truth(step.trainable, scope, "trainable"):
            for node in self.network.kept[entry.start : entry.stop]:
                node.trainable = False
        if step.row is not None and not truth(step.row, scope, "row"):
            for node in self.network.kept[entry.start : entry.stop]:
                node.row = False
        if step.expect is not None:
            self.expect(step.expect, scope, entry.tensors)

    def name(self, step: Step, names: list[str], scope: Scope, entry: Entry) -> None:
        """One name stands for all that a step gives, a list names each."""
        outputs = entry.tensors
        if step.name is not None:
            scope.entries[step.name] = entry
            return
        unknown = unknown_among(outputs)
        if len(names) != len(outputs) and not unknown:
            for name in names:  # of unknown shape: the steps that read them are not at fault
                scope.entries[name] = Entry(scope.path + name, entry.start)
                scope.entries[name].tensors = [Tensor(None, None, True, scope.slice)]
            gives = f"{step.type} gives" if step.type else "prev is"
            raise SpecError(Diagnostic(f"{gives} {tensors(outputs)}, name lists {len(names)}", step.places["name"]))
        for position, name in enumerate(names):
            named = scope.entries[name] = Entry(scope.path + name, entry.start)
            named.stop, named.left_out = entry.stop, entry.left_out
            named.tensors = outputs if unknown else [outputs[position]]

    def expect(self, written: Value, scope: Scope, outputs: list[Tensor]) -> None:
        expected = written.evaluate(scope)
        if not isinstance(expected, list):
            raise SpecError(Diagnostic("expect takes a shape, such as [64, 56, 56]", written.span))
        if len(outputs) != 1:
            message = f"expect holds one shape, the step gives {tensors(outputs)}"
            raise SpecError(Diagnostic(message, written.span))
        shape, layout = outputs[0].shape, scope.frame.program.document.layout
        if shape is not None and (len(shape) != len(expected) or not all(map(equal, turned(expected, layout), shape))):
            found = show_value(printed(shape, layout))
            raise SpecError(Diagnostic(f"the output is {found}, expected {show_value(expected)}", written.span))

    def repeat(self, step: Step, scope: Scope, entry: Entry) -> list[Tensor] | None:
        """A step as often as ``repeat`` says, or once for each set of arguments; each reads what the last one gave."""
        rows = self.rows_of(step, scope)
        entry.children, entry.repeats = {}, len(rows)
        outputs: list[Tensor] | None = None
        alike = False  # what is left does as the repetition before did
        for i, row in enumerate(rows):
            scope.i = i
            inner = Entry(f"{entry.path}/{i}", len(self.network.kept))
            size, gathered = self.network.size, len(self.gathered)
            found = self.once(step, scope, inner, row, outputs is None)
            if found is None:
                continue
            self.hold_repeatable(step, scope, found)
            if alike:
                run = Run(entry.path, i, len(rows) - i, inner.start, len(self.network.kept), scope.prev, found)
                self.keep(run, self.network.size - size)
                return found
            alike = (
                row is NO_ROW
                and i + 2 < len(rows)
                and len(self.gathered) == gathered
                and self.may_keep(step, scope)
                and steady(scope.prev, found)
            )
            inner.tensors, inner.stop = found, len(self.network.kept)
            entry.children[str(i)] = inner
            if step.share is not None:
                target = scope.entry(step.share)
                if target.repeats == len(rows) and target.children and str(i) in target.children:
                    target = target.children[str(i)]
                share_weights(self.network.kept, step, target, inner)
            scope.prev = outputs = found
        return outputs

    def may_keep(self, step: Step, scope: Scope) -> bool:
        """Whether one repetition may stand for those like it: nothing in it counts them, nothing reaches into one."""
        return self.keeps and not scope.frame.reached_into and not self.counts_repetitions(step)

    def counts_repetitions(self, step: Step) -> bool:
        """Whether an expression in the step reads ``i``."""
        if step not in self._counting:
            self._counting[step] = "i" in Mentions(steps=[step]).variables
        return self._counting[step]

    def keep(self, run: Run, layers: int) -> None:
        """Let one repetition of so many layers stand for those that are left."""
        if not layers:
            return
        self.network.size += layers * (run.times - 1)
        self.network.runs.append(run)
        if self.network.size > self.max_layers:
            beyond, _ = next(islice(walk(self.network), self.max_layers, None))
            self.too_many_layers(beyond.origin.span())

    def too_many_layers(self, place: Span) -> None:
        message = f"the network has more than {self.max_layers:,} layers"
        self.problems.halt(message, place, help="--max-layers N raises the limit")

    def hold_repeatable(self, step: Step, scope: Scope, outputs: list[Tensor]) -> None:
        """A repeated step gives as many tensors as it reads."""
        reads = [] if step.layer is not None and step.layer.reads == (0,) else scope.prev
        if len(outputs) != len(reads) and not unknown_among([*reads, *outputs]):
            what = f"{step.type} reads {tensors(reads) if reads else 'nothing'} and gives {len(outputs)}"
            raise SpecError(Diagnostic(f"{what}: it cannot be repeated; put it in a block", step.places["repeat"]))

    def rows_of(self, step: Step, scope: Scope) -> list[Row]:
        """What each repetition overrides."""
        place = step.places["repeat"]
        if step.rows is not None:
            rows = [row_of_values(row) for row in step.rows]
        else:
            assert step.repeat is not None
            value = step.repeat.evaluate(scope)
            if isinstance(value, list):
                rows = [row_of(step, row, place) for row in value]
            else:
                number = one_number(value)
                if number is None or number < 0:
                    message = f"repeat takes a whole number or a list of arguments, not {show_value(value)}"
                    help = "write //, floor or ceil" if type(value) is float else None
                    if kind(value) is not None:
                        message = f"repeat decides structure and must be one plain number, not {value}"
                    raise SpecError(Diagnostic(message, place, help=help))
                self.count(number, place)
                rows = [NO_ROW] * number
        if step.first is not None and rows:
            values, places = row_of_values(step.first)
            rows[0] = ({**rows[0][0], **values}, {**rows[0][1], **places})
        return rows

    def once(self, step: Step, scope: Scope, entry: Entry, row: Row, first: bool) -> list[Tensor] | None:
        """One repetition: None where ``when`` leaves it out. Leaves in ``prev`` what it read."""
        self.count(1, step.span)
        if self.unknowns is not None:
            self.unknowns.place = (entry.path, step.span)
        if step.when is not None and not truth(step.when, scope, "when"):
            self.skipped.update(map(id, scope.prev))
            return None
        if first and step.reads is not None:
            scope.prev = self.read(step, scope)
        if step.layer is not None:
            return run_layer(self, step, scope, entry, arguments(step, scope, row[0]), row[1])
        if step.block is not None:
            values = arguments(step, scope, row[0])
            return call(self, step.block, scope, entry, values, step.literals, step.span)
        if step.type == "residual":
            return run_residual(self, step, scope, entry)
        if step.type == "parallel":
            return run_parallel(self, step, scope, entry)
        if step.type == "map":
            return run_map(self, step, scope, entry)
        return run_experts(self, step, scope, entry, arguments(step, scope, row[0]), row[1])


def on_a_stack_of_its_own(run: Callable[..., Any]) -> Callable[..., Any]:
    """The function, run on a new thread's stack while this one waits."""
    import threading  # only a spec that nests deep needs it

    def wait(*arguments: Any) -> Any:
        results: list[Any] = []
        failures: list[BaseException] = []

        def work() -> None:
            try:
                results.append(run(*arguments))
            except BaseException as failure:
                failures.append(failure)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join()
        if failures:
            raise failures[0]
        return results[0]

    return wait


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
    """The value of an argument; a word that is not known gets the argument's own words as advice."""
    try:
        return value.evaluate(scope)
    except SpecError as error:
        if value.name is not None and value.name not in foreign.WORDS and step.layer is not None:
            argument = step.layer.arguments[name][0]
            diagnostic, close = error.diagnostics[0], did_you_mean(value.name, getattr(argument, "words", ()))
            if close:
                diagnostic.help = close
            elif hasattr(argument, "words") and not scope.frame.program.has(value.name):
                diagnostic.help = f"{name} takes {argument.describe}"
        raise


def row_of_values(written: dict[str, Value]) -> Row:
    return dict(written), {name: value.span for name, value in written.items()}


def row_of(step: Step, row: Any, place: Span) -> Row:
    """A mapping from a list that an expression gave, such as a table kept in vars."""
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
