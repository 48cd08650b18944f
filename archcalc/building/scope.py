"""Which names a step sees: arguments, i, variables, tensors, words; and the paths to tensors further in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from archcalc.building.variables import Program
from archcalc.errors import Diagnostic, Span, SpecError, did_you_mean, unknown
from archcalc.graph.network import Body, Tensor
from archcalc.language.expressions import LookupFailed
from archcalc.language.functions import Shape
from archcalc.language.names import Reference
from archcalc.language.parts import ANY, Block, layout_of
from archcalc.language.problems import Unknown
from archcalc.language.values import Value, one_number
from archcalc.layers.axes import count, show_value
from archcalc.meter import charge


class Calls:
    """The block calls that led to a step, innermost first: (block, span of the call). Outer calls are shared."""

    __slots__ = ("block", "span", "around")

    def __init__(self, block: str, span: Span, around: Calls | None) -> None:
        self.block, self.span, self.around = block, span, around

    def __iter__(self) -> Iterator[tuple[str, Span]]:
        call: Calls | None = self
        while call is not None:
            yield call.block, call.span
            call = call.around


DEFAULTS = 50
"""How deep the defaults of a block's arguments may use one another."""

LISTS = 8
"""How many lists of steps are searched for a unit of work."""

PATHS = 10_000
"""How many paths an error searches for the one that was meant."""


class Result:
    """What a step left under its name: the tensors it gave, its nodes (``start`` to ``stop``), and what is inside it.

    ``left_out``: ``when`` was false, or it repeats 0 times, so the step passed on what it reads.
    """

    __slots__ = ("path", "tensors", "children", "start", "stop", "repeats", "left_out")

    def __init__(self, path: str, start: int) -> None:
        self.path, self.start, self.stop = path, start, start
        self.tensors: list[Tensor] = []
        self.children: dict[str, Result] | None = None
        self.repeats: int | None = None
        self.left_out = False

    @property
    def failed(self) -> bool:
        """Whether an error left the step without what it gives."""
        return any(tensor.shape is None for tensor in self.tensors)


class Frame:
    """One call of a block, or the file itself: what all its steps see.

    ``values`` are the arguments and the axes that ``input:`` names; ``tensors`` are those that have a name in the call.

    ``layout`` is what the shapes are: CHW or HWC, also where the file says any.
    """

    __slots__ = (
        "program",
        "block",
        "calls",
        "values",
        "tensors",
        "waiting",
        "evaluating",
        "depth",
        "layout",
    )

    def __init__(self, program: Program, block: Block | None, calls: Calls | None, caller: Frame | None) -> None:
        self.program, self.block, self.calls = program, block, calls
        self.depth: int = caller.depth + 1 if caller else 0
        self.layout: str = caller.layout if caller else layout_of(program.document)
        self.values: dict[str, Any] = {}
        self.tensors: dict[str, list[Tensor]] = {}
        self.waiting: dict[str, Any] = {}  # defaults, evaluated when first read: they may use one another
        self.evaluating: list[str] = []

    def has(self, name: str) -> bool:
        """Whether a name is an argument, or an axis in ``input:``."""
        return name in self.values or name in self.waiting

    def value(self, name: str) -> Any:
        """What an argument's default sees: the other arguments, the axes in ``input:``, the file's variables."""
        if name in self.values:
            return self.values[name]
        return self._default(name) if name in self.waiting else self.program.value(name)

    indexed = value

    def _default(self, name: str) -> Any:
        if name in self.evaluating:
            circle = " -> ".join([*self.evaluating[self.evaluating.index(name) :], name])
            raise LookupFailed(f"defaults of arguments go round in a circle: {circle}")
        if len(self.evaluating) >= DEFAULTS:
            raise LookupFailed(f"defaults of arguments use one another more than {DEFAULTS} deep")
        self.evaluating.append(name)
        try:
            self.values[name] = value = self.waiting[name].evaluate(self)
        finally:
            self.evaluating.pop()
        return value


def calls_of(frame: Frame) -> Iterable[tuple[str, Span]]:
    """The calls that led to a frame; none for the file's own."""
    return frame.calls or ()


