"""Parts of a sweep that were computed apart, put together: the same rows as those of one run."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import numpy

from archcalc.errors import Diagnostic, SpecError
from archcalc.report.figures import KNOWN
from archcalc.report.sweep import FITS, SHARD, STATUS, Array, Chunk, Count
from archcalc.sweep.extras import need
from archcalc.sweep.grid import read_shard
from archcalc.sweep.selection import Selection, hold_numbers, read_selection
from archcalc.sweep.sweep import CHUNK
from archcalc.sweep.values import read_one

Found = TypeVar("Found")
Row = list[Any]


class Part(NamedTuple):
    """A file of rows: its columns, the first row, and which part it is; None where it has no rows."""

    path: str
    names: list[str]
    first: Row
    shard: tuple[int, int] | None


class Joined:
    """The rows of parts, in the order of one run. Raises SpecError for parts that are not those of one sweep."""

    def __init__(self, paths: Sequence[str], *, pareto: str | None = None, sort: str | None = None) -> None:
        parts = [part_of(path) for path in paths]
        named = [part for part in parts if part.names]
        for part in named[1:]:
            if part.names != named[0].names:
                raise SpecError(Diagnostic(f"'{part.path}' has other columns than '{named[0].path}'"))
        self.files, self.parts = in_order(parts), len(parts)
        self.names = named[0].names[1:] if named else []
        self.figures = [name for name in self.names[:-1] if name in KNOWN and self.names.index(name)]
        self.varying = [name for name in self.names[:-1] if name not in self.figures]
        self.selection: Selection = read_selection(
            self.varying, columns=",".join(self.figures) or None, pareto=pareto, sort=sort
        )
        first = self.files[0].first if self.files else []
        self.kinds = {name: type(cell) for name, cell in zip(named[0].names if named else [], first, strict=False)}
        hold_numbers("pareto", [aim.name for aim in self.selection.aims], self.kinds)
        for name in self.selection.computed:
            if name not in self.figures and named:
                raise SpecError(Diagnostic(f"the parts have no column '{name}'"))
        self.aims = [(aim.name, aim.large) for aim in self.selection.aims]
        self.count, self.begun = Count(), False
        self.written = self.total = 0
        self.watch: Callable[[int, int], None] | None = None

    def each(self, make: Callable[[Chunk], Found]) -> Iterator[Found]:
        """What is made of each chunk of rows, in order."""
        if self.selection.streams:
            yield from map(make, self.chunks())
            return
        whole = self.selection.gathered(self.chunks())
        if whole is not None and len(whole):
            self.count = self.count._replace(rows=len(whole))
            yield make(whole)

    def chunks(self) -> Iterator[Chunk]:
        for part in self.files:
            rows = rows_of(part.path)
            while block := [*islice(rows, CHUNK)]:
                chunk = self.chunk(part, block)
                fits, before = int(chunk.fits.sum()), self.count
                self.count = Count(before.variants + len(chunk), before.fits + fits, before.rows + len(chunk))
                if self.watch is not None:
                    self.watch(self.count.variants, self.total)
                yield chunk

    def chunk(self, part: Part, rows: list[Row]) -> Chunk:
        for row in rows:
            if len(row) != len(part.names) or row[0] != rows[0][0]:
                raise SpecError(Diagnostic(f"'{part.path}' has a row that is not whole"))
        columns = dict(zip(part.names, zip(*rows, strict=True), strict=True))
        fits = numpy.array([status == FITS for status in columns[STATUS]], bool)
        return Chunk(
            0,
            {name: column_of(columns[name]) for name in self.varying},
            {name: column_of([0 if one is None else one for one in columns[name]]) for name in self.figures},
            column_of(columns[STATUS], object),
            fits,
        )


def column_of(cells: Sequence[Any], kind: Any = None) -> Array:
    """A column: of 64 bits if it is of whole numbers that fit, else of Python's objects."""
    if kind is None and all(type(cell) is int and abs(cell) < 2**63 for cell in cells):
        return numpy.array(cells, numpy.int64)
    found = numpy.empty(len(cells), object)
    found[:] = cells
    return found


