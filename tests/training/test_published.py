"""Training held to published figures, a row each: ``computed`` is what the papers' own formulas give, to its digits.

``published`` is rounded, or measured, and differs from it by ``relative_difference``.

published_memory.csv: Korthikanti et al. 2022, "Reducing activation recomputation in large transformer models" (arXiv
2205.05198), figures 1 and 7. They leave out "small buffers": the means and deviations of layer norms, which are all
that is kept in float32 here. Rajbhandari et al. 2020 (ZeRO), figure 1 and table 1.
published_flops.csv: table 5 of Korthikanti et al., table A4 of Chinchilla, table D.1 of GPT-3, appendix B of PaLM.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import archcalc
from archcalc.costs.recipes import Recipe, state

Row = dict[str, str]
GIB, GB = 2**30, 10**9
SHARDS = 8
"""GPUs that share a layer in all four."""


def table(name: str) -> list[Row]:
    with open(Path(__file__).parent / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named(row: Row) -> str:
    return " ".join(filter(None, [row["model"], row["quantity"], row.get("mode")]))


def hold(row: Row, found: float) -> None:
    """To all digits of what the formulas give, and to what was published as near as these come."""
    assert found == pytest.approx(float(row["computed"]), rel=1e-9, abs=half_of_last_digit(row["computed"]))
    if row["published"]:
        near = abs(float(row["relative_difference"]))
        assert found == pytest.approx(float(row["published"]), rel=near + 0.00005, abs=0)


def half_of_last_digit(text: str) -> float:
    digits, _, exponent = text.partition("e")
    return 0.5001 * 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))


class Model(NamedTuple):
    """Samples at once, stages of the pipeline, how often it is interleaved (None: not).

    ``step``: of table 5 the samples of a step, its GPUs and its seconds.
    """

    name: str
    batch: int
    stages: int
    interleaved: int | None
    layers: int
    step: tuple[int, int, float]

    @property
    def in_flight(self) -> int:
        """Layers whose activations the first stage keeps, in 1 / (stages * interleaved) of a layer."""
        return self.layers * (self.divisor + (self.stages - 1 if self.interleaved else 0))

    @property
    def divisor(self) -> int:
        return self.stages * (self.interleaved or 1)


MODELS = {
    "22B": Model("megatron_22b", 4, 1, None, 48, (4, 8, 1.10)),
    "175B": Model("gpt3_175b", 1, 8, 3, 96, (64, 64, 13.75)),
    "530B": Model("mt_nlg_530b", 1, 35, 3, 105, (280, 280, 37.83)),
    "1T": Model("megatron_1t", 1, 64, None, 128, (512, 512, 71.49)),
}
ATTEND = "layer1/0/residual1/attend"


@cache
def layer(model: Model, gpus: int, *anew: str) -> int:
    """Bytes that one layer keeps, without the float32 of its norms."""
    found = archcalc.train(
        "megatron",
        variant=model.name,
        settings={"gpus": str(gpus), "depth": "1"},
        batch=model.batch,
        precision="mixed",
        dropout_mask="byte",
        checkpoint=anew,
    )["kept_by_dtype"]
    return found["float16"] + found.get("uint8", 0)


SHARES = {  # sequence parallelism, selective recomputation, both, and all computed anew
    "none": lambda model: layer(model, SHARDS),
    "seq": lambda model: layer(model, 1) / SHARDS,
    "sel": lambda model: layer(model, SHARDS, ATTEND),
    "seqsel": lambda model: layer(model, 1, ATTEND) / SHARDS,
    "full": lambda model: layer(model, 1, "layer1"),
}
STAGES = {"baseline": 0, "os": 1, "os+g": 2, "os+g+p": 3}
PARAMETERS = {"7.5B": 7_500_000_000, "128B": 128 * GB, "1T": 1000 * GB}


def kept(model: Model, mode: str) -> float:
    return SHARES[mode](model) * model.in_flight / model.divisor / GIB


def states(model: Model) -> float:
    """12 L h^2 elements, of which each stage has its layers and each GPU its shard; gradients in float32."""
    found = archcalc.report("megatron", variant=model.name, settings={"depth": "1"})["layers"]
    matrices = [weight["shape"] for row in found for weight in row["weights"] if len(weight["shape"]) == 2]
    elements = sum(rows * columns for rows, columns in matrices) * model.layers
    bytes_ = sum(state(Recipe("adamw", "mixed", "float32"), elements, {(elements,): 1}))
    return bytes_ / GIB / SHARDS / model.stages


def divided(parameters: int, stage: int, devices: int) -> float:
    recipe = Recipe("adamw", "mixed", None, stage, devices)
    return sum(state(recipe, parameters, {(parameters,): 1})) / GB


def memory(row: Row) -> list[float]:
    quantity, mode = row["quantity"], row["mode"]
    if quantity.startswith("model state"):
        devices = int(quantity.rpartition("= ")[2])
        return [divided(PARAMETERS[row["model"]], STAGES[one], devices) for one in mode.split(" / ")]
    model = MODELS[row["model"]]
    if quantity.startswith("parameters"):
        return [states(model)]
    if quantity.startswith("activations a layer"):
        return [100 * SHARES[mode](model) / SHARES["none"](model)]
    return [kept(model, mode)]


@pytest.mark.parametrize("row", table("published_memory.csv"), ids=named)
def test_memory(row: Row) -> None:
    for found, computed in zip(memory(row), row["computed"].split(" / "), strict=True):
        if row["published"]:
            hold(row, found)
        else:  # four digits
            assert float(f"{found:.4g}") == float(computed)


def test_all_of_figure_1_of_korthikanti_is_equal() -> None:
    """All twelve are the paper's to the last digit."""
    rows = [row for row in table("published_memory.csv") if row["unit"] == "GiB"]
    assert [memory(row) for row in rows] == [[float(row["published"])] for row in rows]
    assert len(rows) == 12


