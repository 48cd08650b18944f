"""archcalc against PyTorch on 20 000 random cases, and on 20 000 of a seed that nothing was mended for."""

from __future__ import annotations

import pytest

from .generate import LAYERS
from .recorded import recorded

MANY, FEW = 20_000, 1_000


@pytest.mark.torch
@pytest.mark.parametrize(
    "seed, cases",
    [(3, FEW), pytest.param(1, MANY, marks=pytest.mark.slow), pytest.param(2, MANY, marks=pytest.mark.slow)],
)
def test_no_difference(seed, cases, capsys):
    pytest.importorskip("torch")
    from .__main__ import hunt, summary

    found, drawn, refused = hunt(seed, cases)
    with capsys.disabled():
        print("\n" + summary(seed, drawn, refused))
    assert not found, "\n\n".join(found)
    assert drawn.total() == cases
    assert set(drawn) == set(LAYERS)


@pytest.mark.torch
def test_the_recorded_sample_is_what_pytorch_answers():
    pytest.importorskip("torch")
    from .pytorch import pytorch_answer

    for case, answer in list(recorded())[::20]:
        said = pytorch_answer(case)
        assert answer == (None if isinstance(said, str) else said), case
