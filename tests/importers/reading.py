"""What an imported text says once it is loaded, and the corpus of other people's files, if somebody has it."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from archcalc.building.load import load_network
from archcalc.conventions import find_convention
from archcalc.errors import Source
from archcalc.graph.repetition import unrolled
from archcalc.importers import Asked, Imported, format_of, import_file
from archcalc.report.model import build_report
from archcalc.sources.file import File
from archcalc.sources.source import Located

CORPUS = os.environ.get("ARCHCALC_CORPUS")
"""A folder with one for each format, and in each a truth.csv."""
WORK = 20_000_000


class Figures(NamedTuple):
    params: int
    macs: int
    outputs: list[tuple[int, ...]]


def network(found: Imported) -> Any:
    return load_network(Located(Source("net.yaml", found.text), None), max_work=WORK)


def totals(found: Imported) -> Any:
    return build_report(network(found), find_convention("mac", None))


def figures(found: Imported) -> Figures:
    """Of a text that is proved."""
    assert found.proof is None or found.proof.differences == [], found.text
    report = totals(found)
    return Figures(report["totals"]["params"], report["totals"]["macs"], [tuple(one) for one in report["outputs"]])


def nodes(found: Imported) -> list[str]:
    """The types of all layers."""
    return [node.type for node in unrolled(network(found)).kept]


def truth(form: str) -> list[Any]:
    """A row for each file of a format; one that is skipped without a corpus."""
    table = Path(CORPUS or "", form, "truth.csv")
    if not CORPUS or not table.is_file():
        return [pytest.param(None, marks=pytest.mark.skip("ARCHCALC_CORPUS names no folder of files"))]
    with open(table, encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if form == "ultralytics" or Path(CORPUS, form, row["file"]).is_file()
        ]
    return [pytest.param(row, id=f"{row['file']}{row.get('scale', '')}") for row in rows]


def imported(form: str, row: Any, inputs: Any = None) -> Imported:
    path = Path(CORPUS or "", form, row["file"])
    file = File(path.name, path.read_bytes())
    found = format_of(file)
    assert found is not None
    assert found.name == form
    return import_file(file, found, Asked(inputs))
