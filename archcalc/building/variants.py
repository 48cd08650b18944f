"""Many variants of one spec at once: those that are built alike are one network, whose sizes are arrays.

What decides structure (``when``, ``repeat``, a flag, an index) asks a condition, or a number, of variants that differ.
The loader is then left, the variants are grouped by the answer, and each group is loaded anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy

from archcalc.building.free_variables import FreeVariables
from archcalc.dims.array import DimArray, Variants
from archcalc.errors import SpecError
from archcalc.graph.network import Network

Load = Callable[[FreeVariables], Network]
"""The network for these free variables: what ``Request.network`` and ``load_network`` do."""


class Chosen(Exception):
    """Variants answer differently: ``answers`` has that of each."""

    def __init__(self, answers: Any) -> None:
        super().__init__("the variants are built differently")
        self.answers = answers


class Columns(Variants):
    """The values of each name for some variants; a single variant has plain numbers.

    As a closed form's ``Unknowns`` it says what a free variable stands for, and is asked where Python needs one answer.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(len(next(iter(values.values()))))
        self.values = values
        self.place: Any = None  # where the walk over the network stands

    def unknown(self, name: str, value: int) -> Any:
        """What a name stands for; the value that the spec gives it is not read."""
        return int(self.values[name][0]) if self.fits.size == 1 else self.dim(self.values[name])

    def choose(self, dim: DimArray) -> Any:
        raise Chosen(dim.values)


class Group(NamedTuple):
    """Variants that are built alike: their places among all, and their network or the error that all of them have.

    ``variants`` says which of them fit, and why the others do not.
    """

    places: Any
    network: Network | None
    variants: Columns
    error: SpecError | None = None


def load_groups(load: Load, values: Mapping[str, Sequence[int]]) -> Iterator[Group]:
    """The groups of variants that are built alike, every variant in one. ``values``: those of each name, by variant."""
    columns = {name: numpy.asarray(column) for name, column in values.items()}
    waiting = [numpy.arange(len(next(iter(columns.values()))))]
    while waiting:
        places = waiting.pop()
        group, parts = load_group(load, columns, places)
        waiting += reversed(parts)
        if group is not None:
            yield group


def load_group(load: Load, columns: dict[str, Any], places: Any) -> tuple[Group | None, list[Any]]:
    """The variants at these places as a group, or what they are to be divided into.

    Those that were dropped on the way to a choice are a group without a network.
    """
    variants = Columns({name: column[places] for name, column in columns.items()})
    try:
        return Group(places, load(FreeVariables(tuple(columns), variants)), variants), []  # type: ignore[arg-type]
    except Chosen as chosen:
        fits = variants.fits
        answers = chosen.answers[fits]
        parts = [places[fits][answers == answer] for answer in numpy.unique(answers)]
        return (None if fits.all() else Group(places[~fits], None, variants)), parts
    except SpecError as error:
        return failed(load, columns, places, variants, error)


def failed(
    load: Load, columns: dict[str, Any], places: Any, variants: Columns, error: SpecError
) -> tuple[Group | None, list[Any]]:
    """Variants with an error. Where the first is none by itself, arrays lack an operation: each is loaded alone."""
    fitting = places[variants.fits]
    if len(places) > 1 and len(fitting) and load_group(load, columns, fitting[:1])[0].network is not None:  # type: ignore[union-attr]
        return None, [places[at : at + 1] for at in range(len(places))]
    return Group(places, None, variants, error), []
