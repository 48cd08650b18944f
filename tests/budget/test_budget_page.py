"""``archcalc help budget``: its example runs, it has every key, metric and unit, and what it says is so."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from textwrap import dedent

import pytest

from archcalc.api import check
from archcalc.api.reference import manual, schema
from archcalc.budget.budgets import read_budget
from archcalc.budget.keys import FILE_KEYS, KEYS, METRICS, budget_keys
from archcalc.budget.manual import reference
from archcalc.cli import main
from archcalc.conventions import CONVENTIONS
from archcalc.errors import Source
from archcalc.language.problems import Problems
from archcalc.language.yaml_tree import read
from archcalc.layers.amounts import PREFIXES, Amount
from archcalc.layers.base import BITS
from archcalc.sources.project import Reach

TEXT = reference()
EXAMPLES = [dedent(part) + "\n" for part in TEXT.split("\n\n") if part.startswith("    ")]
BUDGETS, SPEC = EXAMPLES[:2]
(APART,) = [example for example in EXAMPLES if "except: [" in example]
NET = """\
name: {name}
input: [3, 32, 32]
vars: {{width: 16}}
variants: {{narrow: {{width: 8}}, wide: {{width: 32}}}}
layers:
  - conv: {{out: width, kernel: 3}}
  - global_avg_pool
  - residual: [{{linear: width}}]
    name: head
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that the example names."""
    (tmp_path / "models").mkdir()
    for name in ("small", "wide"):
        (tmp_path / "models" / f"{name}.yaml").write_text(NET.format(name=name))
    (tmp_path / "archcalc.yaml").write_text(BUDGETS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def results(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict]:
    main(["check", "--format", "json", *arguments])
    return json.loads(capsys.readouterr().out)["results"]  # type: ignore[no-any-return]


def test_the_file_of_the_page_holds_its_specs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = results(capsys)
    held = {(one["spec"], one["variant"], one["metric"], one["written"]) for one in found}
    # of the glob two specs, of the list one of them and a shipped one, and two variants
    assert held == {
        *(
            (name, None, metric, limit)
            for name in ("small", "wide")
            for metric, limit in (("params", "5M"), ("macs", "600M"))
        ),
        *(
            (*name, metric, limit)
            for name in (("small", None), ("resnet", "resnet50"))
            for metric, limit in (("weights_bytes", "30MB"), ("params", "1%"), ("macs", "10M"))
        ),
        *(("wide", variant, "params", "20k") for variant in ("narrow", "wide")),
    }
    assert results(capsys, "models/small.yaml") == [one for one in found if one["spec"] == "small"]
    assert main(["check"]) == 0


def test_the_spec_of_the_page_holds_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tiny.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    (one,) = results(capsys, "tiny.yaml")
    assert (one["used"], one["limit"]) == (3 * 3 * 3 * 16 + 16 + 16 * 10 + 10, 20_000)


def test_its_commands_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line of the examples that is a command, on files of those names; git's refs apart."""
    (project / "net.yaml").write_text(NET.format(name="net") + "budget: {max_increase: {params: 1%}}\n")
    (project / "old.yaml").write_text((project / "net.yaml").read_text())
    main(["show", "net.yaml", "--format", "json", "-o", "report.json"])
    lines = [
        shlex.split(line, comments=True) for part in EXAMPLES for line in part.splitlines() if "'" not in line[:40]
    ]
    commands = [words[1:] for words in lines if words[:1] == ["archcalc"] and "origin/main" not in words]
    assert len(commands) == 6
    for command in commands:
        assert main(command) in (0, 1), command
        assert capsys.readouterr().err == ""


def test_entries_for_variants_and_inputs_run(project: Path) -> None:
    (project / "net.yaml").write_text(NET.format(name="net"))
    (project / "models/old").mkdir()
    (project / "models/old/a.yaml").write_text(NET.format(name="a"))
    (project / "archcalc.yaml").write_text(APART)
    assert [one.name for one in check() if one.metric == "macs"] == ["net (input 3x64x64)", "net (input 3x256x256)"]
    held = ["net", "net:narrow", "net:wide", "small"]
    assert sorted(one.name for one in check() if one.metric == "params") == held


@pytest.mark.parametrize("count", CONVENTIONS)
def test_it_has_every_way_of_counting(count: str) -> None:
    assert count in TEXT.partition("\nCOUNTING\n")[2].partition("\nLAYERS\n")[0]


