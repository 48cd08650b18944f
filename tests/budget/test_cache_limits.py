"""Limits on what is kept of a sequence that is made token by token."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from archcalc.api.reference import schema
from archcalc.cli import main

NET = """\
name: net
input: {shape: [T], dtype: int64}
vars: {T: 8, heads: 2}
layers:
  - embedding: {entries: 10, out: 4}
  - attention: {heads: 2, kv_heads: heads, causal: true}
  - attention: {heads: 2, causal: true, window: 3}
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def results(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    assert main(["check", *arguments, "--format", "json"]) == status
    return json.loads(capsys.readouterr().out)["results"]


def budget(text: str) -> None:
    Path("archcalc.yaml").write_text(f"budgets:\n  - specs: net.yaml\n    {text}\n", encoding="utf-8")


def test_what_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    """8 numbers a token in each layer, of at most 3 tokens in the second: 8 * 100 + 8 * 3 of 100 tokens."""
    limits = ("kv_cache@100=4kB", "kv_cache@100=2kB @float16", "kv_cache@2=1kB", "kv_cache=1kB")
    found = results(capsys, "net.yaml", *(f"--max={limit}" for limit in limits))
    assert [one["used"] for one in found] == [4 * 824, 2 * 824, 4 * 32, 4 * 88]
    assert [one["metric"] for one in found] == ["kv_cache@100", "kv_cache@100", "kv_cache@2", "kv_cache"]
    (batched,) = results(capsys, "net.yaml", "--batch", "3", "--max=kv_cache@100=10kB")
    assert batched["used"] == 3 * 4 * 824


def test_one_that_does_not_hold_names_the_line_that_keeps_most(capsys: pytest.CaptureFixture[str]) -> None:
    budget("dtype: float16\n    max: {kv_cache@100: 1KiB}")
    assert main(["check"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "1.6 KiB (1,648 B) is over the limit of 1KiB" in said
    assert "net.yaml:6" in said


def test_growth_and_update(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.yaml").write_text(NET.replace("heads: 2}\nlayers", "heads: 1}\nlayers"), encoding="utf-8")
    (found,) = results(capsys, "net.yaml", "--base", "old.yaml", "--max-increase=kv_cache@100=10%", status=1)
    assert (found["base"], found["used"]) == (4 * 424, 4 * 824)
    budget("max: {kv_cache@100: 9kB}")
    assert main(["check", "--update"]) == 0
    assert "kv_cache@100: 3296B" in Path("archcalc.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "limit, said",
    [
        ("kv_cache@0=1kB", "'kv_cache@0' names no number of tokens"),
        ("kv_cache@many=1kB", "'kv_cache@many' names no number of tokens"),
        ("kv_cache@9=1k", "kv_cache@9 is in bytes: 1k of what?"),
    ],
)
def test_what_is_refused(limit: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "net.yaml", f"--max={limit}"]) == 2
    assert said in capsys.readouterr().err


def test_a_network_that_makes_no_sequence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "lenet5", "--max=kv_cache@9=1kB"]) == 2
    assert "no layer of 'lenet5' is causal" in "".join(capsys.readouterr())


def test_the_schema_takes_it() -> None:
    found = jsonschema.Draft7Validator(schema("budgets"))
    entry = {"specs": "net.yaml", "max": {"kv_cache@8192": "2GB @bfloat16"}}
    assert found.is_valid({"budgets": [entry]})
    entry["max"] = {"kv_cache@x": "2GB"}  # type: ignore[assignment]
    assert not found.is_valid({"budgets": [entry]})


def test_diff_tells_its_change(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.yaml").write_text(NET.replace("heads: 2}\nlayers", "heads: 1}\nlayers"), encoding="utf-8")
    assert main(["diff", "old.yaml", "net.yaml", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["kv_cache"]
    assert (found["old"], found["new"], found["change"]) == (4 * 12, 4 * 16, 16)
    assert main(["diff", "old.yaml", "net.yaml"]) == 0
    assert "cache (bytes) a token" in capsys.readouterr().out
    assert main(["diff", "lenet5", "net.yaml", "--format", "json"]) == 0
    assert "kv_cache" not in json.loads(capsys.readouterr().out)
