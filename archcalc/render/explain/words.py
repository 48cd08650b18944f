"""What the formats say in the same words: a layer's place, its arguments, its sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from archcalc.derivation.explain import Cell, Explained, Explanation, Given
from archcalc.dims.expression import Definition, render
from archcalc.errors import Span
from archcalc.graph.provenance import Provenance
from archcalc.layers.axes import show_value
from archcalc.report.listing import network_words

LONGEST = 60
"""Characters of a variable's value. A longer one, such as a table, is left out."""


def place(span: Span) -> str:
    return f"{span.source.name}:{span.line + 1}"


def type_and_place(layer: Explained) -> str:
    """``conv, net.yaml:12``."""
    return f"{layer.node.type}, {place(layer.span)}"


def said(layer: Explained) -> list[str]:
    """What to know of a layer before its cells, besides its inputs: block calls, arguments, notes."""
    calls = [f"in block '{name}', called at {place(span)}" for name, span in layer.node.origin.calls]
    return [*calls, *map(argument, layer.arguments), *layer.notes]


def inputs(layer: Explained) -> list[str]:
    """``input 64x64x3 from conv1: H = 64, W = 64, C = 3`` for each input."""
    found = []
    for size, read, axes in zip(layer.inputs, layer.reads, layer.axes, strict=True):
        where = "of the network" if read == "input" else f"from {read}"  # a word that no layer may be called by
        named = ", ".join(f"{name} = {number}" for name, number in axes)
        found.append(f"input {size} {where}: {named}" if named else f"input {size} {where}")
    return found


def argument(given: Given) -> str:
    """``out = 4*width = 64, width = 16 (vars, net.yaml:3)``."""
    written = given.written
    if written is None:
        return f"{given.name} = {given.value} (default)"
    if written.text is not None and written.text in written.reads:  # a name alone
        names = [given.name] if written.text == given.name else [given.name, written.text]
        first, *more = reads(written)
        return ", ".join([f"{' = '.join(names)}{first.removeprefix(written.text)}", *more])
    text = "" if written.text is None or written.text == given.value else f"{written.text} = "
    where = "" if written.place == "step" or written.span is None else f" ({written.place}, {place(written.span)})"
    return ", ".join([f"{given.name} = {text}{given.value}{where}", *reads(written)])


def reads(written: Provenance) -> list[str]:
    """The names that a value was computed from, then the names behind those, each once."""
    found: dict[str, str] = {}
    waiting = [*written.reads.items()]
    while waiting:
        name, read = waiting.pop(0)
        if name not in found:
            found[name] = source(name, read)
            waiting += read.reads.items()
    return list(found.values())


def source(name: str, read: Provenance) -> str:
    """``width = 16 (vars, net.yaml:3)``."""
    value = show_value(read.value)
    values = [name]
    if read.text is not None and read.text != value and len(read.text) <= LONGEST:
        values.append(read.text)
    if len(value) <= LONGEST:
        values.append(value)
    where = read.place
    if read.span is not None and read.span.source.about is None:
        where += f"{' ' if where.endswith(' at') else ', '}{place(read.span)}"
    return f"{' = '.join(values)} ({where})"


def number(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def sides(definition: Definition) -> list[str]:
    """The sides of an equation after the name, without repeats: the formula, the numbers put in, the value."""
    found = [definition.formula, definition.substituted]
    value = number(definition.value)
    plain = str(definition.value).replace("-", "−")
    kept = [side for side in dict.fromkeys(found) if side != plain]
    return [*kept, value]


def is_one_equation(cell: Cell) -> bool:
    """Whether the cell is a single definition that says all that a heading would."""
    return len(cell.derivation) == 1 and cell.derivation[0].name == cell.title and cell.shape is None


def cells(found: Explanation, layer: Explained) -> Iterable[Cell]:
    """The cells to show: operations only if they are not simply the multiply-adds."""
    return [cell for cell in layer.cells if cell.key != "ops" or found.report["convention"] != "mac"]


def heading(cell: Cell) -> str:
    """``weight 32x3x7x7: [out, C, kernel, kernel]``, or the cell and its value."""
    if cell.shape is None:
        return f"{cell.title} {number(cell.value)}"
    size = "x".join(str(dim if type(dim) is int else dim.value) for dim in cell.shape) or "scalar"
    return f"{cell.title} {size}: [{', '.join(map(render, cell.shape))}]"


def figures(found: Explanation) -> list[tuple[str, str]]:
    """Key and title of each figure that is summed; operations only if they are not simply the multiply-adds."""
    assert found.sums is not None
    keys = [key for key in found.sums.totals if key != "ops" or found.report["convention"] != "mac"]
    return [(key, found.sums.totals[key].name) for key in keys]


def title(found: Explanation) -> str:
    """The network, its batch and how its operations are counted."""
    report = found.report
    batch = [f"batch {report['batch']:,}"] if report["batch"] != 1 else []
    return ", ".join([*network_words(report), *batch, f"ops counted as '{report['convention']}'"])


def sections(
    found: Explanation, derive: Callable[[Explanation, Explained], str], alike: Callable[[str], str]
) -> Iterator[tuple[Explained, str]]:
    """Each layer with its derivation, or with ``alike(path)`` if the layer of that path has the same.

    What each layer reads is not in its derivation: equal layers read other ones.
    """
    seen: dict[str, str] = {}
    for layer in found.layers:
        derivation = derive(found, layer)
        first = seen.setdefault(derivation, layer.node.path)
        yield layer, derivation if first == layer.node.path else alike(first)


def advice(found: Explanation) -> list[str]:
    """How to ask for more, if only the totals were asked for."""
    if found.layers or found.sums is None or not found.sums.parts:
        return []
    largest = max(found.sums.parts, key=lambda part: part.figures["params"])
    return [f"archcalc explain {found.asked} {largest.path} derives its layers; '**' in its place derives all"]
