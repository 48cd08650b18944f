"""The free variables of a closed form: variables of the file, and the input's axes as C, H, W or T, C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.building.inputs import read_inputs
from archcalc.building.variables import Program
from archcalc.errors import Diagnostic, SpecError, option, unknown
from archcalc.language.mentions import mentions
from archcalc.language.parts import Document, Input, layout_of
from archcalc.language.problems import Problems
from archcalc.layers.arguments import whole
from archcalc.layers.axes import LETTERS, show_value

if TYPE_CHECKING:
    from archcalc.algebra.assumptions import Unknowns
    from archcalc.graph.network import Tensor


BATCH, USUAL_BATCH = "batch", 2
"""The name of the batch's size, where no variable of the file has it, and the least that is given for it.

What PyTorch keeps of a single sample may be what it keeps of no other number.
"""


class FreeVariables:
    """The names of a closed form. ``meaning`` is the (input, axis) of each, None for a variable of the file.

    ``batch`` is its size, without a value if it is among the names; None where there is none.
    """

    __slots__ = ("names", "unknowns", "batch", "meaning", "axes")
    keeps, told = False, True

    def __init__(self, names: tuple[str, ...], unknowns: Unknowns, batch: int | None = None) -> None:
        self.names, self.unknowns = names, unknowns
        self.batch: Any = batch
        self.meaning: dict[str, tuple[str, int] | None] = {}
        self.axes: dict[tuple[str, int], Any] = {}

    def program(self, program: Program, inputs: dict[str | None, tuple[int, ...]], problems: Problems) -> Program:
        """The program with unknown numbers for its free variables; notes the axes. Raises SpecError."""
        document = program.document
        program.evaluate_all(problems)
        problems.stop()
        tensors = read_inputs(program, inputs, problems)
        problems.stop()
        axes = axes_of(document, tensors)
        values = {}
        for name in self.names:
            if name in document.vars:
                values[name] = self.unknowns.unknown(name, number(program, name))
                self.meaning[name] = None
            elif name in axes:
                self.add_axis(document, name, axes[name], tensors)
            elif name == BATCH and self.batch is not None:
                self.batch = self.unknowns.unknown(name, max(self.batch, USUAL_BATCH))
                self.meaning[name] = None
            else:
                raise SpecError(not_known(document, name, axes, [] if self.batch is None else [BATCH]))
        return program.with_values(values)

    def add_axis(self, document: Document, name: str, axis: tuple[str, int], tensors: dict[str, Tensor]) -> None:
        item = next(item for item in document.inputs or () if item.name == axis[0])
        of = f" of '{item.name}'" if document.several_inputs else ""
        for used in variables_at(document, item, axis[1], len(tensors[item.name].shape or ())):
            if used in self.names:
                message = f"axis {name}{of} is the variable '{used}', which is asked for too"
                raise SpecError(Diagnostic(message, item.span, help=f"leave '{name}' out of {option('vars')}"))
            if used in mentions(document).variables:
                message = f"axis {name}{of} is the variable '{used}', which is used elsewhere too"
                raise SpecError(Diagnostic(message, item.span, help=f"write {option('vars', used)}"))
        size = (tensors[item.name].shape or ())[axis[1]]
        self.axes[axis] = self.unknowns.unknown(name, size)
        self.meaning[name] = axis

    def put_axes(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """The input tensors with unknown numbers on the free axes."""
        for (name, axis), dim in self.axes.items():
            shape = tensors[name].shape
            if shape is not None:
                tensors[name].shape = (*shape[:axis], dim, *shape[axis + 1 :])
        return tensors


def number(program: Program, name: str) -> int:
    """The value given for a variable: a whole number above 0. Raises SpecError."""
    value = program.value(name)
    size = whole(value)
    if size is None or size < 1:
        message = f"a closed form stands for whole numbers above 0; '{name}' is {show_value(value)}"
        raise SpecError(
            Diagnostic(message, program.document.var_spans[name], help=f"leave '{name}' out of {option('vars')}")
        )
    return int(size)


def axes_of(document: Document, tensors: dict[str, Tensor]) -> dict[str, tuple[str, int]]:
    """(input, axis) by the axis's name; NAME_H where several inputs have an H."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, tensor in tensors.items():
        shape = tensor.shape or ()
        table = len(shape) == 1 and not document_dtype(document, name).startswith("float")
        for axis, letter in enumerate("T" if table else letters(len(shape), layout_of(document))):
            found.setdefault(letter, []).append((name, axis))
    alone = {letter: places[0] for letter, places in found.items() if len(places) == 1}
    apart = {f"{place[0]}_{letter}": place for letter, places in found.items() for place in places if len(places) > 1}
    return {**alone, **apart}


def letters(rank: int, layout: str) -> str:
    """What the axes of an input are called: CHW, or HWC in a file of that layout."""
    found = LETTERS.get(rank, "")
    return found.replace("C", "") + "C" if layout == "HWC" and found else found


def document_dtype(document: Document, name: str) -> str:
    return next(item.dtype for item in document.inputs or () if item.name == name)


def variables_at(document: Document, item: Input, axis: int, rank: int) -> list[str]:
    """The variables that ``input:`` names on an axis."""
    if not item.known or len(item.axes) != rank:
        return []
    return [name for name in item.axes[axis].names() if name in document.vars]


def not_known(document: Document, name: str, axes: dict[str, tuple[str, int]], more: list[str]) -> Diagnostic:
    known = f"its variables are {', '.join(document.vars)}; " if document.vars else "it has no variables; "
    known += f"the input's axes are {', '.join([*axes, *more])}"
    message = f"{option('vars')} {name}: {document.source.name} has no variable or axis '{name}'"
    return unknown(message, name, [*document.vars, *axes, *more], otherwise=known)
