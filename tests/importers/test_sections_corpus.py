"""Other people's Darknet and Caffe files, where somebody has them: every figure is the one that was measured."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.errors import SpecError
from archcalc.importers import Imported
from tests.importers.reading import imported, totals, truth


def check(found: Imported, row: Any) -> None:
    assert found.proof is not None
    assert found.proof.differences == []
    figures = totals(found)["totals"]
    measured = {name: int(row[name]) for name in ("params", "trainable", "buffers")}
    measured["macs"] = int(row.get("macs_per_sample") or row["macs"])
    assert {name: figures[name] for name in measured} == measured


@pytest.mark.parametrize("row", truth("darknet"))
def test_darknet(row: Any) -> None:
    check(imported("darknet", row), row)


@pytest.mark.parametrize("row", truth("caffe"))
def test_caffe(row: Any) -> None:
    """Files that say no size are asked again with the one that was measured."""
    try:
        found = imported("caffe", row)
    except SpecError:
        with pytest.raises(SpecError, match="does not say the size"):
            imported("caffe", row)
        inputs = [one.partition(":")[::2] for one in row["input"].split(", ")]
        found = imported("caffe", row, {name: tuple(map(int, sizes.split("x")[1:])) for name, sizes in inputs})
    check(found, row)
