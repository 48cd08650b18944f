"""What ``--vary NAME=VALUES`` says: the values as written, and what the name stands for in a spec."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from archcalc.building.free_variables import axes_of, variables_at
from archcalc.building.load import Shared, compiled
from archcalc.building.variables import compile_setting, program_of
from archcalc.building.varied import Place
from archcalc.errors import Diagnostic, SpecError, option, unknown
from archcalc.graph.network import Tensor
from archcalc.language.mentions import mentions
from archcalc.language.parts import Document
from archcalc.language.problems import Problems
from archcalc.layers.base import BITS
from archcalc.meter import Meter, metered
from archcalc.request import Request, known_dtype
from archcalc.sweep.grid import Axis
from archcalc.sweep.values import Values, read_values

NAME = re.compile(r"\s*([^\W\d]\w*)((?:\s*\[\s*\d{1,6}\s*\])*)\s*")
VARIANT, DTYPE = "variant", "dtype"


class Varying(NamedTuple):
    """A name that varies, with its values and what it stands for: ``place`` in the spec, None for variant and dtype."""

    axis: Axis
    place: Place | None

    @property
    def name(self) -> str:
        return self.axis.name


def read_varying(texts: Iterable[str], request: Request, shared: Shared) -> list[Varying]:
    """What each ``NAME=VALUES`` means in the spec of a request. Raises SpecError with all that is wrong."""
    found: list[Varying] = []
    wrong: list[Diagnostic] = []
    document = Reading(request, shared)
    for text in texts:
        try:
            found.append(document.varying(*parted(text)))
        except SpecError as error:
            wrong += error.diagnostics
    wrong += [clash(one, other) for number, one in enumerate(found) for other in found[:number] if meet(one, other)]
    if wrong:
        raise SpecError(*wrong)
    if not found:
        raise SpecError(Diagnostic("nothing varies", help=f"such as {option('vary')} width=16..128:8"))
    return found


def parted(text: str) -> tuple[str, str]:
    """The name and the values."""
    name, equals, values = text.partition("=")
    if not equals or not NAME.fullmatch(name) or not values.strip():
        message = f"{option('vary')} takes NAME=VALUES, not '{text}'"
        raise SpecError(Diagnostic(message, help="such as width=16..128:8, depth=2,4,6, dims[2]=64,96 or variant=*"))
    return "".join(name.split()), values


def meet(one: Varying, other: Varying) -> bool:
    """Whether two names stand for the same, or one for a part of the other."""
    if one.name == other.name:
        return True
    if one.place is None or other.place is None:
        return False
    shared = min(len(one.place.entry), len(other.place.entry))
    if one.place.variable is None or one.place.variable != other.place.variable:
        return one.place.axis is not None and one.place.axis == other.place.axis
    return one.place.entry[:shared] == other.place.entry[:shared]


def clash(one: Varying, other: Varying) -> Diagnostic:
    if one.name == other.name:
        return Diagnostic(f"'{one.name}' varies twice", help=f"list all its values: {one.name}=1,2,8..64:8")
    return Diagnostic(f"'{one.name}' and '{other.name}' vary, and they stand for the same")


def document_of(request: Request, shared: Shared) -> Document:
    """The document of the spec that is asked for; compiled once. Raises SpecError."""
    problems = Problems()
    located = request.located()
    with metered(Meter(request.max_work), f"to read {located.source.name}"):
        _, document = compiled(located, request.allow_import, shared, problems)
    problems.stop()
    return document


class Reading:
    """A spec as names are looked up in it."""

    def __init__(self, request: Request, shared: Shared) -> None:
        self.document = document_of(request, shared)
        self.request = request
        self.chosen = request.chosen
        self.program = program_of(self.document, self.chosen, request.settings)

    def varying(self, name: str, text: str) -> Varying:
        """What one name stands for, and its values. Raises SpecError."""
        document = self.document
        variable, entry = base_and_entry(name)
        if variable in document.var_spans:
            values = read_values(name, text)
            for written in values.listed:
                compile_setting(name, str(written), "vary")
            return Varying(Axis(name, values), self.variable(name, variable, entry))
        if name == VARIANT:
            return Varying(Axis(name, Values(listed=self.variants(text))), None)
        if name == DTYPE:
            return Varying(Axis(name, Values(listed=self.dtypes(text))), None)
        axes = axes_of(document, self.inputs())
        if name not in axes:
            raise SpecError(self.unknown(name, axes))
        place = self.axis(name, axes[name])
        values = read_values(name, text)
        if not values.numbers or values.least < 1:
            raise SpecError(Diagnostic(f"{option('vary')} {name}: an axis of an input takes whole numbers above 0"))
        return Varying(Axis(name, values), place)

    def variable(self, name: str, variable: str, entry: tuple[int, ...]) -> Place:
        if variable in self.request.settings:
            message = f"'{variable}' varies and is set too"
            raise SpecError(Diagnostic(message, help=f"leave out {option('set', variable)}"))
        if entry:
            value = self.program.value(variable)
            if not isinstance(value, list):
                message = f"{option('vary')} {name}: '{variable}' is no list"
                raise SpecError(Diagnostic(message, self.document.var_spans[variable]))
        return Place(variable, entry)

    def variants(self, text: str) -> list[str]:
        """The variants that patterns mean, in the order of the file or as named."""
        if self.chosen is not None or self.request.is_taken:
            asked = self.chosen or self.request.variant or self.request.name
            raise SpecError(Diagnostic(f"'variant' varies, and {asked} is asked for"))
        known = [*(self.document.variants or self.request.variants)]
        found: dict[str, None] = {}
        for pattern in map(str.strip, text.split(",")):
            matched = [name for name in known if fnmatchcase(name, pattern)]
            if not matched:
                message = f"{self.document.source.name} has no variant '{pattern}'"
                listed = f"its variants are {', '.join(known)}" if known else "it has none"
                raise SpecError(unknown(message, pattern, known, otherwise=listed))
            found.update(dict.fromkeys(matched))
        return [*found]

    def dtypes(self, text: str) -> list[str]:
        if self.request.widths.patterns or (
            self.request.widths.source and self.request.widths.source == self.request.dtype
        ):
            raise SpecError(Diagnostic("'dtype' varies and is given too", help=f"leave out {option('dtype')}"))
        names = [*BITS] if text.strip() == "*" else map(str.strip, text.split(","))
        return [*dict.fromkeys(known_dtype(name) for name in names)]

    def inputs(self) -> dict[str, Tensor]:
        """Tensors with as many axes as the inputs have; their sizes are not asked for."""
        given = self.request.inputs
        ranks = {item.name: len(given.get(item.name, item.axes)) for item in self.document.inputs or ()}
        if None in given and len(ranks) == 1:
            ranks = dict.fromkeys(ranks, len(given[None]))
        return {name: Tensor((1,) * rank, None, True) for name, rank in ranks.items()}

    def axis(self, name: str, axis: tuple[str, int]) -> Place:
        """An axis of an input. Raises SpecError where it is a variable that is used elsewhere too."""
        document = self.document
        item = next(item for item in document.inputs or () if item.name == axis[0])
        of = f" of '{item.name}'" if document.several_inputs else ""
        for used in variables_at(document, item, axis[1], len(item.axes)):
            if used in mentions(document).variables:
                message = f"axis {name}{of} is the variable '{used}', which is used elsewhere too"
                raise SpecError(Diagnostic(message, item.span, help=f"write {option('vary', f'{used}=...')}"))
        return Place(axis=axis)

    def unknown(self, name: str, axes: dict[str, tuple[str, int]]) -> Diagnostic:
        document = self.document
        known = f"its variables are {', '.join(document.vars)}; " if document.vars else "it has no variables; "
        known += f"the input's axes are {', '.join(axes)}; variant and dtype vary too"
        message = f"{option('vary')} {name}: {document.source.name} has no variable or axis '{name}'"
        return unknown(message, name, [*document.vars, *axes, VARIANT, DTYPE], otherwise=known)


def base_and_entry(name: str) -> tuple[str, tuple[int, ...]]:
    """``dims[2][0]`` as its variable and the entry in it."""
    found = NAME.fullmatch(name)
    assert found is not None
    return found[1], tuple(map(int, re.findall(r"\d+", found[2])))
