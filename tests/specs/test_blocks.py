"""The shipped blocks, held against networks that are made of them and whose totals others measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcalc.api import report

NETWORKS = {  # steps, parameters, multiply-adds: torchvision 0.29.1, torch.utils.flop_counter / 2, but where said
    "mobilenet_v2": (
        """
        - conv: {out: 32, kernel: 3, stride: 2, padding: 1, act: relu6}
        - stage:
          repeat:
            - {expand: 1, out: 16, depth: 1}
            - {expand: 6, out: 24, depth: 2, stride: 2}
            - {expand: 6, out: 32, depth: 3, stride: 2}
            - {expand: 6, out: 64, depth: 4, stride: 2}
            - {expand: 6, out: 96, depth: 3}
            - {expand: 6, out: 160, depth: 3, stride: 2}
            - {expand: 6, out: 320, depth: 1}
        - conv: {out: 1280, kernel: 1, act: relu6}
        - global_avg_pool
        - linear: 1000
        """,
        3_504_872,
        300_774_272,
    ),
    "mobilenet_v3_small": (
        """
        - conv: {out: 16, kernel: 3, stride: 2, padding: 1, act: hardswish}
        - inverted_residual: {act: relu}
          repeat:
            - {mid: 16, out: 16, squeeze: 8, stride: 2}
            - {mid: 72, out: 24, stride: 2}
            - {mid: 88, out: 24}
        - inverted_residual: {kernel: 5, act: hardswish}
          repeat:
            - {mid: 96, out: 40, squeeze: 24, stride: 2}
            - {mid: 240, out: 40, squeeze: 64}
            - {mid: 240, out: 40, squeeze: 64}
            - {mid: 120, out: 48, squeeze: 32}
            - {mid: 144, out: 48, squeeze: 40}
            - {mid: 288, out: 96, squeeze: 72, stride: 2}
            - {mid: 576, out: 96, squeeze: 144}
            - {mid: 576, out: 96, squeeze: 144}
        - conv: {out: 576, kernel: 1, act: hardswish}
        - global_avg_pool
        - linear: {out: 1024, act: hardswish}
        - linear: 1000
        """,
        2_542_856,
        56_510_400,
    ),
    "densenet121": (
        """
        - conv: {out: 64, kernel: 7, stride: 2, padding: 3, act: relu}
        - max_pool: {kernel: 3, stride: 2, padding: 1}
        - dense_stage: 6
        - transition
        - dense_stage: 12
        - transition
        - dense_stage: 24
        - transition
        - dense_stage: 16
        - batch_norm
        - relu
        - global_avg_pool
        - linear: 1000
        """,
        7_978_856,
        2_834_161_664,
    ),
    "resnet50": (
        """
        - conv: {out: 64, kernel: 7, stride: 2, padding: 3, act: relu}
        - max_pool: {kernel: 3, stride: 2, padding: 1}
        - {bottleneck: 64, repeat: 3}
        - {bottleneck: 128, repeat: 4, first: {stride: 2}}
        - {bottleneck: 256, repeat: 6, first: {stride: 2}}
        - {bottleneck: 512, repeat: 3, first: {stride: 2}}
        - global_avg_pool
        - linear: 1000
        """,
        25_557_032,
        4_089_184_256,
    ),
    # Howard et al. 2017; 4 231 976 are the trainable parameters that keras.applications.MobileNet prints,
    # and 569 million multiply-adds are the paper's, table 4.
    "mobilenet_v1": (
        """
        - conv: {out: 32, kernel: 3, stride: 2, padding: 1, act: relu}
        - separable_conv:
          repeat: [{out: 64}, {out: 128, stride: 2}, {out: 128}, {out: 256, stride: 2}, {out: 256}]
        - separable_conv: 512
          repeat: 6
          first: {stride: 2}
        - separable_conv: 1024
          repeat: 2
          first: {stride: 2}
        - global_avg_pool
        - linear: 1000
        """,
        4_231_976,
        568_740_352,
    ),
}
BLOCKS = {
    "mobilenet_v2": """
blocks:
  stage:
    args: {expand: required, out: required, depth: required, stride: 1}
    layers:
      - expanded: {expand: expand, out: out}
        repeat: depth
        first: {stride: stride}
  expanded:
    input: [C, H, W]
    args: {expand: required, out: required, stride: 1}
    layers:
      - inverted_residual: {out: out, mid: expand*C, stride: stride}
""",
    "densenet121": """
blocks:
  dense_stage:
    args: {depth: required}
    layers:
      - dense_layer: 32
        repeat: depth
  transition:
    layers:
      - batch_norm
      - relu
      - conv: {out: "prev[0]//2", kernel: 1, norm: none}
      - avg_pool: 2
