"""A layer's page names axes as the layer does."""

from __future__ import annotations

import pytest

from archcalc.api.reference import layer_page
from archcalc.layers import FAMILY, find


@pytest.mark.parametrize(
    "name, inputs, output",
    [
        ("conv", ["C H W"], "out H′ W′"),
        ("conv_lstm", ["T C H W"], "T out H′ W′"),
        ("lstm", ["T C"], "T C′"),
        ("embedding", ["T"], "T out"),
        ("add", ["C H W", "C H2 W2"], "C′ H′ W′"),
        ("scaled_dot_product_attention", ["N T C", "N T2 C", "N T2 C"], "N T C"),
    ],
)
def test_axes(name: str, inputs: list[str], output: str) -> None:
    page = layer_page(name)
    assert [" ".join(axes) for axes in page["inputs"]] == inputs
    assert [" ".join(axes) for axes in page["outputs"]] == [output]


@pytest.mark.parametrize("name", FAMILY)
def test_each_axis_has_a_name_of_its_own(name: str) -> None:
    for rank in range(7):
        letters = find(name).letters(rank)
        assert len({*letters}) == len(letters) == rank
