"""The crosswise pieces of wires in a gap, in the order in which they cross least: a channel of a circuit board."""

from __future__ import annotations

from itertools import permutations

from archcalc.render.pictures.tree import Key

Legs = dict[Key, tuple[list[float], list[float]]]
"""Where each wire reaches the gap from above, and where it goes on below."""

LOOKED_THROUGH = 5
"""Pieces whose every order is looked at, if need be."""

Costs = dict[tuple[Key, Key], int]


def arranged(tensors: list[Key], legs: Legs) -> list[Key]:
    """The tensors, the highest piece first."""
    spans = {tensor: (min(up + down), max(up + down)) for tensor, (up, down) in legs.items()}
    costs: Costs = {}
    for one in tensors:
        low, high = spans[one]
        for other in tensors:
            least, most = spans[other]
            crossed = sum(least < v < most for v in legs[one][1]) + sum(low < v < high for v in legs[other][0])
            costs[one, other] = crossed  # where one lies above the other
    bound = sum(min(costs[one, other], costs[other, one]) for n, one in enumerate(tensors) for other in tensors[:n])
    if total(tensors, costs) == bound:
        return tensors
    found = inserted(tensors, costs)
    if len(tensors) <= LOOKED_THROUGH and total(found, costs) > bound:
        orders = [list(order) for order in permutations(tensors)]
        return min(orders, key=lambda order: total(order, costs))
    return found


def total(order: list[Key], costs: Costs) -> int:
    """How often the pieces cross in that order."""
    return sum(costs[one, other] for number, one in enumerate(order) for other in order[number + 1 :])


def inserted(tensors: list[Key], costs: Costs) -> list[Key]:
    """Each piece put where it crosses those that are there least."""
    found: list[Key] = []
    for tensor in tensors:
        here = sum(costs[tensor, other] for other in found)
        best, place = here, 0
        for number, other in enumerate(found):
            here += costs[other, tensor] - costs[tensor, other]
            if here < best:
                best, place = here, number + 1
        found.insert(place, tensor)
    return found