""",
}
DEFAULTS = {
    "mobilenet_v3_small": "conv: {bias: false, norm: batch_norm}, inverted_residual: {gate: hardsigmoid}",
}


@pytest.mark.parametrize("name", NETWORKS)
def test_network_made_of_blocks(name: str, tmp_path: Path) -> None:
    steps, params, macs = NETWORKS[name]
    defaults = DEFAULTS.get(name, "conv: {bias: false, norm: batch_norm}")
    head = f"name: {name}\ninput: [3, 224, 224]\ndefaults: {{{defaults}}}\n{BLOCKS.get(name, '')}"
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"{head}layers:{steps}", encoding="utf-8")
    totals = report(str(spec))["totals"]
    assert (totals["params"], totals["macs"]) == (params, macs)


# Block on an input: output, types of its rows in order, parameters. 2C of a batch norm, 2*dim of a layer norm.
ROWS = [
    (
        "[64, 8, 8]",
        "squeeze_excite: 16",
        [64, 8, 8],
        "adaptive_avg_pool conv relu conv sigmoid mul",
        (64 * 16 + 16) + (16 * 64 + 64),
    ),
    (
        "[32, 8, 8]",
        "separable_conv: {out: 64, kernel: 5, stride: 2, act: silu}",
        [64, 4, 4],
        "depthwise_conv batch_norm silu conv batch_norm silu",
        32 * 25 + 2 * 32 + 32 * 64 + 2 * 64,
    ),
    (
        "[32, 8, 8]",
        "separable_conv: {out: 64, padding: 0}",
        [64, 6, 6],
        "depthwise_conv batch_norm relu conv batch_norm relu",
        32 * 9 + 2 * 32 + 32 * 64 + 2 * 64,
    ),
    (
        "[16, 8, 8]",
        "inverted_residual: {out: 16, mid: 64, squeeze: 4, drop: 0.1}",
        [16, 8, 8],
        "conv batch_norm relu6 depthwise_conv batch_norm relu6 adaptive_avg_pool conv relu conv sigmoid mul"
        " conv batch_norm drop_path add",
        (16 * 64 + 128) + (64 * 9 + 128) + (64 * 4 + 4) + (4 * 64 + 64) + (64 * 16 + 32),
    ),
    (  # no widening where mid is what comes in, no shortcut where the stride moves it
        "[16, 8, 8]",
        "inverted_residual: {out: 16, mid: 16, stride: 2, drop: 0.1}",
        [16, 4, 4],
        "depthwise_conv batch_norm relu6 conv batch_norm",
        (16 * 9 + 32) + (16 * 16 + 32),
    ),
    (
        "[8, 8, 8]",
        "basic_block: 8",
        [8, 8, 8],
        "conv batch_norm relu conv batch_norm add relu",
        2 * (8 * 8 * 9 + 16),
    ),
    (
        "[8, 8, 8]",
        "basic_block: {out: 8, stride: 2}",
        [8, 4, 4],
        "conv batch_norm relu conv batch_norm conv batch_norm add relu",
        2 * (8 * 8 * 9 + 16) + (8 * 8 + 16),
    ),
    (
        "[8, 8, 8]",
        "dense_layer: 4",
        [12, 8, 8],
        "batch_norm relu conv batch_norm relu conv concat",
        16 + (8 * 16 + 32) + 16 * 4 * 9,
    ),
    (
        "[10, 64]",
        "transformer_encoder_layer: 4",
        [10, 64],
        "layer_norm attention add layer_norm linear gelu linear add",
        4 * 64 * 64 + 4 * 64 + 2 * 4 * 64 * 64 + 5 * 64 + 2 * 128,
    ),
    (
        "[10, 64]",
        "transformer_encoder_layer: {heads: 4, mlp: 100, act: relu, norm_first: false}",
        [10, 64],
        "attention add layer_norm linear relu linear add layer_norm",
        4 * 64 * 64 + 4 * 64 + 2 * 100 * 64 + 164 + 2 * 128,
    ),
    (
        "[10, 64]",
        "transformer_decoder_layer: {heads: 4, memory: input}",
        [10, 64],
        "layer_norm attention add layer_norm attention add layer_norm linear gelu linear add",
        2 * (4 * 64 * 64 + 4 * 64) + 2 * 4 * 64 * 64 + 5 * 64 + 3 * 128,
    ),
    (
        "[10, 64]",
        "transformer_decoder_layer: {heads: 4, memory: input, norm_first: false}",
        [10, 64],
        "attention add layer_norm attention add layer_norm linear gelu linear add layer_norm",
        2 * (4 * 64 * 64 + 4 * 64) + 2 * 4 * 64 * 64 + 5 * 64 + 3 * 128,
    ),
]


@pytest.mark.parametrize("shape, step, output, types, params", ROWS, ids=[row[1] for row in ROWS])
def test_rows(shape: str, step: str, output: list[int], types: str, params: int, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"name: block\ninput: {shape}\nlayers:\n  - {step}\n", encoding="utf-8")
    found = report(str(spec))
    assert [list(shape) for shape in found["outputs"]] == [output]
    assert [row["type"] for row in found["layers"]] == types.split()
    assert found["totals"]["params"] == params
