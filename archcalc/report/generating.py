"""A sequence made token by token, as plain data (archcalc.generate/1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from sys import float_info
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from archcalc.costs.generating import NEED, Bits, Generating, Rule, distinct
from archcalc.costs.sequence import NotCausal, Role, Trace
from archcalc.costs.sequences import NoSequence, Sequence, candidates, find_sequence
from archcalc.dims import ceil_div
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import counted, renamed, unrolled, walk
from archcalc.layers.base import BITS
from archcalc.report.generating_time import On, told
from archcalc.report.model import Report, as_wide, build_head, network_of, noted
from archcalc.report.rows import hold_all, rows_of

if TYPE_CHECKING:
    from archcalc.report import documents

SCHEMA = "archcalc.generate/1"
WORK, CANDIDATE = 25, 25
"""Units of work for each layer, and for each axis that might be the sequence."""


class Asked(NamedTuple):
    """A sequence of ``prompt`` tokens that are read at once, and ``tokens`` that are made, one by one."""

    prompt: int
    tokens: int
    rule: Rule = NEED
    dtype: str = "float32"
    on: On | None = None

    @property
    def context(self) -> int:
        """The tokens before the last step."""
        return self.prompt + self.tokens - 1


def sequence_of(network: Network, asked: str | None = None) -> Sequence:
    """The sequence that a network makes. Raises SpecError."""
    units = (WORK + CANDIDATE * len(candidates(network))) * len(network.kept)
    network.meter.charge(units, what=f"to follow a sequence through {network.size:,} layers")
    try:
        return find_sequence(network, asked)
    except NoSequence as error:
        named = f"{option('sequence')} is one of {error.help}" if error.several else error.help
        raise SpecError(Diagnostic(str(error), help=named)) from None
    except NotCausal as error:
        raise SpecError(not_causal(network, error)) from None


def not_causal(network: Network, error: NotCausal) -> Diagnostic:
    """The layer with which no sequence can be made, at its place."""
    node = error.node
    message = f"'{network.name}' cannot be run token by token: {node.path} {error}"
    return Diagnostic(message, node.origin.span(), help=error.help, called_from=tuple(node.origin.calls))


def build_generating(
    report: documents.Report, found: Sequence, prefill: documents.Report | None, last: documents.Report, asked: Asked
) -> documents.Generate:
    """The document of a sequence. ``report`` is of the network as written, ``prefill`` is that at the
    prompt's length (None for no prompt), ``last`` that at the length of the whole. Raises SpecError.
    """
    made = of_report(last, found, asked.rule)
    network = cast("Report", report).network
    before = {} if prefill is None else prefill_macs(network_of(prefill), report["batch"])
    first, context = asked.prompt, asked.context
    layers = [*rows(made, before, asked)]
    past = [one for role in made.trace.roles for one in made.past(role)]
    each = sum(one.elements for one in past) // report["batch"]
    cache = {at: sum(one.at(at, asked.rule) for one in past) for at in (first, context)}
    sizes = Sizes(made, asked.dtype)
    whole: Any = {
        **build_head(network, SCHEMA, report["batch"]),
        **as_wide(report),
        "sequence": found.name,
        "inputs": [name for number, name in enumerate(network.inputs) if number in found.axes],
        "prompt": asked.prompt,
        "tokens": asked.tokens,
        "context": context,
        "cache": str(asked.rule),
        "cache_dtype": asked.dtype,
        "prefill_macs": sum(macs for macs, _ in before.values()),
        "prefill_macs_causal": sum(causal for _, causal in before.values()),
        "step_macs": made.macs(context),
        "steps": [
            {"context": at, "macs": made.macs(at), "cache_bytes": sizes.bytes(cache[at])}
            for at in dict.fromkeys((first, context))
        ],
        "cache_elements_per_token": each,
        "cache_bytes_per_token": sizes.bytes(each),
        "cache_elements": cache[context],
        "cache_bytes": sizes.bytes(cache[context]),
        "state_elements": sizes.state,
        "state_bytes": sizes.bytes(sizes.state),
        "memory_elements": sizes.memory,
        "memory_bytes": sizes.bytes(sizes.memory),
        "weights_bytes": report["totals"]["weights_bytes"],
        "weights_bytes_per_step": ceil_div(made.weight_bits(bits_of(last, made.trace)), 8),
        "experts": [*experts(made)],
        **noted(network),
    }
    parts = ("weights_bytes", "cache_bytes", "state_bytes", "memory_bytes")
    whole["total_bytes"] = sum(whole[name] for name in parts)
    hold_all(network.name, whole)
    if asked.on is not None:
        bits = bits_of(last, made.trace)
        prompt = None if prefill is None else (asked.on.prompt(prefill), asked.prompt)
        whole["device"] = told(asked.on, prompt, asked.on.step(made, context, bits, asked.dtype), report["batch"])
    whole["layers"] = layers
    return cast("documents.Generate", whole)


class Sizes:
    """Elements that are kept without an axis of positions, and bytes of elements."""

    def __init__(self, made: Generating, dtype: str) -> None:
        self.bits = BITS[dtype]
        self.state = sum(map(made.state, made.trace.roles))
        self.memory = sum(map(made.fixed, made.trace.roles))

    def bytes(self, elements: int) -> int:
        return int(ceil_div(elements * self.bits, 8))


def of_report(report: documents.Report, found: Sequence, rule: Rule = NEED) -> Generating:
    """A sequence of the network of a report, along the same axes. Raises SpecError."""
    network = cast("Report", report).network
    if rows_of(report).laid is not None:
        network = unrolled(network)
    network.meter.charge(WORK * network.size, what=f"to follow a sequence through {network.size:,} layers")
    try:
        return Generating(Trace(network, found.axes), report["batch"], rule)
    except NotCausal as error:
        raise SpecError(not_causal(network, error)) from None


def generating_in(report: documents.Report) -> Generating:
    """The sequence that the network of a report makes; computed once. Raises SpecError."""
    if not isinstance(report, Report):
        message = f"the report of '{report['spec']}' does not hold what its cache is computed from"
        raise SpecError(Diagnostic(message, help=f"{option('base')} may name a git ref or a spec"))
    if "generating" not in report.memories:
        report.memories["generating"] = Generating(sequence_of(report.network).trace, report["batch"])
    found: Generating = report.memories["generating"]
    return found


def kv_cache(report: documents.Report, tokens: int | None = None, dtype: str | None = None) -> int:
    """The bytes that are kept of so many tokens, those of the length in the spec unless given. Raises SpecError."""
    made = generating_in(report)
    tokens = made.trace.length if tokens is None else tokens
    elements = sum(one.at(tokens, made.rule) for role in made.trace.roles for one in made.past(role))
    return int(ceil_div(elements * BITS[dtype or report["dtype"]], 8))


def bits_of(report: documents.Report, trace: Trace) -> Bits:
    """How wide each weight is."""
    rows = rows_of(report)
    places = {node: place for place, node in enumerate(trace.network.kept)}

    def bits(node: Node, weight: str) -> int:
        return BITS[rows.dtypes(places[node]).of(weight)]

    return bits


def prefill_macs(network: Network, batch: int) -> dict[str, tuple[int, int]]:
    """The multiply-adds of each layer by its path, and those without what a causal mask leaves out."""
    found, of = {}, dict[Node, tuple[int, int]]()
    for node, _ in counted(network):
        applied, runs = node.applied, node.multiples(batch)[2]
        outputs = applied.outputs if applied.layer.several else applied.outputs[0]
        macs, causal = applied.ops.get("mac", 0), applied.layer.causal_macs(*applied.inputs, outputs)
        of[node] = macs * runs, (macs if causal is None else causal) * runs
    for node, repetition in walk(network):
        found[renamed(node.path, repetition)] = of[node]
    return found


def rows(made: Generating, before: dict[str, tuple[int, int]], asked: Asked) -> Iterator[documents.GeneratedLayer]:
    """Every layer, in order."""
    sizes, batch = Sizes(made, asked.dtype), made.batch
    facts: dict[Node, Mapping[str, int]] = {}
    for node, repetition in walk(made.trace.network):
        path, span = renamed(node.path, repetition), node.origin.span()
        role = made.roles.get(node)
        if node not in facts:
            facts[node] = {} if role is None else once(made, role._replace(times=1), asked, sizes, batch)
        macs, causal = before.get(path, (0, 0))
        yield cast("documents.GeneratedLayer", {
            "path": path, "type": node.type, "file": span.source.name, "line": span.line + 1,
            "prefill_macs": macs, "prefill_macs_causal": causal,
            **NOTHING, **facts[node],
        })  # fmt: skip


NOTHING = {
    "step_macs": 0,
    "cache_elements_per_token": 0,
    "cache_bytes": 0,
    "state_bytes": 0,
    "memory_bytes": 0,
}


def once(made: Generating, role: Role, asked: Asked, sizes: Sizes, batch: int) -> Mapping[str, int]:
    """What one repetition of a node has of it."""
    past = [*made.past(role)]
    return {
        "step_macs": made.computed(role, asked.context).macs,
        "cache_elements_per_token": sum(one.elements for one in past) // batch,
        "cache_bytes": sizes.bytes(sum(one.at(asked.context, asked.rule) for one in past)),
        "state_bytes": sizes.bytes(made.state(role)),
        "memory_bytes": sizes.bytes(made.fixed(role)),
    }


def experts(made: Generating) -> Iterator[documents.Experts]:
    """The kinds of experts there are, and how many of them a step reads, as expected."""
    seen = set()
    for role in made.trace.roles:
        body = role.node.body
        while body is not None:
            if body.slices is None and (body.copies, body.active) not in seen:
                seen.add((body.copies, body.active))
                number = distinct(body.copies, body.active, made.batch)
                yield {"count": body.copies, "active": body.active, "distinct": min(float(number), float_info.max)}
            body = body.parent