class Scope:
    """One list of steps while it is expanded: ``given`` is what it reads, ``prev`` what the step before gave."""

    __slots__ = ("frame", "parent", "path", "given", "prev", "i", "results", "numbers", "body", "depth")

    def __init__(
        self, frame: Frame, parent: Scope | None, path: str, given: list[Tensor], i: Any, body: Body | None
    ) -> None:
        self.frame, self.parent, self.path, self.given, self.prev = frame, parent, path, given, given
        self.i, self.body = i, body
        self.depth: int = parent.depth + 1 if parent else 0
        self.results: dict[str, Result] = {}
        self.numbers: dict[str, int] = {}  # how many steps of a type have run

    def inside(self, result: Result, given: list[Tensor], body: Body | None = None) -> Scope:
        """The steps that stand inside one of this list: what they leave, it holds."""
        inner = Scope(self.frame, self, f"{result.path}/", given, self.i, body or self.body)
        result.children = inner.results
        return inner

    def unknown_tensor(self) -> Tensor:
        """What stands for the outputs of a step in error: the steps that read it are not at fault."""
        return Tensor(None, None, True, self.body)

    def value(self, name: str) -> Any:
        """The value of a name in an expression; raises LookupFailed."""
        frame = self.frame
        if frame.has(name):
            return frame.value(name)
        if name == "i":
            if self.i is None:
                help = "a block does not see the i of its caller: pass it as an argument" if frame.block else None
                message = "'i' counts the repetitions of a step with repeat: there is none around this one"
                raise LookupFailed(message, help=help)
            return self.i
        try:
            return frame.program.value(name)
        except LookupFailed as failure:
            if frame.program.has(name):
                raise
            if self._tensors(name) is not None:
                raise LookupFailed(f"'{name}' is a tensor: in an expression it needs its axis, as {name}[0]") from None
            if failure.help is None or name not in frame.program.document.words:
                names = (*frame.values, *frame.waiting)
                raise LookupFailed(failure.args[0], help=frame.program.likely(name, names)) from None
            raise

    def indexed(self, name: str) -> Any:
        """The list or the shape that ``NAME[...]`` reads; raises LookupFailed."""
        frame = self.frame
        if frame.has(name):
            return frame.value(name)
        if name == "i" or frame.program.has(name):
            return self.value(name)
        tensors = self._tensors(name)
        if tensors is None:
            return self.value(name)
        if len(tensors) != 1:
            raise LookupFailed(f"{name} is {len(tensors)} tensors: name one of them")
        shape = tensors[0].shape
        if shape is None:
            raise Unknown
        found = Shape(shape)
        found.channels = 0 if frame.layout == "CHW" else -1
        found.numbered = frame.program.document.layout != ANY
        return found

    def _given(self, name: str) -> list[Tensor] | None:
        """The tensors of prev, of input, or of a name that the block's call or ``input:`` gives."""
        if name == "prev":
            return self.prev
        return self.given if name == "input" else self.frame.tensors.get(name)

    def _tensors(self, name: str) -> list[Tensor] | None:
        given = self._given(name)
        if given is None and (result := self._find(name)) is not None:
            return result.tensors
        return given

    def _lists(self) -> Iterator[Scope]:
        """This list of steps and those around it, as far as the block goes."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def _find(self, segment: str) -> Result | None:
        scope: Scope | None = self
        while scope is not None and segment not in scope.results:
            scope = scope.parent
        depth = self.depth - (scope.depth if scope else -1)
        if depth >= LISTS:
            charge(depth // LISTS)
        return None if scope is None else scope.results[segment]

    def _first(self, reference: Reference) -> Result:
        """The step that the first segment of a path names; raises SpecError if there is none."""
        result = self._find(reference.segments[0])
        if result is None:
            raise self._missing(reference)
        return result

    def result(self, reference: Reference) -> Result:
        """The step that a NAME without ``*`` names; raises SpecError."""
        result = self._first(reference)
        for position, segment in enumerate(reference.segments[1:], 1):
            children = result.children or {}
            if segment not in children:
                if result.failed:
                    raise Unknown
                message, place = f"no tensor '{reference.text}'", reference.span_of(position)
                label = did_you_mean(segment, children) or ""
                raise SpecError(Diagnostic(message, place, label=label, help=what_it_holds(result)))
            result = children[segment]
        return result

    def tensors(self, reference: Reference) -> list[Tensor]:
        """The tensors that a NAME names, in order; raises SpecError where there are none."""
        found = self._named(reference)
        return found if reference.index is None else [self._one_of(found, reference, reference.index)]

    def _one_of(self, found: list[Tensor], reference: Reference, index: Value) -> Tensor:
        """The tensor that ``NAME[i]`` takes of those that NAME stands for. Raises SpecError if there is none."""
        value = index.evaluate(self)
        number = one_number(value)
        if any(tensor.shape is None for tensor in found):
            raise Unknown
        if number is None:
            message = f"the brackets take the number of a tensor, from 0, not {show_value(value)}"
            raise SpecError(Diagnostic(message, index.span))
        if not -len(found) <= number < len(found):
            message = f"'{reference.text}' is {count(len(found), 'tensor')}, counted from 0: there is no [{number}]"
            raise SpecError(Diagnostic(message, index.span))
        return found[number]

    def _named(self, reference: Reference) -> list[Tensor]:
        given = self._given(reference.segments[0]) if len(reference.segments) == 1 else None
        if given is not None:
            return given
        found = self._matching(reference) if reference.starred else self.result(reference).tensors
        for tensor in found:
            if tensor.body is not None and not self._inside(tensor.body):
                message = (
                    f"'{reference.text}' is inside '{tensor.body.path}': it exists once per slice or expert"
                    " and has no single value outside"
                )
                help = f"read what '{tensor.body.path}' gives"
                raise SpecError(Diagnostic(message, reference.node.span, help=help))
        return found

    def _matching(self, reference: Reference) -> list[Tensor]:
        """The tensors that a path with ``*`` names; raises SpecError if there are none."""
        first = self._first(reference)
        found = []
        for match in matches([first], reference.segments[1:]):
            charge(len(match.tensors))
            found += match.tensors if not match.left_out else []
        if not found and first.failed:
            raise Unknown
        if not found:
            raise SpecError(nothing_matches(first, reference))
        return found

    def _inside(self, body: Body) -> bool:
        charge(self.body.work // LISTS if self.body else 0)
        own = self.body
        while own is not None and own is not body:
            own = own.parent
        return own is body

    def _missing(self, reference: Reference) -> SpecError:
        first = reference.segments[0]
        deeper = [path for path in self._paths() if path.endswith(f"/{first}")]
        if deeper:
            outermost = deeper[0].split("/")[0]
            deeper = [path for path in deeper if path.startswith(f"{outermost}/")]
            there = f"is {deeper[0]}" if len(deeper) == 1 else f"are {deeper[0]} ... {deeper[-1]}"
            message = f"no tensor '{reference.text}' here; inside '{outermost}' there {there}"
            return SpecError(Diagnostic(message, reference.node.span))
        message, seen = f"no tensor '{reference.text}' here", self._what_is_seen(first)
        return SpecError(unknown(message, first, self._names(), reference.node.span, otherwise=seen))

    def _what_is_seen(self, name: str) -> str:
        if name.lstrip("+-").isdigit():
            return "a tensor has a name, not a number: prev is what the step before gave, name: gives a name"
        if self.frame.program.has(name) or name in self.frame.values:
            return f"'{name}' is a value; a tensor has the name of the step that gives it"
        block = self.frame.block
        if block is not None and not block.whole_file:
            return f"a block sees its own names only: say args: {{{name}: tensor}}, and give {name} in the call"
        return "a step sees the names of the steps before it, in its list and in those around it"

    def _names(self) -> list[str]:
        names = ["prev", "input", *self.frame.tensors]
        for scope in self._lists():
            names += scope.results
        charge(len(names) // LISTS)
        return names

    def _paths(self) -> list[str]:
        """Paths of what is inside the steps that are seen from here."""
        waiting = [item for scope in self._lists() for item in scope.results.items() if item[1].children]
        found: list[str] = []
        charge(sum([len(scope.results) for scope in self._lists()]) // LISTS)
        waiting.reverse()
        while waiting and len(found) < PATHS:
            path, result = waiting.pop()
            charge(len(result.children or ()))
            inside = [(f"{path}/{name}", child) for name, child in (result.children or {}).items()]
            found += [path for path, _ in inside]
            waiting += [item for item in reversed(inside) if item[1].children]
        return found


def what_it_holds(result: Result) -> str:
    if result.left_out:
        return (
            f"'{result.path}' repeats 0 times" if result.repeats == 0 else f"the when: of '{result.path}' leaves it out"
        )
    names = list(result.children or ())
    more = ", ..." if len(names) > 8 else ""
    return f"'{result.path}' holds {', '.join(names[:8])}{more}" if names else f"'{result.path}' holds no steps"


def nothing_matches(result: Result, reference: Reference) -> Diagnostic:
    """The error of a path with ``*`` that finds nothing, at the first segment that is not there."""
    results = [result]
    for position, segment in enumerate(reference.segments[1:], 1):
        inside = matches(results, [segment])
        if not inside:
            names = dict.fromkeys(name for one in results for name in one.children or ())
            return unknown(f"no tensor matches '{reference.text}'", segment, names, reference.span_of(position))
        results = inside
    return Diagnostic(f"no tensor matches '{reference.text}'", reference.node.span)  # left out by when, all of them


def matches(results: list[Result], segments: list[str]) -> list[Result]:
    """What a path with ``*`` reaches, in order; what ``when`` left out is passed over."""
    for segment in segments:
        if segment == "*":
            charge(sum([len(result.children or ()) for result in results]))
            results = [child for result in results for child in (result.children or {}).values()]
        else:
            charge(len(results) // LISTS)
            results = [result.children[segment] for result in results if result.children and segment in result.children]
    return results
