"""The operators of a ``.pt2`` in their order, each handed to its rule; what no rule takes is told whole."""

from __future__ import annotations

import operator
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from archcalc.errors import Diagnostic, RuleError, SpecError
from archcalc.importers.graphs.graph import MOST_NODES, Graph, Module, Several
from archcalc.importers.graphs.samples import Part, Recorder, Tensor, Weight
from archcalc.importers.graphs.unknown import Unreadable, Unreadables
from archcalc.importers.imported import Asked, Unknown
from archcalc.importers.naming import plain_name
from archcalc.importers.pytorch import attending, elementwise, moving, operators, signature
from archcalc.importers.pytorch.archive import Archive
from archcalc.importers.pytorch.operation import Operation, Rule
from archcalc.importers.pytorch.places import Places
from archcalc.layers.base import Arguments
from archcalc.meter import charge
from archcalc.sources.file import File

RULES: dict[str, Rule] = {**operators.RULES, **elementwise.RULES, **moving.RULES, **attending.RULES}

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
    name: getattr(operator, name) for name in "add sub mul floordiv truediv mod neg pow ge le gt lt eq ne".split()
}
"""Arithmetic on sizes."""

OPERATOR = 10
"""Units of work that an operator takes to read."""


class Lost:
    """What an operator gives that is not known: it was told already."""


LOST = Lost()


