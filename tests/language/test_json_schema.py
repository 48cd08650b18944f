"""The schema of a spec: valid, complete, true of every shipped spec, and false of the wrong ones it can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from structure import as_data, of_structure, plain, wrong_specs

from archcalc.budget.keys import budget_schema
from archcalc.conventions import CONVENTIONS
from archcalc.errors import SpecError
from archcalc.language.functions import FUNCTIONS
from archcalc.language.json_schema import spec_schema
from archcalc.language.keys import BLOCK_KEYS, EXPERTS, FILE_KEYS, INPUT_KEYS, LISTS, STEP_KEYS, Keys
from archcalc.language.manual import FUNCTIONS as DESCRIPTIONS
from archcalc.layers import FAMILY, find

jsonschema = pytest.importorskip("jsonschema")

SPECS = sorted((Path(__file__).resolve().parents[2] / "specs").rglob("*.yaml"))


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json.loads(json.dumps(spec_schema(CONVENTIONS, budget_schema())))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def validator(schema: dict[str, Any]) -> Any:
    return jsonschema.Draft7Validator(schema)


def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft7Validator.check_schema(schema)


@pytest.mark.sampled(24)
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_shipped_specs_are_accepted(path: Path, validator: Any) -> None:
    assert [error.message for error in validator.iter_errors(as_data(path))] == []


@pytest.mark.slow
def test_wrong_specs_whose_fault_is_of_structure_are_rejected(validator: Any) -> None:
    rejected = set()
    for path in wrong_specs():
        try:
            data = as_data(path)
        except SpecError:  # no YAML at all: nothing for a schema to read
            continue
        if not validator.is_valid(data):
            rejected.add(path)
    assert rejected == of_structure()


def test_every_function_is_described_and_no_other() -> None:
    assert [*DESCRIPTIONS] == [*FUNCTIONS]


@pytest.mark.parametrize("keys", [FILE_KEYS, INPUT_KEYS, BLOCK_KEYS, STEP_KEYS, LISTS, EXPERTS])
def test_every_key_is_described(keys: Keys) -> None:
    assert all(name == key.name and key.words.endswith(".") for name, key in keys.items())


@pytest.mark.parametrize("name", FAMILY)
def test_every_layer_and_argument_is_there_with_what_it_is(name: str, schema: dict[str, Any]) -> None:
    layer = find(name)
    body, arguments = schema["definitions"][name], schema["definitions"][f"{name} arguments"]
    first_line = (layer.__doc__ or "").split("\n")[0].replace("``", "")
    assert body["description"].startswith(first_line)
    assert first_line
    assert "Example::" not in body["description"]
    assert "```yaml\n" in body["markdownDescription"]
    assert [*arguments["properties"]] == [*layer.arguments]
    for argument, found in arguments["properties"].items():
        assert found["description"].startswith(f"{argument}: {layer.arguments[argument][0].describe}")


@pytest.mark.parametrize(
    "step, accepted",
    [
        ("relu", True),
        ("my_block", True),
        ("residual", False),
        ({"conv": {"out": 8, "kernel": [3, 3], "padding": [[1, 2], 0], "bias": False}}, True),
        (
            {"conv": {"out": "4*width", "kernel": 3, "padding": "same", "norm": "none", "act": {"leaky_relu": 0.2}}},
            True,
        ),
        ({"conv": {"out": 8.5, "kernel": 3}}, False),
        ({"conv": {"out": True, "kernel": 3}}, False),
        ({"conv": {"out": 8, "kernel": 3, "act": {"leaky_relu": {"slop": 0.2}}}}, False),
        ({"conv": {"out": None}}, False),
        ({"relu": None, "name": "out"}, True),
        ({"relu": {}}, True),
        ({"relu": 1}, False),
        ({"add": ["a", "b"]}, True),
        ({"add": "a"}, False),
        ({"concat": {"axis": 0}, "from": ["a", "b/0/c", "b/*/c"]}, True),
        ({"concat": {"axis": 0}, "from": "*/c"}, False),
        ({"my_block": {"any": [1, {"thing": 2}]}, "repeat": [{"any": 1}], "first": {"any": 2}}, True),
        ({"conv": 8, "repeat": 3, "first": {"stride": 2}}, True),
        ({"conv": 8, "repeat": "len(widths)", "when": "i", "trainable": False, "row": "shown"}, True),
        ({"conv": 8, "repeat": -1}, False),
        ({"conv": 8, "repeat": 2.5}, False),
        ({"conv": 8, "linear": 8}, False),
        ({"conv": 8, "kernel": 3}, False),
        ({"from": "a"}, True),
        ({"name": ["a", "b"]}, True),
        ({"name": ["a", "a"]}, False),
        ({"when": "x"}, False),
        ({}, False),
        ({"residual": [{"residual": [{"conv": {"out": 1, "kernal": 1}}]}]}, False),
        ({"parallel": {"a": [], "b": ["relu"]}}, True),
        ({"parallel": {}}, False),
        ({"experts": {"count": 8, "active": 2, "layers": ["relu"]}}, True),
        ({"experts": {"count": 8, "layers": ["relu"]}}, False),
        ({"custom": {"out": [8], "params": 3, "macs": "2*n"}, "share": "head"}, True),
        ({"relu": None, "share": "prev"}, False),
        ({"einsum": "ij,jk->ik"}, True),
        ({"mean": "all"}, True),
        ({"prelu": {"channels": "all"}}, True),
        ({"prelu": {"channels": 2}}, False),
    ],
    ids=str,
)
def test_steps(step: Any, accepted: bool, validator: Any) -> None:
    assert validator.is_valid({"name": "x", "input": [3, 8, 8], "layers": [step]}) is accepted


@pytest.mark.parametrize(
    "keys, accepted",
    [
        ({}, True),
        ({"input": {"shape": [8], "dtype": "int64"}}, True),
        ({"input": {"left": ["C", 8], "right": {"shape": [8]}}}, True),
        ({"input": {"shape": [8], "dtype": "int63"}}, False),
        ({"vars": {"größe": 1, "act": "relu", "rows": [{"out": 1}]}}, True),
        ({"vars": {"n-2": 1}}, False),
        ({"variants": {"small-1": {"width": 8}, "same": None}}, True),
        ({"defaults": {"conv": {"bias": False}, "my_block": {"a": 1}}}, True),
        ({"defaults": {"conv": {"biass": False}}}, False),
        ({"defaults": {"residual": {}}}, False),
        ({"import": ["lib/a.yaml", "resnet50"]}, True),
        ({"blocks": {"up": {"args": {"skip": "tensor", "out": "required", "k": 3}, "layers": []}}}, True),
        ({"blocks": {"bottleneck": {"layers": ["relu"]}}}, True),
        ({"blocks": {"conv": {"layers": ["relu"]}}}, False),
        ({"count": "fvcore"}, True),
        ({"count": "flops"}, False),
        ({"budget": {"max": {"params": "5M", "weights": "5MB @int8"}, "level": "warn"}}, True),
        ({"budget": {"max": {"parameters": "5M"}}}, False),
        ({"budget": {"level": "warn"}}, False),
        ({"archcalc": 1}, True),
        ({"archcalc": 2}, False),
    ],
    ids=str,
)
def test_keys_of_a_file(keys: dict[str, Any], accepted: bool, validator: Any) -> None:
    assert validator.is_valid({"name": "x", "input": [3, 8, 8], "layers": ["relu"], **keys}) is accepted


def test_a_file_of_blocks_needs_no_input(validator: Any) -> None:
    assert validator.is_valid({"name": "lib", "blocks": {"unit": {"layers": ["relu"]}}})
    assert not validator.is_valid({"name": "lib"})


def test_budgets_of_a_spec_are_those_that_check_reads(validator: Any, tmp_path: Path) -> None:
    from archcalc.budget.budgets import read_budget
    from archcalc.errors import Source
    from archcalc.language.problems import Problems
    from archcalc.language.yaml_tree import read
    from archcalc.sources.project import Reach

    every_key = (
        "{set: {width: 1}, variants: [a], input: [3, 8, 8], batch: 2, dtype: int8, count: mac, max: {params: 1k},"
        " min: {layers: 1}, max_increase: {macs: 1%}, layers: {'head/**': {params: 1M}}, level: off, message: no}"
    )
    problems = Problems()
    node = read(Source("budget", every_key))
    read_budget(node, False, Reach(None), problems)
    assert not problems
    assert validator.is_valid({"name": "x", "input": [3], "layers": ["relu"], "budget": plain(node)})
