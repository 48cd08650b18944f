"""Weights of several dtypes. Sums by hand stand beside what is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc import SpecError
from archcalc.graph.inference import Applied
from archcalc.layers import find
from archcalc.layers.base import is_bias
from archcalc.report.fold import fold_to_depth
from tests.layers.test_cases import CASES

# conv: weight 16·3·3·3 = 432, bias 16; batch_norm: weight 16, bias 16; head/linear: weight 16·10 = 160, bias 10;
# head/linear2: weight 10·5 = 50, bias 5.
NET = """\
name: net
input: [3, 8, 8]
layers:
  - conv: {out: 16, kernel: 3}
    name: stem
  - batch_norm: {}
    name: norm
  - global_avg_pool
  - steps: [{linear: 10}, {linear: 5}]
    name: head
"""


def net(**options: Any) -> archcalc.Network:
    return archcalc.load(archcalc.Spec.from_text(NET), **options)


def widths(folder: Path, text: str) -> str:
    path = folder / "widths.yaml"
    path.write_text(text)
    return str(path)


def test_biases_of_another_dtype() -> None:
    found = net(dtype="int8", bias_dtype="int32")
    weights, biases = 432 + 16 + 160 + 50, 16 + 16 + 10 + 5
    assert found.params_by_dtype == {"int8": weights, "int32": biases}
    assert found.weights_bytes == weights + 4 * biases
    assert [layer.weights_bytes for layer in found.layers] == [432 + 64, 16 + 64, 0, 160 + 40, 50 + 20]
    assert found.report["widths"] == {"bias_dtype": "int32", "weights": {}}
    assert net(bias_dtype="float64").weights_bytes == 4 * weights + 8 * biases


def test_the_last_pattern_that_matches_holds_for_biases_too(tmp_path: Path) -> None:
    patterns = '{"head/**": fp16, head/linear2: {dtype: int4, bias_dtype: float64}}'
    text = f"dtype: int8\nbias_dtype: int32\nweights: {patterns}"
    found = net(dtype=widths(tmp_path, text))
    assert found.params_by_dtype == {"int8": 432 + 16, "int32": 16 + 16, "float16": 170, "int4": 50, "float64": 5}
    assert found.weights_bytes == 448 + 4 * 32 + 2 * 170 + 25 + 8 * 5
    assert net(dtype=widths(tmp_path, text), bias_dtype="int8").weights_bytes == 448 + 32 + 340 + 25 + 40
    assert net(dtype=tmp_path / "widths.yaml").weights_bytes == found.weights_bytes


def test_bits_are_summed_and_the_sum_is_rounded_up() -> None:
    spec = archcalc.Spec("odd", input=[3], layers=[{"linear": {"out": 3, "bias": False}}] * 3)
    found = archcalc.load(spec, dtype="int4")
    assert [layer.weights_bytes for layer in found.layers] == [5, 5, 5]  # 9 weights, 4.5 bytes
    assert found.weights_bytes == 14  # 13.5


# torchvision 0.29.1, mobilenet_v2: 52 convolutions without bias, 52 batch norms of 17,056 channels in all, and
# classifier.1, 1280 x 1000 and 1000 biases; 3,504,872 parameters.
CHANNELS = 17_056


def test_mobilenet_v2_as_int8_with_biases_of_int32() -> None:
    found = archcalc.load("mobilenet_v2", dtype="int8", bias_dtype="int32")
    biases = CHANNELS + 1000
    assert found.params_by_dtype == {"int8": 3_504_872 - biases, "int32": biases}
    assert found.weights_bytes == 3_504_872 - biases + 4 * biases == 3_559_040


def test_gpt2_of_four_bits_but_for_its_ends(tmp_path: Path) -> None:
    """124,439,808 parameters (Hugging Face, gpt2), of each of 12 blocks 7,087,872: 2 norms of 2·768, an attention of
    768·2304 + 2304 + 768·768 + 768, an MLP of 2·768·3072 + 3072 + 768."""
    block = 4 * 768 + 768 * 2304 + 2304 + 768 * 768 + 768 + 2 * 768 * 3072 + 3072 + 768
    found = archcalc.load("gpt2", dtype=widths(tmp_path, 'dtype: float16\nweights: {"layer*/*/**": int4}'))
    assert block == 7_087_872
    assert found.params_by_dtype == {"float16": 124_439_808 - 12 * block, "int4": 12 * block}
    assert found.weights_bytes == 2 * (124_439_808 - 12 * block) + 6 * block


@pytest.mark.parametrize("pattern", ["layer*/0/**", "layer*/1*/**", "layer*/11/**"])
def test_repetitions_that_are_alike_may_differ_in_width(tmp_path: Path, pattern: str) -> None:
    path = widths(tmp_path, f'weights: {{"{pattern}": int8}}')
    found = archcalc.load("gpt2", dtype=path)
    number = {"0": 1, "1*": 3, "11": 1}[pattern.split("/")[1]]  # 1, 10 and 11
    assert found.params_by_dtype["int8"] == number * 7_087_872
    assert sum(layer.weights_bytes for layer in found.layers) == found.weights_bytes
    (row,) = [row for row in fold_to_depth(found._report, 1) if row["path"] == "layer1"]
    assert row["params_by_dtype"] == {"int8": number * 7_087_872, "float32": (12 - number) * 7_087_872}
    assert row["weights_bytes"] == (4 * 12 - 3 * number) * 7_087_872


def test_folded_rows_hold_the_sum() -> None:
    table = net(dtype="int4", bias_dtype="int32").table(depth=1, columns=["path", "weights_bytes", "dtype"])
    (line,) = [line for line in table.splitlines() if line.startswith("head")]
    assert line.split(maxsplit=2) == ["head", f"{(160 + 50) // 2 + 4 * 15}", "int4, int32"]


TIED = """\
name: tied
input: {shape: [4], dtype: int64}
layers:
  - embedding: {entries: 10, out: 6}
    name: words
  - linear: {out: 10, bias: false}
    name: head
    share: words