def read_graph(file: File, asked: Asked) -> Graph:
    """The graph of a ``.pt2``. Raises SpecError with all that it holds and archcalc does not know."""
    program, weights, constants = Archive(file).model()
    return Reader(program, weights, constants, file, asked).read()


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
    ) -> None:
        module = program["graph_module"]
        self.file = file.name
        self.graph_json = section(self.file, module, "graph")
        self.signature = section(self.file, module, "signature")
        self.keys = {**signature.keys_of(constants), **signature.keys_of(weights)} if tied is None else tied
        self.asked = asked
        self.metas = self.graph_json.get("tensor_values")
        if not isinstance(self.metas, dict):
            raise SpecError(Diagnostic(f"{self.file} says no sizes of tensors"))
        self.graph = Graph(plain_name(os.path.splitext(os.path.basename(self.file))[0]))
        self.unknown = Unknown(file, "operator", RULES)
        self.unreadable = Unreadables(self.file)
        self.stored: dict[str, Tensor] = {}  # by path
        self.places = Places()
        self.read_names = Counter(names_in([self.graph_json.get("nodes"), self.graph_json.get("outputs")]))
        self.modules: tuple[Module, ...] = ()

    def read(self) -> Graph:
        nodes = self.graph_json.get("nodes")
        if not isinstance(nodes, list) or len(nodes) > MOST_NODES:
            raise SpecError(Diagnostic(f"{self.file} has no list of at most {MOST_NODES:,} nodes"))
        self.take_inputs()
        for node in nodes:
            charge(OPERATOR)
            self.take(node)
        self.unreadable.stop(self.unknown, self.asked.as_custom)
        self.give_outputs()
        self.graph.prune()
        self.keep_unread()
        self.graph.notes += [note.message for note in self.unknown.notes()]
        return self.graph

    # What the graph takes and gives

    def take_inputs(self) -> None:
        users = []
        for name, stored in signature.inputs_of(self.file, self.signature):
            if stored is None:
                users.append(name)
                continue
            meta = signature.meta_of(self.file, name, self.metas.get(name))
            key = (self.keys[stored.path], meta.shape) if stored.path in self.keys else stored.path
            name_of_it = stored.path.rpartition(".")[2]
            weight = Weight(key, meta.shape, stored.learned, meta.dtype, name=name_of_it)
            tensor = Tensor(meta.shape, weight=weight, dtype=meta.dtype)
            self.stored[stored.path] = tensor
            self.places.put(name, tensor)
        shapes = {name: self.shape_of(name, users) for name in users if name in self.metas}
        first = next(iter(shapes.values()), ((), ""))[0]
        self.recorder = Recorder(self.graph, first[0] if first and first[0] > 0 else 1)
        for name, (shape, dtype) in shapes.items():
            self.places.put(name, self.recorder.input(name, shape, dtype))

    def shape_of(self, name: str, users: list[str]) -> tuple[tuple[int, ...], str]:
        meta = signature.meta_of(self.file, name, self.metas.get(name))
        given = self.asked.shape(name, len(users) == 1)
        return (meta.shape if given is None else (*meta.shape[:1], *given)), meta.dtype

    def give_outputs(self) -> None:
        for found in self.graph_json.get("outputs") or ():
            name = found.get("as_tensor", {}).get("name") if isinstance(found, dict) else None
            if name is not None:
                self.graph.outputs.append(self.recorder.of(self.places.get(name)))
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

    def take(self, node: Any) -> None:
        """One operator: its rule, and the names of what it gives."""
        target = node.get("target") if isinstance(node, dict) else None
        if not isinstance(target, str):
            raise SpecError(Diagnostic(f"{self.file} has a node that is no operator"))
        outputs = [*outputs_of(node)]
        place = str(node.get("name") or (outputs[0] if outputs else target))
        name = operator_name(target)
        self.modules = modules_of(node, self.modules)
        self.recorder.modules, self.recorder.place = self.modules, f"node {place}"
        try:
            found = self.found(node, name, target, outputs, place)
        except Unreadable as error:
            self.unreadable.add(str(error), place)
            found = LOST
        except (RuleError, ValueError, IndexError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
            self.unreadable.add(f"{name} as it is used here ({type(error).__name__}: {error})", place)
            found = LOST
        results = [*found] if isinstance(found, (list, tuple)) and len(outputs) != 1 else [found]
        for number, output in enumerate(outputs):
            self.places.put(output, results[number] if number < len(results) else LOST)

    def found(self, node: Any, name: str, target: str, outputs: list[str], place: str) -> Any:
        arguments = {}
        self.places.slicing = name == "slice"
        for entry in node.get("inputs") or ():
            kind, said = next(iter(entry["arg"].items()))
            if kind == "as_graph":
                raise Unreadable(f"control flow ({target.rpartition('.')[2]}): which steps run depends on values")
            arguments[entry["name"]] = self.value(kind, said)
        if name in DEPENDING:
            raise Unreadable(f"{name}: how much it gives depends on values")
        if any(one is LOST for value in arguments.values() for one in (value if isinstance(value, list) else [value])):
            return LOST
        if name in IGNORED:
            return None
        if target.startswith("_operator.") and name in WHOLE:
            return WHOLE[name](*arguments.values())
        if name == "getitem":
            return arguments["a"][arguments["b"]] if "a" in arguments else LOST
        if name == "sym_size":
            return arguments["self"].shape[arguments["dim"]]
        return self.ruled(name, arguments, outputs, place)

    def ruled(self, name: str, arguments: Arguments, outputs: list[str], place: str) -> Any:
        metas = [self.metas.get(output) for output in outputs]
        if any(isinstance(meta, dict) and meta.get("dtype") in COMPLEX for meta in metas):
            raise Unreadable(f"{name}: complex numbers")
        shapes = [signature.meta_of(self.file, place, meta).shape if meta else None for meta in metas]
        op = Operation(
            name, arguments, self.recorder, shapes, [self.read_names[one] > 0 for one in outputs], self.sibling
        )
        if name == "copy_":
            return self.places.copied(op)
        if name in FILLED and op.tensors and not op.tensors[0].computed:
            self.graph.drop(f"{name} of stored numbers")
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

    def value(self, kind: str, said: Any) -> Any:
        """An argument as a Python value."""
        if kind in ("as_tensor", "as_optional_tensor"):
            return self.places.get(said["name"]) if "name" in said else self.value(*next(iter(said.items())))
        if kind == "as_tensors":
            return [self.places.get(one["name"]) for one in said]
        if kind == "as_optional_tensors":
            return [self.value(*next(iter(one.items()))) for one in said]
        if kind in ("as_sym_int", "as_sym_bool", "as_sym_float"):
            return self.places.get(said["as_name"]) if "as_name" in said else next(iter(said.values()))
        if kind in ("as_sym_ints", "as_sym_bools", "as_sym_floats"):
            return [self.value("as_sym_int", one) for one in said]
        return said if kind in SIMPLE else None


SIMPLE = frozenset("as_int as_ints as_float as_floats as_bool as_bools as_string as_strings as_int_lists".split())


def section(file: str, module: Any, name: str) -> Any:
    found = module.get(name)
    if not isinstance(found, dict):
        raise SpecError(Diagnostic(f"{file} has no {name} in its program"))
    return found


def operator_name(target: str) -> str:
    """``conv2d`` of ``torch.ops.aten.conv2d.default``; what is not PyTorch's own keeps its library."""
    parts = target.split(".")
    if target.startswith("torch.ops.") and len(parts) >= 4:
        return parts[3] if parts[2] in ("aten", "prims") else f"{parts[2]}.{parts[3]}"
    return parts[-1]


def outputs_of(node: Any) -> Iterator[str]:
    """The names of what an operator gives, in order."""
    for found in node.get("outputs") or ():
        for kind, said in found.items() if isinstance(found, dict) else ():
            if kind == "as_tensor":
                yield said["name"]
            elif kind == "as_tensors":
                yield from (one["name"] for one in said)
            elif kind.startswith("as_sym") and isinstance(said, dict) and "as_name" in said:
                yield said["as_name"]


def names_in(found: Any) -> Iterator[str]:
    """Every name of a tensor or a size in what operators read."""
    todo = [found]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            if isinstance(one.get("name"), str) and "arg" not in one and "target" not in one:
                yield one["name"]
            todo += [value for key, value in one.items() if key not in ("outputs", "metadata")]


def modules_of(node: Any, before: tuple[Module, ...]) -> tuple[Module, ...]:
    """The calls of modules around an operator: ``key,path,class;key,path,class``; those of the one before if unsaid."""
    stack = (node.get("metadata") or {}).get("nn_module_stack")
    if not isinstance(stack, str):
        return before
    found, parent = [], ""
    for entry in stack.split(";"):
        key, path, kind = (*entry.split(",", 2), "", "")[:3]
        if path:
            name = path.removeprefix(f"{parent}.") if parent else path
            found.append(Module(key, name, kind.rpartition(".")[2].partition("[")[0]))
        parent = path
    return tuple(found)


def parts_of(owner: Any) -> Iterator[Any]:
    """The keys of the stored tensors in an identity."""
    if isinstance(owner, Part):
        yield owner.key
    elif isinstance(owner, Several):
        for one in owner:
            yield from parts_of(one)
    else:
        yield owner
