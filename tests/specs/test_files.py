"""The shipped files themselves: the index that finds them, and what each says of itself."""

from __future__ import annotations

import json

import pytest

from .write_index import CATALOGUE, FOLDER, INDEX, build_catalogue, build_index, shipped, written


def test_index_is_built_from_the_files() -> None:
    text = INDEX.read_text(encoding="utf-8")
    assert json.loads(text) == build_index(), "run python -m tests.regenerate index"
    assert text == written(build_index()), "run python -m tests.regenerate index"


@pytest.mark.slow
def test_catalogue_is_built_from_the_specs() -> None:
    same = CATALOGUE.read_text(encoding="utf-8") == written(build_catalogue())
    assert same, "run python -m tests.regenerate index"


@pytest.mark.parametrize("file", sorted(shipped()))
def test_file_says_what_it_is_and_where_it_comes_from(file: str) -> None:
    spec = shipped()[file]
    assert spec["name"] == file.rpartition("/")[2].removesuffix(".yaml")
    assert spec["description"]
    assert "\n" not in spec["description"]
    assert spec["source"]
    assert max(len(line) for line in (FOLDER / file).read_text(encoding="utf-8").splitlines()) <= 120


def test_shipped_blocks_take_what_the_vocabulary_says() -> None:
    arguments = {
        name: block["args"]
        for file, spec in shipped().items()
        if file.startswith("blocks/")
        for name, block in spec["blocks"].items()
    }
    assert arguments == {
        "squeeze_excite": {"squeeze": "required", "act": "relu", "gate": "sigmoid"},
        "inverted_residual": {
            "out": "required",
            "mid": "required",
            "kernel": 3,
            "stride": 1,
            "act": "relu6",
            "squeeze": 0,
            "gate": "sigmoid",
            "squeeze_act": "relu",
            "drop": 0,
        },
        "separable_conv": {"out": "required", "kernel": 3, "stride": 1, "padding": "kernel//2", "act": "relu"},
        "basic_block": {"out": "required", "stride": 1},
        "bottleneck": {"mid": "required", "stride": 1},
        "dense_layer": {"growth": "required"},
        "transformer_encoder_layer": {"heads": "required", "mlp": "4*dim", "act": "gelu", "norm_first": True},
        "transformer_decoder_layer": {
            "heads": "required",
            "memory": "tensor",
            "mlp": "4*dim",
            "act": "gelu",
            "norm_first": True,
        },
    }
