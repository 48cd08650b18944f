"""Each of many variants is as ``show`` has it alone: in every figure, and in what is wrong with it and where."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("numpy")

from .variants import ALL, FAST, ONE_BY_ONE, SPECS, alone, drawn, paths, rows_of

FEW = ["sequence/gpt2", "classification/resnet", "teaching/lstm-stacked", "microcontroller/ds-cnn", "sequence/t5"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", FEW)
def test_a_few_variants(name: str) -> None:
    check(SPECS / f"{name}.yaml", 3, FAST)


@pytest.mark.slow
@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_random_variants_of_every_spec(path: Path) -> None:
    """More than 2,000 of more than 60 specs; memory and training, which take the longest alone, for fewer."""
    check(path, 26, FAST, "slow")
    check(path, 4, ALL, "all figures")


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW)
def test_figures_that_are_computed_one_by_one(name: str) -> None:
    check(SPECS / f"{name}.yaml", 6, ONE_BY_ONE)


def check(path: Path, count: int, figures: list[str], seed: str = "") -> None:
    found = rows_of(drawn(path, count, figures, seed))
    assert len(found) == count
    for row in found:
        expected = alone(path, row, figures)
        if expected["status"] is None:
            assert "there is no [" in row["status"]
        else:
            assert row == expected
