"""The shapes that a file reads: as ``input:`` writes them, as ``--input`` gives them, or as an importer does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.building.variables import Program
from archcalc.dims import is_dim, valued
from archcalc.errors import Diagnostic, SpecError, option, unknown
from archcalc.graph.network import Tensor
from archcalc.language.document import no_batch
from archcalc.language.mentions import mentions
from archcalc.language.parts import Document, Input
from archcalc.language.problems import Problems, Unknown
from archcalc.layers.arguments import whole
from archcalc.layers.axes import show_value

BATCH = ("N", "B", "n", "b", "batch", "batch_size", "bs")


def read_inputs(program: Program, given: dict[str | None, tuple[int, ...]], problems: Problems) -> dict[str, Tensor]:
    """The input tensors by name. ``given`` holds what ``--input`` says; under None, that of a file's only input."""
    document = program.document
    inputs = document.inputs or []
    wanted = by_name(document, given)
    tensors = {}
    for number, item in enumerate(inputs):
        if item.name in wanted:
            shape: Any = wanted[item.name]
            try:
                check_variables(program, item, shape, lambda name, size: f"{option('set')} {name}={size}")
            except SpecError as error:
                problems.add(*error.diagnostics)
                shape = None  # what does not fit behind it follows from this
            except Unknown:
                shape = None
        else:
            shape = written_shape(program, item, problems)
        tensors[item.name] = Tensor(shape, None, True, number=number)
    return tensors


def by_name(document: Document, given: dict[str | None, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Which input each ``--input`` means. Raises SpecError if it means none."""
    names = [item.name for item in document.inputs or []]
    found = {}
    for name, shape in given.items():
        if name is None and len(names) != 1:
            message = f"{document.source.name} has {len(names)} inputs: write {option('input')} NAME=3x224x224"
            raise SpecError(Diagnostic(message, help=f"its inputs are {', '.join(names)}", about="input"))
        if name is not None and name not in names:
            message = f"{option('input')} {name}: {document.source.name} has no input of that name"
            listed = f"its inputs are {', '.join(names)}"
            raise SpecError(unknown(message, name, names, otherwise=listed, about="input"))
        found[names[0] if name is None else name] = shape
    return found


def written_shape(program: Program, item: Input, problems: Problems) -> tuple[Any, ...] | None:
    if not item.known:
        return None
    sizes = []
    for axis in item.axes:
        try:
            value = axis.evaluate(program)
        except SpecError as error:
            if axis is item.axes[0] and axis.name in BATCH:
                problems.say(f"'{axis.text}' is not known here", axis.span, help=no_batch())
            else:
                problems.add(*error.diagnostics)
            return None
        except Unknown:
            return None
        size = whole(value)
        if size is None or not is_dim(size) or (valued(size) and size < 1):
            help = "write //, floor or ceil" if type(value) is float else no_batch() if size == -1 else None
            problems.say(f"an axis of input is a whole number above 0, not {show_value(value)}", axis.span, help=help)
            return None
        sizes.append(size)
    return tuple(sizes)


def check_variables(program: Program, item: Input, shape: tuple[Any, ...], fix: Callable[[str, Any], str]) -> None:
    """Raise SpecError if ``input:`` names a variable that is also used elsewhere and the given size differs."""
    document = program.document
    if len(item.axes) != len(shape):
        return
    for axis, size in zip(item.axes, shape, strict=True):
        value = axis.evaluate(program)
        if whole(value) == size:
            continue
        for name in axis.names():
            if program.has(name) and name in mentions(document).variables:
                message = (
                    f"the axis is {size}, but '{name}' is {show_value(program.value(name))} and is used elsewhere too"
                )
                raise SpecError(Diagnostic(message, axis.span, help=fix(name, size if axis.name == name else "...")))
