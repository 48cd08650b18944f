"""What the teaching specs are there to show."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.api import report


def weights(name: str) -> dict[str, list[tuple[str, list[int]]]]:
    """The weights of each layer that has some."""
    rows: list[dict[str, Any]] = report(name)["layers"]
    return {
        row["path"]: [(weight["name"], list(weight["shape"])) for weight in row["weights"]]
        for row in rows
        if row["weights"]
    }


@pytest.mark.parametrize(
    "name, expected",
    [
        (
            "plain-rnn",
            {
                "W_h": [("weight_ih_l0", [64, 32]), ("weight_hh_l0", [64, 64])],
                "W_y": [("weight", [32, 64])],
            },
        ),
        (
            "lstm-stacked",
            {
                "lstm1": [("weight_ih_l0", [256, 32]), ("weight_hh_l0", [256, 64])],
                "w_y": [("weight", [32, 64])],
            },
        ),
        (
            "lstm-gates",
            {
                "w/forget/linear1": [("weight", [64, 96])],
                "w/update/linear1": [("weight", [64, 96])],
                "w/output/linear1": [("weight", [64, 96])],
                "w/candidate/linear1": [("weight", [64, 96])],
                "w_y": [("weight", [32, 64])],
            },
        ),
        (
            "single-gate-gru",
            {
                "gru1": [("weight_ih_l0", [128, 32]), ("weight_hh_l0", [128, 64])],
                "w_y": [("weight", [32, 64])],
            },
        ),
    ],
)
def test_matrices(name: str, expected: dict[str, list[tuple[str, list[int]]]]) -> None:
    assert weights(name) == expected


@pytest.mark.parametrize("name, side", [("transposed-conv-2x2", 3), ("transposed-conv-3x3", 4)])
def test_transposed_output(name: str, side: int) -> None:
    assert [list(shape) for shape in report(name)["outputs"]] == [[1, side, side]]


def test_bottleneck_reads_and_gives_the_same() -> None:
    short, direct = report("with-bottleneck"), report("without-bottleneck")
    assert (short["input"], short["outputs"]) == (direct["input"], direct["outputs"])
    for metric in ("params", "macs"):
        assert direct["totals"][metric] == pytest.approx(9.68 * short["totals"][metric], rel=0.001)
