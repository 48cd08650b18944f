"""The cache as a figure: derived, as a closed form, and swept."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

import archcalc
from archcalc.cli import main


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_explain_tells_the_layers_that_keep_as_much(capsys: pytest.CaptureFixture[str]) -> None:
    found = explained(capsys, "gpt2", "--figure", "kv_cache@100", "--activations", "float16")
    assert "cache of 100 tokens (bytes) = layers·numbers a token·tokens kept·2 = 12·1536·100·2 = 3,686,400" in found
    small = ("gemma3", "--set", "T=64", "--set", "depth=12")
    windows = explained(capsys, *small, "--figure", "kv_cache@2000", "--activations", "int4")
    assert "(10·4096·1024 + 2·4096·2000)·4/8" in windows
    assert explained(capsys, "gpt2", "--figure", "kv_cache").endswith("12·1536·1024·4 = 75,497,472")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["gpt2", "--figure", "kv_cache@many"], "'kv_cache@many' names no number of tokens"),
        (["mamba", "--figure", "kv_cache"], "'mamba' keeps states, and nothing of each token: it has no cache"),
        (["lenet5", "--figure", "kv_cache"], "no layer of 'lenet5' is causal"),
        (["gpt2", "layer1/0", "--figure", "kv_cache"], "kv_cache is of a whole network"),
    ],
)
def test_what_is_not_derived(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "spec, names, at",
    [
        ("gpt2", "T,batch,dim,depth", {"T": 70, "batch": 3, "dim": 96, "depth": 4}),
        ("qwen3", "T,kv_heads", {"T": 9, "kv_heads": 4}),
        ("deepseek", "T,latent", {"T": 9, "latent": 64}),
        ("gemma3", "T,window", {"T": 9, "window": 4}),
        ("gemma3", "T,window", {"T": 4, "window": 9}),
        ("t5", "T,heads", {"T": 9, "heads": 4}),
    ],
)
def test_a_closed_form_is_what_the_network_keeps_there(spec: str, names: str, at: dict[str, int]) -> None:
    settings = {name: str(size) for name, size in at.items() if name != "batch"}
    small = {"depth": {"gemma3": "6"}.get(spec, "2")} if "depth" not in at else {}
    form = archcalc.formula(spec, vars=names, figure="kv_cache", settings=small)
    rest = {"settings": {**small, **settings}, "batch": at.get("batch", 1)}
    kept = archcalc.generate(spec, context=at["T"], **rest)
    assert form(**at)["kv_cache"] == kept["cache_bytes"]


def test_sweep_has_it_beside_what_moves(capsys: pytest.CaptureFixture[str]) -> None:
    """Twice the heads of keys and values keep twice as much; what moves is what 'archcalc show' says."""
    pytest.importorskip("numpy")
    arguments = ["--set", "depth=2", "--vary", "kv_heads=2,4", "--columns", "kv_cache,bytes", "--format", "csv"]
    assert main(["sweep", "qwen3", *arguments]) == 0
    rows: Any = [*csv.DictReader(capsys.readouterr().out.splitlines())]
    for row, heads in zip(rows, (2, 4), strict=True):
        assert int(row["kv_cache"]) == 4 * 2 * (2 * heads * 128) * 128
        more = ["--set", "depth=2", "--set", f"kv_heads={heads}", "--columns", "bytes", "--format", "json"]
        assert main(["show", "qwen3", *more]) == 0
        layers = json.loads(capsys.readouterr().out)["layers"]
        assert int(row["bytes"]) == sum(layer["bytes"] for layer in layers)
