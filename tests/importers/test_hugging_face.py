"""Configurations of Hugging Face become specs of the shipped families, with the figures that transformers has.

hugging_face.jsonl: small configurations made up for the purpose, with what record_hugging_face.py got from transformers
5.23.0. ARCHCALC_HUGGING_FACE may name a folder of others, with a table truth.csv of name, class, params, buffers, macs.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from archcalc.api import report
from archcalc.errors import SpecError
from archcalc.importers import Asked
from archcalc.importers.hugging_face import read, spec_text
from archcalc.importers.hugging_face.configuration import defaults
from archcalc.importers.hugging_face.families import MODEL_TYPES
from archcalc.sources.file import File

CASES = [json.loads(line) for line in Path(__file__).with_name("hugging_face.jsonl").read_text().splitlines()]
CORPUS = Path(os.environ.get("ARCHCALC_HUGGING_FACE", "."))
FIGURES = ("params", "buffers", "macs")

LLAMA = {
    "model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 100, "hidden_size": 32,
    "num_attention_heads": 4, "num_hidden_layers": 2, "intermediate_size": 64,
}  # fmt: skip


def totals(text: str, folder: Path, **asked: Any) -> dict[str, int]:
    file = folder / "imported.yaml"
    file.write_text(text, encoding="utf-8")
    return dict(report(str(file), count="mac", **asked)["totals"])


def title(case: dict[str, Any]) -> str:
    return f"{case['config']['model_type']}-{case['config']['architectures'][0]}"


@pytest.mark.sampled(5)
@pytest.mark.parametrize("case", CASES, ids=title)
def test_figures_of_transformers(case: dict[str, Any], tmp_path: Path) -> None:
    found = totals(spec_text(case["config"]), tmp_path, settings=case["set"])
    assert {name: found[name] for name in FIGURES} == {name: case[name] for name in FIGURES}


def corpus() -> list[tuple[str, dict[str, str]]]:
    if not (CORPUS / "truth.csv").is_file():
        return []
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for row in csv.DictReader((CORPUS / "truth.csv").open(encoding="utf-8", newline="")):
        rows.setdefault((row["name"], row["class"]), row)
    return [(name, row) for (name, _), row in rows.items()]


@pytest.mark.slow  # model types that no family reads are among what fails
@pytest.mark.parametrize("name, row", corpus(), ids=lambda one: one if isinstance(one, str) else one["class"])
def test_figures_of_the_corpus(name: str, row: dict[str, str], tmp_path: Path) -> None:
    config = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
    text = spec_text({**config, "architectures": [row["class"]]})
    sizeless = config["model_type"] in ("segformer", "resnet")  # such a configuration says no size of an image
    shape = tuple(int(size) for size in re.findall(r"\d+", row["input"].partition("[1,")[2]))
    found = totals(text, tmp_path, inputs={None: shape} if sizeless else {})
    assert {key: found[key] for key in FIGURES} == {key: int(row[key] or found[key]) for key in FIGURES}


def test_every_model_type_has_a_case_and_its_defaults() -> None:
    assert {case["config"]["model_type"] for case in CASES} == MODEL_TYPES.keys()
    assert MODEL_TYPES.keys() <= defaults().keys()


def test_text_is_a_page_of_variables() -> None:
    assert spec_text({**LLAMA, "num_key_value_heads": 2, "tie_word_embeddings": True}, name="tiny") == (
        "name: tiny\n"
        'description: "LlamaForCausalLM as its configuration says"\n'
        'source: "config.json of model type llama"\n'
        "import: [decoder]\n"
        "input: {shape: [T], dtype: int64}\n"
        "vars:\n"
        "  {T: 128, vocab: 100, dim: 32, depth: 2, heads: 4, kv_heads: 2, head_dim: 8, kept: 8, mlp: 64}\n"
        "layers:\n"
        "  - decoder: {T: T, vocab: vocab, dim: dim, depth: depth, heads: heads, kv_heads: kv_heads,"
        " head_dim: head_dim,\n              kept: kept, mlp: mlp, tied: true}\n"
    )


@pytest.mark.parametrize(
    "change, message",
    [
        ({"model_type": "lama"}, "archcalc knows no model type \"lama\" (did you mean 'llama'?)"),
        ({"model_type": None}, "archcalc knows no model type null"),
        ({"architectures": None}, "architectures: it does not say of which class it is, such as LlamaForCausalLM"),
        (
            {"architectures": ["LlamaForDancing"]},
            "architectures: archcalc knows no head of 'LlamaForDancing' (it knows ForSequenceClassification, "
            "ForTokenClassification, ForQuestionAnswering, Model)",
        ),
        ({"hidden_size": "32"}, 'hidden_size: expected a whole number above 0, got "32"'),
        ({"vocab_size": 0}, "vocab_size: expected a whole number above 0, got 0"),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers: more than 10,000 layers cannot be read"),
        ({"hidden_size": 30}, "num_attention_heads: 30 channels cannot be divided among 4 heads"),
        ({"hidden_act": "gelo"}, "hidden_act: archcalc knows no activation \"gelo\" (did you mean 'gelu'?)"),
        ({"mlp_bias": 1}, "mlp_bias: expected true or false, got 1"),
    ],
)
def test_what_cannot_be_read_is_told(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        spec_text({**LLAMA, **change})
    assert [str(one) for one in caught.value.diagnostics] == [message]


ODD = (
    None,
    0,
    -1,
    3,
    1.5,
    1e308,
    float("nan"),
    10**30,
    True,
    "",
    "gelu",
    [],
    [1, 2],
    ["a"],
    {"a": 1},
    [[["global"], 3]],
)


def test_odd_values_are_told_and_no_traceback_comes() -> None:
    chance = random.Random(1)
    told = 0
    for _ in range(1_000):
        config = deepcopy(chance.choice(CASES)["config"])
        part = chance.choice([config, *(value for value in config.values() if isinstance(value, dict))])
        part[chance.choice([*part])] = deepcopy(chance.choice(ODD))
        try:
            spec_text(config)
        except SpecError:
            told += 1
    assert told > 500


def test_a_part_that_can_be_read_is_named() -> None:
    with pytest.raises(SpecError) as caught:
        spec_text({"model_type": "gemma3", "text_config": {"model_type": "gemma3_text"}})
    assert [str(one) for one in caught.value.diagnostics] == [
        'archcalc knows no model type "gemma3" (its text_config is one that archcalc reads, in a file of its own with'
        " architectures)"
    ]


def read_text(text: str) -> tuple[str, list[str]]:
    found = read(File("tiny/config.json", text.encode()), Asked())
    return found.text, [str(note) for note in found.notes]


def test_a_file_is_a_spec_under_its_own_name_and_what_means_nothing_is_noted() -> None:
    text = json.dumps(
        {**LLAMA, "_name_or_path": "me/tiny-1", "my_key": 1, "quantization_config": {"bits": 4}}, indent=2
    )
    spec, notes = read_text(text)
    assert spec.startswith("name: tiny-1\n")
    assert notes == [
        "tiny/config.json:13:3: quantization_config is not read: weights are counted one by one, whatever their width"
        " (--dtype says how wide a weight is)",
        "tiny/config.json:12:3: transformers reads no my_key of llama, and so does archcalc",
    ]


@pytest.mark.parametrize(
    "text, message",
    [
        ('{"model_type": "llama", "x": [1,}', "tiny/config.json:1:33: this is no JSON: Expecting value"),
        ('[{"model_type": 1}]', "'tiny/config.json' holds no configuration, which is a mapping"),
        ('{"model_type": ' + "[" * 100_000, "'tiny/config.json' cannot be read: it is nested too deep"),
        ('{"model_type": ' + "1" * 10_000 + "}", "'tiny/config.json' cannot be read: a number has too many digits"),
        (
            '{"model_type": "llama",\n "x": {"hidden_act": 1}, "architectures": ["LlamaModel"], "hidden_act": 2}',
            "tiny/config.json:2:59: hidden_act: archcalc knows no activation 2",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_text(text)
    assert [str(one) for one in caught.value.diagnostics] == [message]


@pytest.mark.parametrize(
    "config, message",
    [
        (
            {"model_type": "mpt", "architectures": ["MptForCausalLM"], "no_bias": False},
            "no_bias: archcalc reads mpt only with true, not false",
        ),
        (
            {"model_type": "gemma2", "architectures": ["Gemma2Model"], "use_bidirectional_attention": True},
            "use_bidirectional_attention: true is not read; archcalc knows gemma2 only with null",
        ),
    ],
)
def test_what_no_family_reads_is_an_error_where_it_is_not_as_usual(config: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        spec_text(config)
    assert [str(one) for one in caught.value.diagnostics] == [message]
