"""Without any reader: shipped specs, expanded, come back through structure and writer as the same network."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcalc.building.load import load_network
from archcalc.importers.graphs.proof import prove
from archcalc.importers.structure.search import FALLBACKS, described, shortest, spec_of
from archcalc.sources.source import locate
from tests.importers.expanded import graph_of

SPECS = Path(__file__).resolve().parents[2] / "specs"
NAMES = sorted(str(path.relative_to(SPECS)) for path in SPECS.glob("*/*.yaml") if path.parent.name != "blocks")
WITH_BODIES = {f"sequence/{name}.yaml" for name in ("deepseek", "jamba", "mixture-of-experts", "qwen3-moe")}
"""Specs with experts: steps that run on parts of a tensor are no nodes of a graph."""

FAST = (
    "classification/efficientnet.yaml sequence/t5.yaml"
    " classification/googlenet.yaml segmentation/unet.yaml sequence/bert-base.yaml recommendation/two-tower.yaml"
    " exam-table.yaml classification/vgg.yaml"
).split()
"""Shortcuts, rows with conditions, several inputs, shared weights, channels last."""


def check(name: str) -> None:
    graph = graph_of(load_network(locate(str(SPECS / name))))
    found = spec_of(graph)
    assert found.proof.differences == [], found.text
    assert found.proof.totals == graph.totals()
    flat = described(graph, FALLBACKS[-1]).text
    assert prove(graph, flat, "flat.yaml").differences == []
    assert found.text.count("\n") <= flat.count("\n") + 2


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", FAST)
def test_a_shipped_spec_comes_back_as_the_same_network(name: str) -> None:
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name not in WITH_BODIES])
def test_every_shipped_spec_comes_back_as_the_same_network(name: str) -> None:
    check(name)


def test_what_is_written_is_about_as_short_as_what_was_expanded() -> None:
    graph = graph_of(load_network(locate(str(SPECS / "classification/resnet.yaml"))))
    text = shortest(graph).text
    assert text.count("\n") <= 40  # 54 lines by hand, with sources and variants
    assert "when: C != 4*mid" in text  # the shortcut's projection, which the first of a stage has


@pytest.mark.parametrize(
    "change, difference",
    [
        (("kernel: 2", "kernel: 3"), "params"),
        (("stride: 2", "stride: 1"), "macs"),
        (("relu", "silu"), "is not written: skip"),
        (("[skip, prev]", "[prev, skip]"), "the outputs are not computed from the same layers"),
        (("    share: stem\n", ""), "params"),
    ],
)
def test_the_proof_tells_what_differs(change: tuple[str, str], difference: str) -> None:
    text = """\
name: small
input: [4, 8, 8]
layers:
  - conv: {out: 4, kernel: 3, padding: 1}
    name: stem
  - relu:
    name: skip
  - conv: {out: 4, kernel: 3, padding: 1}
    share: stem
  - concat: [skip, prev]
  - conv: {out: 4, kernel: 2, stride: 2}
"""
    graph = graph_of(network_of(text))
    assert prove(graph, text, "small.yaml").differences == []
    found = prove(graph, text.replace(*change), "small.yaml").differences
    assert any(difference in one for one in found), found


def network_of(text: str):  # type: ignore[no-untyped-def]
    from tests.loading import network

    return network(text)
