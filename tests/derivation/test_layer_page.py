"""A layer's page names axes as the layer does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archcalc.api.network import load
from archcalc.api.reference import layer_page, vocabulary
from archcalc.api.spec import Spec
from archcalc.errors import SpecError
from archcalc.language.keys import LISTS
from archcalc.layers import FAMILY, find
from archcalc.sources import shipped


@pytest.mark.parametrize(
    "name, inputs, output",
    [
        ("conv", ["C H W"], "out H′ W′"),
        ("conv_lstm", ["T C H W"], "T out H′ W′"),
        ("lstm", ["T C"], "T hidden"),
        ("embedding", ["T"], "T out"),
        ("add", ["C H W", "C H2 W2"], "C H′ W′"),
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


# Words that hold steps, and shipped blocks


@pytest.mark.parametrize("name", [*LISTS, *shipped.index()["blocks"]])
def test_each_has_a_page_whose_example_runs(name: str) -> None:
    page = layer_page(name)
    network = load(Spec.from_text(f"name: example\n{page['example']}"))
    assert (page["figures"]["params"]["at"], page["figures"]["macs"]["at"]) == (network.params, network.macs)
    assert f"- {name}:" in page["example"]
    assert page["description"]


@pytest.mark.parametrize(
    "name, params, macs, output",
    [
        # two 3x3 convolutions and a 1x1 shortcut, without biases, each with the 2 weights a channel of its batch norm
        ("basic_block", "10·C·out + 9·out² + 6·out", None, ["out", "⌊(H + 1)/2⌋", "⌊(W + 1)/2⌋"]),
        # attention 4·C² + 4·C, linear C·4C + 4C and 4C·C + C, two norms of 2·C
        ("transformer_encoder_layer", "12·C² + 13·C", "12·C²·T + 2·C·T²", ["T", "C"]),
        # a matrix for the encoder's output too
        ("transformer_decoder_layer", "16·dim² + 19·dim", None, ["target_T", "dim"]),
        ("squeeze_excite", "2·C·squeeze + C + squeeze", "2·C·squeeze", ["C", "H", "W"]),
        ("separable_conv", "C·out + 11·C + 2·out", "C·H·W·out + 9·C·H·W", ["out", "H", "W"]),
        ("map", "9·C·out + out", "9·C·H·W·frames·out", ["frames", "out"]),
        ("experts", "2·C·count·hidden + C·count + count·hidden", "2·C·T·active·hidden", ["T", "C"]),
        ("residual", "9·width² + width", "9·H·W·width²", ["width", "H", "W"]),
    ],
)
def test_what_the_example_computes(name: str, params: str, macs: str | None, output: list[str]) -> None:
    page = layer_page(name)
    assert page["figures"]["params"]["text"] == params
    assert page["figures"]["macs"]["text"] == macs or macs is None
    assert page["outputs"] == [output]


def test_a_block_is_shown_as_its_file_writes_it() -> None:
    page = layer_page("bottleneck")
    file = (Path(shipped.folder()) / shipped.index()["blocks"]["bottleneck"]).read_text()
    assert page["text"].startswith("defaults:\n  conv: {bias: false")
    assert page["text"].rstrip() in file
    assert page["source"].startswith("He et al. 2015")
    assert [(one["name"], one["required"], one["default"]) for one in page["arguments"]] == [
        ("mid", True, None),
        ("stride", False, "1"),
    ]


def test_the_page_of_custom() -> None:
    page = layer_page("custom")
    assert page["weights"] == [{"name": "weight", "shape": ["params"], "count": "params"}]
    assert page["ops"] == {"mac": "macs"}


def test_all_are_listed() -> None:
    listed = {layer["name"] for family in vocabulary()["families"] for layer in family["layers"]}
    assert listed == {*FAMILY, "custom", *LISTS, *shipped.index()["blocks"]}


@pytest.mark.parametrize("wrong, meant", [("bottelneck", "bottleneck"), ("residul", "residual"), ("expert", "experts")])
def test_a_typo_gets_the_nearest_of_them(wrong: str, meant: str) -> None:
    with pytest.raises(SpecError) as caught:
        layer_page(wrong)
    assert caught.value.diagnostics[0].help == f"did you mean '{meant}'?"


@pytest.mark.parametrize(
    "name, inputs, output",
    [
        ("matmul", [["b", "n", "k"], ["b", "k", "m"]], ["b", "n", "m"]),
        ("einsum", [["q", "h", "d"], ["k", "h", "d"]], ["h", "q", "k"]),
        ("gru", [["T", "C"]], ["T", "hidden"]),
        ("lstm", [["T", "C"]], ["T", "hidden"]),
        ("rnn", [["T", "C"]], ["T", "hidden"]),
    ],
)
def test_axes_have_the_names_that_their_layer_gives_them(name: str, inputs: list[Any], output: list[str]) -> None:
    page: Any = layer_page(name)
    assert page["inputs"] == inputs
    assert page["outputs"] == [output]
    assert page["sizes"] == {}


@pytest.mark.parametrize(
    "layer, inputs, names",
    [
        (find("matmul")(), [(3,), (3,)], [["k"], ["k"]]),
        (find("matmul")(), [(3,), (3, 4)], [["k"], ["k", "m"]]),
        (find("matmul")(), [(5, 2, 3), (3,)], [["b", "n", "k"], ["k"]]),
        (find("matmul")(), [(6, 5, 2, 3), (3, 4)], [["b0", "b1", "n", "k"], ["k", "m"]]),
        (find("einsum")(equation="ii,...i->..."), [(3, 3), (4, 3)], [["i", "i"], ["A-1", "i"]]),
    ],
)
def test_names_of_any_number_of_axes(layer: Any, inputs: list[Any], names: list[list[str]]) -> None:
    assert layer.names_of(*inputs) == names


def test_the_page_of_a_gru_shows_three_gates_and_biases() -> None:
    shapes = [(one["name"], one["shape"][0]) for one in layer_page("gru")["weights"]]
    assert shapes == [(f"{kind}_{side}_l0", "3·hidden") for kind in ("weight", "bias") for side in ("ih", "hh")]


def test_the_page_of_a_global_pool_reads_channels_first() -> None:
    page = layer_page("global_max_pool")
    assert (page["inputs"], page["outputs"]) == ([["C", "L"]], [["C"]])