def in_order(parts: list[Part]) -> list[Part]:
    """The parts that have rows, in the order of their numbers. Raises SpecError if one is missing, or there twice."""
    found: dict[int, Part] = {}
    empty = [part for part in parts if part.shard is None]
    for part in parts:
        if part.shard is not None:
            number, several = part.shard
            other = next(iter(found.values()), part)
            if other.shard is not None and other.shard[1] != several:
                raise SpecError(
                    Diagnostic(f"'{part.path}' is one of {several} parts, '{other.path}' of {other.shard[1]}")
                )
            if number in found:
                raise SpecError(Diagnostic(f"'{part.path}' and '{found[number].path}' are both part {number}"))
            found[number] = part
    several = max((part.shard[1] for part in found.values() if part.shard), default=len(empty))
    missing = [number for number in range(1, several + 1) if number not in found]
    lost = len(missing) - len(empty)
    if lost > 0:
        named = ", ".join(map(str, missing[:10])) + (", ..." if len(missing) > 10 else "")
        raise SpecError(Diagnostic(f"of {several} parts {lost} {'is' if lost == 1 else 'are'} missing: {named}"))
    return [found[number] for number in sorted(found)]


def part_of(path: str) -> Part:
    """What a file is part of. Raises SpecError if it is none."""
    if not ends_whole(path):
        raise SpecError(Diagnostic(f"'{path}' ends within a row"))
    rows = rows_of(path, heads=True)
    names = next(rows, [])
    if names and (names[0] != SHARD or names[-1] != STATUS):
        raise SpecError(Diagnostic(f"'{path}' is no part of a sweep", help="parts are written with --shard K/N"))
    first = next(rows, None)
    return Part(path, names, first or [], None if first is None else read_shard(str(first[0])))


def ends_whole(path: str) -> bool:
    """Whether a file of lines ends with one."""
    try:
        with open(path, "rb") as file:
            if path.endswith(".parquet") or not file.seek(0, 2):
                return True
            file.seek(-1, 2)
            return file.read() == b"\n"
    except OSError as error:
        raise SpecError(Diagnostic(f"cannot read '{path}': {error.strerror or error}")) from None


def rows_of(path: str, heads: bool = False) -> Iterator[Row]:
    """The rows of a file, with ``heads`` after the names of its columns. Raises SpecError."""
    ending = path.rpartition(".")[2].lower()
    try:
        if ending == "parquet":
            yield from parquet_rows(path, heads)
            return
        with open(path, encoding="utf-8", newline="") as file:
            yield from (json_rows(file, heads) if ending in ("jsonl", "ndjson") else csv_rows(file, heads))
    except OSError as error:
        raise SpecError(Diagnostic(f"cannot read '{path}': {error.strerror or error}")) from None
    except (ValueError, csv.Error, AttributeError) as error:
        raise SpecError(Diagnostic(f"'{path}' holds no rows of a sweep: {error}")) from None


def csv_rows(file: Any, heads: bool) -> Iterator[Row]:
    rows = csv.reader(file)
    names = next(rows, [])
    if heads and names:
        yield names
    for row in rows:
        yield [*map(read_cell, row)]


def read_cell(text: str) -> Any:
    """A cell as it was before csv: an apostrophe keeps a text from being a formula."""
    if not text:
        return None
    return text[1:] if text[0] == "'" and text[1:2] in ("=", "+", "-", "@") else read_one(text)


def json_rows(file: Any, heads: bool) -> Iterator[Row]:
    for number, line in enumerate(file):
        row = json.loads(line)
        if heads and not number:
            yield [*row]
        yield [*row.values()]


def parquet_rows(path: str, heads: bool) -> Iterator[Row]:
    need("pyarrow", "parquet", "parquet")
    file: Any = import_module("pyarrow.parquet").ParquetFile(path)
    if heads:
        yield file.schema_arrow.names
    for batch in file.iter_batches(CHUNK):
        yield from map(list, zip(*(column.to_pylist() for column in batch.columns), strict=True))
