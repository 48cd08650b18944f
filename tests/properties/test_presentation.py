"""How a network is shown changes no total: format, columns, their order, depth, rows left out, sorting."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from render.conftest import render

from archcalc.report.columns import LAYER_COLUMNS

from .networks import as_yaml, few_examples, networks
from .reports import ALL_SPECS, report_of, shipped_report

SUMMED = [
    column.name
    for column in LAYER_COLUMNS
    if column.kind == "number" and column.total and column.name != "bytes"  # computed only where it is asked for
]
TOTALS_ROW = {  # the row of totals in what each format for people prints
    "table": r"\n-+\n([^\n]*)\n\n(?!.*\n-+\n)",
    "markdown": r"\n(\| [^\n]*\*\*[^\n]*)\n\n(?!.*\n\|)",
    "latex": r"\n\\midrule\n([^\n]*)\\\\\n(?:\\bottomrule\n)?\\end",
    "html": r"<tfoot>(.*?)</tfoot>",
}
NUMBER = re.compile(r"(?<![\d.,])\d+(?:,\d{3})*(?![\d.,])")


def totals_shown(form: str, report: dict[str, Any], columns: list[str], **style: Any) -> dict[str, int]:
    """The totals that a format prints of these columns, read out of its text."""
    text = render(form, report, columns=columns, **style)
    if form in ("json", "jsonl"):
        totals = json.loads(text)["totals"]
        return {column: totals[column] for column in columns}
    if form == "csv":  # no totals: the rows, with all those that are not shown, sum to them
        rows = list(csv.DictReader(io.StringIO(render(form, report, columns=columns, **{**style, "all_rows": True}))))
        return {column: sum(int(row[column]) for row in rows) for column in columns}
    (row,) = re.findall(TOTALS_ROW[form], text, re.DOTALL)
    numbers = [int(number.replace(",", "")) for number in NUMBER.findall(row)]
    return dict(zip(columns, numbers, strict=True))


def hold(report: dict[str, Any], form: str, columns: list[str], **style: Any) -> None:
    assert totals_shown(form, report, columns, **style) == {column: report["totals"][column] for column in columns}


FORMS = ["json", "jsonl", "csv", *TOTALS_ROW]
STYLES = st.fixed_dictionaries(
    {
        "depth": st.none() | st.integers(1, 4),
        "all_rows": st.booleans(),
        "sort": st.none() | st.sampled_from([column.name for column in LAYER_COLUMNS]),
    }
)


@pytest.mark.sampled(7)
@pytest.mark.parametrize("form", FORMS)
@few_examples
@given(
    network=networks(),
    batch=st.integers(1, 3),
    columns=st.permutations(SUMMED).flatmap(lambda names: st.integers(1, len(names)).map(lambda some: names[:some])),
    style=STYLES,
)
def test_a_random_network_shown_in_any_way(
    form: str, network: Any, batch: int, columns: list[str], style: dict[str, Any]
) -> None:
    hold(report_of(as_yaml(network), batch=batch), form, columns, **style)


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", ALL_SPECS)
def test_a_shipped_spec_at_any_depth(name: str) -> None:
    """Some formats for each network, so that every format meets many."""
    report = shipped_report(name)
    for depth in (None, 1, 2, 3):
        hold(report, FORMS[(len(name) + (depth or 0)) % len(FORMS)], SUMMED, depth=depth)
