"""From positions in a grid to rows: what varies, the figures, and whether each variant fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy

from archcalc.building.inputs import read_inputs
from archcalc.building.load import Shared
from archcalc.building.variables import program_of
from archcalc.building.varied import Place, Varied, copied
from archcalc.building.varied import put as put_entry
from archcalc.conventions.again import picklable
from archcalc.errors import SpecError
from archcalc.language.expressions import Word
from archcalc.language.problems import Problems, whole
from archcalc.layers.axes import show_value
from archcalc.report.sweep import FITS, Array, Chunk
from archcalc.request import Request
from archcalc.sweep.figures import ONE_BY_ONE, by_arithmetic, computable, figures_of
from archcalc.sweep.grid import Grid
from archcalc.sweep.recording import MOST_NODES, Outcome, Recording, told
from archcalc.sweep.values import LARGEST
from archcalc.sweep.varying import DTYPE, VARIANT, Varying, document_of

if TYPE_CHECKING:
    from archcalc.building.variables import Program
    from archcalc.language.parts import Document

CHUNK = 16_000
"""Variants that are computed together: arrays of 128 kB, which stay in a processor's cache and are not mapped anew."""


class Columns:
    """The columns of a chunk while they are filled."""

    def __init__(self, size: int, figures: Iterable[str]) -> None:
        self.figures: dict[str, Array] = {name: numpy.zeros(size, numpy.int64) for name in figures}
        self.status, self.fits = numpy.full(size, FITS, object), numpy.ones(size, bool)

    def misfits(self, places: Array, reasons: list[str]) -> None:
        self.status[places], self.fits[places] = reasons, False

    def fitting(self, places: Array, figures: Mapping[str, Any]) -> None:
        for name, value in figures.items():
            self.figures[name] = put(self.figures[name], places, value)


