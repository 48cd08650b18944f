"""What the tensors of a network need while it runs, as plain data (archcalc.memory/1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from archcalc.costs.arena import Bank, Placed, TooMany
from archcalc.costs.lifetimes import Asked, Storage
from archcalc.costs.memory import ALIGNMENT, Memory
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.graph.network import Network, Node, Tensor
from archcalc.graph.wires import named
from archcalc.report.fold import step_path
from archcalc.report.model import Report, as_wide, build_head, network_of, noted
from archcalc.report.widths import in_bytes

if TYPE_CHECKING:
    from archcalc.report import documents

SCHEMA = "archcalc.memory/1"


class Wanted(NamedTuple):
    """How memory is planned, and what is told of it. ``banks``: each with its bytes."""

    activations: str
    in_place: bool = True
    alignment: int = ALIGNMENT
    banks: Sequence[tuple[str, int]] = ()
    map: bool = False
    most_states: int | None = None


def build_memory(report: documents.Report, wanted: Wanted) -> documents.Memory:
    """The memory (archcalc.memory/1) of the network of a report. Raises SpecError."""
    network, totals = network_of(report), report["totals"]
    memory = memory_of(report, wanted.activations, wanted.in_place)
    tell = Telling(network, memory)
    found: Any = {
        **build_head(network, SCHEMA, report["batch"]),
        **as_wide(report),
        "activations": wanted.activations,
        "in_place": wanted.in_place,
        "peak_memory": memory.peak,
        "peak_at": tell.peak(),
        "alive": tell.alive(memory.peak_step),
        "curve": Curve(memory),
        "arena": memory.arena(wanted.alignment),
        "alignment": wanted.alignment,
        "weights_bytes": totals["weights_bytes"],
        "buffers_bytes": in_bytes({report["dtype"]: totals["buffers"]}),
        "order": build_order(memory, wanted.most_states),
        **noted(network),
    }
    if wanted.banks:
        placed, tell = placed_in(memory, wanted), Telling(network, memory.whole)
        found["banks"] = [{"name": bank.name, "size": bank.size or 0, "used": bank.used} for bank in placed.banks]
        found["unplaced"] = [tell.unplaced(number) for number in placed.left]
    if wanted.map:
        placed, tell = placed_in(memory, wanted), Telling(network, memory.whole)
        found["map"] = [tell.mapped(number, *place) for number, place in sorted(placed.at.items())]
    return cast("documents.Memory", found)


def memory_of(report: documents.Report, activations: str, in_place: bool = True) -> Memory:
    """What the tensors of the network of a report need, with activations of that type; computed once.

    Raises SpecError for a report that was read from JSON.
    """
    if not isinstance(report, Report):
        message = f"the report of '{report['spec']}' does not hold what its memory is computed from"
        raise SpecError(Diagnostic(message, help=f"{option('base')} may name a git ref or a spec"))
    asked = Asked(activations, report["batch"], in_place)
    if asked not in report.memories:
        report.memories[asked] = Memory(report.network, asked)
    found: Memory = report.memories[asked]
    return found


def arena_of(report: documents.Report, activations: str) -> int:
    """The bytes that a static planner allots. Raises SpecError where too many tensors are alive at once."""
    found = memory_of(report, activations).arena()
    if found is None:
        raise too_many(memory_of(report, activations), "for an arena to be planned")
    return found


def placed_in(memory: Memory, wanted: Wanted) -> Placed:
    """Every tensor of the whole network in its bank, or in one arena. Raises SpecError."""
    if not memory.whole.lifetimes.nodes:
        raise SpecError(Diagnostic(f"'{memory.network.name}' has no layers that run: nothing is placed"))
    return placing(memory, wanted)


def placing(memory: Memory, wanted: Wanted) -> Placed:
    """The same; without steps of the inputs that are given out. Raises SpecError."""
    banks = [Bank(name, size) for name, size in wanted.banks]
    try:
        return Placed(memory.whole.lifetimes.storages, wanted.alignment, banks)
    except TooMany:
        raise too_many(memory, "to say where each lies") from None


def too_many(memory: Memory, what: str) -> SpecError:
    """The error of more tensors than are placed, at the first step in which most of them are alive."""
    lifetimes = memory.whole.lifetimes
    change = [0] * (len(lifetimes.nodes) + 1)
    for storage in lifetimes.storages:
        change[storage.start] += 1
        change[storage.stop + 1] -= 1
    alive = [*accumulate(change[:-1])]
    step = max(range(len(alive)), key=lambda step: alive[step])
    origin = lifetimes.nodes[step].origin
    message = f"'{memory.network.name}' has too many tensors alive at once {what}"
    label = f"{alive[step]:,} tensors while {lifetimes.nodes[step].path} runs"
    return SpecError(Diagnostic(message, origin.span(), label=label, called_from=origin.calls))


def build_order(memory: Memory, most_states: int | None) -> documents.LeastOrder:
    order = memory.least_order(most_states)
    nodes = memory.whole.lifetimes.nodes if order.steps is not None else []
    return {
        "peak_memory": order.peak,
        "optimal": order.optimal,
        "lower_bound": order.lower_bound,
        "steps": None if order.steps is None else [nodes[step].path for step in order.steps],
    }


class Telling:
    """Steps and storages by their paths and lines."""

    def __init__(self, network: Network, memory: Memory) -> None:
        self.network, self.memory = network, memory
        self.inputs = list(network.inputs)
        self.nodes, self.storages = memory.lifetimes.nodes, memory.lifetimes.storages

    def step(self, step: int) -> documents.Step:
        node = self.nodes[step]
        return {"path": node.path, **place_of(node)}

    def peak(self) -> documents.Step | None:
        """The first step in which most exists; None without steps."""
        step = self.memory.peak_step
        return None if step is None else self.step(step)

    def alive(self, step: int | None) -> list[documents.Alive]:
        """The tensors that exist while a step runs, the largest first."""
        return [one for _, one in self.alive_by_number(step)]

    def alive_by_number(self, step: int | None) -> list[tuple[int, documents.Alive]]:
        return [(number, self.tensor(self.storages[number])) for number in self.memory.alive(step)]

    def tensor(self, storage: Storage) -> documents.Alive:
        return {"path": self.name(storage), "bytes": storage.size, **self.place(storage)}

    def name(self, storage: Storage) -> str:
        node = storage.node
        return self.inputs[storage.number] if node is None else named(node.path, node.outputs[storage.number])

    def named(self, tensor: Tensor) -> str:
        """A tensor that a step reads."""
        return self.inputs[tensor.number] if tensor.node is None else named(tensor.node.path, tensor)

    def place(self, storage: Storage) -> documents.Place:
        if storage.node is not None:
            return place_of(storage.node)
        span = self.network.input_spans[self.inputs[storage.number]]
        return {"file": span.source.name, "line": span.line + 1}

    def unplaced(self, number: int) -> documents.Unplaced:
        storage = self.storages[number]
        most = max(range(storage.start, storage.stop + 1), key=lambda step: self.memory.curve[step])
        name, size = self.name(storage), storage.size
        return {"path": name, "bytes": size, "at": self.step(most), "alive": self.alive(most)}

    def mapped(self, number: int, bank: Bank, offset: int) -> documents.Mapped:
        storage = self.storages[number]
        return {
            "path": self.name(storage),
            "bytes": storage.size,
            "bank": bank.name,
            "offset": offset,
            "first": self.nodes[storage.start].path,
            "last": self.nodes[storage.stop].path,
        }


def place_of(node: Node) -> documents.Place:
    span = node.origin.span()
    return {"file": span.source.name, "line": span.line + 1}


class Curve(Sequence["documents.StepBytes"]):
    """The bytes that exist in every step of the whole network, made as they are read."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def __len__(self) -> int:
        return self.memory.network.size

    def __getitem__(self, position: Any) -> Any:
        return list(self)[position]

    def __iter__(self) -> Iterator[documents.StepBytes]:
        for path, size in self.memory.steps():
            yield {"path": path, "bytes": size}

    def folded(self, depth: int) -> list[documents.StepBytes]:
        """The most in each step of that depth. Repetitions that are alike are not told apart."""
        memory = self.memory
        sizes = zip(memory.lifetimes.nodes, memory.curve, strict=False)
        return [
            {"path": path, "bytes": max(size for _, size in steps)}
            for path, steps in groupby(sizes, key=lambda one: step_path(one[0].path, depth))
        ]
