"""Costs by hand: pairs of parameters and multiply-adds, from the formulas of a textbook and nothing of archcalc."""

from __future__ import annotations

Cost = tuple[int, int]


def conv(channels: int, out: int, kernel: int, positions: int, bias: bool = False) -> Cost:
    """A convolution at so many output positions (a transposed one: input positions)."""
    weights = channels * out * kernel
    return weights + bias * out, weights * positions


def square(channels: int, out: int, side: int, positions: int, bias: bool = False) -> Cost:
    """A convolution with a side x side kernel."""
    return conv(channels, out, side * side, positions, bias)


def linear(width: int, out: int, times: int = 1, bias: bool = True) -> Cost:
    return width * out + bias * out, width * out * times


def weights(count: int) -> Cost:
    """Parameters that multiply nothing which is summed: norms, embeddings."""
    return count, 0


def total(*costs: Cost) -> Cost:
    return sum(params for params, _ in costs), sum(macs for _, macs in costs)


def repeated(times: int, *costs: Cost) -> Cost:
    params, macs = total(*costs)
    return times * params, times * macs


def shared(cost: Cost) -> Cost:
    """Multiplies with weights that are counted elsewhere."""
    return 0, cost[1]


def attention(dim: int, queries: int, keys: int, kv_dim: int, bias: bool) -> Cost:
    """Query, key, value and output projections; then a score and a weighted sum for each pair of query and key."""
    projections = total(
        linear(dim, dim, queries, bias),
        repeated(2, linear(dim, kv_dim, keys, bias)),
        linear(dim, dim, queries, bias),
    )
    return total(projections, (0, 2 * queries * keys * dim))
