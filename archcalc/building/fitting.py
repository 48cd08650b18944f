"""Which input sizes would make tensors meet or windows fit that do not: on the way of an error alone, by trying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.errors import Diagnostic
from archcalc.graph.network import Network
from archcalc.language.problems import Problems
from archcalc.layers.axes import show_value

Shape = tuple[int, ...]
Fits = Callable[[Shape], bool]
STEPS = (2, 4, 8, 16, 32, 64, 128, 3, 5, 6, 7, 9, 10, 12, 14, 20, 24, 27, 28, 48, 96)
"""The sizes whose multiples are tried."""
NEAR = 32
"""How far around the input's sizes others are tried, where no multiples fit."""
ADVICE = 500_000
"""Units of work for all tries together: what is slow to build is not tried often."""
NAMES = {1: "the length", 2: "H and W", 3: "D, H and W"}


def advise(network: Network, error: Diagnostic, read: Callable[[Problems, dict[str | None, Shape]], Any]) -> None:
    """Tell with an error of sizes that do not fit which sizes of the only input would do, if that is known."""
    if len(network.inputs) != 1:
        return
    (tensor,) = network.inputs.values()
    if tensor.shape is None or not 2 <= len(tensor.shape) <= 4:
        return
    last = network.layout == "HWC"
    shape = tensor.shape
    now = shape[:-1] if last else shape[1:]

    def fits(sizes: Shape) -> bool:
        if min(sizes) < 1:
            return False
        problems = Problems()
        read(problems, {None: with_sizes(shape, sizes, last)})
        return not problems

    def shown(found: list[Shape]) -> str:
        return " or ".join(show_value(list(with_sizes(shape, sizes, last))) for sizes in found)

    steps = () if error.help else STEPS  # a window fits into whatever is large enough: any step would do
    step = next((step for step in steps if all(map(fits, around(now, step)))), None)
    if step is not None:
        tell(error, f"{NAMES[len(now)]} a multiple of {step} would fit: {shown(around(now, step)[:2])}")
        return
    furthest = min(NEAR, min(now) // 2)  # far smaller sizes may fit by chance: an axis of 1 stretches
    near = next((found for by in range(1, furthest + 1) if (found := [*filter(fits, moved(now, by))])), None)
    if near is None:
        near = next(([found] for found in larger(now) if fits(found)), None)
    if near is not None:
        tell(error, f"an input of {shown(near)} would fit")


def tell(error: Diagnostic, found: str) -> None:
    error.help = f"{error.help}; {found}" if error.help else found


def with_sizes(shape: Shape, sizes: Shape, last: bool) -> Shape:
    """The shape with other spatial sizes; the channels stand first or last."""
    return (*sizes, shape[-1]) if last else (shape[0], *sizes)


def around(now: Shape, step: int) -> list[Shape]:
    """Three multiples of a step that follow one another: at or below these sizes, and two above."""
    return [tuple((max(size // step, 1) + more) * step for size in now) for more in (0, 1, 2)]


def larger(now: Shape) -> list[Shape]:
    """Twice these sizes, and so on."""
    return [tuple(size << times for size in now) for times in range(1, 8)]


def moved(now: Shape, by: int) -> list[Shape]:
    """The sizes a little smaller, and a little larger."""
    return [tuple(size + sign * by for size in now) for sign in (-1, 1)]
