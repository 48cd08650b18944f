"""The total is the sum of the rows, and a row is the sum of what it is made of: its weights, its operations by kind."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .networks import as_yaml, few_examples, networks
from .reports import ALL_SPECS, VARIANTS, report_of, shipped_report


def hold(report: dict[str, Any]) -> None:
    rows = report["layers"]
    for row in rows:
        # copies: an expert's weights are there as often as there are experts; shared weights are counted at their owner
        own = [weight["shape"] for weight in row["weights"] if "shared" not in weight]
        assert row["params"] == row["copies"] * sum(map(prod, own)), row["path"]
        assert row["macs"] == row["ops_by_kind"].get("mac", 0)
        # counted as 'flop': a multiply-add is two, every other operation one
        assert row["ops"] == row["macs"] + sum(row["ops_by_kind"].values()), row["path"]
        causal = row["macs"] if row["macs_causal"] is None else row["macs_causal"]
        assert 0 <= causal <= row["macs"]
        assert row["params_embedding"] == (row["params"] if row["type"] in ("embedding", "embedding_bag") else 0)
        assert row["params_active_less_embedding"] == (0 if row["params_embedding"] else row["params_active"])
        assert row["params_active"] <= row["params"]
    keys = ("params", "buffers", "macs", "ops", "activations", "activations_inner")
    roles = ("params_embedding", "params_active", "params_active_less_embedding")
    summed = {key: sum(row[key] for row in rows) for key in (*keys, *roles)}
    by_path = {row["path"]: row for row in rows}
    assert len(by_path) == len(rows)
    for row in rows:
        for weight in row["weights"]:
            if "shared" in weight:
                kept = [one for one in by_path[weight["shared"]]["weights"] if one["name"] == weight["name"]]
                assert [(one["shape"], "shared" in one) for one in kept] == [(weight["shape"], False)]
    trainable = sum(row["params"] for row in rows if row["trainable"])
    assert report["totals"] == {
        **summed,
        "trainable": trainable,
        "frozen": summed["params"] - trainable,
        "macs_causal": sum(row["macs"] if row["macs_causal"] is None else row["macs_causal"] for row in rows),
        "weights_bytes": 4 * summed["params"],  # float32
        "layers": len(rows),
    }


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", [*ALL_SPECS, *VARIANTS])
def test_totals_of_shipped_specs_and_variants(name: str) -> None:
    hold(shipped_report(name))


@few_examples
@given(network=networks(), batch=st.integers(1, 3))
def test_totals_of_random_networks(network: Any, batch: int) -> None:
    hold(report_of(as_yaml(network), batch=batch))
