"""An example of each word that holds steps, and of each shipped block: a whole spec without its name.

Its variables and the axes of its input are the names in which its page says what it computes.
"""

from __future__ import annotations

EXAMPLES = {
    "residual": """\
vars: {width: 64}
input: [width, 28, 28]
layers:
  - residual: [{conv: {out: width, kernel: 3, padding: 1}}, relu]
""",
    "parallel": """\
input: [64, 28, 28]
vars: {narrow: 32, wide: 96}
layers:
  - parallel:
      one: [{conv: {out: narrow, kernel: 1}}]
      three: [{conv: {out: wide, kernel: 3, padding: 1}}]
      same: []
  - concat
""",
    "map": """\
vars: {frames: 16, C: 3, H: 64, W: 64, out: 32}
input: [frames, C, H, W]
layers:
  - map: [{conv: {out: out, kernel: 3, padding: 1}}, global_avg_pool]
""",
    "experts": """\
input: [100, 512]
vars: {count: 8, active: 2, hidden: 2048}
layers:
  - experts: {count: count, active: active, layers: [{linear: hidden}, relu, {linear: "input[-1]"}]}
""",
    "each": """\
input: [64, 28, 28]
vars: {out: 32}
layers:
  - each: {count: 3, layers: [{conv: {out: out, kernel: 3, padding: 1}}]}
  - add
""",
    "steps": """\
input: [64, 28, 28]
vars: {out: 64}
layers:
  - steps: [{conv: {out: out, kernel: 3, padding: 1}}, relu]
    name: stage
    repeat: 2
""",
    "basic_block": """\
input: [64, 56, 56]
vars: {out: 128}
layers:
  - basic_block: {out: out, stride: 2}
""",
    "bottleneck": """\
input: [256, 56, 56]
vars: {mid: 128}
layers:
  - bottleneck: {mid: mid, stride: 2}
""",
    "dense_layer": """\
input: [64, 56, 56]
vars: {growth: 32}
layers:
  - dense_layer: growth
""",
    "inverted_residual": """\
input: [32, 56, 56]
vars: {out: 64, mid: 192}
layers:
  - inverted_residual: {out: out, mid: mid, stride: 2}
""",
    "separable_conv": """\
input: [32, 112, 112]
vars: {out: 64}
layers:
  - separable_conv: out
""",
    "squeeze_excite": """\
input: [96, 28, 28]
vars: {squeeze: 24}
layers:
  - squeeze_excite: squeeze
""",
    "transformer_encoder_layer": """\
input: [100, 512]
vars: {heads: 8}
layers:
  - transformer_encoder_layer: heads
""",
    "transformer_decoder_layer": """\
vars: {heads: 8, dim: 512}
input: {target: [100, dim], source: [80, dim]}
layers:
  - transformer_decoder_layer: {heads: heads, memory: source}
    from: target
""",
}
