"""``archcalc show`` as a user calls it: options, exit statuses, where output and errors go."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archcalc.cli import main

ROOT = Path(__file__).resolve().parents[2]

# conv: 8 * 3 * 3 * 3 + 8 = 224 parameters, 216 * 64 positions = 13 824 multiply-adds; linear: 8 * 10 + 10 = 90 and 80.
NET = """\
name: net
input: [3, 8, 8]
vars: {width: 8}
variants: {wide: {width: 16}}
layers:
  - conv: {out: width, kernel: 3, padding: 1}
  - global_avg_pool
  - linear: 10
    name: head
"""
PARAMS, MACS = 224 + 90, 13_824 + 80


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(NET.replace("width, kernel", "widht, kernel"), encoding="utf-8")
    return "net.yaml"


def totals(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["show", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)["totals"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "arguments, params, macs",
    [
        ([], PARAMS, MACS),
        (["--set", "width=16"], 2 * 224 + 16 * 10 + 10, 2 * 13_824 + 160),
        (["--set", "width=2*8"], 2 * 224 + 16 * 10 + 10, 2 * 13_824 + 160),
        (["--variant", "wide"], 2 * 224 + 16 * 10 + 10, 2 * 13_824 + 160),
        (["--input", "3x16x8"], PARAMS, 2 * 13_824 + 80),
        (["--batch", "4"], PARAMS, 4 * MACS),
        (["--depth", "1"], PARAMS, MACS),
        (["--sort", "params"], PARAMS, MACS),
    ],
)
def test_options(net: str, arguments: list[str], params: int, macs: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = totals(capsys, net, *arguments)
    assert (found["params"], found["macs"]) == (params, macs)


def test_a_variant_after_a_colon(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert totals(capsys, "net.yaml:wide") == totals(capsys, net, "--variant", "wide")


@pytest.mark.parametrize(
    "word, dtype",
    [
        ("fp16", "float16"),
        ("half", "float16"),
        ("bf16", "bfloat16"),
        ("fp32", "float32"),
        ("torch.int8", "int8"),
        ("FP64", "float64"),
    ],
)
def test_a_dtype_in_other_words(word: str, dtype: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert totals(capsys, net, "--dtype", word) == totals(capsys, net, "--dtype", dtype)


def test_weights_take_the_width_that_dtype_says(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert totals(capsys, net)["weights_bytes"] == 4 * PARAMS
    assert totals(capsys, net, "--dtype", "int4")["weights_bytes"] == PARAMS // 2


def test_the_document_counts_the_pool(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = totals(capsys, net, "--count", "document")
    assert (found["macs"], found["ops"]) == (MACS, MACS + 8 * 8 * 8)  # a global pool counts one an input element


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["show", "nix.yaml"], "no file 'nix.yaml', and no shipped spec of that name"),
        (["show", "wrong.yaml"], "wrong.yaml:6:17"),
        (["show", "net.yaml", "--set", "widht=3"], "did you mean 'width'?"),
        (["show", "net.yaml", "--set", "width"], "--set takes NAME=VALUE"),
        (["show", "net.yaml", "--variant", "wid"], "did you mean 'wide'?"),
        (["show", "net.yaml", "--count", "macs"], "did you mean 'mac'?"),
        (["show", "net.yaml", "--input", "3,8,8"], "--input takes sizes with x between them"),
        (["show", "net.yaml", "--columns", "parms"], "did you mean 'params'?"),
        (["show", "net.yaml", "--max-work", "100"], "--max-work N allows more"),
        (["show", "net.yaml", "--format", "jsn"], "json"),
        (["show"], "SPEC..."),
        (["shwo", "net.yaml"], "did you mean 'show'?"),
    ],
)
def test_a_wrong_call_or_spec_is_status_2(
    net: str, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err


def test_one_wrong_spec_in_json_goes_to_standard_error(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "wrong.yaml", "--format", "json"]) == 2
    out, err = capsys.readouterr()
    found = json.loads(err)
    assert out == ""
    assert found["spec"] == "wrong.yaml"
    assert [(error["file"], error["line"], error["column"]) for error in found["errors"]] == [("wrong.yaml", 6, 17)]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_wrong_spec_among_others_stops_none_of_them(net: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", net, "wrong.yaml", net, "--format", form]) == 2
    out = capsys.readouterr().out
    found = json.loads(out) if form == "json" else [json.loads(line) for line in out.splitlines()]
    assert ["totals" in item for item in found] == [True, False, True]
    assert found[1]["errors"][0]["line"] == 6


def test_standard_input(net: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NET.encode())))
    assert totals(capsys, "-")["params"] == PARAMS


def test_csv_has_plain_integers_and_no_totals(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", net, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["path"] for row in rows] == ["conv1", "global_avg_pool1", "head"]
    assert [int(row["params"]) for row in rows] == [224, 0, 90]


def test_a_defect_is_status_3_and_says_how_to_report_it(
    net: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("archcalc.request.build_report", lambda *_, **__: 1 // 0)
    assert main(["show", net]) == 3
    err = capsys.readouterr().err
    assert err.startswith("error: a defect of archcalc, not of your spec: ZeroDivisionError")
    assert "please report it" in err


def test_an_interrupt_is_status_130(net: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("archcalc.request.build_report", interrupted)
    assert main(["show", net]) == 130


def test_a_file_is_written_whole_or_not_at_all(net: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    assert main(["show", net, "--format", "csv", "-o", str(out)]) == 0
    written = out.read_text(encoding="utf-8")
    assert written.startswith("path,")
    assert main(["show", "wrong.yaml", "--format", "csv", "-o", str(out)]) == 2
    assert out.read_text(encoding="utf-8") == written
    assert main(["show", net, "-o", str(tmp_path)]) == 2
    assert main(["show", net, "-o", str(tmp_path / "no" / "where.txt")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.yaml", "out.csv", "wrong.yaml"]
    assert "cannot write" in capsys.readouterr().err


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command line in bash, ``archcalc`` being this checkout."""
    prelude = f'set -o pipefail; archcalc() {{ "{sys.executable}" -m archcalc "$@"; }}; '
    return subprocess.run(
        ["bash", "-c", prelude + command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


def test_a_closed_pipe_ends_quietly(net: str, tmp_path: Path) -> None:
    done = shell("archcalc show resnet1202 --format json | head -c 10; echo ${PIPESTATUS[0]}", tmp_path)
    assert done.stderr == ""
    assert done.stdout.endswith("0\n")


def test_a_pipe_gets_plain_text_whatever_the_width(net: str, tmp_path: Path) -> None:
    plain = shell("archcalc show resnet50 | cat", tmp_path)
    narrow = shell("archcalc show resnet50 | cat", tmp_path, COLUMNS="30", TERM="xterm-256color")
    assert plain.stdout == narrow.stdout
    assert "\x1b" not in plain.stdout
    assert "…" not in plain.stdout


def test_version_and_help() -> None:
    assert main(["--version"]) == 0
    assert main(["--help"]) == 0
    assert main(["show", "--help"]) == 0


@pytest.mark.parametrize("command, status", [("show vgg16 >&-", 0), ("show nix 2>&-", 2), ("show vgg16 >/dev/full", 2)])
def test_streams_that_cannot_be_written(tmp_path: Path, command: str, status: int) -> None:
    assert shell(f"archcalc {command}", tmp_path).returncode == status


@pytest.mark.parametrize(
    "wrong, message",
    [
        (["--count", "flops"], "unknown counting convention 'flops'"),
        (["--count", "mac,flops"], "unknown counting convention 'flops'"),
        (["--count", "none.yaml"], "cannot read 'none.yaml'"),
        (["--set", "width=["], "this bracket is never closed"),
    ],
)
def test_a_wrong_option_is_told_once_for_all_specs(net: str, capsys, wrong: list[str], message: str) -> None:
    assert main(["show", net, "resnet18", *wrong]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("error:"), err.count(message)) == ("", 1, 1)
