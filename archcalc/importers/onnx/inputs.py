"""The inputs of a network: sizes that the file leaves open, and which axis is the batch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.importers.graphs.samples import Place
from archcalc.importers.imported import Asked
from archcalc.importers.naming import plain_name
from archcalc.importers.onnx.model import GraphProto, ValueInfo

Shape = tuple[int, ...]

BATCH = re.compile(r"(?i)(.*[^a-z])?(batch|bs|b|n|unk_*\d*)([^a-z].*|size)?")
"""Names of an axis that say that it is the batch."""

MOST_NAME = 100
"""Characters of a name that are looked at."""


class Choice(NamedTuple):
    """Inputs by name with their sizes, their batch and dtype; how large the batch is; what is said of it."""

    inputs: dict[str, tuple[Shape, Place | None, str]]
    batch: int
    notes: list[str]


def choices(file: str, graph: GraphProto, asked: Asked) -> Iterator[Choice]:
    """Where the batch may be, the most likely first. Raises SpecError for inputs that no spec can have."""
    users = [one for one in graph.inputs if one.name not in graph.stored]
    check(file, users)
    shapes = shapes_of(file, users, asked)
    dtypes = {one.name: one.dtype for one in users}
    opened = {one.name: open_axis(one) for one in users}
    said = [name for name in shapes if opened[name] is not None]
    seen = []
    for batch, axes in likely(shapes, {name: opened[name] for name in said}):
        if (batch, axes) in seen:
            continue
        seen.append((batch, axes))
        inputs = {
            name: (shape, None if (axis := axes.get(name)) is None else Place(axis), dtypes[name])
            for name, shape in shapes.items()
        }
        yield Choice(inputs, batch, [*notes(batch, axes)])


def likely(shapes: dict[str, Shape], opened: dict[str, int | None]) -> Iterator[tuple[int, dict[str, int | None]]]:
    if opened:
        batch = next((shapes[name][axis] for name, axis in opened.items() if axis is not None), 1)
        rest = {name: 0 for name, shape in shapes.items() if name not in opened and shape[:1] == (batch,)}
        yield batch, {**opened, **rest}
    first = next(iter(shapes.values()), ())
    for axis in (0, 1):
        if len(first) > axis and first[axis] > 0:
            size = first[axis]
            found = {name: axis for name, shape in shapes.items() if len(shape) > axis and shape[axis] == size}
            yield size, dict(found)
    yield 1, {}


def notes(batch: int, axes: dict[str, int | None]) -> Iterator[str]:
    """What is said of the batch axis."""
    at = {axis for axis in axes.values() if axis is not None}
    if not at:
        yield "no axis of the inputs is taken for a batch"
    elif at != {0} or batch != 1:
        where = " and ".join(str(axis) for axis in sorted(at))
        yield f"axis {where} of the inputs is a batch of {batch:,}, which is left out: figures are one sample's"


def check(file: str, users: Sequence[ValueInfo]) -> None:
    """Raise SpecError for inputs that are no tensors of numbers."""
    told = []
    for one in users:
        kind = one.kind if one.kind != "tensor" else "tensor of strings" if one.dtype == "string" else ""
        if kind:
            told.append(Diagnostic(f"{file}: the input '{one.name}' is a {kind}, which no spec has"))
    if told:
        raise SpecError(*told)


def open_axis(one: ValueInfo) -> int | None:
    """The axis whose size is open and whose name, or place in front, says that it is the batch."""
    for axis, size in enumerate(one.dims or ()):
        if isinstance(size, str) and BATCH.fullmatch(size[:MOST_NAME]):
            return axis
    if one.dims is None or (one.dims and not isinstance(one.dims[0], int)):
        return 0
    return None


def shapes_of(file: str, users: Sequence[ValueInfo], asked: Asked) -> dict[str, Shape]:
    """All sizes of the inputs. What is asked for one holds for the axes of that name in all."""
    said = {one.name: shape_asked(file, one, asked, len(users) == 1) for one in users}
    named: dict[str, int] = {}
    for one in users:
        axes = zip(one.dims or (), said[one.name] or (), strict=False)
        named.update((name, size) for name, size in axes if isinstance(name, str))
    found: dict[str, Shape] = {}
    told = []
    for one in users:
        shape = said[one.name] or shape_of(one, named)
        if shape is None:
            told.append(missing(file, one))
        else:
            found[one.name] = shape
    if told:
        raise SpecError(*told)
    return found


def shape_asked(file: str, one: ValueInfo, asked: Asked, only: bool) -> Shape | None:
    """The sizes that are asked for an input, with or without the batch; None where none are."""
    given = asked.shape(one.name, only) or asked.shape(plain_name(one.name), only)
    if given is None:
        return None
    if one.dims is None:
        return (1, *given)
    if len(given) == len(one.dims):
        return given
    if len(given) != len(one.dims) - 1:
        text = "x".join(map(str, given))
        raise SpecError(Diagnostic(f"{file}: the input '{one.name}' has {len(one.dims)} axes, and {text} not"))
    at = open_axis(one) or 0
    size = one.dims[at]
    return (*given[:at], size if isinstance(size, int) else 1, *given[at:])


def shape_of(one: ValueInfo, named: dict[str, int]) -> Shape | None:
    """The sizes that the file has, with those of named axes; a batch is one. None where some stay open."""
    batch = open_axis(one)
    found = []
    for axis, size in enumerate(one.dims if one.dims is not None else [None]):
        known = size if isinstance(size, int) else named.get(size or "", 1 if axis == batch else 0)
        if not known or one.dims is None:
            return None
        found.append(known)
    return tuple(found)


def missing(file: str, one: ValueInfo) -> Diagnostic:
    """The error for an input whose sizes are open."""
    batch = open_axis(one)
    sizes = [axis_text(size) for axis, size in enumerate(one.dims or [None]) if axis != batch or one.dims is None]
    said = f"{file}: the input '{one.name}' has sizes that the file leaves open: {' x '.join(sizes)}"
    return Diagnostic(said, help=f"{option('input')} {plain_name(one.name)}={'x'.join(sizes)} says them, with numbers")


def axis_text(size: int | str | None) -> str:
    """A size, or the name of an axis if a person would call it so."""
    return str(size) if isinstance(size, int) or (size and size.isidentifier()) else "?"
