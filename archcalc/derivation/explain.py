"""Where the numbers of a layer come from: its rules, run again on numbers that remember their names.

No formula is written here or in a printer. A derivation is what the layer's own rules made of the named numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.conventions.groups import CALLED, group_of
from archcalc.conventions.rule import Convention
from archcalc.derivation.explain_names import OPERATIONS, name_arguments, name_inputs
from archcalc.derivation.explain_tidy import is_defined, tidy
from archcalc.derivation.explain_totals import Sums
from archcalc.dims import ceil_div, named, volume
from archcalc.dims.decimals import Decimals
from archcalc.dims.expression import Definition, Expression, derivation, inner_first
from archcalc.errors import Span
from archcalc.graph.inference import Applied
from archcalc.graph.network import Node
from archcalc.graph.provenance import Provenance
from archcalc.layers.axes import show_pad, show_value
from archcalc.layers.base import BITS, Computed, Dims, SameAs
from archcalc.report.figures import FIGURES

if TYPE_CHECKING:
    from archcalc.report.documents import Report
    from archcalc.report.widths import Dtypes


class Cell:
    """One number or size of a layer: ``value`` as in the table, its derivation, and notes.

    ``shape``: the shape of a weight, as expressions.
    """

    __slots__ = ("key", "title", "value", "derivation", "notes", "shape")

    def __init__(self, key: str, title: str, value: Any, derivation: list[Definition]) -> None:
        self.key, self.title, self.value, self.derivation = key, title, value, derivation
        self.notes: list[str] = []
        self.shape: Any = None


class Given(NamedTuple):
    """An argument: its value as a spec would say it, and how this spec does; None where it is the layer's default."""

    name: str
    value: str
    written: Provenance | None


class Explained:
    """A layer with the derivation of every cell. ``axes``: name and size of each axis of each input, as printed.

    ``reads`` names what each input comes from.
    """

    __slots__ = ("node", "reads", "inputs", "outputs", "axes", "arguments", "cells", "notes")

    def __init__(self, node: Node, reads: list[str]) -> None:
        self.node, self.reads = node, reads
        applied = node.applied
        self.inputs = list(map(shown, applied.reads))
        self.outputs = list(map(shown, applied.gives))
        self.axes: list[list[tuple[str, int]]] = []
        self.arguments: list[Given] = []
        self.cells: list[Cell] = []
        self.notes: list[str] = []

    @property
    def span(self) -> Span:
        return self.node.origin.span()

    def cell(self, key: str) -> Cell:
        """The first cell of that key."""
        return next(cell for cell in self.cells if cell.key == key)


class Explanation(NamedTuple):
    """What ``explain`` answers: derived layers, and sums over steps. Either may be missing.

    ``asked`` is the spec as it was asked for, ``report`` that of the whole network (archcalc.report/1).
    """

    asked: str
    report: Report
    full: bool
    layers: list[Explained]
    sums: Sums | None


class Derived(Applied):
    """A layer applied to named numbers. Computed sizes are named after their axis (H′), ``axes`` of each output."""

    __slots__ = ("axes",)

    def __init__(self, applied: Applied, defaults: bool) -> None:
        plain = applied.layer
        reads = applied.written(name_inputs(applied))
        spatial = applied.ordered(plain.letters(len(applied.inputs[0])))[1:] if plain.per_axis else []
        arguments = name_arguments(plain, spatial, defaults)
        outputs = applied.outputs
        self.axes = [output_axes(applied, len(shape), at, len(outputs)) for at, shape in enumerate(outputs)]
        super().__init__(type(plain)(**arguments), reads, self._sealed, applied.layout)

    def _sealed(self, shapes: tuple[Dims, ...]) -> tuple[Dims, ...]:
        return tuple(tuple(map(sealed, shape, axes)) for shape, axes in zip(shapes, self.axes, strict=True))

    def counted(self) -> Applied:
        """This with a name for each weight's size and each number of operations: what a convention reads."""
        found = copy(self)
        found.weights = [(name, shape, named(name, size)) for name, shape, size in self.weights]
        found.ops = {kind: named(OPERATIONS[kind], number) for kind, number in self.ops.items()}
        return found


def output_axes(applied: Applied, rank: int, position: int, outputs: int) -> list[str]:
    """H′ for each axis of an output; of several outputs H1′, H2′."""
    number = str(position + 1) if outputs > 1 else ""
    return [f"{letter}{number}′" for letter in applied.ordered(applied.layer.output_letters(rank))]


def sealed(dim: Any, axis: str) -> Any:
    """A computed size under the name of its axis; what is passed on keeps its own."""
    return dim if is_leaf(dim) else Expression.known(axis, dim.value)


def value_of(dim: Any) -> Any:
    return dim.value if type(dim) is Expression else dim


