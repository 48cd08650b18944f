"""What known networks keep of their past in bfloat16, from shipped specs and from configurations.

caches.csv: bytes by hand from the sizes that the authors publish, and as engines print them.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import archcalc
from tests.importers.known import spec_of

with Path(__file__).with_name("caches.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
FAST = ("gemma-3-270m", "gpt-oss-20b")


def rows() -> list[object]:
    return [
        pytest.param(row, marks=() if row["name"] in FAST else pytest.mark.slow, id=f"{row['name']}-{row['context']}")
        for row in ROWS
    ]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("row", rows())
def test_bytes_kept(row: dict[str, str], tmp_path: Path) -> None:
    spec = spec_of(row["name"], tmp_path)
    found = archcalc.generate(spec, context=int(row["context"]), dtype="bfloat16", cache=row["cache"])
    assert found["steps"][0]["cache_bytes"] == int(row["bytes"])
