"""The table of contents is true, and every layer type in it has its row, its page and an example that runs."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest

from archcalc.building.load import load_network
from archcalc.language.manual import signature
from archcalc.layers import CONTENTS, FAMILY, KEYWORDS, find
from archcalc.layers.base import REGISTRY, Layer, layer
from archcalc.sources.source import locate

from .test_cases import CASES


@pytest.mark.parametrize("family", CONTENTS)
def test_a_family_holds_its_names(family):
    module = import_module(f"archcalc.layers.{family}").__name__
    declared = {name for name, layer in REGISTRY.items() if module_of(layer) == module}
    assert declared == set(CONTENTS[family].split())


def module_of(layer: type[Layer]) -> str:
    """Where a layer type is declared; a name that shares its class has a subclass made in base."""
    return next(base.__module__ for base in layer.__mro__ if base.__module__ != "archcalc.layers.base")


def test_no_name_stands_in_two_families():
    assert len(FAMILY) == sum(len(names.split()) for names in CONTENTS.values())


def test_find_imports_only_the_family():
    code = (
        "import sys, archcalc.layers as l; l.find('relu'); print(*(m for m in sys.modules if m.startswith('archcalc')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    others = {f"archcalc.layers.{family}" for family in CONTENTS} - {"archcalc.layers.activation"}
    assert not others & set(loaded)


def test_a_layer_keeps_its_arguments_as_they_were_given():
    given = {"out": 8, "kernel": 3, "padding": "same"}
    assert find("conv")(**given).given == given


def test_a_name_is_given_once():
    conv = find("conv")
    with pytest.raises(ValueError, match=r"^two layer types are called conv$"):
        layer("conv")(type("Other", (Layer,), {}))
    assert find("conv") is conv


@pytest.mark.parametrize("name", ["conv2", "Conv", ""])
def test_find_refuses_other_names(name):
    with pytest.raises(KeyError):
        find(name)


def test_the_keywords_are_the_words_that_arguments_take():
    words = {
        word
        for name in FAMILY
        for argument, _ in find(name).arguments.values()
        for word in getattr(argument, "words", ())
    }
    assert words == KEYWORDS


@pytest.mark.parametrize("name", FAMILY)
def test_a_layer_has_a_row(name):
    assert name in {row[0] for row in CASES[FAMILY[name]].ACCEPTED}


READS = {
    (0,): "parameter constant",
    (2,): "bilinear matmul take",
    (3,): "scaled_dot_product_attention",
    (1, 2): "rnn gru",
    (1, 3): "attention lstm",
    (4,): "selective_scan",
}
READS_AT_LEAST = {1: "einsum", 2: "add sub mul div concat stack"}


def test_the_arguments_of_a_layer_are_those_that_specs_rely_on():
    """arguments.txt is part of the language: another name, default or bare value gives specs other figures, or none.

    ``python -m tests.regenerate snapshots`` writes it anew.
    """
    lines = "".join(f"{name}: {signature(find(name))}".rstrip() + "\n" for name in FAMILY)
    path = Path(__file__).parent / "arguments.txt"
    if os.environ.get("ARCHCALC_SNAPSHOTS") == "write":
        path.write_text(lines, encoding="utf-8")
    assert lines == path.read_text(encoding="utf-8")


def test_a_layer_reads_so_many_tensors():
    """One, where nothing else is said."""
    expected = dict.fromkeys(FAMILY, (1,))
    expected |= {name: numbers for numbers, names in READS.items() for name in names.split()}
    expected |= {name: (*range(least, 6),) for least, names in READS_AT_LEAST.items() for name in names.split()}
    assert {name: tuple(number for number in range(6) if number in find(name).reads) for name in FAMILY} == expected


def test_arguments_of_which_one_is_given_have_no_default():
    chosen = [(name, argument) for name in FAMILY for argument in find(name).either]
    assert [find(name).arguments[argument][1] for name, argument in chosen] == [None] * 6


@pytest.mark.parametrize("name", FAMILY)
def test_an_argument_is_described(name):
    for argument, _ in find(name).arguments.values():
        assert argument.describe
        assert argument.schema


@pytest.mark.parametrize("name", FAMILY)
def test_a_layer_has_a_page_with_an_example_that_runs(name, tmp_path):
    page = inspect.cleandoc(find(name).__doc__ or "")
    _, *examples = page.split("\nExample::\n")
    assert len(examples) == 1
    path = tmp_path / "example.yaml"
    path.write_text(f"name: example\n{dedent(examples[0])}", encoding="utf-8")
    types = {node.type for node in load_network(locate(str(path))).kept}
    assert any(find(of_the_example).__doc__ == find(name).__doc__ for of_the_example in types)
