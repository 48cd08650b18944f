"""Elementary operations: every layer's page lists them, and ``flop`` is twice the multiply-adds and all the others."""

from __future__ import annotations

import io

import pytest

from archcalc.api import report
from archcalc.api.reference import layer_page
from archcalc.layers import FAMILY, find
from archcalc.layers.base import ELEMENTARY
from archcalc.render import writer
from archcalc.render.style import Style

NETWORKS = ["resnet50", "vit_b_16", "swin_v2_t", "googlenet", "efficientnet_b0", "lenet5"]


@pytest.mark.parametrize("name", NETWORKS)
def test_flop_is_twice_the_multiply_adds_and_every_other_operation(name: str) -> None:
    found = report(name, count="flop", batch=3)
    for row in found["layers"]:
        others = sum(row["ops_by_kind"].get(kind, 0) for kind in ("add", "mul", "div", "exp", "cmp"))
        assert row["ops"] == 2 * row["macs"] + others
        assert row["ops_by_kind"].get("mac", 0) == row["macs"]
    assert found["totals"]["ops"] == sum(row["ops"] for row in found["layers"]) > 0


@pytest.mark.parametrize("name", FAMILY)
def test_a_page_lists_the_operations(name: str) -> None:
    page = layer_page(name)
    assert set(page["ops"]) <= set(ELEMENTARY)
    out = io.StringIO()
    writer("layer", "text")(page, out, Style())
    text = out.getvalue()
    _, _, listed = text.partition("Operations, a sample\n")
    assert listed, "the page says nothing of operations"
    lines = listed.partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines if line[2] != " "] == (list(page["ops"]) or ["none"])


@pytest.mark.parametrize("name", [*FAMILY])
def test_the_page_of_an_activation_says_what_an_element_becomes(name: str) -> None:
    page = layer_page(name)
    shared = FAMILY[name] == "activation" and find(name).names[0] == "relu"
    assert ("An element x becomes " in page["description"]) == shared


@pytest.mark.parametrize("name", ["batch_norm", "instance_norm", "group_norm", "layer_norm", "rms_norm"])
def test_the_page_of_a_norm_derives_its_operations(name: str) -> None:
    text = " ".join(layer_page(name)["description"].split())
    assert "weight" in text or "affine" in text
    for operation in ("mul", "add"):
        assert operation in text