class Sweep:
    """A request, what varies in it, and the figures that are asked for. Raises SpecError.

    >>> from archcalc.sweep.varying import read_varying
    >>> request, shared = Request("resnet50"), Shared()
    >>> varying = read_varying(["width=32,64", "H=192..224:32"], request, shared)
    >>> sweep = Sweep(request, varying, Grid([one.axis for one in varying]), ["params", "macs"], shared)
    >>> [chunk.figures["params"].tolist() for chunk in sweep.chunks()]
    [[12381864, 12381864, 25557032, 25557032]]
    """

    def __init__(
        self, request: Request, varying: Sequence[Varying], grid: Grid, figures: Iterable[str], shared: Shared
    ) -> None:
        self.request, self.varying, self.grid, self.shared = request, list(varying), grid, shared
        self.figures = computable(figures)
        self.numbers = [one for one in varying if one.place is not None and one.axis.values.numbers]
        self.others = [one for one in varying if one not in self.numbers]
        request.shared = {(request.located().source, request.allow_import): shared}
        self._recordings: dict[tuple[Any, ...], Recording] = {}

    def __getstate__(self) -> tuple[Any, ...]:
        """For another process: what is asked, without what is known of it."""
        picklable()
        request = self.request.changed()
        request.shared = None
        return request, self.varying, self.grid, self.figures

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.__init__(*state, Shared())  # type: ignore[misc]

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[Chunk]:
        """The variants from a position of the grid up to another, in order."""
        stop = self.grid.size if stop is None else stop
        for first in range(start, stop, CHUNK):
            yield self.chunk(first, min(first + CHUNK, stop))

    def chunk(self, start: int, stop: int) -> Chunk:
        """The variants between two positions at once."""
        return self.computed(self.grid.indexes(start, stop), stop - start, start)

    def computed(self, indexes: Mapping[str, Array], size: int, start: int = 0) -> Chunk:
        """So many variants, by the index of each value in the values of its name."""
        columns = {one.name: one.axis.values.at(indexes[one.name]) for one in self.numbers}
        if sum(len(one.nodes) for one in self._recordings.values()) > MOST_NODES:
            self._recordings.clear()
        found = Columns(size, self.figures)
        for key, places in self.parts(indexes, size):
            part = {name: column[places] for name, column in columns.items()}
            for outcome in self.recording(key).outcomes(part, len(places)):
                here, end = places[outcome.numbers.places], outcome.end
                if end.message is not None:
                    found.misfits(here, end.message.of(outcome.numbers))
                elif end.figures is not None:
                    found.fitting(here, {name: outcome.numbers.of(value) for name, value in end.figures.items()})
                else:
                    self.one_by_one(key, here, outcome, found)
        others = {one.name: one.axis.values.table[indexes[one.name]] for one in self.others}
        values = {one.name: {**columns, **others}[one.name] for one in self.varying}
        return Chunk(start, values, found.figures, found.status, found.fits)

    def parts(self, indexes: Mapping[str, Array], size: int) -> Iterator[tuple[tuple[int, ...], Array]]:
        """The variants in parts that differ in whole numbers alone: what else they have, by index, and their places."""
        if not self.others:
            yield (), numpy.arange(size)
            return
        keys = numpy.stack([indexes[one.name] for one in self.others], axis=1)
        different, which = numpy.unique(keys, axis=0, return_inverse=True)
        for number, key in enumerate(different.tolist()):
            yield tuple(key), numpy.flatnonzero(which.reshape(-1) == number)

    def recording(self, key: tuple[int, ...]) -> Recording:
        """What is known of the variants that have these other values."""
        if key not in self._recordings:
            places = {one.name: one.place for one in self.numbers if one.place is not None}
            leasts = {one.name: one.axis.values.least for one in self.numbers}
            load, alone = partial(self.load, key), partial(self.alone, key)
            depth = by_arithmetic(self.figures) and not self.request.widths.patterns
            self._recordings[key] = Recording(places, leasts, load, alone, depth)
        return self._recordings[key]

    def load(self, key: tuple[int, ...], varied: Varied) -> Mapping[str, Any]:
        """The figures of a network with recorded numbers. Raises SpecError, and TypeError for figures without them."""
        if ONE_BY_ONE & {*self.figures}:
            raise TypeError("such a figure is computed from plain numbers")
        if self.request.imported is not None and any(place.axis for place in varied.numbers):
            raise TypeError("an importer reads the sizes of inputs as plain numbers")
        request = self.asked(key, {})
        return figures_of(request, self.network(request, varied), self.figures)

    def alone(self, key: tuple[int, ...], point: Mapping[str, int]) -> str | Mapping[str, Any]:
        """The figures of one variant as ``show`` has them, or what it tells of it."""
        try:
            request = self.asked(key, point)
            network = self.network(request)
            report = request.report(network)
            totals = report["totals"]
            later = figures_of(request, network, [name for name in self.figures if name not in totals])
            return {name: totals[name] if name in totals else later[name] for name in self.figures}
        except SpecError as error:
            return told(error)

    def one_by_one(self, key: tuple[int, ...], places: Array, outcome: Outcome, into: Columns) -> None:
        """Variants whose numbers leave no record, each by itself."""
        columns = [column.tolist() for column in outcome.numbers.variables.values()]
        for place, *point in zip(places.tolist(), *columns, strict=True):
            found = self.alone(key, dict(zip(outcome.numbers.variables, point, strict=True)))
            here = numpy.array([place])
            if isinstance(found, str):
                into.misfits(here, [found])
            else:
                into.fitting(here, found)

    def network(self, request: Request, varied: Varied | None = None) -> Any:
        """The network of a request; each may take as much work as is allowed for one."""
        self.shared.done = 0
        return request.network(free=varied)

    def asked(self, key: tuple[int, ...], point: Mapping[str, int]) -> Request:
        """The request of a variant with these other values, and with these numbers. Raises SpecError."""
        chosen: dict[str, str] = {}
        written: list[tuple[Place, str]] = []
        for one, index in zip(self.others, key, strict=True):
            value = one.axis.values.one(index)
            if one.place is None:
                chosen[one.name] = str(value)
            else:
                written.append((one.place, str(value)))
        written += [(one.place, str(point[one.name])) for one in self.numbers if one.place and one.name in point]
        request = self.request.changed(variant=chosen.get(VARIANT), dtype=chosen.get(DTYPE))
        return self.at_places(request, written) if written else request

    def document(self) -> Document:
        """That of the spec; compiled once. Raises SpecError."""
        return document_of(self.request, self.shared)

    def at_places(self, request: Request, written: list[tuple[Place, str]]) -> Request:
        """The request with these expressions as values of variables, as entries of lists, and as axes of inputs."""
        settings = {place.variable: text for place, text in written if place.variable is not None and not place.entry}
        request = request.changed(settings=settings)
        lists: dict[str, list[Any]] = {}
        inputs: dict[str, list[int]] = {}
        document = self.document()
        if len(settings) < len(written):
            program = program_of(document, request.chosen, request.settings)
        for place, text in written:
            if place.variable is not None and place.entry:
                found = lists.setdefault(place.variable, copied(program.value(place.variable)))
                put_entry(place.variable, found, place.entry, Word(text))
            elif place.axis is not None:
                name, axis = place.axis
                if name not in inputs:
                    inputs[name] = [*whole(partial(shape_of, program, request), name)]
                inputs[name][axis] = int(text)
        settings = {name: show_value(value) for name, value in lists.items()}
        return request.changed(settings=settings, inputs={name: tuple(shape) for name, shape in inputs.items()})


def shape_of(program: Program, request: Request, name: str, problems: Problems) -> tuple[int, ...]:
    """The shape of an input as the spec or the request has it."""
    return read_inputs(program, request.inputs, problems)[name].shape or ()


def put(column: Array, places: Array, values: Any) -> Array:
    """A column with values in some places: one of Python's objects as soon as one is no whole number of 64 bits."""
    if isinstance(values, numpy.ndarray):
        small = values.dtype == numpy.int64
    else:
        small = type(values) is int and abs(values) < LARGEST
    if not small and column.dtype == numpy.int64:
        column = column.astype(object)
    column[places] = values
    return column