def shown(shape: Sequence[Any]) -> str:
    """``3x64x64``."""
    return "x".join(map(str, shape)) or "scalar"


def explain(
    node: Node,
    reads: list[str],
    convention: Convention,
    *,
    batch: int = 1,
    full: bool = False,
    dtypes: Dtypes | None = None,
) -> Explained:
    """Every cell of a layer derived; ``full`` shows each intermediate result and each default.

    The bytes of its weights are derived if their ``dtypes`` are given.
    """
    found = Explained(node, reads)
    derived = Derived(node.applied, defaults=full)
    found.axes = [[(dim.args[0], dim.value) for dim in shape] for shape in derived.reads]
    found.arguments = list(arguments_of(node, full))
    maker = Maker(node, derived, batch, full)
    pad = maker.pad()
    found.cells += [pad] if pad else []
    found.cells.append(maker.output(found.outputs))
    found.cells += maker.weights()
    found.cells.append(maker.params())
    found.cells += [maker.weights_bytes(dtypes)] if dtypes else []
    found.cells += maker.operations(convention)
    if full:
        found.cells += maker.more()
    found.notes = list(notes_of(node, batch))
    return found


def arguments_of(node: Node, full: bool) -> Iterable[Given]:
    """The arguments that the spec gives, and those that follow another one; with ``full`` every default."""
    layer = node.applied.layer
    for name, (_, default) in layer.arguments.items():
        if name in layer.given:
            yield Given(name, show_value(layer.given[name]), node.origin.written(name))
        elif type(default) is SameAs:
            yield Given(name, default.text, None)
        elif full and default is not None:
            yield Given(name, default.text if type(default) is Computed else show_value(default), None)


def notes_of(node: Node, batch: int) -> Iterable[str]:
    body = node.body
    while body is not None:
        runs = node.runs_in(body)
        if body.slices is None:
            said = f"one of {body.copies:,} experts of '{body.path}', {runs:,} of which run"
            yield f"{said}: parameters {body.copies:,} times, operations {runs:,} times"
        elif body in node.sliced:
            yield f"inside '{body.path}', for each of {runs:,} slices: weights once, operations {runs:,} times"
        else:
            yield f"inside '{body.path}', the same for all of its slices: weights and operations once"
        body = body.parent
    if node.batched and batch != 1:
        yield f"a batch of {batch:,}: operations {batch:,} times"
    if not node.trainable:
        yield "frozen: its parameters are counted, and not among the trainable ones"


