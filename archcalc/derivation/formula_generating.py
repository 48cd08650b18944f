"""What a sequence keeps of its tokens as closed forms, for every layer.

Along which axes it runs is found in the network at the values given, whose layers are those of the closed forms.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from archcalc.algebra.atoms import Polynomial
from archcalc.algebra.closed_form import expand
from archcalc.algebra.polynomial import times
from archcalc.costs.generating import Generating
from archcalc.costs.sequence import EVERY, Role
from archcalc.dims import minimum, volume
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import renamed, unknown_times, walk
from archcalc.layers.base import BITS


class Asking(NamedTuple):
    """The cache of the network at the values given, of a batch whose size may have no value."""

    made: Generating
    dtype: str
    batch: Any


def cache_forms(network: Network, asking: Asking) -> list[Polynomial]:
    """The closed form for every layer that ``walk`` gives, in bits."""
    made = asking.made
    roles = {}
    for node, repetition in walk(made.trace.network):
        if node in made.roles:
            roles[renamed(node.path, repetition)] = made.roles[node]
    found = []
    for node, repetition in walk(network):
        role = roles.get(node.path)  # of a number of repetitions without a value the first stands for all
        kept = 0 if role is None else elements(made, role, node, asking.batch)
        found.append(times(expand(kept * BITS[asking.dtype]), expand(unknown_times(repetition))))
    return found


def elements(made: Generating, role: Role, node: Node, batch: Any) -> Any:
    """What one repetition keeps of all tokens of its length."""
    applied, total = node.applied, 0
    for kept in applied.layer.cache(*applied.inputs) if role.keeps and not role.anew else ():
        if not kept.state and role.reads[kept.number] == kept.axis:
            size = applied.inputs[kept.number][kept.axis] + kept.before
            total += volume(kept.shape) * (size if kept.most is None else minimum(size, kept.most))
    for number, tensor in enumerate(node.outputs):
        key = role.node, number
        if key in made.trace.roots:
            total += root(made, key, tensor.shape or ())
    return total * runs(role, node, batch) if type(total) is not int or total else 0


def root(made: Generating, key: Any, shape: Any) -> Any:
    """What ``cache: true`` keeps of all tokens."""
    most, axis = made.trace.roots[key], made.trace.at[key].axis
    if most == EVERY or axis is None:
        return volume(shape)
    return volume([*shape[:axis], minimum(shape[axis], most), *shape[axis + 1 :]])


def runs(role: Role, node: Node, batch: Any) -> Any:
    found, body, level = batch if node.batched else 1, node.body, role.node.body
    while body is not None and level is not None:
        found = found * (1 if level in role.mapped else node.runs_in(body))
        body, level = body.parent, level.parent
    return found
