"""Published tables of families of networks, each from one sweep, as printed.

chinchilla_a9.csv: table A9 of Hoffmann et al. 2022, "Training compute-optimal large language models": all models.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

pytest.importorskip("numpy")

import archcalc

HERE = Path(__file__).parent

MOBILENET = {  # (alpha of 32, resolution): multiply-adds in millions
    # Howard et al. 2017, "MobileNets", tables 6 and 7
    (32, 224): 569, (24, 224): 325, (16, 224): 149, (8, 224): 41, (32, 192): 418, (32, 128): 186,
    # tensorflow/models, research/slim/nets/mobilenet_v1.md; table 7 cuts 290.7 to 290
    (32, 160): 291, (16, 192): 110, (16, 160): 77, (16, 128): 49, (8, 160): 21, (8, 128): 14,
}  # fmt: skip
"""Of the sixteen of slim, alpha 0.75 is left out: it has 317, 233, 162, 104, and 325 is what the paper has and its rows
sum to. So is 34 of (8, 192), between 41 and 21, where 30.2 is 41 * (192 / 224)^2."""

MOBILENET_PARAMS = {32: 4.2, 24: 2.6, 16: 1.3, 8: 0.5}  # table 6

EFFICIENTNET = [  # torchvision's table of weights: parameters in millions, GFLOPS (multiply-adds)
    (5.3, 0.39), (7.8, 0.69), (9.1, 1.09), (12.2, 1.83), (19.3, 4.39), (30.4, 10.27), (43.0, 19.07), (66.3, 37.75),
]  # fmt: skip

YOLOV8 = {  # Ultralytics' table of detection models: parameters in millions, FLOPs in billions
    "yolov8n": (3.2, 8.7),
    "yolov8s": (11.2, 28.6),
    "yolov8m": (25.9, 78.9),
    "yolov8l": (43.7, 165.2),
    "yolov8x": (68.2, 257.8),
}

CHINCHILLA = """\
name: chinchilla
input: {shape: [2048], dtype: int64}
vars: {width: 512, heads: 8, size: 64, depth: 8, vocabulary: 32000}
layers:
  - embedding: {entries: vocabulary, out: width}
  - steps:
      - attention: {heads: heads, head_dim: size, position_bias: 2*size} # u and v of Transformer-XL
      - custom: {out: [2048, width], params: width*heads*size, macs: 0} # the projection of relative positions
      - linear: 4*width
      - linear: width
    repeat: depth
"""


def test_mobilenet() -> None:
    vary = {"width": [32, 24, 16, 8], "H": range(224, 127, -32), "W": range(224, 127, -32)}
    rows = [*archcalc.sweep("mobilenet_v1", vary, zip="H,W", workers=1)]
    assert len(rows) == 16
    found = {(row["width"], row["H"]): row for row in rows}
    assert {key: round(found[key]["macs"] / 1e6) for key in MOBILENET} == MOBILENET
    assert {key[0]: round(row["params"] / 1e6, 1) for key, row in found.items()} == MOBILENET_PARAMS


def test_efficientnet() -> None:
    rows = archcalc.sweep("efficientnet", {"variant": "efficientnet_b*"}, workers=1)
    assert [(round(row["params"] / 1e6, 1), round(row["macs"] / 1e9, 2)) for row in rows] == EFFICIENTNET


def test_yolov8() -> None:
    """The table's last digit of yolov8l is one more than what 2 * 82,574,259,200 rounds to."""
    rows = archcalc.sweep("yolov8", {"variant": "*"}, columns="params,ops", count="flop", workers=1)
    params = {row["variant"]: round(row["params"] / 1e6, 1) for row in rows}
    assert params == {name: million for name, (million, _) in YOLOV8.items()}
    rows = archcalc.sweep("yolov8", {"variant": "*"}, workers=1)
    flops = {row["variant"]: round(2 * row["macs"] / 1e9, 1) for row in rows}
    assert flops == {name: billion for name, (_, billion) in YOLOV8.items()} | {"yolov8l": 165.1}


def test_chinchilla() -> None:
    """Every model of the table, in millions: weights, and biases but no gains of norms.

    The vocabulary of 32,000, the projection of relative positions and what has a bias are not in the table; of all
    sums L * (5 * d * heads * size + 8 * d^2 + a * heads * size + b * d) + vocabulary * d with small a and b only
    a = 5, b = 6 gives all fifty: biases of queries, keys, values, u and v, and of the three other linear layers.
    """
    with (HERE / "chinchilla_a9.csv").open(encoding="utf-8", newline="") as file:
        table = [{name: int(cell) for name, cell in row.items()} for row in csv.DictReader(file)]
    spec = archcalc.Spec.from_text(CHINCHILLA, "chinchilla.yaml")
    vary = {name: [row[name] for row in table] for name in ("width", "heads", "size", "depth")}
    rows = archcalc.sweep(spec, vary, zip="width,heads,size,depth", columns="params", workers=1)
    assert [round(row["params"] / 1e6) for row in rows] == [row["params_m"] for row in table]
    assert len(table) == 50
