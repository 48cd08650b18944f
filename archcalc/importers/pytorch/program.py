"""The operators of a ``.pt2`` as its JSON writes them: names, arguments, outputs, the modules around.

The JSON is a stranger's: what is not as torch.export writes it is an error with its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.graphs.graph import MOST_NODES, Module
from archcalc.importers.pytorch.signature import Stored, inputs_of, keys_of
from archcalc.layers.base import Arguments
from archcalc.meter import charge

MODULE = 4
"""Units of work that a call of a module takes to read."""

SIMPLE = (int, float, bool, str)

MALFORMED = (KeyError, TypeError, AttributeError, ValueError, IndexError, StopIteration)
"""What reading raises where the JSON has another form."""


class Name(str):
    """The name of a tensor or a size, as against a word."""

    __slots__ = ()


class Branch:
    """An argument that is a graph of its own."""

    __slots__ = ("graph",)

    def __init__(self, graph: Any) -> None:
        self.graph = graph


WRAPS = frozenset(
    "wrap wrap_with_set_grad_enabled wrap_with_autocast wrap_activation_checkpoint tag_activation_checkpoint"
    " invoke_subgraph".split()
)
"""Operators that run the graph that they are given, once, whatever values are."""

MOST_DEPTH = 50
"""Graphs that stand in one another."""


class Step(NamedTuple):
    """An operator: ``arguments`` by name, in which names stand for tensors; ``stack`` says the modules around it."""

    target: str
    place: str
    arguments: Arguments
    outputs: list[str]
    stack: str | None


class Program:
    """What a ``.pt2`` says: what it stores and takes, its operators, what it gives, and sizes by name."""

    def __init__(self, file: str, module: Any, weights: Any, constants: Any) -> None:
        self.file = file
        graph, signature = (self.section(module, name) for name in ("graph", "signature"))
        self.metas = self.section(graph, "tensor_values")
        nodes = graph.get("nodes")
        if not isinstance(nodes, list) or len(nodes) > MOST_NODES:
            raise SpecError(Diagnostic(f"{file} has no list of at most {MOST_NODES:,} nodes"))
        try:
            self.inputs: list[tuple[str, Stored | None]] = [*inputs_of(file, signature)]
            self.outputs = [*names_of(user_outputs(graph.get("outputs") or [], signature.get("output_specs")))]
            self.keys = {**keys_of(constants), **keys_of(weights)}
        except MALFORMED:
            raise SpecError(Diagnostic(f"{file} does not say what it takes and gives as torch.export does")) from None
        self.steps = [*self.flat(nodes, 0)]

    def section(self, found: Any, name: str) -> Any:
        part = found.get(name)
        if not isinstance(part, dict):
            raise SpecError(Diagnostic(f"{self.file} has no {name} in its program"))
        return part

    def step(self, number: int, node: Any) -> Step:
        """An operator. Raises SpecError for a node that is none."""
        try:
            target = text(node["target"])
            outputs = [*names_of(node.get("outputs") or ())]
            place = text(node.get("name") or (outputs[0] if outputs else target))
            entries = enumerate(node.get("inputs") or ())
            arguments = {text(one["name"]) or str(number): argument(one["arg"]) for number, one in entries}
            stack = (node.get("metadata") or {}).get("nn_module_stack")
            return Step(target, place, arguments, outputs, stack if isinstance(stack, str) else None)
        except MALFORMED:
            raise SpecError(
                Diagnostic(f"{self.file}: node {number} is no operator as torch.export writes one")
            ) from None

    def flat(self, nodes: list[Any], depth: int) -> Iterator[Step]:
        """The operators of a graph, and in place of one that runs a graph those of that graph."""
        for number, node in enumerate(nodes):
            step = self.step(number, node)
            if step.target.rpartition(".")[2] not in WRAPS:
                yield step
                continue
            try:
                yield from self.inside(step, depth)
            except MALFORMED:
                raise SpecError(Diagnostic(f"{self.file}: {step.place} runs no graph as torch.export writes")) from None

    def inside(self, step: Step, depth: int) -> Iterator[Step]:
        """The operators of the graph that an operator runs, under names of their own."""
        if depth >= MOST_DEPTH:
            raise SpecError(Diagnostic(f"{self.file}: graphs stand more than {MOST_DEPTH} deep in one another"))
        in_order = [value for name, value in step.arguments.items() if name.isdecimal()]
        place = next(place for place, value in enumerate(in_order) if isinstance(value, Branch))
        graph, given = in_order[place].graph["graph"], in_order[place + 1 :]
        takes = [*names_of(graph["inputs"])]
        if len(takes) > len(given):
            raise ValueError(takes)
        same = dict(zip(takes, given[len(given) - len(takes) :], strict=True))
        metas = self.section(graph, "tensor_values")
        self.metas.update((f"{step.place}/{name}", meta) for name, meta in metas.items())

        def renamed(value: Any) -> Any:
            if isinstance(value, list):
                return [renamed(one) for one in value]
            return same.get(value, Name(f"{step.place}/{value}")) if isinstance(value, Name) else value

        for inner in self.flat(graph["nodes"], depth + 1):
            arguments = {name: renamed(value) for name, value in inner.arguments.items()}
            yield Step(
                inner.target,
                f"{step.place}/{inner.place}",
                arguments,
                [*map(renamed, map(Name, inner.outputs))],
                inner.stack,
            )
        for output, name in zip(step.outputs, names_of(graph["outputs"]), strict=False):
            yield Step("torch.ops.aten.alias.default", step.place, {"self": renamed(Name(name))}, [output], None)

    def read_names(self) -> Iterator[str]:
        """Every name that an operator reads, or that is given out."""
        yield from self.outputs
        for step in self.steps:
            for value in step.arguments.values():
                yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Name))


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def argument(said: Any) -> Any:
    """An argument as a Python value, with Names in it."""
    kind, value = next(iter(said.items()))
    if kind == "as_graph":
        return Branch(value)
    if kind == "as_tensor":
        return Name(text(value["name"]))
    if kind == "as_tensors":
        return [Name(text(one["name"])) for one in value]
    if kind == "as_optional_tensor":
        return Name(text(value["name"])) if "name" in value else argument(value)
    if kind == "as_optional_tensors":
        return [argument(one) for one in value]
    if kind in ("as_sym_int", "as_sym_bool", "as_sym_float"):
        return Name(text(value["as_name"])) if "as_name" in value else simple(next(iter(value.values())))
    if kind in ("as_sym_ints", "as_sym_bools", "as_sym_floats"):
        return [argument({"as_sym_int": one}) for one in value]
    if kind in ("as_ints", "as_floats", "as_bools", "as_strings"):
        return [simple(one) for one in value]
    if kind == "as_float" and isinstance(value, str):  # Infinity, -Infinity, NaN
        return float(value)
    return simple(value) if kind in ("as_int", "as_float", "as_bool", "as_string") else None


def simple(value: Any) -> Any:
    if not isinstance(value, SIMPLE) or (type(value) is int and not -(2**63) <= value < 2**63):
        raise ValueError(value)
    return value


def names_of(outputs: Any) -> Iterator[str]:
    """The names of what an operator, or the graph, gives, in order."""
    for found in outputs:
        for kind, said in found.items():
            if kind == "as_tensor":
                yield text(said["name"])
            elif kind == "as_tensors":
                yield from (text(one["name"]) for one in said)
            elif kind.startswith("as_sym") and isinstance(said, dict) and "as_name" in said:
                yield text(said["as_name"])


def user_outputs(outputs: Any, specs: Any) -> list[Any]:
    """What is given to whoever runs the program: not the buffers that it writes to."""
    if not isinstance(specs, list) or len(specs) != len(outputs):
        return [*outputs]
    return [
        output for output, spec in zip(outputs, specs, strict=True) if "user_output" in spec or "loss_output" in spec
    ]


def operator_name(target: str) -> str:
    """``conv2d`` of ``torch.ops.aten.conv2d.default``; what is not PyTorch's own keeps its library."""
    parts = target.split(".")
    if target.startswith("torch.ops.") and len(parts) >= 4:
        return parts[3] if parts[2] in ("aten", "prims") else f"{parts[2]}.{parts[3]}"
    return parts[-1]


def modules_of(stack: str | None, before: tuple[Module, ...]) -> tuple[Module, ...]:
    """The calls of modules around an operator: ``key,path,class;key,path,class``; those of the one before if unsaid."""
    if stack is None:
        return before
    found, parent = [], ""
    charge(MODULE * (1 + stack.count(";")))
    for entry in stack.split(";"):
        key, path, kind = (*entry.split(",", 2), "", "")[:3]
        if path:
            name = path.removeprefix(f"{parent}.") if parent else path
            found.append(Module(key, name, kind.rpartition(".")[2].partition("[")[0]))
        parent = path
    return tuple(found)
