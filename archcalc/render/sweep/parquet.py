"""Rows as Parquet, a row group a chunk: by pyarrow, or by polars, which keeps them until all are there."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TextIO

from archcalc.errors import Diagnostic, SpecError
from archcalc.render.style import Style
from archcalc.report.figures import RECEPTIVE_FIELD

if TYPE_CHECKING:
    from archcalc.report.sweep import Chunk, Rows


def write(rows: Rows, out: TextIO, style: Style) -> None:
    """Write columns of 64-bit numbers, doubles and texts. Raises SpecError for a number that is larger."""
    if find_spec("pyarrow"):
        by_pyarrow(rows, out.buffer)
    elif find_spec("polars"):
        by_polars(rows, out.buffer)
    else:
        raise SpecError(Diagnostic("parquet needs pyarrow or polars", help="pip install 'archcalc[parquet]'"))


def by_pyarrow(rows: Rows, out: Any) -> None:
    writer: Any = None
    try:
        for chunk in rows.each(itself):
            pyarrow: Any = import_module("pyarrow")  # not before the processes have begun
            kinds = {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}
            types = [kinds[kind] for kind in kinds_of(rows)]
            columns = zip(columns_of(rows, chunk), types, strict=True)
            arrays = [pyarrow.array(column, kind) for column, kind in columns]
            if writer is None:
                schema = pyarrow.schema([*zip(rows.names, types, strict=True)])
                writer = import_module("pyarrow.parquet").ParquetWriter(out, schema)
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=writer.schema))
    finally:
        if writer is not None:
            writer.close()


def by_polars(rows: Rows, out: Any) -> None:
    polars: Any = import_module("polars")
    kinds = {int: polars.Int64, float: polars.Float64, str: polars.String}
    schema = {name: kinds[kind] for name, kind in zip(rows.names, kinds_of(rows), strict=True)}
    frames = [
        polars.DataFrame(dict(zip(rows.names, columns_of(rows, chunk), strict=True)), schema=schema)
        for chunk in rows.each(itself)
    ]
    polars.concat(frames or [polars.DataFrame(schema=schema)]).write_parquet(out)


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
