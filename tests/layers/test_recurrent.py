"""Names of recurrent weights where PyTorch has no such cell."""

from __future__ import annotations

import pytest

from archcalc.layers import find


@pytest.mark.parametrize(
    "layer, arguments, weights",
    [
        (
            "rnn",
            dict(hidden=64, biases=1),
            {"weight_ih_l0": [64, 32], "weight_hh_l0": [64, 64], "bias_ih_l0": [64]},
        ),
        (
            "gru",
            dict(hidden=64, reset_gate=False, bias=False),
            {"weight_ih_l0": [128, 32], "weight_hh_l0": [128, 64]},
        ),
    ],
)
def test_weights(layer, arguments, weights):
    assert dict(find(layer)(**arguments).weights((10, 32))) == weights