"""


def test_shared_weights_count_once_and_have_one_dtype(tmp_path: Path) -> None:
    spec = archcalc.Spec.from_text(TIED)
    assert archcalc.load(spec, dtype=widths(tmp_path, "weights: {words: int8, head: int8}")).weights_bytes == 60
    for text in ("{head: int8}", "{words: int8}", "{words: int8, head: int4}"):
        with pytest.raises(SpecError, match="the weight of 'head' is that of 'words', and cannot be") as caught:
            archcalc.load(spec, dtype=widths(tmp_path, f"weights: {text}"))
        assert caught.value.line == 1


@pytest.mark.parametrize(
    "text, message, help",
    [
        ("weights: {stam: int8}", "'stam' matches no layer of net", "did you mean 'stem'?"),
        ('weights: {"haed/**": int8}', "'haed/**' matches no layer of net", "did you mean 'head/**'?"),
        ("weights: {head: int8}", "'head' matches no layer of net", "'head' holds layers: write head/**"),
        ('weights: {"**/x*": int8}', "'**/x*' matches no layer", "the steps at the top are stem, norm, "),
        ("weights: {global_avg_pool1: int8}", "what 'global_avg_pool1' matches has no weights", "leave it out"),
        (
            'weights: {stem: int8, "**": int4}',
            "'stem' decides nothing",
            "write the wider pattern",
        ),
        ("dtype: int9", ", int4, not 'int9'", "did you mean 'int8'?"),
        ("dtype: [int8]", "a dtype is one of float64, ", None),
        ("bias-dtype: int8", "a file of widths has no key 'bias-dtype'", "did you mean 'bias_dtype'?"),
        ("weights: {stem: {bias_dtype: int8}}", "the dtype of 'stem' is missing", "such as {dtype: int8}"),
        ("weights: {stem: {dtyp: int8}}", "nothing is called 'dtyp'", "did you mean 'dtype'?"),
        ("weights: [stem]", "weights takes {PATTERN: dtype, ...}", None),
        ("- int8", "the widths of weights are a mapping", None),
        ("{}", "the widths of weights are a mapping", None),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, text: str, message: str, help: str | None) -> None:
    with pytest.raises(SpecError) as caught:
        net(dtype=widths(tmp_path, text))
    (first, *_) = caught.value.diagnostics
    assert message in first.message
    assert caught.value.file == str(tmp_path / "widths.yaml")
    assert help is None or help in f"{first.label} {first.help}"


@pytest.mark.parametrize("given", [{"bias_dtype": "int9"}, {"bias_dtype": 8}, {"bias_dtype": "widths.yaml"}])
def test_wrong_arguments(given: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=r"bias_dtype is one of .*int4, not"):
        net(**given)
    with pytest.raises(SpecError, match=r"cannot read 'gone\.yaml'"):
        net(dtype="gone.yaml")


def test_every_weight_of_the_vocabulary_is_a_bias_or_none() -> None:
    """By name: what ends a name decides, and no new name is taken for a bias unseen."""
    names = set()
    for family in CASES.values():
        for layer, arguments, x, *_ in family.ACCEPTED:
            given = [tuple(shape) for shape in x] if x and isinstance(x[0], list) else [tuple(x)] if x != () else []
            names |= {weight for weight, _, _ in Applied(find(layer)(**arguments), tuple(given)).weights}
    assert {name.split("_l")[0] for name in names if is_bias(name)} == {
        *("bias", "bias_ih", "bias_hh", "in_proj_bias", "out_proj.bias", "offset.bias", "q_norm.bias", "k_norm.bias"),
    }
    assert {name for name in names if "bias" in name and not is_bias(name)} == {"relative_position_bias"}


# The same sums everywhere


def test_diff_attributes_bytes_to_layers(tmp_path: Path) -> None:
    wide = archcalc.Spec.from_text(NET.replace("linear: 10", "linear: 20"))
    found = archcalc.diff(archcalc.Spec.from_text(NET), wide, dtype="int8", bias_dtype="int32")
    # 16·10 more weights and 10 biases, then 10·5 more weights
    assert [change["change"]["weights_bytes"] for change in found["changes"]] == [160 + 40, 50]
    assert found["totals"]["weights_bytes"]["change"] == 250
    assert found["new"]["widths"] == {"bias_dtype": "int32", "weights": {}}
    # A pattern that decides something in one of the two is enough; a layer may change its width alone.
    renamed = archcalc.Spec.from_text(NET.replace("name: head", "name: top"))
    path = widths(tmp_path, 'dtype: int8\nweights: {"top/**": int4}')
    found = archcalc.diff(archcalc.Spec.from_text(NET), renamed, dtype=path)
    assert found["totals"]["weights_bytes"]["change"] == (160 + 10 + 50 + 5 + 1) // 2 - 225 + 0 == -112
    assert sum(change["change"]["weights_bytes"] for change in found["changes"]) == -112
    assert len(found["changes"]) == 2
    with pytest.raises(SpecError, match="'tip/\\*\\*' matches no layer of net"):
        archcalc.diff(SPEC, renamed, dtype=widths(tmp_path, 'weights: {"tip/**": int4}'))


SPEC = archcalc.Spec.from_text(NET)


def test_explain_derives_the_bytes() -> None:
    found = archcalc.explain(SPEC, "stem", dtype="int8", bias_dtype="int32")
    (cell,) = [cell for cell in found["layers"][0]["cells"] if cell["cell"] == "weights_bytes"]
    assert (cell["value"], cell["steps"][0]["formula"]) == (432 + 64, "weight + bias·4")
    assert cell["notes"] == ["weight as int8, 8 bits", "bias as int32, 32 bits"]
    found = archcalc.explain(SPEC, "head/linear2", dtype="int4", bias_dtype="float16")
    (cell,) = [cell for cell in found["layers"][0]["cells"] if cell["cell"] == "weights_bytes"]
    assert cell["value"] == (4 * 50 + 16 * 5) // 8 == 35
    assert cell["steps"][0]["formula"] == "⌈(weight·4 + bias·16)/8⌉"
    sums = archcalc.explain(SPEC, dtype="int4")["sums"]
    assert sums is not None
    assert sums["steps"]["weights_bytes"]["value"] == (448 + 32 + 170 + 55 + 1) // 2 == 353
    assert "weights_bytes" not in str(archcalc.explain(SPEC))


def test_closed_forms_of_bytes(tmp_path: Path) -> None:
    spec = archcalc.Spec.from_text(NET.replace("input:", "vars: {width: 16}\ninput:").replace("out: 16", "out: width"))
    form = archcalc.formula(spec, vars="width", dtype="int8", bias_dtype="int32")
    # 27·w + 4·w of the stem, 5·w of the norm, 10·w + 40 and 70 of the head
    assert form["figures"]["weights_bytes"]["text"] == "46·width + 110"
    for dtype in ("int4", widths(tmp_path, 'dtype: int4\nbias_dtype: int8\nweights: {"head/**": half}')):
        form = archcalc.formula(spec, vars="width", dtype=dtype, layers=True)
        for width in (1, 2, 3, 16, 17):
            there = archcalc.load(spec, dtype=dtype, width=width)
            assert form(width=width)["weights_bytes"] == there.weights_bytes
    assert "weights_bytes" not in archcalc.formula(spec, vars="width")["figures"]
    with pytest.raises(SpecError, match="'stam' matches no layer"):
        archcalc.formula(spec, vars="width", dtype=widths(tmp_path, "weights: {stam: int8}"))


def test_repetitions_without_a_number(tmp_path: Path) -> None:
    steps = [{"steps": [{"linear": 3}], "repeat": "depth", "name": "deep"}, {"linear": 5}]
    spec = archcalc.Spec("net", input=[3], vars={"depth": 4}, layers=steps)
    path = widths(tmp_path, 'dtype: int8\nweights: {"deep/**": int4}')
    form = archcalc.formula(spec, vars="depth", dtype=path)
    assert form["figures"]["weights_bytes"]["text"] == "6·depth + 20"  # 12 numbers of 4 bits, 20 of 8
    assert archcalc.load(spec, depth=3, dtype=path).weights_bytes == 38
    with pytest.raises(SpecError, match="tells repetitions apart, and their number is a name"):
        archcalc.formula(spec, vars="depth", dtype=widths(tmp_path, 'weights: {"deep/0/**": int4}'))


def test_budgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    widths(tmp_path, 'dtype: int8\nbias_dtype: int32\nweights: {"head/**": float16}')
    (tmp_path / "archcalc.yaml").write_text(
        "budgets:\n"
        "  - {specs: net.yaml, dtype: int8, bias_dtype: int32, max: {weights_bytes: 846B, weights: 705B @int8}}\n"
        '  - {specs: net.yaml, dtype: widths.yaml, max: {weights: 1026B}, layers: {"head/**": {weights: 449B}}}\n'
    )
    monkeypatch.chdir(tmp_path)
    results = archcalc.check()
    # 658 of int8 and 47 of int32: 846; 705 parameters; 448 + 4·32 + 2·225 = 1026; 450 of the head
    assert [(result.used, result.ok) for result in results] == [(846, True), (705, True), (1026, True), (450, False)]
    (result, *_) = archcalc.check("net.yaml", max={"weights": "1B"}, dtype="float16")
    assert result.used == 2 * 705  # what is asked for wins, biases too
    assert archcalc.check("net.yaml", max={"weights": "1B"}, dtype="widths.yaml")[-1].used == 1026


def test_growth_is_measured_in_the_same_widths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(NET.replace("name: head", "name: top"))
    (tmp_path / "net.yaml").write_text(NET.replace("linear: 5", "linear: 6"))
    path = widths(tmp_path, 'dtype: int8\nbias_dtype: int32\nweights: {"head/**": float16}')
    asked = {"max_increase": {"weights": "0%"}, "dtype": path}
    (result,) = archcalc.check("net.yaml", base="./old.yaml", **asked)
    # 448 + 128 + 2·(170 + 66); in the old one the pattern decides nothing: 658 + 4·47
    assert (result.used, result.base) == (1048, 846)
    (tmp_path / "base.json").write_text(json.dumps(archcalc.report("net.yaml", dtype=path)))
    (result,) = archcalc.check("net.yaml", base="./base.json", **asked)
    assert (result.used, result.base) == (1048, 1048)
    with pytest.raises(SpecError, match="was made with other widths of weights"):
        archcalc.check("net.yaml", base="./base.json", **{**asked, "dtype": "int8", "bias_dtype": "int32"})


def test_a_strangers_file_ends_soon(tmp_path: Path) -> None:
    patterns = ", ".join(f'"**/*{"a*" * 50}{number}": int8' for number in range(300))
    with pytest.raises(SpecError) as caught:
        archcalc.load("gpt2", dtype=widths(tmp_path, f"weights: {{{patterns}}}"))
    assert len(caught.value.diagnostics) == 10
