"""Training held to published figures.

Korthikanti et al. 2022, "Reducing activation recomputation in large transformer models" (arXiv 2205.05198): figures 1
and 7, table 5; digits as in calculon-ai/calculon, calculon/llm/validation.py. They leave out "small buffers": the means
and deviations of layer norms, which are all that is kept in float32 here.
Hoffmann et al. 2022 (Chinchilla, arXiv 2203.15556), table A4. Chowdhery et al. 2022 (PaLM, arXiv 2204.02311), appendix
B. Brown et al. 2020 (GPT-3, arXiv 2005.14165), table D.1.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

import archcalc
from archcalc.costs.recipes import Recipe, state

GIB = 2**30
SHARDS = 8
"""GPUs that share a layer in all four."""


class Model(NamedTuple):
    """Samples at once, stages of the pipeline, and how often it is interleaved (None: not)."""

    batch: int
    stages: int
    interleaved: int | None
    layers: int

    @property
    def in_flight(self) -> int:
        """Layers whose activations the first stage keeps, in 1 / (stages * interleaved) of a layer."""
        return self.layers * (self.divisor + (self.stages - 1 if self.interleaved else 0))

    @property
    def divisor(self) -> int:
        return self.stages * (self.interleaved or 1)


MODELS = {
    "megatron_22b": Model(4, 1, None, 48),
    "gpt3_175b": Model(1, 8, 3, 96),
    "mt_nlg_530b": Model(1, 35, 3, 105),
    "megatron_1t": Model(1, 64, None, 128),
}


def layer(name: str, gpus: int, *anew: str) -> int:
    """Bytes that one layer keeps, without the float32 of its norms."""
    found = archcalc.train(
        "megatron",
        variant=name,
        settings={"gpus": str(gpus), "depth": "1"},
        batch=MODELS[name].batch,
        precision="mixed",
        dropout_mask="byte",
        checkpoint=anew,
    )["kept_by_dtype"]
    return found["float16"] + found.get("uint8", 0)


ATTEND = "layer1/0/residual1/attend"

FIGURE_1 = {  # tensor parallelism; sequence parallelism and selective recomputation; parameters, gradients, optimizer
    "megatron_22b": (59.25, 9.5625, 45.5625),
    "gpt3_175b": (66.84375, 12.3515625, 45.5625),
    "mt_nlg_530b": (114.0234375, 23.076171875, 31.640625),
    "megatron_1t": (131.25, 26.5625, 32.958984375),
}


@pytest.mark.parametrize("name", MODELS)
def test_figure_1_of_korthikanti(name: str) -> None:
    model, (parallel, selective, states) = MODELS[name], FIGURE_1[name]
    assert layer(name, SHARDS) * model.in_flight == parallel * GIB * model.divisor
    assert layer(name, 1, ATTEND) * model.in_flight == selective * GIB * model.divisor * SHARDS
    found = archcalc.report("megatron", variant=name, settings={"depth": "1"})["layers"]
    matrices = [weight["shape"] for row in found for weight in row["weights"] if len(weight["shape"]) == 2]
    elements = sum(rows * columns for rows, columns in matrices) * model.layers
    bytes_ = sum(state(Recipe("adamw", "mixed", "float32"), elements, {(elements,): 1}))
    assert bytes_ == states * GIB * SHARDS * model.stages


FIGURE_7 = {  # in % of tensor parallelism: with sequence parallelism, selective recomputation, both, all computed anew
    "megatron_22b": (66.772151899, 49.367088608, 16.139240506, 7.594936709),
    "gpt3_175b": (61.956521739, 56.52173913, 18.47826087, 8.695652174),
    "mt_nlg_530b": (58.333333333, 61.904761905, 20.238095238, 9.523809524),
    "megatron_1t": (58.333333333, 61.904761905, 20.238095238, 9.523809524),
}


@pytest.mark.parametrize("name", MODELS)
def test_figure_7_of_korthikanti(name: str) -> None:
    whole = layer(name, SHARDS)
    found = (
        layer(name, 1) / SHARDS,
        layer(name, SHARDS, ATTEND),
        layer(name, 1, ATTEND) / SHARDS,
        layer(name, 1, "layer1"),
    )
    assert [100 * one / whole for one in found] == pytest.approx(FIGURE_7[name], rel=1e-9)


HFU_TO_MFU = {  # table 5: 43.7 to 41.5, 52.8 to 51.4, 57.0 to 56.0 and 57.0 to 56.3, by their own formulas
    "megatron_22b": 43.813172 / 41.650671,
    "gpt3_175b": 52.772233 / 51.388232,
    "mt_nlg_530b": 56.963184 / 56.046184,
    "megatron_1t": 57.007549 / 56.268129,
}


@pytest.mark.parametrize("name", MODELS)
def test_what_selective_recomputation_adds(name: str) -> None:
    """To three times the forward pass of all layers and of the output's 51,200 words (their equation 7).

    Their equation 8 adds all of the attention once more, its backward pass too: three times what is computed anew.
    """
    found = archcalc.train("megatron", variant=name, settings={"depth": "1"}, checkpoint=ATTEND)
    hidden = archcalc.load("megatron", variant=name, depth=1).outputs[0][-1]
    model = 3 * (found["forward_macs"] * MODELS[name].layers + 2048 * hidden * 51_200)
    again = found["recomputed_macs"] * MODELS[name].layers
    assert 1 + 3 * again / model == pytest.approx(HFU_TO_MFU[name], rel=1e-6)


CHINCHILLA = [  # width, heads, layers, N, FLOPs / 6 N D as published and as computed from the paper's formulas
    (640, 10, 10, 73_728_000, 1.03, 1.026389),
    (1024, 16, 20, 305_397_760, 1.10, 1.101931),
    (1280, 10, 24, 552_140_800, 1.08, 1.083828),
    (1792, 14, 26, 1_142_751_232, 1.04, 1.044736),
    (2048, 16, 28, 1_592_262_656, 1.03, 1.033462),
    (3584, 28, 40, 6_794_117_120, 0.99, 0.994429),
]
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


@pytest.mark.parametrize("width, heads, layers, params, published, computed", CHINCHILLA)
def test_table_a4_of_chinchilla(
    width: int, heads: int, layers: int, params: int, published: float, computed: float, tmp_path: Any
) -> None:
    """FLOPs of the layers, three operations for each score of a softmax among them, to 6 N D."""
    path = tmp_path / "net.yaml"
    path.write_text(BLOCK.format(width=width, heads=heads, inner=4 * width), encoding="utf-8")
    rows = archcalc.train(str(path))["layers"][1:]
    macs = sum(row["forward_macs"] + row["backward_weight_macs"] + row["backward_input_macs"] for row in rows)
    flops = (2 * macs + 3 * 3 * heads * 2048**2) * layers
    found = flops / (6 * params * 2048)
    assert found == pytest.approx(computed, abs=6e-7)
    assert found == pytest.approx(published, rel=0.005)


def test_flops_a_token_of_palm(tmp_path: Any) -> None:
    """6 N + 12 L H Q T: 118 layers, 48 heads of 256, 2,048 tokens; 238.3K tokens/s on 6,144 chips of 275 TFLOP/s."""
    path = tmp_path / "net.yaml"
    path.write_text(
        "name: palm\ninput: [2048, 256]\nlayers:\n"
        "  - linear: 12288\n    name: queries\n"
        "  - scaled_dot_product_attention: {heads: 48}\n    from: [queries, queries, queries]\n    name: core\n",
        encoding="utf-8",
    )
    core = archcalc.train(str(path))["layers"][1]
    macs = core["forward_macs"] + core["backward_weight_macs"] + core["backward_input_macs"]
    flops = 6 * 540_350_000_000 + 118 * 2 * macs // 2048
    assert flops == 3_277_734_806_784
    assert 238.3e3 * flops / (6144 * 275e12) == pytest.approx(0.462, rel=0.001)


@pytest.mark.parametrize(
    "params, tokens, published",
    [(125_000_000, 300e9, 2.25e20), (1_320_000_000, 300e9, 2.38e21), (12_850_000_000, 300e9, 2.31e22),
     (174_600_000_000, 300e9, 3.14e23)],
)  # fmt: skip
def test_6nd_of_gpt3(params: int, tokens: float, published: float, tmp_path: Any) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(
        "name: gpt3\ninput: {shape: [1], dtype: int64}\nlayers:\n"
        f"  - custom: {{out: [1], params: {params}, macs: {params}}}\n",
        encoding="utf-8",
    )
    run = archcalc.train(str(path), samples=int(tokens))["run"]
    assert run["flops_6nd"] == 6 * params * int(tokens)
    assert run["flops_6nd"] == pytest.approx(published, rel=0.002)
