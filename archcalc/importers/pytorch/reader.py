"""The operators of a ``.pt2`` in their order, each handed to its rule; what no rule takes is told whole."""

from __future__ import annotations

import operator
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from archcalc.errors import Diagnostic, RuleError, SpecError
from archcalc.importers.graphs.graph import Graph, Module, Several
from archcalc.importers.graphs.recorder import Recorder
from archcalc.importers.graphs.samples import Part, Tensor, Weight
from archcalc.importers.graphs.unknown import Unreadable, Unreadables
from archcalc.importers.graphs.untying import untie
from archcalc.importers.imported import Asked, Unknown
from archcalc.importers.naming import plain_name
from archcalc.importers.pytorch import (
    attending,
    elementwise,
    making,
    moving,
    norms,
    products,
    recurrent,
    several,
    signature,
    sized,
    windows,
)
from archcalc.importers.pytorch.archive import Archive
from archcalc.importers.pytorch.operation import Operation, Rule
from archcalc.importers.pytorch.places import Places
from archcalc.importers.pytorch.program import MALFORMED, Branch, Name, Program, Step, modules_of, operator_name
from archcalc.layers.base import Arguments
from archcalc.meter import OutOfWork, charge
from archcalc.sources.file import File

RULES: dict[str, Rule] = {
    **several.RULES,
    **sized.RULES,
    **windows.RULES,
    **norms.RULES,
    **products.RULES,
    **elementwise.RULES,
    **moving.RULES,
    **making.RULES,
    **attending.RULES,
    **recurrent.RULES,
}

DEPENDING = frozenset(
    "nonzero item _local_scalar_dense masked_select unique unique2 _unique2 unique_consecutive bincount nonzero_numpy"
    " sym_constrain_range sym_constrain_range_for_size".split()
)
"""Operators whose outputs are as long as values say."""

IGNORED = frozenset("_assert_scalar _assert_tensor_metadata _assert_async sym_constrain_range_for_size".split())
"""Operators that give nothing."""

FILLED = frozenset("zero_ fill_".split())
"""Operators that write one number into a tensor."""

COMPLEX = frozenset({9, 10, 11})

WHOLE: Arguments = {
    name: getattr(operator, name) for name in "add sub mul floordiv truediv mod neg ge le gt lt eq ne".split()
}
"""Arithmetic on sizes."""

OPERATOR = 10
"""Units of work that an operator takes to read."""


class Lost:
    """What an operator gives that is not known: it was told already."""


LOST = Lost()


def read_graph(file: File, asked: Asked) -> Graph:
    """The graph of a ``.pt2``. Raises SpecError with all that it holds and archcalc does not know."""
    return read_program(*Archive(file).model(), file, asked)


def read_program(
    program: Any, weights: Any, constants: Any, file: File, asked: Asked, tied: Mapping[str, str] | None = None
) -> Graph:
    """The graph of a program, its batch where that can be left out: the first axis, the second, or none."""
    told = None
    for axis in (0, 1, None):
        try:
            return Reader(program, weights, constants, file, asked, tied, axis).read()
        except OutOfWork:
            raise
        except SpecError as error:
            told = told or error
    assert told is not None
    raise told


