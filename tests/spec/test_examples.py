"""Whole networks: published figures, and what becomes of them when they are spoilt at random."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import yaml
from loading import report
from mutations import mutated

from archcalc.errors import SpecError

EXAMPLES = Path(__file__).parent / "examples"
with open(EXAMPLES / "figures.csv", encoding="utf-8", newline="") as file:
    FIGURES = [(row["spec"], row["variant"] or None, row["params"], row["macs"]) for row in csv.DictReader(file)]
DOCUMENTS = [(path, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(EXAMPLES.glob("*.yaml"))]


@pytest.mark.parametrize("spec, variant, params, macs", FIGURES)
def test_published_figures(spec, variant, params, macs):
    path = EXAMPLES / f"{spec}.yaml"
    found = report(path.read_text(encoding="utf-8"), path=path, variant=variant)["totals"]
    assert found["params"] == int(params)
    assert macs == "" or found["macs"] == int(macs)


@pytest.mark.parametrize("part", range(2))
def test_any_text_is_a_network_or_a_spec_error(part):
    networks = 0
    for seed in range(part * 150, (part + 1) * 150):
        path, document = DOCUMENTS[seed % len(DOCUMENTS)]
        try:
            found = report(mutated(document, seed), path=path, max_layers=3000)
        except SpecError:
            continue
        json.dumps(found)
        networks += 1
    assert networks
