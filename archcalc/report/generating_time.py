"""The least time of a sequence on a device: of its prompt, and of a step."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from archcalc.costs.devices import Device
from archcalc.costs.generating import NEED, Bits, Generating
from archcalc.costs.moved import Moves
from archcalc.costs.roofline import Bound, bound_in_all, bound_of
from archcalc.dims import ceil_div
from archcalc.graph.network import Node
from archcalc.layers.base import BITS
from archcalc.report.moved import moved_of

if TYPE_CHECKING:
    from archcalc.report import documents


class On(NamedTuple):
    """On what a sequence is made, in which type."""

    device: Device
    activations: str

    def prompt(self, report: documents.Report) -> Bound:
        """The least time of a prompt, whose network a report is of: what 'archcalc time' says of it."""
        return bound_of(moved_of(report, self.activations), self.device.rates(self.activations))

    def step(self, made: Generating, context: int, bits: Bits, cache_dtype: str) -> Bound:
        """The least time of a step after so many tokens.

        A layer reads its weights and what was kept of the past, what it needs of that; the numbers of one position,
        which it reads and gives, are left out. Of weights that layers share the one that reads most reads them.
        """
        return bound_in_all(moving(made, context, bits, BITS[cache_dtype]), self.device.rates(self.activations))


def moving(made: Generating, context: int, bits: Bits, cache_bits: int) -> Iterator[tuple[Moves, int]]:
    """What each layer does in a step, and how many layers do it."""
    weights: dict[Node, int] = {}
    for (owner, name), (read, node) in made.reading.items():
        weights[node] = weights.get(node, 0) + read * bits(owner, name)
    for role in made.trace.roles:
        once, times = role._replace(times=1), role.times
        past = sum(one.at(context, NEED) for one in made.past(once)) + made.state(once) + made.fixed(once)
        macs = made.computed(once, context).macs
        of_one = ceil_div(weights.get(role.node, 0), 8 * times)
        yield Moves(macs, ceil_div(past * cache_bits, 8), of_one), times


def told(on: On, prompt: tuple[Bound, int] | None, step: Bound, batch: int) -> documents.GeneratedOn:
    """A prompt of so many tokens, and the last step."""
    seconds = None if prompt is None else prompt[0].seconds
    return {
        "name": on.device.name,
        "computed_in": on.activations,
        "peak": on.device.peaks[on.activations],
        "bandwidth": on.device.bandwidth,
        "efficiency": float(on.device.efficiency),
        "prefill_seconds": None if seconds is None else float(seconds),
        "prefill_tokens_per_second": None if prompt is None else rate(prompt[1] * batch, prompt[0].seconds),
        "step_seconds": float(step.seconds),
        "tokens_per_second": rate(batch, step.seconds),
        "compute_bound": step.compute_bound,
        "memory_bound": step.memory_bound,
    }


def rate(tokens: int, seconds: Fraction) -> float | None:
    return float(tokens / seconds) if seconds else None