class Reader:
    """One program of torch.export: what its names stand for, as far as it was read.

    ``tied``: the path by which a stored tensor of several paths is known, where somebody else knows it.
    """

    def __init__(
        self,
        program: Any,
        weights: Any,
        constants: Any,
        file: File,
        asked: Asked,
        tied: Mapping[str, str] | None = None,
        batch_axis: int | None = 0,
    ) -> None:
        self.file, self.asked = file.name, asked
        self.program = Program(self.file, program["graph_module"], weights, constants)
        self.metas = self.program.metas
        self.keys = self.program.keys if tied is None else tied
        self.graph = Graph(plain_name(os.path.splitext(os.path.basename(self.file))[0]))
        self.unknown = Unknown(file, "operator", RULES)
        self.unreadable = Unreadables(self.file)
        self.stored: dict[str, Tensor] = {}  # by path
        self.places = Places()
        self.batch_axis = batch_axis
        self.read_names = Counter(self.program.read_names())
        self.modules: tuple[Module, ...] = ()
        self.stacks: dict[str | None, tuple[Module, ...]] = {}  # as they are written

    def read(self) -> Graph:
        self.take_inputs()
        for step in self.program.steps:
            charge(OPERATOR)
            self.take(step)
        self.unreadable.stop(self.unknown, self.asked.as_custom)
        self.give_outputs()
        self.graph.prune()
        self.graph.leave_unread_inputs()
        untie(self.graph)
        self.keep_unread()
        self.graph.notes += [note.message for note in self.unknown.notes()]
        return self.graph

    # What the graph takes and gives

    def take_inputs(self) -> None:
        users = []
        for name, stored in self.program.inputs:
            if stored is None:
                users.append(name)
                continue
            meta = signature.meta_of(self.file, name, self.metas.get(name))
            if not stored.registered:
                self.places.put(name, Tensor(meta.shape, dtype=meta.dtype))
                continue
            key = (self.keys[stored.path], meta.shape) if stored.path in self.keys else stored.path
            *modules, name_of_it = stored.path.split(".")
            if name_of_it == "weight" and modules:  # which of all, its module says
                name_of_it = modules[-1]
            weight = Weight(key, meta.shape, stored.learned, meta.dtype, name=name_of_it)
            tensor = Tensor(meta.shape, weight=weight, dtype=meta.dtype)
            self.stored[stored.path] = tensor
            self.places.put(name, tensor)
        shapes = {name: self.shape_of(name, users) for name in users if name in self.metas}
        at = self.batch_axis
        first = next(iter(shapes.values()), ((), ""))[0]
        if at and len(first) <= at:
            raise SpecError(Diagnostic(f"{self.file}: the first input has no axis {at}"))
        batch = 1 if at is None or len(first) <= at else max(first[at], 1)
        self.recorder = Recorder(self.graph, batch)
        self.graph.notes += [*batch_notes(batch, at)]
        for name, (shape, dtype) in shapes.items():
            has = at is not None and len(shape) > at and shape[at] == batch
            if at is not None and not has and (batch > 1 or shape):
                self.graph.notes.append(f"input '{name}' has no batch of {batch:,}: all samples read it")
            self.places.put(name, self.recorder.input(name, shape, dtype, at if has else None))

    def shape_of(self, name: str, users: list[str]) -> tuple[tuple[int, ...], str]:
        meta = signature.meta_of(self.file, name, self.metas.get(name))
        given = self.asked.shape(name, len(users) == 1)
        if given is None or len(given) == len(meta.shape):
            return given or meta.shape, meta.dtype
        at = self.batch_axis or 0
        return (*given[:at], *meta.shape[at : at + 1], *given[at:]), meta.dtype

    def give_outputs(self) -> None:
        for name in self.program.outputs:
            try:
                found = self.places.get(name)
            except Unreadable as error:
                raise SpecError(Diagnostic(f"{self.file} gives {error}")) from None
            if isinstance(found, Tensor):
                self.graph.outputs.append(self.recorder.of(found))
        if not self.graph.outputs:
            raise SpecError(Diagnostic(f"{self.file} gives no tensor"))

    def keep_unread(self) -> None:
        """Stored tensors that nothing reads: they count, as the module has them; one step for each part of it."""
        used = {part for node in self.graph.nodes for owner in node.weights.values() for part in parts_of(owner)}
        groups: dict[tuple[str, bool], dict[Any, Tensor]] = {}
        for path, tensor in self.stored.items():
            assert tensor.weight is not None
            counter_of = path.removesuffix("num_batches_tracked") + "running_mean"
            if tensor.weight.key in used or (counter_of != path and self.key_of(counter_of) in used):
                continue
            groups.setdefault((path.partition(".")[0], tensor.weight.learned), {})[tensor.weight.key] = tensor
        for (name, learned), tensors in groups.items():
            self.keep(name, learned, tensors)

    def key_of(self, path: str) -> Any:
        found = self.stored.get(path)
        return found.weight.key if found is not None and found.weight is not None else None

    def keep(self, name: str, learned: bool, tensors: dict[Any, Tensor]) -> None:
        """One step for tensors that nothing reads."""
        total = sum(prod(tensor.shape) for tensor in tensors.values())
        alone = next(iter(tensors.values()))
        shape = [*alone.shape] if len(tensors) == 1 else [total]
        arguments: Arguments = {"shape": shape}
        if not learned and len(tensors) == 1 and alone.dtype != "float32":
            arguments["dtype"] = alone.dtype
        node = self.graph.add("parameter" if learned else "constant", arguments, [], [Several(tensors)], (), name)
        node.name = name if learned else f"{name}_constants"
        what = "parameters" if learned else "constants"
        self.graph.notes.append(f"nothing reads {total:,} {what} of '{name}', which the module has")

    # Operators

    def take(self, step: Step) -> None:
        """One operator: its rule, and the names of what it gives."""
        name = operator_name(step.target)
        if step.stack not in self.stacks:
            self.stacks[step.stack] = modules_of(step.stack, self.modules)
        self.modules = self.modules if step.stack is None else self.stacks[step.stack]
        self.recorder.modules, self.recorder.place = self.modules, f"node {step.place}"
        try:
            found = self.found(step, name)
        except Unreadable as error:
            self.unreadable.add(str(error), step.place)
            found = LOST
        except (RuleError, *MALFORMED, ZeroDivisionError):
            self.unreadable.add(f"{name} with arguments that it does not take", step.place)
            found = LOST
        several = isinstance(found, (list, tuple)) and len(step.outputs) != 1
        results = [*found] if several else [found]
        for number, output in enumerate(step.outputs):
            if number >= len(results) and found is not LOST and self.read_names[output] > 0:
                self.unreadable.add(f"{name} of which something reads the output {number + 1}", step.place)
            self.places.put(output, results[number] if number < len(results) else LOST)

    def found(self, step: Step, name: str) -> Any:
        self.places.slicing = name == "slice"
        if any(isinstance(value, Branch) for value in step.arguments.values()):
            word = step.target.rpartition(".")[2]
            raise Unreadable(f"control flow ({word}): which steps run depends on values")
        arguments = {word: self.value(value) for word, value in step.arguments.items()}
        if name in DEPENDING:
            raise Unreadable(f"{name}: how much it gives depends on values")
        if any(one is LOST for value in arguments.values() for one in (value if isinstance(value, list) else [value])):
            return LOST
        if name in IGNORED:
            return None
        if step.target.startswith("_operator.") and name in WHOLE:
            return in_bounds(WHOLE[name](*arguments.values()))
        if name == "getitem":
            return arguments["a"][arguments["b"]] if "a" in arguments else LOST
        if name == "sym_size":
            return arguments["self"].shape[arguments["dim"]]
        return self.ruled(name, arguments, step.outputs, step.place)

    def ruled(self, name: str, arguments: Arguments, outputs: list[str], place: str) -> Any:
        metas = [self.metas.get(output) for output in outputs]
        if any(isinstance(meta, dict) and meta.get("dtype") in [*COMPLEX] for meta in metas):
            raise Unreadable(f"{name}: complex numbers")
        shapes = [signature.meta_of(self.file, place, meta).shape if meta else None for meta in metas]
        op = Operation(
            name, arguments, self.recorder, shapes, [self.read_names[one] > 0 for one in outputs], self.sibling
        )
        if name == "copy_":
            return self.places.copied(op)
        if name in FILLED and op.tensors:
            self.graph.drop(f"{name} of a tensor")
            return op.tensors[0]
        writes = name.endswith("_") and not name.endswith("__")
        rule = RULES.get(name) or RULES.get(name.rstrip("_"))
        if rule is None:
            return self.not_known(name, op, place)
        found = rule(op)
        self.places.follow(op, found, writes)
        return found

    def not_known(self, name: str, op: Operation, place: str) -> Any:
        """An operator without a rule: told, or a ``custom`` of the sizes that the file says."""
        self.unknown.add(name, Diagnostic(f"node {place}"))
        shape = op.shapes[0] if len(op.shapes) == 1 else None
        inputs = [one for one in op.tensors if one.computed]
        like = next((one for one in inputs if one.batch is not None), None)
        if not self.asked.as_custom or shape is None or like is None:
            return LOST
        batch = like.batch if shape and shape[0] == self.recorder.batch else None
        arguments = {"out": [*self.recorder.sample(shape, batch)], "params": 0, "macs": 0}
        node = self.recorder.add("custom", arguments, inputs)
        return Tensor(shape, value=node.outputs[0], batch=batch)

    def sibling(self, mean: Tensor, name: str) -> Any:
        """The stored tensor beside another: the counter of a norm beside its mean."""
        key = mean.weight.key if mean.weight is not None else None
        return (key, name)

    def value(self, said: Any) -> Any:
        """An argument with the tensors and sizes that its names stand for."""
        if isinstance(said, list):
            return [self.value(one) for one in said]
        return self.places.get(said) if isinstance(said, Name) else said


def batch_notes(batch: int, axis: int | None) -> Iterator[str]:
    """What is said of the batch axis."""
    if axis is None:
        yield "no axis of the inputs is taken for a batch"
    elif axis or batch != 1:
        yield f"axis {axis} of the inputs is a batch of {batch:,}, which is left out: figures are one sample's"


def in_bounds(number: Any) -> Any:
    """A size that was computed. Raises Unreadable for one that no tensor has."""
    if type(number) is int and not -(2**63) <= number < 2**63:
        raise Unreadable("a size of more than 63 bits")
    return number


def parts_of(owner: Any) -> Iterator[Any]:
    """The keys of the stored tensors in an identity."""
    if isinstance(owner, Part):
        yield owner.key
    elif isinstance(owner, Several):
        for one in owner:
            yield from parts_of(one)
    else:
        yield owner