def test_count_moves_ops_alone(project: Path) -> None:
    used = {}
    for count in CONVENTIONS:
        found = check(
            "models/small.yaml", count=count, max=dict.fromkeys(["params", "macs", "ops", "activations"], "1T")
        )
        used[count] = [one.used for one in found if one.written == "1T"]
    assert len({(params, macs, activations) for params, macs, _, activations in used.values()}) == 1
    assert used["torch"][2] == 2 * used["mac"][2]


def test_dtype_sets_activations_too(project: Path) -> None:
    limits = {"peak_memory": "1GB"}
    whole, bytes_each = (check("models/small.yaml", dtype=one, max=limits) for one in ("float32", "int8"))
    peaks = [next(one.used for one in found if one.written == "1GB") for found in (whole, bytes_each)]
    assert peaks[0] == 4 * peaks[1]


def test_update_from_limits_of_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "archcalc.yaml").write_text(
        "budgets:\n  - specs: models/*.yaml  # all\n    max: {params: 1, weights: 1B}\n"
    )
    assert main(["check"]) == 1
    assert main(["check", "--update"]) == 0
    params = 3 * 3 * 3 * 16 + 16 + 16 * 16 + 16  # of the convolution and the head
    written = f"budgets:\n  - specs: models/*.yaml  # all\n    max: {{params: {params}, weights: {4 * params}B}}\n"
    assert (project / "archcalc.yaml").read_text() == written


def test_it_has_every_word() -> None:
    words = [*FILE_KEYS, *budget_keys(True), *METRICS, *BITS, "level:", "message:"]
    assert [word for word in words if f" {word}" not in TEXT] == []


@pytest.mark.parametrize("prefix", [prefix for prefix in PREFIXES if prefix])
def test_it_has_every_unit(prefix: str) -> None:
    assert f" {prefix} " in TEXT
    assert Amount(f"1{prefix}").numerator == PREFIXES[prefix]


@pytest.mark.parametrize(
    "text", ["500k", "2.5M", "4G", "64Ki", "800B", "200kB", "5MB", "64KiB", "5MB @int8", "1%", "0.5%"]
)
def test_amounts_of_the_page(text: str) -> None:
    assert text in TEXT
    Amount(text)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_it_fits(width: int) -> None:
    wide = [line for line in reference(width).splitlines() if len(line) > width and not line.startswith("    ")]
    assert wide == []


def test_a_wide_terminal_has_longer_lines_and_the_same_words() -> None:
    assert manual("budget", None) == manual("budget", 80) == TEXT
    assert manual("budget", 300) == manual("budget", 100)
    assert max(map(len, manual("budget", 200).splitlines())) > 90
    assert manual("budget", 60).split() == manual("budget", 200).split()


def test_who_has_no_file_is_shown_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 2
    said = capsys.readouterr().err
    assert "'archcalc help budget'" in said
    problems = Problems()
    text = said.partition("such as budgets: [")[2].partition("]")[0]
    read_budget(read(Source("shown", text)), True, Reach(None), problems)
    assert not problems
    main(["check", "--help"])
    assert "archcalc help budget" in " ".join(capsys.readouterr().out.split())


def test_the_schema_of_the_file() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    yaml = pytest.importorskip("yaml")
    found = schema("budgets")
    jsonschema.Draft7Validator.check_schema(found)
    validator = jsonschema.Draft7Validator(found)
    assert validator.is_valid(yaml.safe_load(BUDGETS))
    assert validator.is_valid({"archcalc": 1, "budgets": [{"specs": "net.yaml", "max": {"params": 5}}]})
    wrong = [
        {},
        {"budgets": []},
        {"budgets": [{"specs": "net.yaml"}]},
        {"budgets": [{"max": {"params": "5M"}}]},
        {"budgets": [{"specs": "net.yaml", "max": {"parms": "5M"}}]},
        {"budgets": [{"specs": "net.yaml", "max": {"params": "5M"}, "levle": "warn"}]},
        {"budgets": [{"specs": "net.yaml", "max": {"params": "5M"}}], "nets": 1},
        {"archcalc": 2, "budgets": [{"specs": "net.yaml", "max": {"params": "5M"}}]},
    ]
    assert [one for one in wrong if validator.is_valid(one)] == []
    entry = found["properties"]["budgets"]["items"]["properties"]
    assert [*entry] == ["specs", "except", *KEYS]
    assert all("description" in key for key in entry.values())
