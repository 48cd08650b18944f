"""Cases of layers that read several tensors, and of reductions."""

from __future__ import annotations

from typing import Any

from .draw import Draw, Made, generator


@generator("add", "sub", "mul", "div")
def elementwise(draw: Draw) -> Made:
    whole = draw.shape(0, 4)
    inputs = []
    for _ in range(draw.one_of(2, 2, 2, 3, 4)):
        x = tuple(1 if draw.chance(0.25) else size for size in whole[draw.one_of(0, 0, draw.randint(0, len(whole))) :])
        inputs.append(draw.changed(x) if draw.chance(0.15) else x)
    return {}, inputs


@generator("concat")
def concat(draw: Draw) -> Made:
    x = draw.shape(0 if draw.chance(0.1) else 1, 4)
    axis = draw.axis(len(x)) if draw.chance(0.6) else None
    joined = axis or 0
    inputs = [x]
    for _ in range(draw.one_of(1, 1, 2, 3)):
        y = [*x]
        if -len(y) <= joined < len(y) and draw.chance(0.8):
            y[joined] = draw.size(6)
        inputs.append(draw.changed(y) if draw.chance(0.12) else tuple(y))
    return {} if axis is None else {"axis": axis}, inputs


@generator("stack")
def stack(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    inputs = [draw.changed(x) if place and draw.chance(0.15) else x for place in range(draw.one_of(2, 2, 3, 4))]
    return draw.given(axis=draw.axis(len(x) + 1)), inputs


@generator("matmul")
def matmul(draw: Draw) -> Made:
    lead = draw.shape(0, 3, 4)
    rows, inner, columns = (draw.size(6) for _ in range(3))
    sides = []
    for matrix in ((rows, inner), (inner, columns)):
        before = tuple(1 if draw.chance(0.25) else size for size in lead[draw.randint(0, len(lead)) :])
        side = (inner,) if draw.chance(0.2) else (*before, *matrix)
        sides.append(draw.changed(side) if draw.chance(0.15) else side)
    return {}, sides


@generator("einsum")
def einsum(draw: Draw) -> Made:
    """Terms of up to four letters; axes of 1, repeated letters, ``...``, an output written or not."""
    alphabet = draw.sample("abcdeXY", draw.randint(1, 5))
    letters = {letter: 0 if draw.chance(0.03) else draw.randint(2, 6) for letter in alphabet}
    hidden = tuple(draw.randint(2, 4) for _ in range(draw.randint(0, 2)))
    dots = draw.chance(0.35)
    terms, inputs = [], []
    for _ in range(draw.one_of(1, 2, 2, 2, 3, 4)):
        chosen = draw.sample([*letters], draw.randint(0 if dots else 1, min(len(letters), 4)))
        if chosen and draw.chance(0.08):
            chosen.insert(draw.randint(0, len(chosen)), draw.choice(chosen))
        x = [1 if draw.chance(0.03) else letters[letter] for letter in chosen]
        term = "".join(chosen)
        if dots and draw.chance(0.8):
            place = draw.randint(0, len(chosen))
            own = [1 if draw.chance(0.06) else size for size in hidden[draw.randint(0, len(hidden)) :]]
            x[place:place] = own
            term = term[:place] + "..." + term[place:]
        terms.append(term)
        inputs.append(draw.changed(x) if draw.chance(0.05) else tuple(x))
    equation = (", " if draw.chance(0.2) else ",").join(terms)
    if draw.chance(0.75):
        named = sorted({letter for term in terms for letter in term if letter != "."})
        output = "".join(draw.sample(named, draw.randint(0, len(named))))
        if (dots and draw.chance(0.85)) or draw.chance(0.02):
            place = draw.randint(0, len(output))
            output = output[:place] + "..." + output[place:]
        equation += (" -> " if draw.chance(0.2) else "->") + output
    return {"equation": spoilt(draw, equation) if draw.chance(0.1) else equation}, inputs


def spoilt(draw: Draw, equation: str) -> str:
    """An equation with something in a place where it may not be."""
    place = draw.randint(0, len(equation))
    return equation[:place] + draw.one_of("z", "1", ".", ",", "->", "a", "...", " ") + equation[place:]


@generator("mean", "sum", "max")
def reduced(draw: Draw) -> Made:
    x = draw.shape(0, 4)
    axis: Any = draw.one_of("all", draw.some_axes(len(x)), draw.some_axes(len(x)))
    return draw.given(axis=axis, keep=draw.flag()), [x]


@generator("take")
def take(draw: Draw) -> Made:
    table = draw.shape(0, 3)
    return draw.given(axis=draw.axis(len(table), bad=0.25)), [table, draw.shape(0, 3)]
