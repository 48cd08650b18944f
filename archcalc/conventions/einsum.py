"""What tools count of an einsum: the products of pairs of tensors, or what numpy.einsum_path prints."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from archcalc.dims import valued, volume
from archcalc.graph.inference import Applied
from archcalc.layers.equation import expand

Letters = frozenset[str]

MOST_TENSORS = 8
"""NumPy tries every order of pairs, which does not end for many more; the first are then taken from left to right."""


def is_one(size: Any) -> bool:
    """Whether an axis is known to have size 1."""
    if valued(size):
        return bool(size == 1)
    value = getattr(size, "value", None)
    return type(value) is int and value == 1


def without_ones(applied: Applied) -> tuple[list[dict[str, Any]], set[str]]:
    """The size of each letter of each tensor, axes of size 1 left out, and the output's letters."""
    layer: Any = applied.layer
    tensors, output = layer.named_axes(applied.inputs)
    return [{letter: size for letter, size in tensor.items() if not is_one(size)} for tensor in tensors], {*output}


def matrix_products(applied: Applied) -> Any:
    """Multiply-adds as torch.einsum does them, pair by pair: a letter of both is summed by a batched matrix product.

    An axis of size 1 is not summed, and a pair without a sum is multiplied element by element.
    """
    tensors, output = without_ones(applied)
    done, total = tensors[0], 0
    for position, other in enumerate(tensors[1:], 2):
        needed = output.union(*tensors[position:])
        both = {**done, **other}
        kept = {letter: size for letter, size in both.items() if letter in needed}
        summed = {letter: done[letter] for letter in done if letter in other and letter not in needed}
        if summed:
            total += volume([*kept.values(), *summed.values()])
        done = kept
    return total


def pair_products(applied: Applied) -> Any:
    """Elements of the product of two tensors, without letters that only one of them has and that are summed."""
    tensors, output = without_ones(applied)
    if len(tensors) != 2:
        return 0
    one, other = tensors
    both = {**one, **other}
    return volume([both[letter] for letter in both if letter in output or (letter in one and letter in other)])


def printed_cost(applied: Applied) -> int:
    """What numpy.einsum_path prints as the optimized cost, and tools read back: four digits of it.

    Raises TypeError for sizes that are no numbers.
    """
    layer: Any = applied.layer
    tensors, output = layer.named_axes(applied.inputs)
    sizes: dict[str, int] = {}
    for tensor in tensors:
        for letter, size in tensor.items():
            if type(size) is not int:
                raise TypeError("only a number has digits")
            sizes[letter] = size if sizes.get(letter, 1) == 1 else sizes[letter]
    operands = [frozenset(tensor) for tensor in tensors]
    if len(operands) <= 2 or sizes.keys() == {*output}:
        cost, _ = contract(operands, [], {*output}, sizes)
    else:
        terms = [
            expand(term, len(x) - sum(letter != "..." for letter in term))
            for term, x in zip(layer.terms, applied.inputs, strict=True)
        ]
        largest = max(volume([sizes[letter] for letter in term]) for term in [*terms, output])
        cost = cheapest(operands, {*output}, sizes, largest)
    return round(cost + 1, min(4 - len(str(cost + 1)), 0))


def contract(taken: list[Letters], rest: list[Letters], output: set[str], sizes: dict[str, int]) -> tuple[int, Letters]:
    """The cost of one contraction, and the letters of its result: those that the rest or the output has."""
    letters = frozenset[str]().union(*taken)
    result = letters & output.union(*rest)
    each = max(1, len(taken) - 1) + (result != letters)
    return each * volume([sizes[letter] for letter in letters]), result


def cheapest(operands: list[Letters], output: set[str], sizes: dict[str, int], largest: int) -> int:
    """The cost of the cheapest order of pairs whose results have at most ``largest`` elements.

    Where no pair has such a result, all that is left is contracted at once.
    """
    spent = 0
    while len(operands) > MOST_TENSORS:
        cost, result = contract(operands[:2], operands[2:], output, sizes)
        operands, spent = [result, *operands[2:]], spent + cost
    states = {tuple(operands): spent}
    while True:
        following: dict[tuple[Letters, ...], int] = {}
        for left, cost in states.items():
            for pair in combinations(range(len(left)), 2):
                rest = [letters for place, letters in enumerate(left) if place not in pair]
                more, result = contract([left[place] for place in pair], rest, output, sizes)
                if volume([sizes[letter] for letter in result]) <= largest:
                    state = tuple(sorted([*rest, result], key=sorted))
                    following[state] = min(cost + more, following.get(state, cost + more))
        if not following:
            left, cost = min(states.items(), key=lambda state: state[1])
            return cost + (contract([*left], [], output, sizes)[0] if len(left) > 1 else 0)
        states = following
