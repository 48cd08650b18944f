"""A network of one variant of many: what varies is recorded, so that one load stands for all that are built alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.building.variables import Program
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.network import Tensor
from archcalc.language.problems import Problems
from archcalc.layers.axes import count

if TYPE_CHECKING:
    from archcalc.dims.recorded import Recorded


Values = dict[str, Any]


class Place(NamedTuple):
    """Where a value that varies stands: in a variable (``entry``: in which entry of its lists), or on an axis of an
    input."""

    variable: str | None = None
    entry: tuple[int, ...] = ()
    axis: tuple[str, int] | None = None


class Varied:
    """The numbers of one variant by their places, as a network is loaded with them: see ``load.Free``.

    ``depth``: whether repetitions that are alike are counted by arithmetic, in place of networks of their own.
    """

    told = False
    keeps = True

    def __init__(self, numbers: Mapping[Place, Recorded], depth: bool = True) -> None:
        self.numbers, self.depth = numbers, depth
        self.place: Any = None
        self.unknowns = self

    def whole(self) -> Values:
        """The numbers that are values of variables."""
        return {one.variable: number for one, number in self.numbers.items() if one.variable and not one.entry}

    def program(self, program: Program, inputs: Any, problems: Problems) -> Program:
        """The program with the numbers as values of variables and of entries of lists. Raises SpecError."""
        values = self.whole()
        program = program.with_values(values)
        lists = {place.variable for place in self.numbers if place.variable is not None and place.entry}
        for name in lists:
            try:
                values[name] = copied(program.value(name))
            except SpecError as error:
                problems.add(*error.diagnostics)
        problems.stop()
        for place, number in self.numbers.items():
            if place.variable is not None and place.entry:
                put(place.variable, values[place.variable], place.entry, number)
        return program.with_values(values) if lists else program

    def put_axes(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """The input tensors with the numbers on their axes."""
        for place, number in self.numbers.items():
            if place.axis is not None:
                name, axis = place.axis
                shape = tensors[name].shape
                if shape is not None:
                    tensors[name].shape = (*shape[:axis], number, *shape[axis + 1 :])
        return tensors


def copied(value: Any) -> Any:
    """A list with lists of its own."""
    return list(map(copied, value)) if isinstance(value, list) else value


def put(name: str, values: Any, entry: tuple[int, ...], number: Any) -> None:
    """Let a number take the place of an entry of a list, or of a list in it. Raises SpecError where there is none."""
    for depth, index in enumerate(entry):
        if not isinstance(values, list) or index >= len(values):
            inside = name + "".join(f"[{one}]" for one in entry[:depth])
            size = f"has {count(len(values), 'entr', 'y', 'ies')}" if isinstance(values, list) else "is no list"
            raise SpecError(Diagnostic(f"'{inside}' {size}: there is no [{index}]"))
        if depth + 1 < len(entry):
            values = values[index]
        else:
            values[index] = number
