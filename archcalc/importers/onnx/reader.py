"""The nodes of an ONNX file in their order, each handed to its rule; what no rule takes is told whole."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from math import prod
from typing import Any

from archcalc.errors import Diagnostic, RuleError, SpecError
from archcalc.importers.graphs.graph import Graph, Several
from archcalc.importers.graphs.hoisting import hoist
from archcalc.importers.graphs.recorder import Recorder
from archcalc.importers.graphs.samples import Tensor, Weight
from archcalc.importers.graphs.unknown import Unreadable, Unreadables
from archcalc.importers.graphs.untying import untie
from archcalc.importers.imported import Asked, Unknown
from archcalc.importers.naming import plain_name
from archcalc.importers.onnx import (
    attending,
    elementwise,
    folding,
    moving,
    products,
    quantised,
    recurrent,
    resampling,
    sized,
    windows,
)
from archcalc.importers.onnx.fusing import fused
from archcalc.importers.onnx.inlining import inlined
from archcalc.importers.onnx.inputs import Choice, choices
from archcalc.importers.onnx.model import MOST_AXES, MOST_SIZE, GraphProto, Model, NodeProto, TensorProto
from archcalc.importers.onnx.operation import Operation, Rule
from archcalc.importers.onnx.scopes import modules_around
from archcalc.importers.onnx.stored import (
    FLOATS,
    MOST_DEPTH,
    data_read,
    names_read,
    partly_shared,
    parts_of,
    stands_for_weight,
    statistics_of,
    stored_tensor,
)
from archcalc.importers.onnx.wire import Bytes
from archcalc.meter import OutOfWork, charge
from archcalc.sources.file import File

RULES: dict[str, Rule] = {
    **elementwise.RULES,
    **products.RULES,
    **windows.RULES,
    **resampling.RULES,
    **moving.RULES,
    **recurrent.RULES,
    **attending.RULES,
    **quantised.RULES,
    **sized.RULES,
}
MICROSOFT: dict[str, Rule] = {**RULES, **quantised.MICROSOFT, **attending.MICROSOFT}

OWN = frozenset(("", "ai.onnx"))
DOMAINS: dict[str, dict[str, Rule]] = {
    **dict.fromkeys(OWN, RULES),
    **dict.fromkeys(("com.microsoft", "com.ms.internal.nhwc", "org.pytorch.aten"), MICROSOFT),
}
"""The rules of each domain."""

OPERATOR = 10
"""Units of work that an operator takes to read."""


class Lost(Tensor):
    """What an operator gives that is not known: it was told already."""


LOST = Lost(())


def read_graph(file: File, asked: Asked) -> Graph:
    """The graph of an ONNX file. Raises SpecError with all that it holds and archcalc does not know."""
    data = file.view()
    try:
        model = Model(Bytes(data, 0, len(data)))
    except SpecError as error:
        raise SpecError(*[Diagnostic(f"{file.name}: {one.message}") for one in error.diagnostics]) from None
    best: tuple[int, SpecError] | None = None
    for choice in choices(file.name, model.graph, asked):
        reader = Reader(model, file, asked, choice)
        try:
            return reader.read()
        except OutOfWork:
            raise
        except SpecError as error:
            read = len(reader.graph.nodes)
            best = max(best or (-1, error), (read, error), key=lambda one: one[0])
    assert best is not None
    raise best[1]


class Reader:
    """One model with its batch where a choice says: what its names stand for, as far as it was read."""

    def __init__(self, model: Model, file: File, asked: Asked, choice: Choice) -> None:
        self.model, self.file, self.asked, self.choice = model, file.name, asked, choice
        self.graph = Graph(plain_name(os.path.splitext(os.path.basename(self.file))[0]))
        self.recorder = Recorder(self.graph, choice.batch)
        self.unknown = Unknown(file, "operator", RULES)
        self.unreadable = Unreadables(self.file)
        self.values: dict[str, Tensor] = {"": LOST}
        self.stored: dict[str, TensorProto] = dict(model.graph.stored)
        self.constants: dict[str, Tensor] = {}
        self.read_names: Counter[str] = Counter()

    def read(self) -> Graph:
        graph = self.model.graph
        nodes = self.live(graph, inlined(self.model, graph.nodes))
        nodes = fused(nodes, self.stored, [output.name for output in graph.outputs])
        self.read_names = Counter(name for node in nodes for name in names_read(node))
        self.read_names.update(output.name for output in graph.outputs)
        self.partly = partly_shared(nodes, self.stored)
        for name, (shape, batch, dtype) in self.choice.inputs.items():
            value = self.graph.input(plain_name(name), self.recorder.sample(shape, batch), dtype)
            self.values[name] = Tensor(shape, value=value, batch=batch, dtype=dtype)
        self.take_all(nodes, 0)
        self.unreadable.stop(self.unknown, self.asked.as_custom)
        self.give_outputs(graph)
        self.graph.prune()
        self.graph.leave_unread_inputs()
        untie(self.graph)
        hoist(self.graph)
        self.keep_unread(nodes)
        self.graph.notes += [note.message for note in self.unknown.notes()]
        self.graph.notes += self.choice.notes
        return self.graph

    def live(self, graph: GraphProto, nodes: Sequence[NodeProto]) -> list[NodeProto]:
        """The nodes that an output hangs on."""
        wanted = {output.name for output in graph.outputs}
        found = []
        for node in reversed(nodes):
            if not wanted.isdisjoint(node.outputs):
                charge(1)
                wanted.update(names_read(node))
                found.append(node)
        return found[::-1]

    def value(self, name: str) -> Tensor | None:
        """What a name stands for; None for an input that is left out."""
        if not name:
            return None
        found = self.values.get(name)
        if found is None:
            proto = self.stored.get(name)
            if proto is None:
                raise Unreadable(f"a tensor that nothing makes ('{name}')")
            found = self.values[name] = stored_tensor(name, proto)
        return found

    def take_all(self, nodes: Sequence[NodeProto], depth: int) -> None:
        modules = modules_around(nodes)
        for node in nodes:
            charge(OPERATOR)
            self.recorder.modules = modules.get(node, ())
            self.take(node, depth)

    def take(self, node: NodeProto, depth: int) -> None:
        """One operator: its rule, and the names of what it gives."""
        place = node.name or (node.outputs or [node.type])[0]
        self.recorder.place = f"node {place}"
        try:
            found = self.found(node, place, depth)
        except Unreadable as error:
            self.unreadable.add(str(error), place)
            found = LOST
        except (RuleError, ValueError, IndexError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            self.unreadable.add(f"{node.type} as it is used here ({type(error).__name__}: {error})", place)
            found = LOST
        results = found if isinstance(found, list) else [found]
        if any(len(one.shape) > MOST_AXES or prod(one.shape) > MOST_SIZE for one in results):
            self.unreadable.add(f"{node.type} that gives more than {MOST_AXES} axes or 2^62 elements", place)
            results = []
        for number, output in enumerate(node.outputs):
            if number >= len(results) and found is not LOST and self.read_names[output] > 0:
                self.unreadable.add(f"{node.type} of which something reads the output {number + 1}", place)
            if output:
                self.values[output] = results[number] if number < len(results) else LOST

    def found(self, node: NodeProto, place: str, depth: int) -> Any:
        inputs = [*map(self.value, node.inputs)]
        if any(isinstance(one, Lost) for one in inputs):
            return LOST
        rules = DOMAINS.get(node.domain)
        attributes = {name: found.value for name, found in node.attributes.items()}
        read = [self.read_names[output] > 0 for output in node.outputs]
        opset = (node.opset or self.model.opset) if node.domain in OWN else 1
        op = Operation(node.type, inputs, attributes, self.recorder, opset, read, self.partly)
        if node.type == "If" and node.domain in OWN:
            return self.branch(node, op, depth)
        if rules is None or (
            node.type not in rules and node.type not in folding.RULES and node.type not in folding.OF_ANY
        ):
            return self.not_known(node, op, place)
        if node.type in folding.OF_ANY:
            return folding.OF_ANY[node.type](op)
        if node.domain in OWN and not any(one is not None and one.computed for one in inputs):
            return self.known(node, op)
        rule = rules.get(node.type)
        if rule is None:
            raise Unreadable(f"{node.type} of a tensor that the network computes")
        return rule(op)

    def known(self, node: NodeProto, op: Operation) -> Any:
        """An operator on tensors that are known before the network runs. A product of two stored ones is computed."""
        if node.type in ("MatMul", "Gemm") and all(products.learned(x) for x in op.inputs[:2]):
            first = op.tensor()
            read = Tensor(first.shape, value=self.recorder.of(first), dtype=first.dtype)
            return RULES[node.type](op.with_type(node.type, [read, *op.inputs[1:]], **op.attributes))
        rule = folding.RULES.get(node.type)
        if rule is None:
            return RULES[node.type](op) if node.type in RULES else LOST
        found = rule(op)
        if node.type in ("Constant", "ConstantOfShape") and node.outputs:
            found = self.kept(node.outputs[0], found, node.type == "Constant" or stands_for_weight(found, op))
        return found

    def kept(self, name: str, x: Tensor, learned: bool) -> Tensor:
        """A tensor that a node writes out, which may be a weight as well as an initializer."""
        learned = learned and x.dtype in FLOATS and prod(x.shape) > 1
        found = Tensor(x.shape, weight=Weight(name, x.shape, learned, x.dtype), numbers=x.numbers, dtype=x.dtype)
        self.constants[name] = found
        return found

    def branch(self, node: NodeProto, op: Operation, depth: int) -> Any:
        """If: the branch that is taken, where that is known before the network runs."""
        condition = op.tensor()
        if condition.numbers is None or len(condition.numbers) != 1 or depth >= MOST_DEPTH:
            raise Unreadable("If: control flow, which steps run depends on values")
        body = op.get("then_branch" if condition.numbers[0] else "else_branch")
        if not isinstance(body, Bytes):
            raise Unreadable("If without a branch")
        graph = GraphProto(body)
        self.stored.update(graph.stored)
        nodes = fused(inlined(self.model, graph.nodes), self.stored, [output.name for output in graph.outputs])
        self.read_names.update(name for one in nodes for name in names_read(one))
        self.read_names.update(output.name for output in graph.outputs)
        self.take_all(nodes, depth + 1)
        self.graph.drop("the branch of an If that is never taken")
        return [self.value(output.name) or LOST for output in graph.outputs]

    def not_known(self, node: NodeProto, op: Operation, place: str) -> Any:
        """An operator without a rule: told, or a ``custom`` of the size of what it reads."""
        name = node.type if node.domain in DOMAINS else f"{node.domain}.{node.type}"
        self.unknown.add(name, Diagnostic(f"node {place}"))
        like = next((one for one in op.tensors if one.computed), None)
        if not self.asked.as_custom or like is None:
            return LOST
        arguments = {"out": [*self.recorder.of(like).shape], "params": 0, "macs": 0}
        made = self.recorder.add("custom", arguments, [one for one in op.tensors if one.computed])
        return Tensor(like.shape, value=made.outputs[0], batch=like.batch)

    def give_outputs(self, graph: GraphProto) -> None:
        for output in graph.outputs:
            try:
                found = self.value(output.name)
            except Unreadable as error:
                raise SpecError(Diagnostic(f"{self.file}: an output is {error}")) from None
            if found is not None and found.computed:
                self.graph.outputs.append(self.recorder.of(found))
            elif found is not LOST:
                self.graph.notes.append(f"output '{output.name}' left out: it is known before the network runs")
        if not self.graph.outputs:
            raise SpecError(Diagnostic(f"{self.file} gives no tensor that it computes"))

    # Stored tensors that no layer has

    def keep_unread(self, nodes: Sequence[NodeProto]) -> None:
        """Stored tensors that operators read and no layer has: one step for those of a module."""
        used = {part for node in self.graph.nodes for owner in node.weights.values() for part in parts_of(owner)}
        statistics = statistics_of(nodes)
        groups: dict[tuple[str, bool], dict[str, Tensor]] = {}
        for name in reversed([*data_read(nodes, [output.name for output in self.model.graph.outputs])]):
            tensor = self.constants.get(name) or (self.values.get(name) if name in self.stored else None)
            if tensor is None or tensor.weight is None or not tensor.weight.learned or name in used:
                continue
            group = name.partition(".")[0] if "." in name else "constants"
            groups.setdefault((group, name in statistics), {})[name] = tensor
        for (name, buffers), tensors in groups.items():
            total = sum(prod(tensor.shape) for tensor in tensors.values())
            keys = Several(tensors) if len(tensors) > 1 else next(iter(tensors))
            kind = "constant" if buffers else "parameter"
            made = self.graph.add(kind, {"shape": [total]}, [], [keys], (), f"node {next(iter(tensors))}")
            made.name = plain_name(name).replace("-", "_")
            self.graph.notes.append(f"no layer has {total:,} stored numbers of '{name}', which operators read")
