"""``archcalc count``, and ``--count`` with several conventions or one of the user's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from archcalc.cli import main
from archcalc.conventions import CONVENTIONS, NEWEST, find_convention
from archcalc.conventions.groups import GROUPS
from archcalc.render import FORMATS

# The convolution: 4*2 * 8 = 64 multiply-adds, 32 biases; relu 32 elements, twice in ptflops.
NET = "name: net\ninput: [2, 8]\nlayers:\n  - conv: {out: 4, kernel: 1, act: relu}\n"
TABLE = """\
net, input 2x8

Convention  Unit           Total  minus mac
-------------------------------------------
mac         multiply-adds     64
ptflops     multiply-adds    160        +96

ptflops - mac = 96: relu 64, convolution 32
"""
MARKDOWN = """\
net, input 2x8

| Convention | Unit | Total | minus mac |
| --- | --- | ---: | ---: |
| mac | multiply-adds | 64 |  |
| ptflops | multiply-adds | 160 | +96 |

- ptflops - mac = 96: relu 64, convolution 32
"""


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    (tmp_path / "my.yaml").write_text("unit: cycles\noperations: {cmp: 3}\n", encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("operations: {macs: 3}\n", encoding="utf-8")
    return "net.yaml"


def out(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments]) == 0
    return capsys.readouterr().out


def test_every_convention_is_a_column_and_every_group_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    head, _, *rows = out(capsys, "count").split("\n\n")[0].splitlines()
    assert head.split() == list(NEWEST)
    assert len(rows) == len(GROUPS)
    for row, group in zip(rows, GROUPS, strict=True):
        cells = row.removeprefix(group).split()
        assert row.startswith(group)
        rules = [convention.rules.get(group) for convention in map(find_convention, NEWEST)]
        assert cells == [rule.sign if rule else "-" for rule in rules]


def test_every_sign_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(out(capsys, "count").partition("Signs\n")[2].split())
    for convention in map(find_convention, NEWEST):
        assert convention.counts.replace("- ", "-") in text.replace("- ", "-")
        for rule in convention.rules.values():
            assert rule.words in text


@pytest.mark.parametrize("name", CONVENTIONS)
def test_one_convention_in_full(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    convention = find_convention(name)
    text = " ".join(out(capsys, "count", name).split())
    assert convention.source in text
    for reason, networks in convention.wrong.items():
        assert f"{reason}: {', '.join(networks.split())}" in text
    for rule in convention.rules.values():
        assert rule.words in text
    for note in convention.notes:
        assert note in text


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(out(capsys, "count", "--format", "json"))
    assert found["schema"] == "archcalc.count/1"
    assert [convention["name"] for convention in found["conventions"]] == list(NEWEST)
    assert found["kinds"]["convolution"] == ["conv", "depthwise_conv"]
    one = json.loads(out(capsys, "count", "fvcore", "--format", "json"))
    assert one["conventions"] == [item for item in found["conventions"] if item["name"] == "fvcore"]


def test_an_unknown_convention(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", "fvcor"]) == 2
    assert "unknown counting convention 'fvcor'" in capsys.readouterr().err


def test_the_help_says_how_to_state_a_convention(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "count", "--help")
    for word in ("operations:", "kinds:", "base:", "unit:", "--count my.yaml"):
        assert word in text


@pytest.mark.parametrize("form, text", [("table", TABLE), ("markdown", MARKDOWN)])
def test_two_conventions(form: str, text: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, "show", net, "--count", "mac,ptflops", "--format", form) == text


def test_two_conventions_as_json(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(out(capsys, "show", net, "--count", "mac,ptflops", "--format", "json"))
    assert found["schema"] == "archcalc.counts/1"
    assert found["differences"] == [
        {"name": "ptflops", "from": "mac", "total": 96, "by_kind": {"relu": 64, "convolution": 32}}
    ]
    (line,) = out(capsys, "show", net, "--count", "mac,ptflops", "--format", "jsonl").splitlines()
    assert json.loads(line) == found
    several = json.loads(out(capsys, "show", net, net, "--count", "mac,ptflops", "--format", "json"))
    assert several == [found, found]


def test_two_conventions_as_csv(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "show", net, "--count", "mac,ptflops", "--format", "csv")
    assert list(csv.reader(io.StringIO(text))) == [
        ["kind", "mac", "ptflops"],
        ["convolution", "64", "96"],
        ["relu", "0", "64"],
    ]
    text = out(capsys, "show", net, net, "--count", "mac,ptflops", "--format", "csv")
    assert text.splitlines()[:2] == ["spec,variant,kind,mac,ptflops", "net,,convolution,64,96"]


def test_all_conventions_of_resnet_50(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "show", "resnet50", "--count", "all")
    assert (
        "ptflops - mac = 43,252,712: batch norm 22,227,968, relu 19,217,408, max pool 1,605,632,"
        " global average pool 200,704, linear 1,000\n" in text
    )
    for total in ("4,096,509,952", "8,217,431,528", "8,178,368,512", "4,111,512,576", "4,133,742,592", "8,211,108,352"):
        assert total in text


def test_a_narrow_terminal_wraps(net: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = out(capsys, "show", net, "--count", "all", "--color").splitlines()
    assert max(map(len, lines)) <= 40
    assert "Unit" not in lines[2]


def test_a_convention_of_ones_own(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(out(capsys, "show", net, "--count", "my.yaml", "--format", "json"))
    assert (found["convention"], found["unit"], found["totals"]["ops"]) == ("my", "cycles", 3 * 32)
    text = out(capsys, "show", net, "--count", "my.yaml,mac")
    assert "my - mac = 32: relu 96, convolution -64" in text


def test_a_wrong_convention_is_told_with_its_place(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", net, "--count", "wrong.yaml"]) == 2
    assert "--> wrong.yaml:1:14" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--columns", "path"], ["--depth", "1"], ["--sort", "ops"], ["--all"]])
def test_options_of_layers_do_not_go_with_totals(
    option: list[str], net: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", net, "--count", "all", *option]) == 2
    assert f"{option[0]} is for layers" in capsys.readouterr().err


@pytest.mark.parametrize("form", FORMATS["report"])
def test_a_format_is_printed_or_refused(form: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["show", net, "--count", "all", "--format", form])
    assert status == (0 if form in FORMATS["counts"] else 2)
    assert status == 0 or f"--count all does not print {form}" in capsys.readouterr().err


def test_a_spec_that_fails_does_not_stop_the_others(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "nothing.yaml", net, "--count", "mac,ptflops", "--format", "json"]) == 2
    failed, found = json.loads(capsys.readouterr().out)
    assert failed["errors"]
    assert found["conventions"][1]["total"] == 160
