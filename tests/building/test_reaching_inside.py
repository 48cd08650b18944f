"""Repetitions that are alike are computed once, beside paths into other steps and shared weights.

Each network is held against itself with every repetition built.
"""

from __future__ import annotations

from typing import Any

import pytest

import archcalc
from archcalc.building import expansion
from archcalc.errors import Source
from archcalc.report.fold import fold_to_depth
from archcalc.request import Request
from archcalc.sources.source import Located

DEEP = "  - repeat: 9\n    name: deep\n    steps: [{linear: 4}, relu]\n"
BLOCK = "blocks: {pair: {layers: [{linear: 4}, {repeat: 7, steps: [{linear: 4}]}]}}\n"

# The layers of a network on [4], its parameters, and whether a run of repetitions is kept.
CASES = {
    "a head shares a table": (
        "  - {linear: 4, name: table}\n" + DEEP + "  - {linear: 4, share: table}\n",
        20 + 9 * 20,
        True,
    ),
    "what is shared repeats": (DEEP + "  - {repeat: 9, steps: [{linear: 4}, relu], share: deep}\n", 9 * 20, False),
    "shared, and it holds repetitions": ("  - {pair: , name: one}\n  - {pair: , share: one}\n", 8 * 20, False),
    "repetitions share what is outside": (
        "  - {linear: 4, name: table}\n  - repeat: 9\n    steps: [{linear: 4, share: table}, {linear: 4}]\n",
        20 + 9 * 20,
        True,
    ),
    "repetitions share within themselves": (
        "  - repeat: 9\n    steps: [{linear: 4, name: one}, {linear: 4, share: one}]\n",
        9 * 20,
        True,
    ),
    "repetitions share within themselves what repeats": (
        "  - repeat: 9\n    steps: [{pair: , name: one}, {pair: , share: one}]\n",
        9 * 8 * 20,
        True,
    ),
    "each with one set of weights, in repetitions": (
        "  - repeat: 9\n    steps: [{each: {count: 3, layers: [{pair: }], shared: true}}, add]\n",
        9 * 8 * 20,
        True,
    ),
    "a path into another step": (
        DEEP + "  - {repeat: 5, name: other, steps: [{linear: 4, name: a}]}\n  - add: [prev, other/2/a]\n",
        14 * 20,
        True,
    ),
    "a path into a repetition": (DEEP + "  - add: [prev, deep/3/linear1]\n", 9 * 20, False),
}


def report(layers: str) -> Any:
    text = f"name: net\ninput: [4]\n{BLOCK if 'pair' in layers else ''}layers:\n{layers}"
    request = Request(Located(Source("net.yaml", text), None))
    return request.report()


def told(row: Any) -> Any:
    """What tables show of a folded row: its place among the kept, and whose its weights are, no table has."""
    return {**row, "id": None, "weights": len(row["weights"])}


@pytest.mark.parametrize("case", CASES)
def test_the_same_as_with_every_repetition_built(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    layers, params, keeps = CASES[case]
    kept = report(layers)
    assert bool(kept.network.runs) is keeps
    assert kept["totals"]["params"] == params
    monkeypatch.setattr(expansion, "may_keep", lambda *_: False)
    whole = report(layers)
    assert not whole.network.runs
    assert list(map(dict, kept["layers"])) == list(map(dict, whole["layers"]))
    for depth in (1, 2, 3):
        assert list(map(told, fold_to_depth(kept, depth))) == list(map(told, fold_to_depth(whole, depth)))


def test_a_closed_form_in_a_depth_beside_shared_weights() -> None:
    """transformers GPT2LMHeadModel: 7,087,872 parameters a layer."""
    form = archcalc.formula("gpt2", vars="depth")
    assert form["figures"]["params"]["text"] == "7087872·depth + 39385344"
    assert form(depth=24)["params"] == archcalc.load("gpt2", depth=24).params
    text = f"name: net\ninput: [4]\nvars: {{n: 9}}\nlayers:\n{CASES['a path into a repetition'][0]}"
    spec = archcalc.Spec.from_text(text.replace("repeat: 9", "repeat: n"))
    with pytest.raises(archcalc.SpecError, match="a path or share reaches into a repetition"):
        archcalc.formula(spec, vars="n")