class Maker:
    """The cells of one layer."""

    def __init__(self, node: Node, derived: Derived, batch: int, full: bool) -> None:
        self.node, self.derived, self.full = node, derived, full
        self.known: set[tuple[str, str, Any]] = set()  # definitions that an earlier cell shows
        self.names: set[str] = set()  # and their names
        self.axes = {dim.args[0] for shape in derived.inputs for dim in shape}
        self.copies, self.runs = factors(node, batch)

    def definitions(self, name: str, dim: Any) -> list[Definition]:
        """The derivation of a dim, without what was shown before."""
        found = []
        for definition in derivation(name, tidy(dim, brief=not self.full, keep=self.names)):
            key = (definition.name, definition.formula, definition.value)
            if key not in self.known:
                self.known.add(key)
                found.append(definition)
        return found

    def by_axis(self, names: Sequence[str], letters: Sequence[str], dims: Sequence[Any]) -> list[Definition]:
        """The derivations of several axes. Axes that differ in their letter alone share one."""
        groups: dict[Any, list[int]] = {}
        for place, (dim, letter) in enumerate(zip(dims, letters, strict=True)):
            groups.setdefault(alike(dim, letter), []).append(place)
        computed = [places for places in groups.values() if not is_leaf(dims[places[0]])]
        found = []
        for places in groups.values():
            first = places[0]
            dim = dims[first] if len(computed) == 1 else suffixed(dims[first], letters[first], self.axes)
            found += self.definitions(joined(names, places), dim)
        return found

    def pad(self) -> Cell | None:
        """The padding of each axis, as the table has it: half of the total, or before and after where they differ."""
        pads = self.derived.layer.pads(*self.derived.inputs)
        if pads is None:
            return None
        axes = [dim.args[0] for dim in self.derived.inputs[0][-len(pads) :]]
        sides = [(value_of(pad.before), value_of(pad.after)) for pad in pads]
        cell = Cell("pad", "padding", "x".join(show_pad(*pair) for pair in sides), [])
        self.names.update(("total padding", *(f"total padding_{axis}" for axis in axes)))
        odd = {(before, after) for before, after in sides if after - before == 1}
        means = all(before == after or (before, after) in odd for before, after in sides)
        if means:
            halves = [pad.before if pad.before is pad.after else halved(pad.total) for pad in pads]
            cell.derivation = self.by_axis([f"pad_{axis}" for axis in axes], axes, halves)
        if not means or (self.full and any(pad.before is not pad.after for pad in pads)):
            cell.derivation += self.by_axis([f"before_{axis}" for axis in axes], axes, [pad.before for pad in pads])
            cell.derivation += self.by_axis([f"after_{axis}" for axis in axes], axes, [pad.after for pad in pads])
        for before, after in sorted(odd):
            cell.notes.append(
                f"no half pixel is padded: {before} before and {after} after,"
                f" of which {half(before + after)} is the mean"
            )
        return cell

    def output(self, sizes: list[str]) -> Cell:
        """The size of each output axis."""
        derived = self.derived
        cell = Cell("output", "output size", ", ".join(sizes), [])
        shapes = [[tidy(dim, brief=not self.full) for dim in shape] for shape in derived.shapes]
        if derived.inputs and all(passed_on(shape, derived.inputs[0]) for shape in shapes):
            cell.notes.append("every axis as in the input")
            return cell
        for shape, tidied, axes in zip(derived.shapes, shapes, derived.axes, strict=True):
            dims = [simple if is_leaf(simple) else dim for dim, simple in zip(shape, tidied, strict=True)]
            cell.derivation += self.by_axis(axes, [axis.rstrip("′") for axis in axes], dims)
        return cell

    def weights(self) -> Iterable[Cell]:
        """Each learned tensor: its shape, how many numbers it has, whose it is."""
        for name, shape, size in self.derived.weights:
            cell = Cell("weight", name, value_of(size), self.definitions(name, size))
            self.names.add(name)
            cell.shape = [tidy(dim, brief=not self.full) for dim in shape]
            if not self.node.counts_itself(name):
                owner = self.node.owner(name).path
                cell.notes.append(f"shared: it is the {name} of '{owner}', and counted there")
            yield cell

    def params(self) -> Cell:
        """The sum of the weights that the layer owns, times its copies."""
        sizes = [named(name, size) for name, _, size in self.derived.weights if self.node.counts_itself(name)]
        return self.product("params", "parameters", sum(sizes), self.copies)

    def weights_bytes(self, dtypes: Dtypes) -> Cell:
        """The bytes of the weights that the layer owns: the sum of their bits, rounded up where they are no bytes."""
        owned = [(name, size) for name, _, size in self.derived.weights if self.node.counts_itself(name)]
        widths = [BITS[dtypes.of(name)] for name, _ in owned]
        bits = 8 if all(width % 8 == 0 for width in widths) else 1
        dim: Any = sum(named(name, size) * (width // bits) for (name, size), width in zip(owned, widths, strict=True))
        for factor in self.copies:
            dim = dim * factor
        title = FIGURES["weights_bytes"].title
        cell = self.product("weights_bytes", title, dim if bits == 8 else ceil_div(dim, 8), [])
        cell.notes += [f"{name} as {dtypes.of(name)}, {BITS[dtypes.of(name)]} bits" for name, _ in owned]
        return cell

    def operations(self, convention: Convention) -> Iterable[Cell]:
        """Multiply-adds, and operations as a convention counts them."""
        macs = self.product("macs", "multiply-adds", self.derived.ops.get("mac", 0), self.runs)
        yield macs
        if not self.runs:
            self.known.update((definition.name, definition.formula, definition.value) for definition in macs.derivation)
            self.names.add(OPERATIONS["mac"])
        group = group_of(self.node.type)
        rule = convention.rules.get(group)
        try:
            cell = self.product("ops", f"ops ({convention.name})", convention.rule(self.derived.counted()), self.runs)
        except TypeError:  # no expression rounds to the digits that a tool prints
            whole = convention.rule(self.node.applied)
            cell = self.product("ops", f"ops ({convention.name})", whole, self.runs)
        called = CALLED.get(self.node.type, group)
        if rule is None:
            cell.notes.append(f"'{convention.name}' counts nothing for {called}")
        elif convention.name != "mac":
            cell.notes.append(f"'{convention.name}' counts for {called}: {rule.words}")
        yield cell

    def more(self) -> Iterable[Cell]:
        """Elementary operations, what is kept beside the weights, and elements of the output."""
        derived = self.derived
        for kind, title in OPERATIONS.items():
            if kind != "mac" and value_of(derived.ops.get(kind, 0)):
                yield self.product(kind, title, derived.ops[kind], self.runs)
        if derived.buffers:
            yield self.buffers()
        elements = 0 if derived.layer.view else sum(map(volume, derived.outputs))
        cell = self.product("activations", "activations", elements, self.runs)
        if derived.layer.view:
            cell.notes.append("none of its own: it passes on what it reads")
        yield cell
        inner = {name: volume(shape) for name, shape in derived.layer.inner(*derived.inputs)}
        if inner:
            parts = sum(named(name, size) for name, size in inner.items())
            yield self.product("activations_inner", "inner activations", parts, self.runs)

    def buffers(self) -> Cell:
        """The sum of the buffers that the layer owns, times its copies."""
        named = [(name, size) for name, _, size in self.derived.buffers]
        own = [size for name, size in named if self.node.counts_itself(name)]
        cell = self.product("buffers", "buffers", sum(own), self.copies)
        if len(own) < len(named):
            owner = next(self.node.owner(name).path for name, _ in named if not self.node.counts_itself(name))
            cell.notes.append(f"shared: they are those of '{owner}', and counted there")
        return cell

    def product(self, key: str, title: str, dim: Any, factors: list[Expression]) -> Cell:
        """A cell: what the rules give, times the copies or runs of what holds the layer."""
        for factor in factors:
            dim = dim * (factor.value if type(dim) is Decimals else factor)
        return Cell(key, title, value_of(dim), self.definitions(title, dim))


def passed_on(shape: Sequence[Any], given: Sequence[Any]) -> bool:
    """Whether each axis of an output is that of an input, untouched."""
    return len(shape) == len(given) and all(one is other for one, other in zip(shape, given, strict=True))


def factors(node: Node, batch: int) -> tuple[list[Expression], list[Expression]]:
    """What multiplies the weights of a node, and what multiplies its work: experts, slices, the batch."""
    copies: list[Expression] = []
    runs: list[Expression] = []
    body = node.body
    while body is not None:
        where = "" if body.parent is None and body is node.body else f" of {body.path}"
        if body.slices is None:
            copies.append(Expression.known(f"experts{where}", body.copies))
            runs.append(Expression.known(f"active experts{where}", body.active))
        elif body in node.sliced:
            runs.append(Expression.known(f"slices{where}", body.slices))
        body = body.parent
    if node.batched and batch != 1:
        runs.append(Expression.known("batch", batch))
    return copies, runs


def half(total: int) -> str:
    """Half of a number of pixels: 3, 0.5; -1.5 if the padding cuts."""
    return f"{'-' * (total < 0)}{abs(total) // 2}{'.5' * (total % 2)}"


def halved(total: Any) -> Any:
    """Half of a padding. If it is odd, the value is a text, ``0.5``: no rule computes with it."""
    number = value_of(total)
    return Expression("div", (total, 2), number // 2 if number % 2 == 0 else half(number))


def suffixed(dim: Any, letter: str, axes: Collection[str]) -> Any:
    """The expression with the name of an axis added to the names of its intermediate results.

    It is the one of ``axes`` that the result reads, where it reads one; else ``letter``.
    """
    if type(dim) is not Expression:
        return dim
    done: dict[int, Any] = {}
    reads: dict[int, set[str]] = {}
    for node in inner_first(dim, definitions=True):
        inside = [arg for arg in node.args if type(arg) is Expression]
        args = tuple(done[id(arg)] if type(arg) is Expression else arg for arg in node.args)
        reads[id(node)] = {node.args[0]}.intersection(axes) if is_leaf(node) else set()
        reads[id(node)].update(*(reads[id(arg)] for arg in inside))
        if is_defined(node):
            own = reads[id(node)]
            args = (f"{node.args[0]}_{next(iter(own)) if len(own) == 1 else letter}", args[1])
        done[id(node)] = node if is_leaf(node) else Expression(node.op, args, node.value)
    return done[id(dim)]


def is_leaf(dim: Any) -> bool:
    """Whether a size is a number or a name as it stands."""
    return type(dim) is not Expression or (dim.op == "name" and not is_defined(dim))


def alike(dim: Any, letter: str) -> Any:
    """A key that two axes share if their derivations differ in the letter alone."""
    if type(dim) is not Expression or is_leaf(dim):
        return dim if type(dim) is int else dim.args
    nodes = [*inner_first(dim, definitions=True)]
    where = {id(node): number for number, node in enumerate(nodes)}
    return tuple(
        (
            node.op,
            node.value,
            *(where[id(arg)] if type(arg) is Expression else unlettered(arg, letter) for arg in node.args),
        )
        for node in nodes
    )


def unlettered(arg: Any, letter: str) -> Any:
    return ("axis",) if arg == letter else ("plain", arg)


def joined(names: Sequence[str], places: list[int]) -> str:
    """``H′ = W′`` for axes that share a derivation; ``pad`` in place of ``pad_H = pad_W`` if all axes share it."""
    if len(places) == len(names) and "_" in names[0]:
        return names[0].partition("_")[0]
    return " = ".join(names[place] for place in places)
