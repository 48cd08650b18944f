"""The page of a layer type, made from its class: its rules run on names in place of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.closed_form import expand
from archcalc.algebra.notation import TEXT
from archcalc.dims.expression import Expression, render
from archcalc.errors import RuleError, Undecided
from archcalc.graph.inference import Applied, reading
from archcalc.layers.arguments import Integer, PaddingArgument, PerAxis
from archcalc.layers.axes import show_value
from archcalc.layers.base import Arguments, Dims, Layer, Missing

if TYPE_CHECKING:
    from archcalc.report import documents


def page(
    name: str, family: str, layer_type: type[Layer], example: str, arguments: Arguments, inputs: list[Any]
) -> documents.Layer:
    """The page of a layer as plain data (archcalc.layer/1).

    ``arguments`` and ``inputs`` are those of the example. Numbers that the rules can compute with become names; words
    and lists stay.
    """
    text, _ = split_docstring(layer_type.__doc__ or "")
    if formula := layer_type.formula():
        text += f"\n\nAn element x becomes {formula}."
    return {
        "schema": "archcalc.layer/1",
        "name": name,
        "family": family,
        "description": text,
        "reads": reading(layer_type),
        "arguments": [describe(layer_type, argument) for argument in layer_type.arguments],
        "example": example,
        **rules(layer_type, arguments, inputs),
    }


def split_docstring(docstring: str) -> tuple[str, str]:
    """The description of a layer, and its example: a whole spec without its name."""
    from inspect import cleandoc  # loaded by click

    text, _, example = cleandoc(docstring).partition("Example::")
    return text.strip(), cleandoc(example).strip()


def describe(layer_type: type[Layer], argument: str) -> documents.LayerArgument:
    """One argument: what it takes and its default."""
    taken, default = layer_type.arguments[argument]
    return {
        "name": argument,
        "takes": taken.describe,
        "required": default is Missing and argument not in layer_type.either,
        "default": None if default is Missing else getattr(default, "text", None) or show_value(default),
        "obvious": argument == layer_type.obvious,
    }


def rules(layer_type: type[Layer], arguments: Arguments, inputs: list[Any]) -> documents.LayerRules:
    """The shape, weights and elementary operations in names, and what they assume."""
    letters = own_names(layer_type(**arguments).names_of(*inputs), inputs) or name_axes(layer_type, inputs)
    symbolic = [
        name
        for name, value in settable(layer_type, arguments).items()
        if stays_symbolic(layer_type, arguments, inputs, letters, name)
    ]
    scope = Assumptions()
    try:
        return evaluate(layer_type, arguments, letters, symbolic, scope)
    except (RuleError, Undecided, TypeError, ZeroDivisionError):
        return evaluate(layer_type, arguments, letters, [], Assumptions())


def settable(layer_type: type[Layer], arguments: Arguments) -> Arguments:
    """The arguments whose value is one whole number, given or by default."""
    found = {}
    for name, (kind, default) in layer_type.arguments.items():
        value = arguments.get(name, default)
        numeric = isinstance(kind, (Integer, PerAxis, PaddingArgument)) and type(value) is int
        if numeric and (not isinstance(kind, Integer) or kind.least is not None):
            found[name] = value
    return found


def stays_symbolic(layer_type: type[Layer], arguments: Arguments, inputs: list[Any], letters: Any, name: str) -> bool:
    """Whether the rules can compute with a name in place of this number. They cannot if it decides structure."""
    try:
        evaluate(layer_type, arguments, letters, [name], Assumptions())
    except (RuleError, Undecided, TypeError, ZeroDivisionError):
        return False
    return True


def name_axes(layer_type: type[Layer], inputs: list[Any]) -> list[list[str]]:
    """A letter for each axis; equal sizes on the same axis of two inputs share one."""
    given: dict[tuple[int, int], str] = {}
    named = []
    for position, shape in enumerate(inputs):
        row = []
        for axis, (letter, size) in enumerate(zip(layer_type.letters(len(shape)), shape, strict=True)):
            if position and (axis, size) not in given:
                letter += str(position + 1)
            row.append(given.setdefault((axis, size), letter))
        named.append(row)
    return named


def own_names(names: list[list[str]] | None, inputs: list[Any]) -> list[list[str]] | None:
    """A layer's own names of its inputs' axes; one that stands for two sizes has the number of its input."""
    given: dict[str, int] = {}
    found = []
    for position, (row, shape) in enumerate(zip(names or (), inputs, strict=True), 1) if names else ():
        pairs = zip(row, shape, strict=True)
        found.append([name if given.setdefault(name, size) == size else f"{name}{position}" for name, size in pairs])
    return found or None


def evaluate(
    layer_type: type[Layer],
    arguments: Arguments,
    letters: list[list[str]],
    symbolic: list[str],
    scope: Assumptions,
) -> documents.LayerRules:
    values = {**arguments, **{name: Expression.unknown(name, scope) for name in symbolic}}
    leaves = {letter: Expression.unknown(letter, scope) for row in letters for letter in row}
    inputs = tuple(tuple(leaves[letter] for letter in row) for row in letters)

    def seal(shapes: tuple[Dims, ...]) -> tuple[Dims, ...]:
        return tuple(tuple(sealed(dim, axis, letters, scope) for axis, dim in enumerate(shape)) for shape in shapes)

    applied = Applied(layer_type(**values), inputs, seal)
    return {
        "inputs": [list(row) for row in letters],
        "outputs": [[render(dim) for dim in shape] for shape in applied.outputs],
        "sizes": {
            render(name): render(dim)
            for shape, names in zip(applied.shapes, applied.outputs, strict=True)
            for dim, name in zip(shape, names, strict=True)
            if dim is not name
        },
        "weights": [
            {"name": name, "shape": [render(dim) for dim in shape], "count": closed(size)}
            for name, shape, size in applied.weights
        ],
        "ops": {kind: closed(count) for kind, count in applied.ops.items() if closed(count) != "0"},
        "assumes": [str(assumption) for assumption in scope],
    }


def sealed(dim: Any, axis: int, letters: list[list[str]], scope: Assumptions) -> Any:
    """A name of its own for a computed output axis: H′ if it stands where H does. It keeps the operations readable."""
    if not isinstance(dim, Expression) or dim.op == "name":
        return dim
    row = letters[0] if letters else []
    return Expression.unknown(f"{row[axis]}′" if axis < len(row) else f"A{axis}′", scope)


def closed(dim: Any) -> str:
    return TEXT.show(expand(dim)) if isinstance(dim, Expression) else f"{dim}"
