"""What scripts read: csv and JSON say the same numbers as the report, whatever stands in names."""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
from typing import Any

import pytest

from archcalc.errors import SpecError
from archcalc.render import FORMATS, writer
from archcalc.render.style import Style
from archcalc.report.documents import OUTPUTS

from .conftest import EXAM, SMALL, MakeReport, render

FAILED = {"spec": "broken.yaml", "errors": [{"message": "unknown layer 'conv2'"}]}


def as_read(value: Any) -> Any:
    """A report as JSON gives it back: tuples are lists, keys with an underscore are gone."""
    if isinstance(value, dict):
        return {key: as_read(item) for key, item in value.items() if not key.startswith("_")}
    return [as_read(item) for item in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_gives_the_report_back(small: dict[str, Any], form: str) -> None:
    assert json.loads(render(form, small)) == as_read(small)


def test_several_reports_are_an_array_with_failures_in_place(small: dict[str, Any], exam: dict[str, Any]) -> None:
    assert json.loads(render("json", small, FAILED, exam)) == [as_read(small), FAILED, as_read(exam)]
    lines = render("jsonl", small, FAILED, exam).splitlines()
    assert [json.loads(line) for line in lines] == [as_read(small), FAILED, as_read(exam)]


def test_one_failure_is_its_object() -> None:
    assert json.loads(render("json", FAILED)) == FAILED


def test_integers_are_exact_at_any_size(small: dict[str, Any]) -> None:
    small["layers"][0]["params"] = small["totals"]["params"] = 10**3999 + 7
    assert json.loads(render("json", small))["totals"]["params"] == 10**3999 + 7
    assert str(10**3999 + 7) in render("csv", small)
    assert f"{10**3999 + 7:,}" in render("table", small, width=80)


def test_csv_parses_back_to_the_reports_numbers(small: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(render("csv", small, all_rows=True, plus=["macs", "trainable", "line"]))))
    assert [row["path"] for row in rows] == [row["path"] for row in small["layers"]]
    for key in ("params", "macs", "ops"):
        assert sum(int(row[key]) for row in rows) == small["totals"][key]
    assert sum(int(row["trainable"]) for row in rows) == small["totals"]["trainable"] < small["totals"]["params"]
    assert [int(row["line"]) for row in rows] == [row["line"] for row in small["layers"]]


def test_csv_of_several_names_the_spec_and_the_variant(make_report: MakeReport) -> None:
    text = render("csv", make_report(SMALL), FAILED, make_report(SMALL, variant="wide"), make_report(EXAM))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0])[:3] == ["spec", "variant", "path"]
    assert {(row["spec"], row["variant"]) for row in rows} == {("small", ""), ("small", "wide"), ("exam-table", "")}


def test_a_folded_row_of_csv_has_a_plain_path_and_its_count_apart(small: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(render("csv", small, depth=1, plus=["repeats", "layers", "type"]))))
    assert [(row["path"], row["repeats"], row["layers"], row["type"]) for row in rows if row["path"] == "body"] == [
        ("body", "2", "12", "12 layers")
    ]


@pytest.mark.parametrize("form", FORMATS["report"])
def test_nothing_but_failures_is_nothing_or_their_json(form: str) -> None:
    assert ("errors" in render(form, FAILED, FAILED)) == (form in ("json", "jsonl"))


@pytest.mark.parametrize("document, form", [(document, form) for document in FORMATS for form in FORMATS[document]])
def test_every_format_of_every_document_has_its_writer(document: str, form: str) -> None:
    write = writer(document, form)
    assert [*inspect.signature(write).parameters][1:] == ["out", "style"]
    assert write.__module__.removeprefix("archcalc.render.") == FORMATS[document][form]


def test_every_document_with_a_schema_has_json() -> None:
    assert set(FORMATS) - {"picture", "sweep"} == set(OUTPUTS)  # a picture's JSON is another program's; rows stream
    assert all("json" in formats for document, formats in FORMATS.items() if document != "sweep")


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "latex", "html"])
@pytest.mark.parametrize("style", [{"columns": ["path", "parms"]}, {"plus": ["parms"]}, {"sort": "parms"}])
def test_an_unknown_column_is_an_error_before_anything_is_written(
    small: dict[str, Any], form: str, style: dict[str, Any]
) -> None:
    out = io.StringIO()
    with pytest.raises(SpecError) as caught:
        writer("report", form)([small], out, Style(**style))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message == "unknown column 'parms'"
    assert "did you mean 'params'?" in diagnostic.help
    assert out.getvalue() == ""


MARKDOWN = [
    ("max_pool1", "max_pool1"),
    ("_a_", "\\_a\\_"),
    ("a|b", "a\\|b"),
    ("a*b`c<d>", "a\\*b\\`c\\<d\\>"),
    ("\x1b[31m", "\\\\x1b\\[31m"),
]


@pytest.mark.parametrize("name, shown", MARKDOWN)
def test_markdown_escapes_what_it_would_read(small: dict[str, Any], name: str, shown: str) -> None:
    small["layers"][0]["path"] = name
    assert f"\n| {shown} | " in render("markdown", small)


@pytest.mark.parametrize("form", ["table", "markdown", "latex", "html"])
def test_settings_are_shown_as_a_spec_writes_them(make_report: MakeReport, form: str) -> None:
    report = make_report(
        "name: net\ninput: [3]\nvars: {b: true, n: [1, 2]}\nlayers: [{linear: {out: 'n[1]', bias: b}}]\n",
        settings={"b": "false", "n": "[3, 4]"},
    )
    assert re.search(r"net, b=false, n=.{0,2}\[.?.?3, 4", render(form, report))


@pytest.mark.parametrize("form", ["table", "markdown", "latex", "html"])
@pytest.mark.parametrize("columns", [["line", "params"], ["input", "params"], ["type", "params"]])
def test_the_last_row_is_called_total(small: dict[str, Any], form: str, columns: list[str]) -> None:
    small["layers"] = [{**row, "type": "a"} for row in small["layers"]]
    text = render(form, small, columns=columns)
    assert re.search(r"total", text, re.IGNORECASE)
    if form == "table":
        assert len({len(line) for line in text.split("\n\n")[0].splitlines()}) == 1


def test_rows_of_texts_and_numbers_are_a_line_each_whatever_the_texts_hold() -> None:
    from archcalc.render.json import flat_rows

    names = ["a", '}, {"path": ', '"}, {"path": 1', "}, {", "\\", "\n", "é", '\\"}, {\\"path\\": ']
    rows = [{"path": name, "bytes": number} for number, name in enumerate(names * 3_000)]
    text = "".join(flat_rows(rows))
    assert text == "[\n    " + ",\n    ".join(map(json.dumps, rows)) + "\n  ]"
