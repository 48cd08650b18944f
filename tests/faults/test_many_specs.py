"""Thousands of specs at once, and one among them that fails."""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
from pathlib import Path

import pytest
from process import NET, PARAMS, archcalc, contents, told

BROKEN = NET.replace("conv:", "cnov:")
FORMATS = ["table", "json", "jsonl", "csv", "markdown", "latex", "html"]


@pytest.mark.sampled(7)
@pytest.mark.parametrize("form", FORMATS)
def test_one_that_fails_in_the_middle(folder: Path, form: str) -> None:
    """It is told once; the others' results stand, in a file too, as they stand without it."""
    (folder / "wrong.yaml").write_text(BROKEN, encoding="utf-8")
    for name in ("first", "last"):
        (folder / f"{name}.yaml").write_text(NET.replace("net", name), encoding="utf-8")
    middles = ("wrong.yaml", "gone.yaml", "/dev/null")
    for output in ([], ["-o", "out"]):
        done = archcalc("show", "first.yaml", *middles, "last.yaml", "--format", form, *output)
        told(done, "cnov")
        assert done.stderr.count("unknown layer 'cnov'") == 1
        assert "no file 'gone.yaml'" in done.stderr
        text = contents(folder)["out"].decode() if output else done.stdout
        alone = archcalc("show", "first.yaml", "last.yaml", "--format", form).stdout
        if form in ("json", "jsonl"):
            found = json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]
            assert [report.get("totals", {}).get("params") for report in found] == [PARAMS, None, None, None, PARAMS]
        else:
            assert text == alone


@pytest.mark.sampled(3)
@pytest.mark.parametrize("form", ["table", "json", "markdown", "github", "junit", "sarif"])
def test_one_that_fails_among_those_of_a_budget_file(folder: Path, form: str) -> None:
    (folder / "wrong.yaml").write_text(BROKEN, encoding="utf-8")
    (folder / "archcalc.yaml").write_text("budgets: [{specs: '*.yaml', max: {params: 1M}}]\n", encoding="utf-8")
    done = archcalc("check", "--format", form)
    told(done, "unknown layer 'cnov'")
    if form == "table":
        assert "ok  net   params   224" in done.stdout
    if form == "json":
        assert [result["used"] for result in json.loads(done.stdout)["results"]] == [PARAMS]


def few_files_and_little_memory() -> None:
    """No more than 32 files open at once, however many specs there are; of resnet50, 100 reports do not fit."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (72 << 20, 72 << 20))


@pytest.mark.slow
@pytest.mark.parametrize("form", ["table", "jsonl"])
def test_memory_does_not_grow_with_all_rows_of_all_specs(folder: Path, form: str) -> None:
    done = archcalc("show", *["resnet50"] * 100, "--format", form, before=few_files_and_little_memory)
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        len([line for line in done.stdout.splitlines() if "25,557,032" in line or '"params": 25557032' in line]) == 100
    )


@pytest.mark.slow
def test_ten_thousand_specs(folder: Path) -> None:
    names = [f"net{number:05}.yaml" for number in range(10_000)]
    for name in names:
        (folder / name).write_text(NET.replace("net", name[:8]), encoding="utf-8")
    (folder / names[5000]).write_text(BROKEN, encoding="utf-8")
    (folder / "archcalc.yaml").write_text("budgets: [{specs: 'net0*.yaml', max: {params: 1M}}]\n", encoding="utf-8")
    done = archcalc("show", *names, "--format", "csv", before=few_files_and_little_memory)
    told(done, f"{names[5000]}:4:5")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert sum(int(row["params"]) for row in rows) == 9_999 * PARAMS
    checked = archcalc("check", before=few_files_and_little_memory)
    told(checked, f"{names[5000]}:4:5")
    assert checked.stdout.splitlines()[-1] == "9,999 limits: 9999 hold"
