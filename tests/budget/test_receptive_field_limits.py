"""Limits on receptive fields: a number, all, nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.cli import main

# 1 + 2 + 2 + 8 = 13 positions, of which the third convolution adds 8
DEEP = """\
name: deep
input: [3, 64, 64]
layers:
  - conv: {out: 4, kernel: 3}
  - conv: {out: 4, kernel: 3}
  - conv: {out: 4, kernel: 9}
"""
GATED = (
    DEEP
    + """\
  - parallel: {body: [], gate: [global_avg_pool, {reshape: [4, 1, 1]}]}
  - mul
"""
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {"deep": DEEP, "gated": GATED, "old": DEEP.replace("9}", "5}")}.items():
        Path(f"{name}.yaml").write_text(text)


def check(capsys: Any, *arguments: str) -> tuple[int, Any]:
    status = main(["check", *arguments, "--format", "json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("most", "status", "line"), [(13, 0, None), (12, 1, 6), (4, 1, 5)])
def test_the_first_line_that_sees_more(most, status, line, capsys):
    found, document = check(capsys, "deep.yaml", "--max", f"receptive_field={most}")
    (result,) = document["results"]
    assert (found, result["used"], result["at"] and result["at"]["line"]) == (status, 13, line)


@pytest.mark.parametrize(("limit", "status"), [("--max", 1), ("--min", 0)])
def test_all_is_more_than_any_number(limit, status, capsys):
    found, document = check(capsys, "gated.yaml", limit, "receptive_field=1000000000")
    assert (found, document["results"][0]["used"], document["results"][0]["share"]) == (status, "all", None)


def test_gates_left_out(capsys):
    assert check(capsys, "gated.yaml", "--local", "--max", "receptive_field=13")[0] == 0
    Path("gated.yaml").write_text(f"budget: {{local: true, max: {{receptive_field: 13}}}}\n{GATED}")
    assert check(capsys, "gated.yaml")[0] == 0
    assert archcalc.check("gated.yaml", max={"receptive_field": 13}, local=True)[0].ok


def test_some_layers(capsys):
    Path("deep.yaml").write_text(
        DEEP.replace("layers:", 'budget: {layers: {"conv2/**": {receptive_field: 4}}}\nlayers:')
    )
    status, document = check(capsys, "deep.yaml")
    assert (status, document["results"][0]["used"], document["results"][0]["at"]["line"]) == (1, 5, 6)


def test_growth(capsys):
    assert check(capsys, "deep.yaml", "--base", "old.yaml", "--max-increase", "receptive_field=10%")[0] == 1
    status, document = check(capsys, "deep.yaml", "--base", "old.yaml", "--max-increase", "receptive_field=50%")
    assert (status, document["results"][0]["base"], document["results"][0]["used"]) == (0, 9, 13)


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["--all-figures"], 1)])
def test_growth_against_a_report(arguments, status, capsys):
    main(["show", "old.yaml", "--format", "json", "-o", "old.json", *arguments])
    asked = ["deep.yaml", "--base", "old.json", "--max-increase", "receptive_field=10%"]
    assert check(capsys, *asked)[0] == status


def test_limits_are_updated_but_not_to_all(capsys):
    for text in (DEEP, GATED):
        Path("net.yaml").write_text(f"budget: {{max: {{receptive_field: 5}}}}\n{text}")
        main(["check", "net.yaml", "--update"])
        assert ("receptive_field: 13" if text is DEEP else "receptive_field: 5") in Path("net.yaml").read_text()
    assert "all is over the limit of 5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("shape", "layer", "said"),
    [("[3, 64, 64]", "{reshape: [3, 4096]}", "is unknown"), ("[64]", "{linear: 3}", "has no receptive field")],
)
def test_what_is_no_number_is_an_error(shape, layer, said, capsys):
    Path("net.yaml").write_text(f"name: net\ninput: {shape}\nlayers: [{layer}]\n")
    assert main(["check", "net.yaml", "--max", "receptive_field=5"]) == 2
    assert said in capsys.readouterr().err
