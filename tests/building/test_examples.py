"""Whole networks: published figures."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from loading import report

EXAMPLES = Path(__file__).parent / "examples"
with open(EXAMPLES / "figures.csv", encoding="utf-8", newline="") as file:
    FIGURES = [(row["spec"], row["variant"] or None, row["params"], row["macs"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize("spec, variant, params, macs", FIGURES)
def test_published_figures(spec, variant, params, macs):
    path = EXAMPLES / f"{spec}.yaml"
    found = report(path.read_text(encoding="utf-8"), path=path, variant=variant)["totals"]
    assert found["params"] == int(params)
    assert macs == "" or found["macs"] == int(macs)
