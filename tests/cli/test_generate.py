"""archcalc generate: what it prints, what it refuses, and that the Python API says the same."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.cli import main

NET = """\
name: net
input: {shape: [T], dtype: int64}
vars: {T: 8}
layers:
  - embedding: {entries: 10, out: 4}
    name: tokens
  - attention: {heads: 2, causal: true, bias: false}
    name: far
  - attention: {heads: 2, kv_heads: 1, causal: true, window: 3, bias: false}
    name: near
  - linear: {out: 10, bias: false}
    name: next
"""


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return str(path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["generate", *arguments]) == 0
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(printed(capsys, *arguments, "--format", "json"))


def test_by_hand(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    """far projects 4 * 16 = 64 a token, near 4 * (4 + 2 + 2 + 4) = 48, next 40: 152 in all.

    A query and a key take 2 * 4 = 8. After c tokens far's query sees c + 1, near's at most 3.
    far keeps 2 * 4 numbers a token, near 2 * 2 of at most 3 tokens.
    """
    found = document(capsys, net, "--prompt", "5", "--tokens", "6")
    assert (found["prompt"], found["tokens"], found["context"]) == (5, 6, 10)
    first, last = 152 + 8 * (6 + 3), 152 + 8 * (11 + 3)
    cache = {5: 4 * (8 * 5 + 4 * 3), 10: 4 * (8 * 10 + 4 * 3)}
    assert found["steps"] == [
        {"context": 5, "macs": first, "cache_bytes": cache[5]},
        {"context": 10, "macs": last, "cache_bytes": cache[10]},
    ]
    assert (found["step_macs"], found["cache_bytes"]) == (last, cache[10])
    assert found["cache_elements_per_token"] == 12
    assert found["cache_bytes_per_token"] == 48
    # near counts 3 keys for each of 5 queries; causal, they see 1 + 2 + 3 + 3 + 3
    assert found["prefill_macs"] == 5 * 152 + 8 * (25 + 15)
    assert found["prefill_macs_causal"] == 5 * 152 + 8 * (15 + 12)
    # a token reads one row of the table, and all other weights
    assert found["weights_bytes"] == 4 * (40 + 64 + 48 + 40)
    assert found["weights_bytes_per_step"] == 4 * (4 + 64 + 48 + 40)
    assert found["total_bytes"] == found["weights_bytes"] + cache[10]


@pytest.mark.parametrize("rule, near", [("need", 3), ("window+0", 3), ("window+2", 5), ("window+99", 10), ("all", 10)])
def test_what_is_kept(rule: str, near: int, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, net, "--context", "10", "--cache", rule, "--cache-dtype", "fp16", "--batch", "3")
    assert found["cache_bytes"] == 3 * 2 * (8 * 10 + 4 * near)
    assert (found["cache_bytes_per_token"], found["cache_dtype"]) == (24, "float16")
    assert found["cache"] == ("need" if rule == "window+0" else rule)
    assert (found["prompt"], found["tokens"], len(found["steps"])) == (10, 1, 1)


def test_a_layer_has_its_share(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (net, "--batch", "2", "--prompt", "6")
    found = document(capsys, *arguments)
    for name in ("prefill_macs", "prefill_macs_causal", "step_macs", "cache_elements_per_token", "cache_bytes"):
        assert sum(layer[name] for layer in found["layers"]) == found[name], name
    rows = list(csv.reader(StringIO(printed(capsys, *arguments, "--format", "csv"))))
    assert [row[0] for row in rows[1:]] == [layer["path"] for layer in found["layers"]]
    column = rows[0].index("cache_bytes")
    assert sum(int(row[column]) for row in rows[1:]) == found["cache_bytes"] == 2 * 4 * (8 * 6 + 4 * 3)


def test_without_a_prompt_it_is_the_last_token_of_the_spec(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, net)["layers"] == document(capsys, net, "--context", "7")["layers"]
    assert document(capsys, net, "--tokens", "3")["prompt"] == 5


def test_nothing_before(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, net, "--context", "0")
    assert (found["prefill_macs"], found["cache_bytes"], found["step_macs"]) == (0, 0, 152 + 8 * 2)


def test_the_python_api_gives_the_document_of_the_command(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--prompt", "9", "--tokens", "2", "--cache", "window+1", "--dtype", "float16", "--batch", "2"]
    found = archcalc.generate(net, prompt=9, tokens=2, cache="window+1", dtype="float16", batch=2)
    assert json.loads(json.dumps(found)) == document(capsys, net, *arguments)


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_each_format_says_it(form: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, net, "--format", form, "--prompt", "5", "--tokens", "6")
    for said in ("prompt 5, 6 tokens", "224 multiply-adds after 5 tokens", "264 multiply-adds after 10", "far", "need"):
        assert said in found, (form, said)
    assert "latency" not in found


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--cache", "window"], "--cache is need, all or window+N, not 'window'"),
        (["--cache-dtype", "float61"], "--cache-dtype is one of float64,"),
        (["--context", "3", "--prompt", "4"], "--context asks for one step"),
        (["--sequence", "S"], "'net' has no sequence 'S'\n  = help: --sequence is one of T, input"),
        (["--prompt", "1" + "0" * 100], "--prompt has more than 100 digits"),
    ],
)
def test_what_is_refused(arguments: list[str], said: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", net, *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_huge_context_is_arithmetic(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    context = 10**99
    found = document(capsys, net, "--context", str(context))
    assert found["step_macs"] == 152 + 8 * (context + 1 + 3)
    assert found["cache_bytes"] == 4 * (8 * context + 4 * 3)


@pytest.mark.parametrize("command", ["generate", "train"])
def test_figures_that_could_not_be_printed(command: str, net: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, net, "--batch", "9" * 3999, "--format", "json"]) == 2
    assert "have more than 4,000 digits" in capsys.readouterr().err
