"""archcalc against PyTorch's recorded answers; needs no PyTorch."""

from __future__ import annotations

from archcalc.api import report
from archcalc.errors import SpecError
from archcalc.layers import ADDED_LATER, CONTENTS, find

from .archcalc_answers import archcalc_answer
from .case import spec_of
from .compare import difference, differing
from .generate import LAYERS
from .generate.draw import GENERATORS
from .recorded import recorded

CASES = list(recorded())


def test_every_layer_type_has_a_generator():
    types = {name for names in CONTENTS.values() for name in names.split()}
    assert set(GENERATORS) == set(LAYERS)
    assert types - ADDED_LATER <= set(GENERATORS) <= types


def test_the_sample_holds_every_layer_type_accepted_and_every_argument():
    accepted = [case for case, answer in CASES if answer is not None]
    assert {case.layer for case in accepted} == set(LAYERS)
    written = {(case.layer, name) for case in accepted for name in case.arguments}
    steps = {"norm", "act"}  # of conv and the like: layers of their own
    declared = {(layer, name) for layer in LAYERS for name in find(layer).arguments}
    assert {(layer, name) for layer, name in declared - written if name not in steps} == set()


def test_about_a_third_is_refused():
    refused = sum(answer is None for _, answer in CASES)
    assert 0.25 < refused / len(CASES) < 0.45


def test_recorded_answers():
    found = [difference(case, archcalc_answer(case), answer) for case, answer in CASES]
    assert not any(found), "\n\n".join(filter(None, found))


def test_a_case_is_a_spec(tmp_path):
    """What a difference prints can be pasted into a file: it loads, and says what the rules say."""
    path = tmp_path / "case.yaml"
    for case, answer in CASES[:400]:
        if any(0 in x for x in case.inputs):
            continue  # an input of a spec is never empty: only what a step gives is
        path.write_text(spec_of(case), encoding="utf-8")
        try:
            totals = report(str(path))["totals"]
        except SpecError:
            assert answer is None, spec_of(case)
        else:
            assert answer is not None, spec_of(case)
            assert totals["params"] == answer.parameters
            assert answer.macs in (None, totals["ops"])


def test_differences_are_told():
    case, answer = next((case, answer) for case, answer in CASES if case.layer == "conv" and answer is not None)
    assert differing(answer, answer) == []
    assert differing(answer._replace(outputs=[(1, 2)]), answer) == [
        "  archcalc  outputs [(1, 2)]",
        f"  PyTorch   outputs {answer.outputs}",
    ]
    assert differing(answer._replace(macs=None), answer) != []
    assert differing(answer, answer._replace(macs=None)) == []
    assert differing("refused", answer) != []
    assert differing(answer, None) != []
    assert differing("refused", "for another reason") == differing("refused", None) == []
    assert spec_of(case) in str(difference(case, "refused", answer))
