"""archcalc generate --device: how fast a sequence is made at most."""

from __future__ import annotations

import json
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


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(NET, encoding="utf-8")
    Path("board.yaml").write_text("peaks: {float32: 1M, float16: 2M}\nbandwidth: 1MB\n", encoding="utf-8")
    Path("slow.yaml").write_text("peaks: {float32: 0.2M}\nbandwidth: 1MB\n", encoding="utf-8")


def on(**options: Any) -> Any:
    return archcalc.generate("net.yaml", **{"device": "board.yaml", **options})["device"]


def test_by_hand() -> None:
    """A million operations and a million bytes a second, after 10 tokens; microseconds computing, and reading.

    tokens: a row of 4 numbers, 16. far: 2 * (64 + 8 * 11) = 304, its 64 weights and 8 numbers of 10 tokens, 576.
    near: 2 * (48 + 8 * 3) = 144, its 48 weights and 4 numbers of 3 tokens, 240. next: 80, its 40 weights 160.
    A fifth of the peak: 16, 1,520, 720, 400. Two sequences read the weights once: 32, 608 for 896, 288, 160.
    """
    found = on(prompt=5, tokens=6)
    assert found["step_seconds"] == pytest.approx((16 + 576 + 240 + 160) / 1e6, rel=1e-12)
    assert found["tokens_per_second"] == pytest.approx(1e6 / 992, rel=1e-12)
    assert (found["compute_bound"], found["memory_bound"]) == (0, 4)
    slow = on(prompt=5, tokens=6, device="slow.yaml")
    assert slow["step_seconds"] == pytest.approx((16 + 1520 + 720 + 400) / 1e6, rel=1e-12)
    assert (slow["compute_bound"], slow["memory_bound"]) == (3, 1)
    two = on(prompt=5, tokens=6, batch=2)
    assert two["step_seconds"] == pytest.approx((32 + (256 + 640) + 288 + 160) / 1e6, rel=1e-12)
    assert two["tokens_per_second"] == pytest.approx(2 / two["step_seconds"], rel=1e-12)


def test_types() -> None:
    """int8 weights, a float16 cache and float16 computation: a quarter, a half, and two million operations a second."""
    found = on(prompt=5, tokens=6, dtype="int8", cache_dtype="float16", activations="float16")
    bytes_read = [4, 64 + 2 * 80, 48 + 2 * 12, 40]
    operations = [0, 304, 144, 80]
    each = [max(size, ops / 2) for size, ops in zip(bytes_read, operations, strict=True)]
    assert found["step_seconds"] == pytest.approx(sum(each) / 1e6, rel=1e-12)
    assert (found["computed_in"], found["peak"]) == ("float16", 2_000_000)


def test_what_is_kept_for_nothing_is_not_read() -> None:
    """The window of near reads three tokens, however many are kept."""
    assert on(context=10, cache="all")["step_seconds"] == on(context=10)["step_seconds"]


def test_the_prompt_takes_what_time_says_of_a_network_of_its_length() -> None:
    found = on(prompt=5, tokens=6, batch=3)
    alone = archcalc.time("net.yaml", device="board.yaml", settings={"T": 5}, batch=3)
    assert found["prefill_seconds"] == alone["seconds"]
    assert found["prefill_tokens_per_second"] == pytest.approx(15 / alone["seconds"], rel=1e-12)
    nothing = on(context=0)
    assert nothing["prefill_seconds"] is nothing["prefill_tokens_per_second"] is None


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "spec, dtype", [("gpt2", "float16"), ("llama-2-7b", "bfloat16"), ("mixtral-8x7b", "float8"), ("gemma3", "bfloat16")]
)
def test_shipped_decoders_read_their_weights_and_their_cache(spec: str, dtype: str) -> None:
    """Where memory binds every layer, a step reads what generate tells: each layer's bytes are rounded up."""
    whole = archcalc.generate(spec, prompt=300, tokens=2, dtype=dtype, device="h100")
    found = whole["device"]
    read = sum(whole[name] for name in ("weights_bytes_per_step", "cache_bytes", "state_bytes", "memory_bytes"))
    assert found["compute_bound"] == 0
    layers = len(whole["layers"])
    assert 0 <= found["step_seconds"] * found["bandwidth"] - read <= 2 * layers
    assert found["step_seconds"] >= 2 * whole["step_macs"] / found["peak"]


def test_weights_that_layers_share_are_read_with_the_work_that_they_do() -> None:
    """gpt2's last layer multiplies by the table of tokens: with many sequences it computes for longer than it reads."""
    few, many = (archcalc.generate("gpt2", context=9, batch=batch, device="T4")["device"] for batch in (1, 4096))
    assert (few["compute_bound"], many["compute_bound"] > 0) == (0, True)
    table = 50257 * 768
    slowest = archcalc.generate("gpt2", context=0, batch=4096, device="T4")
    least = 2 * slowest["step_macs"] / 8.1e12
    assert least <= slowest["device"]["step_seconds"] < least + 4 * table / 320e9


@pytest.mark.parametrize("form", ["table", "markdown", "html", "csv", "json"])
def test_formats(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["generate", "net.yaml", *"--prompt 5 --tokens 6 --device board.yaml --format".split(), form]
    assert main(arguments) == 0
    text = capsys.readouterr().out
    if form == "json":
        assert json.loads(text)["device"] == on(prompt=5, tokens=6)
    elif form != "csv":
        assert "at least 992 us after 10 tokens, at most 1,008 tokens a second" in text
        assert "computation in 0 layers, memory in 4 layers" in text
    if form == "table":
        assert max(map(len, text.splitlines())) < 120


def test_nothing_is_said_of_it_without_a_device() -> None:
    assert "device" not in archcalc.generate("net.yaml")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--device", "h101"], "did you mean 'h100'?"),
        (["--device", "board.yaml", "--dtype", "int8"], "board has no peak of int8: it has those of float32, float16"),
        (
            ["--device", "board.yaml", "--dtype", "int8"],
            "--dtype float32, or --activations float32 for that peak alone",
        ),
        (["--device", "board.yaml", "--activations", "int3"], "--activations is one of"),
        (["--activations", "float16"], "--activations is the type that a device computes in"),
    ],
)
def test_what_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "net.yaml", *arguments]) == 2
    assert said in capsys.readouterr().err
