"""Rows as Parquet, a row group a chunk: by pyarrow, or by polars, which keeps them until all are there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

from archcalc.errors import Diagnostic, SpecError
from archcalc.interrupts import uninterrupted
from archcalc.render.style import Style
from archcalc.report.figures import RECEPTIVE_FIELD

if TYPE_CHECKING:
    from archcalc.report.sweep import Chunk, Rows

HERE = 2
"""Chunks that are computed before processes begin."""


def write(rows: Rows, out: TextIO, style: Style) -> None:
    """Write columns of 64-bit numbers, doubles and texts. Raises SpecError for a number that is larger."""
    by = by_pyarrow if find_spec("pyarrow") else by_polars
    if by is by_polars and not find_spec("polars"):
        raise SpecError(Diagnostic("parquet needs pyarrow or polars", help="pip install 'archcalc[parquet]'"))
    by(rows, out.buffer)
    out.buffer.flush()


def by_pyarrow(rows: Rows, out: Any) -> None:
    writer: Any = None
    try:
        for chunk in begun(rows.each(itself)):
            writer = pyarrow_writer(rows, out) if writer is None else writer
            pyarrow: Any = import_module("pyarrow")
            columns = zip(columns_of(rows, chunk), writer.schema.types, strict=True)
            arrays = [pyarrow.array(column, kind) for column, kind in columns]
            with uninterrupted():
                writer.write_table(pyarrow.Table.from_arrays(arrays, schema=writer.schema))
        writer = pyarrow_writer(rows, out) if writer is None else writer
    finally:
        if writer is not None:
            with uninterrupted():
                writer.close()


def begun(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The chunks, none before processes have begun, if any do: as copies, while there are none of pyarrow's threads."""
    first = [*islice(chunks, HERE + 1)]
    yield from first
    yield from chunks


def pyarrow_writer(rows: Rows, out: Any) -> Any:
    pyarrow: Any = import_module("pyarrow")
    kinds = {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in zip(rows.names, kinds_of(rows), strict=True)])
    return import_module("pyarrow.parquet").ParquetWriter(out, schema)


def by_polars(rows: Rows, out: Any) -> None:
    polars: Any = import_module("polars")
    kinds = {int: polars.Int64, float: polars.Float64, str: polars.String}
    schema = {name: kinds[kind] for name, kind in zip(rows.names, kinds_of(rows), strict=True)}
    frames = [polars.DataFrame(schema=schema)]
    try:
        for chunk in rows.each(itself):
            frames.append(polars.DataFrame(dict(zip(rows.names, columns_of(rows, chunk), strict=True)), schema=schema))
    finally:  # an interrupt leaves what there is
        with uninterrupted():
            polars.concat(frames).write_parquet(out)


def itself(chunk: Chunk) -> Chunk:
    return chunk


def kinds_of(rows: Rows) -> list[type]:
    """The type of each column: whole numbers, but for texts and doubles that vary."""
    figures = [str if name == RECEPTIVE_FIELD.name else int for name in rows.figures]
    return [*(rows.kinds[name] for name in rows.varying), *figures, str]


def columns_of(rows: Rows, chunk: Chunk) -> list[list[Any]]:
    """The cells of each column in its type. Raises SpecError for a number of more than 64 bits."""
    found = []
    for name, kind, column in zip(rows.names, kinds_of(rows), chunk.cells(rows.figures), strict=True):
        if kind is int and any(cell is not None and abs(cell) >= 2**63 for cell in column):
            message = f"'{name}' has a number of more than 64 bits, which parquet has not"
            raise SpecError(Diagnostic(message, help="csv and jsonl have numbers of any size"))
        found.append([None if cell is None else kind(cell) for cell in column] if kind is not int else column)
    return found
