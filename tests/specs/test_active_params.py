"""Parameters that a token meets, of mixtures of experts: shipped specs, and configurations.

active_params.csv: the total as transformers 5.23.0 counts it, an expert's parameters by hand (3 matrices of dim x
width), and what the authors print, in billions, of the figure that they mean.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from archcalc.api import report
from tests.importers.known import spec_of

with (Path(__file__).parent / "active_params.csv").open(encoding="utf-8", newline="") as file:
    MIXTURES = list(csv.DictReader(file))


@pytest.mark.sampled(2)
@pytest.mark.parametrize("row", MIXTURES, ids=lambda row: row["variant"])
def test_active_parameters(row: dict[str, str], tmp_path: Path) -> None:
    """By hand, and as the authors print it: to less than one of the last digit, for some round, some cut."""
    totals = report(spec_of(row["variant"], tmp_path))["totals"]
    figures = ("params", "params_active", "params_active_less_embedding")
    assert {name: totals[name] for name in figures} == {name: int(row[name]) for name in figures}
    idle = (int(row["experts"]) - int(row["chosen"])) * int(row["layers"]) * int(row["expert_params"])
    assert totals["params"] - totals["params_active"] == idle
    for figure, printed in (("params", row["billions"]), (row["figure"], row["billions_active"])):
        unit = Decimal(1).scaleb(Decimal(printed).as_tuple().exponent)  # type: ignore[arg-type]
        assert abs(Decimal(totals[figure]) / 10**9 - Decimal(printed)) < unit
