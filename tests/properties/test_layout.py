"""A network of channels first and its twin of channels last: equal totals, sizes turned layer by layer."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from .networks import as_yaml, few_examples, networks
from .reports import report_of, text_of
from .rewriting import LOADER

SHIPPED = "resnet18 vgg16 alexnet mobilenet_v2 densenet121 googlenet unet r3d_18 efficientnet_b0 dcgan-discriminator"
SHAPES = ("input", "expect", "shape")
UNTURNED = ("inputs", "outputs", "input", "layout", "line", "file")
"""What of a report may differ."""


def last(shape: Any) -> Any:
    return [*shape[1:], shape[0]] if isinstance(shape, list) and len(shape) > 2 else shape


def twin(part: Any, key: str = "") -> Any:
    """The same with the channels last. ``map`` runs on other slices there: a relu takes its place in both."""
    if isinstance(part, dict):
        found = {name: twin(value, name) for name, value in part.items()}
        return {**found, "axis": "channels"} if found.get("axis") == 0 else found
    if isinstance(part, list):
        return last([twin(one) for one in part]) if key in SHAPES else [twin(one) for one in part]
    return part.replace("prev[0]", "prev[channels]") if isinstance(part, str) else part


def without_maps(part: Any) -> Any:
    if isinstance(part, dict):
        return "relu" if "map" in part else {name: without_maps(value) for name, value in part.items()}
    return [without_maps(one) for one in part] if isinstance(part, list) else part


def hold(first: dict[str, Any], **asked: Any) -> None:
    one, other = (report_of(as_yaml(spec), **asked) for spec in (first, {"layout": "HWC", **twin(first)}))
    assert other["totals"] == one["totals"]
    for row, turned in zip(one["layers"], other["layers"], strict=True):
        assert {key: row[key] for key in row if key not in UNTURNED} == {
            key: turned[key] for key in turned if key not in UNTURNED
        }
        assert [last([*shape]) for shape in row["outputs"]] == [[*shape] for shape in turned["outputs"]]


@few_examples
@given(network=networks(), variant=st.sampled_from([None, "wide"]))
def test_a_random_network_and_its_twin(network: Any, variant: str | None) -> None:
    hold({**network, "layers": [without_maps(step) for step in network["layers"]]}, variant=variant)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", SHIPPED.split())
def test_a_shipped_network_and_its_twin(name: str) -> None:
    hold(yaml.load(text_of(name), Loader=LOADER))