def utilization(model: Model, again: bool) -> float:
    """In % of 312 TFLOP/s: three times the forward pass of all layers and of the output's 51,200 words (equation 7).

    Their equation 8 adds all of the attention once more, its backward pass too: three times what is computed anew.
    """
    found = archcalc.train("megatron", variant=model.name, settings={"depth": "1"}, checkpoint=ATTEND)
    hidden = archcalc.load("megatron", variant=model.name, depth=1).outputs[0][-1]
    macs = 3 * (found["forward_macs"] * model.layers + 2048 * hidden * 51_200)
    macs += 3 * found["recomputed_macs"] * model.layers if again else 0
    samples, gpus, seconds = model.step
    return 100 * 2 * macs * samples / (gpus * seconds * 312e12)


CHINCHILLA = {  # width, heads, layers, N
    "73M": (640, 10, 10, 73_728_000),
    "305M": (1024, 16, 20, 305_397_760),
    "552M": (1280, 10, 24, 552_140_800),
    "1.1B": (1792, 14, 26, 1_142_751_232),
    "1.6B": (2048, 16, 28, 1_592_262_656),
    "6.8B": (3584, 28, 40, 6_794_117_120),
}
BLOCK = """\
name: chinchilla
input: [2048, {width}]
layers:
  - linear: {{out: {width}, bias: false}}
    name: before
  - attention: {{heads: {heads}, bias: false}}
    name: attention
  - linear: {{out: {inner}, bias: false}}
    name: up
  - linear: {{out: {width}, bias: false}}
    name: down
"""


def three_passes(row: Any) -> int:
    found: int = row["forward_macs"] + row["backward_weight_macs"] + row["backward_input_macs"]
    return found


def chinchilla(name: str, path: Path) -> float:
    """FLOPs of the layers, three operations for each score of a softmax among them, to 6 N D."""
    width, heads, layers, params = CHINCHILLA[name]
    path.write_text(BLOCK.format(width=width, heads=heads, inner=4 * width), encoding="utf-8")
    macs = sum(map(three_passes, archcalc.train(str(path))["layers"][1:]))
    return (2 * macs + 3 * 3 * heads * 2048**2) * layers / (6 * params * 2048)


SIX_N_D = {  # parameters, and tokens
    "GPT-3 Small": (125_000_000, 300 * GB),
    "GPT-3 XL": (1_320_000_000, 300 * GB),
    "GPT-3 13B": (12_850_000_000, 300 * GB),
    "GPT-3 175B": (174_600_000_000, 300 * GB),
    "T5-11B": (11_000_000_000, 1000 * GB),
}


def six_n_d(name: str, path: Path) -> float:
    """As train prints it; half of it for T5, of which each token sees one half, encoder or decoder."""
    params, tokens = SIX_N_D[name]
    custom = f"  - custom: {{out: [1], params: {params}, macs: {params}}}\n"
    path.write_text(f"name: net\ninput: {{shape: [1], dtype: int64}}\nlayers:\n{custom}", encoding="utf-8")
    found = archcalc.train(str(path), samples=tokens)
    assert found["run"]["flops_6nd"] == found["flops_6nd"] * tokens
    return found["run"]["flops_6nd"] / (2 if name.startswith("T5") else 1)


PALM = """\
name: palm
input: [2048, 256]
layers:
  - linear: 12288
    name: queries
  - scaled_dot_product_attention: {heads: 48}
    from: [queries, queries, queries]
    name: core
"""


def palm(quantity: str, path: Path) -> float:
    """6 N + 12 L H Q T: 540.35G parameters, 118 layers of 48 heads of 256, 2,048 tokens."""
    path.write_text(PALM, encoding="utf-8")
    attention = 118 * 2 * three_passes(archcalc.train(str(path))["layers"][1]) // 2048
    flops = 6 * 540_350_000_000 + (0 if "without attention" in quantity else attention)
    return flops if quantity.startswith("model FLOPs") else 100 * 238.3e3 * flops / (6144 * 275e12)


@pytest.mark.parametrize("row", table("published_flops.csv"), ids=named)
def test_operations(row: Row, tmp_path: Path) -> None:
    name, quantity, path = row["model"], row["quantity"], tmp_path / "net.yaml"
    if name in CHINCHILLA:
        found = chinchilla(name, path)
    elif name in SIX_N_D:
        found = six_n_d(name, path)
    elif name in MODELS:
        found = utilization(MODELS[name], quantity.startswith("HFU"))
    else:
        found = palm(quantity, path)
    hold(row, found)
