"""Every shipped spec and variant has the parameters and multiply-adds that others published or that hands derived."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archcalc.api import report

from .derived import classification, generative, microcontroller, other, segmentation, sequence, teaching
from .write_index import shipped

with (Path(__file__).parent / "published.csv").open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))

DERIVED = {
    name: cost
    for module in (classification, generative, microcontroller, other, segmentation, sequence, teaching)
    for name, cost in module.DERIVED.items()
}


@pytest.mark.sampled(12)
@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["variant"] or row["spec"])
def test_totals(row: dict[str, str]) -> None:
    found = report(row["variant"] or row["spec"], count="mac")
    totals = found["totals"]
    assert (found["spec"], found["variant"] or "") == (row["spec"], row["variant"])
    assert (totals["params"], totals["macs"], totals["ops"]) == (int(row["params"]), int(row["macs"]), int(row["macs"]))


def test_every_spec_and_variant_has_a_row() -> None:
    specs = [spec for spec in shipped().values() if "layers" in spec]
    expected = [(spec["name"], variant) for spec in specs for variant in ("", *spec.get("variants", {}))]
    assert sorted((row["spec"], row["variant"]) for row in PUBLISHED) == sorted(expected)


def test_rows_derived_by_hand_are_what_the_derivation_gives() -> None:
    by_hand = {row["spec"]: row for row in PUBLISHED if "derived" in row["source"]}
    assert {name: (int(row["params"]), int(row["macs"])) for name, row in by_hand.items()} == DERIVED


@pytest.mark.parametrize(
    "blocks, millions", [(3, "0.27"), (5, "0.46"), (7, "0.66"), (9, "0.85"), (18, "1.7"), (200, "19.4")]
)
def test_cifar_resnets_of_the_paper(blocks: int, millions: str) -> None:
    """He et al. 2015, table 6, in millions of parameters as printed there."""
    params = report("resnet1202", settings={"depth": str(blocks)})["totals"]["params"]
    assert f"{params / 1e6:.{len(millions.partition('.')[2])}f}" == millions


@pytest.mark.parametrize("name", ["alexnet", "vgg11", "resnet18", "googlenet"])
def test_other_image_sizes_have_the_same_parameters(name: str) -> None:
    larger = report(name, inputs={None: (3, 320, 288)})["totals"]
    usual = report(name)["totals"]
    assert larger["params"] == usual["params"]
    assert larger["macs"] > usual["macs"]


@pytest.mark.parametrize(
    "name, settings, ratio",
    [
        ("plain-rnn", {"T": "100"}, 100),
        ("lstm-stacked", {"T": "100"}, 100),
        ("single-gate-gru", {"T": "100"}, 100),
        ("wavenet", {"T": "32000"}, 2),
    ],
)
def test_longer_sequences_cost_in_proportion(name: str, settings: dict[str, str], ratio: int) -> None:
    longer, usual = report(name, settings=settings)["totals"], report(name)["totals"]
    assert (longer["params"], longer["macs"]) == (usual["params"], ratio * usual["macs"])


@pytest.mark.parametrize("name", ["bert-base", "gpt2"])
def test_shorter_texts_have_the_same_parameters(name: str) -> None:
    assert report(name, settings={"T": "128"})["totals"]["params"] == report(name)["totals"]["params"]


def number_variables() -> list[tuple[str, str]]:
    return [
        (spec["name"], variable)
        for spec in shipped().values()
        if "layers" in spec
        for variable, value in spec.get("vars", {}).items()
        if type(value) is int
    ]


@pytest.mark.sampled(40)
@pytest.mark.parametrize("name, variable", number_variables())
def test_every_number_can_be_set_and_matters(name: str, variable: str) -> None:
    values = next(spec for spec in shipped().values() if spec["name"] == name)["vars"]
    settings = {variable: str(2 * values[variable])}
    if variable == "T" and "context" in values:  # a longer text needs as many learned positions
        settings["context"] = settings["T"]
    assert size(report(name, settings=settings)) != usual_size(name)


@cache
def usual_size(name: str) -> tuple[int, int]:
    return size(report(name))


def size(found: dict[str, Any]) -> tuple[int, int]:
    """Parameters and elementary operations of every kind."""
    return found["totals"]["params"], sum(sum(row["ops_by_kind"].values()) for row in found["layers"])


@pytest.mark.parametrize(
    "variant, params, macs",
    [
        ("mobilenet_v1_1.0", "4.2", "569"),
        ("mobilenet_v1_0.75", "2.6", "325"),
        ("mobilenet_v1_0.5", "1.3", "149"),
        ("mobilenet_v1_0.25", "0.5", "41"),
        ("randwire", "5.6", "584"),
    ],
)
def test_millions_as_printed_in_the_papers(variant: str, params: str, macs: str) -> None:
    """Howard et al. 2017, table 6. Xie et al. 2019, table 2: 583 +- 6.2 million over random seeds."""
    totals = report(variant)["totals"]
    assert (f"{totals['params'] / 1e6:.1f}", f"{totals['macs'] / 1e6:.0f}") == (params, macs)


@pytest.mark.parametrize(
    "name, size",
    [
        ("resnet8", 310_832 // 4 - 2),  # two numbers are a shape
        ("visual-wake-words", 843_408 // 4),
        ("anomaly-autoencoder", 1_063_456 // 4),
    ],
)
def test_weights_of_the_files_of_mlperf_tiny(name: str, size: int) -> None:
    """mlcommons/tiny@1afd2c9: the float32 constants of the TensorFlow Lite files, where norms are part of a layer."""
    layers = report(name)["layers"]
    found = sum(row["params"] for row in layers if row["type"] != "batch_norm")
    assert abs(found - size) <= 4
