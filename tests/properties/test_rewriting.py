"""How a spec is written changes nothing: key order, quotes, flow or block style, comments, JSON in place of YAML.

Whole reports are held against each other, all but the lines that layers stand in.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language.structure import plain

from archcalc.errors import Source
from archcalc.language.yaml_tree import read
from archcalc.sources.source import locate

from .networks import as_yaml, few_examples, networks
from .reports import ALL_SPECS, report_of, shipped_report, text_of, without_places
from .rewriting import WAYS, rewritten


def as_json(text: str) -> str:
    """The spec as JSON: expressions are texts, as YAML's plain scalars are."""
    return json.dumps(plain(read(Source("net.yaml", text))))


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", ALL_SPECS)
def test_a_shipped_spec_written_in_all_ways_at_once(name: str) -> None:
    text, path = text_of(name), locate(name).path
    expected = without_places(shipped_report(name))
    for other in (rewritten(text, Random(name), *WAYS), as_json(text)):
        assert other != text
        assert without_places(report_of(other, path)) == expected


@pytest.mark.sampled(4)
@pytest.mark.parametrize("way", WAYS)
@few_examples
@given(network=networks(), random=st.randoms(use_true_random=False))
def test_a_random_network_written_in_one_way(way: str, network: Any, random: Random) -> None:
    text = as_yaml(network)
    other = rewritten(text, random, way)
    assert without_places(report_of(other)) == without_places(report_of(text)), other


@pytest.mark.slow
@few_examples
@given(network=networks(), random=st.randoms(use_true_random=False), variant=st.sampled_from([None, "wide", "plain"]))
def test_a_random_network_as_json(network: Any, random: Random, variant: str | None) -> None:
    text = as_yaml(network)
    expected = without_places(report_of(text, variant=variant))
    for other in (as_json(text), rewritten(as_json(text), random, *WAYS)):
        assert without_places(report_of(other, variant=variant)) == expected, other


@pytest.mark.parametrize(
    "spec",
    [
        "{name: x, input: [2, 3], layers: [{parallel: {%s}}]}",
        "{name: x, input: {%s}, layers: [{name: [one, other]}]}",
    ],
    ids=["branches", "inputs"],
)
def test_what_is_left_in_order_has_an_order(spec: str) -> None:
    """Branches and inputs become tensors as they are written: turned round, so are the outputs."""
    keys = ["a: [{linear: 5}]", "b: [relu]"] if "parallel" in spec else ["a: [2, 5]", "b: [2, 3]"]
    assert report_of(spec % ", ".join(keys))["outputs"] == [(2, 5), (2, 3)]
    assert report_of(spec % ", ".join(keys[::-1]))["outputs"] == [(2, 3), (2, 5)]
