"""The exam's table, cell for cell, as the document prints it."""

from __future__ import annotations

from typing import Any

from archcalc.api import report

TABLE = """
L-1-Conv-1 | 64x64x3  | 7x7x3   | 64x64x32  | 3x3     | 4704    | 19267584
L-1-Conv-2 | 64x64x32 | 3x3x32  | 64x64x64  | 1x1     | 18432   | 75497472
L-1-Pool   | 64x64x64 | 3x3     | 32x32x64  | 0.5x0.5 | 0       | 2359296
L2-Conv-1  | 32x32x64 | 3x3x64  | 32x32x128 | 1x1     | 73728   | 75497472
L2-Conv-2  | 32x32x128| 3x3x128 | 32x32x64  | 1x1     | 73728   | 75497472
L2-Conv-3  | 32x32x64 | 3x3x64  | 32x32x16  | 1x1     | 9216    | 9437184
L-2-Pool   | 32x32x16 | 3x3     | 16x16x16  | 0.5x0.5 | 0       | 147456
L3-FC-1    | 4096     | NA      | 1000      | N/A     | 4096000 | 4096000
L3-FC-2    | 1000     | NA      | 1000      | N/A     | 1000000 | 1000000
L3-Softmax | 1000     | NA      | 10        | N/A     | 10000   | 10000
"""


def cells(row: dict[str, Any]) -> list[str]:
    kernel, pad = "NA", "N/A"
    if row["kernel"] is not None:
        kernel = "x".join(map(str, filter(None, [*row["kernel"], row["channels_read"]])))
        pad = "x".join(f"{(before + after) / 2:g}" for before, after in row["padding"])
    return [
        row["path"],
        "x".join(map(str, row["inputs"][0])),
        kernel,
        "x".join(map(str, row["outputs"][0])),
        pad,
        str(row["params"]),
        str(row["ops"]),
    ]


def test_every_cell() -> None:
    expected = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    found = report("exam-table")
    assert found["convention"] == "document"
    assert [cells(row) for row in found["layers"] if row["row"]] == expected
    assert found["totals"]["ops"] == sum(int(row[-1]) for row in expected) == 262_809_936
