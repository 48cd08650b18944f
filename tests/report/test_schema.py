"""Every JSON output satisfies its schema, which has no key that is not printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archcalc.api import report
from archcalc.api.reference import schema_names
from archcalc.cli import main
from archcalc.report.documents import OUTPUTS
from archcalc.report.figures import KNOWN
from archcalc.report.schema import output_schema, row_schema
from archcalc.sources import shipped

jsonschema = pytest.importorskip("jsonschema")

EXAMPLES = {
    "report": ["show exam-table --all-figures", "show resnet18 no-such-spec gpt2:gpt2", "show clip"],
    "counts": ["show exam-table --count all", "show resnet18 vgg16 --count mac,flop"],
    "diff": ["diff resnet18 resnet34", "diff bert-base bert-base --device h100", "diff vgg11 vgg11_bn"],
    "check": [
        "check resnet18 --max params=1M --min macs=1k",
        "check resnet18 --base resnet34 --max-increase params=1%",
        "check no-such-spec --max params=1",
    ],
    "specs": ["specs", "specs residual"],
    "layers": ["layers"],
    "layer": ["layers conv", "layers concat", "layers parameter", "layers split", "layers attention"],
    "structure": ["layers residual", "layers experts", "layers bottleneck", "layers transformer_decoder_layer"],
    "count": ["count", "count ptflops"],
    "explain": [
        "explain exam-table L-1-Conv-1",
        "explain resnet18",
        "explain lstm-gates --level full",
        "explain resnet18 stem --figure trainable",
    ],
    "memory": ["memory resnet50", "memory lenet5 --banks a=4KiB,b=20KiB --map", "memory densenet --max-states 0"],
    "train": ["train resnet18 --checkpoint stage1", "train gpt2 --precision mixed --samples 9 --zero 3 --devices 4"],
    "generate": [
        "generate gpt2 --prompt 9 --tokens 3",
        "generate mixture-of-experts --context 0 --batch 3 --device h100",
    ],
    "time": ["time resnet18 --device h100", "time gpt2 --device T4 --dtype int8 --activations float16 --compute int8"],
    "devices": ["devices", "devices a100-sxm-80gb"],
    "fit": [
        "fit resnet50 --vary width=8..64:8 --max params=5M",
        "fit resnet50 --vary width=32..40 --vary H=64,96 --max params=5k",
        "fit resnet50 --vary width=1..1000000 --near macs=1.5G --min params=5M",
        "fit gpt2 --vary depth=1..4 --flops 1e16 --tokens-per-param 2.5",
    ],
    "formula": ["formula vgg16 --vars width", "formula exam-table --vars C,H --figure peak_memory"],
}


def validator(name: str) -> Any:
    return jsonschema.Draft7Validator(json.loads(json.dumps(output_schema(name))))


def printed(command: str, capsys: pytest.CaptureFixture[str]) -> Any:
    main([*command.split(), "--format", "json"])
    return json.loads(capsys.readouterr().out)


def messages(name: str, data: Any) -> list[str]:
    return [jsonschema.exceptions.best_match([error]).message for error in validator(name).iter_errors(data)]


@pytest.mark.parametrize("name", OUTPUTS)
def test_each_is_a_schema(name: str) -> None:
    found = output_schema(name)
    jsonschema.Draft7Validator.check_schema(found)
    assert found["title"] == f"archcalc.{name}/1"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name, command", [(name, command) for name in OUTPUTS for command in EXAMPLES[name]])
def test_what_commands_print(name: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    data = printed(command, capsys)
    assert messages(name, data) == []
    first = data[0] if isinstance(data, list) else data
    assert first["schema"] == f"archcalc.{name}/1"


def test_a_failure_on_standard_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: x\ninput: [3, 8, 8]\nlayers: [conv2]\n", encoding="utf-8")
    assert main(["show", str(wrong), "--format", "json"]) == 2
    assert messages("report", json.loads(capsys.readouterr().err)) == []


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", OUTPUTS)
def test_another_key_and_a_key_less_are_rejected(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    data = printed(EXAMPLES[name][0], capsys)
    found = validator(name)
    assert not found.is_valid({**data, "more": 1})
    for key in data:
        assert not found.is_valid({other: value for other, value in data.items() if other != key}), key


def as_printed(spec: str) -> dict[str, Any]:
    return json.loads(json.dumps(report(spec)))  # type: ignore[no-any-return]


def form(value: Any) -> Any:
    """What a schema looks at: types, keys, signs; text stands for any text."""
    if isinstance(value, dict):
        return tuple((key, form(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(map(form, value))
    return type(value), isinstance(value, int) and (value > 0) - (value < 0)


def of_different_form(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    seen = set()
    for row in rows:
        if (found := form(row)) not in seen:
            seen.add(found)
            yield row


def test_reports_of_shipped_specs() -> None:
    """Of rows that a schema cannot tell apart, one. The slow test below takes every spec."""
    found = validator("report")
    for spec in list(shipped.index()["specs"])[::10]:
        data = as_printed(spec)
        data["layers"] = [*of_different_form(data["layers"])]
        assert [error.message for error in found.iter_errors(data)] == [], spec


@pytest.mark.slow
@pytest.mark.parametrize("spec", shipped.names())
def test_whole_reports_of_shipped_specs_and_variants(spec: str) -> None:
    assert messages("report", as_printed(spec)) == []


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_command_prints_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(output_schema(name)))


def test_rows_of_a_sweep(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of what fits and what does not, with every figure, of a part and whole."""
    pytest.importorskip("numpy")
    found = jsonschema.Draft7Validator(json.loads(json.dumps(row_schema())))
    figures = ",".join(KNOWN)
    sweep = ["sweep", "gpt2", "--vary", "heads=5,12", "--vary", "dtype=int8", "--vary", "T=8", "--columns", figures]
    assert main([*sweep, "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["status"] == "fits" for row in rows] == [False, True]
    assert main(["sweep", "exam-table", "--vary", "H=10..30:10", "--shard", "2/2", "--format", "jsonl"]) == 0
    rows += [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for row in rows:
        assert [error.message for error in found.iter_errors(row)] == []
        for wrong in ({"status": None}, {"params": "1"}, {"macs": -1}, {"shard": "2"}, {"H": None}):
            assert not found.is_valid({**row, **wrong})
    assert not found.is_valid({"H": 1})
    assert main(["schema", "sweep"]) == 0
    assert json.loads(capsys.readouterr().out) == found.schema


def test_the_help_names_every_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert [name for name in schema_names() if not re.search(rf"[ ,]{name}[,. ;]", said)] == []
