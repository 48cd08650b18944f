"""Pools in PyTorch."""

from __future__ import annotations

from typing import Any

import torch

from .built import Built, Shape, after_padding, batched, keywords, of_rank, padded, pytorch, tuples


def pool(name: str, arguments: dict[str, Any], x: Shape, *names: str) -> Built:
    padding, margins = padded({"stride": arguments["kernel"], **arguments}, x)
    return after_padding(of_rank(name, x)(padding=padding, **keywords(arguments, "kernel", "stride", *names)), margins)


@pytorch("max_pool")
def max_pool(arguments: dict[str, Any], x: Shape) -> Built:
    return pool("MaxPool", arguments, x, "dilation", "ceil_mode")


@pytorch("avg_pool")
def avg_pool(arguments: dict[str, Any], x: Shape) -> Built:
    return pool("AvgPool", arguments, x, "ceil_mode")


@pytorch("lp_pool")
def lp_pool(arguments: dict[str, Any], x: Shape) -> Built:
    given = {"power": 2, **arguments}
    if len(x) == 2:  # LPPool1d fails on a tuple of one number
        given = {name: value[0] if isinstance(value, list) else value for name, value in given.items()}
    return batched(of_rank("LPPool", x)(**keywords(given, "power", "kernel", "stride", "ceil_mode")))


@pytorch("adaptive_avg_pool")
def adaptive_avg_pool(arguments: dict[str, Any], x: Shape) -> Built:
    return batched(of_rank("AdaptiveAvgPool", x)(tuples(arguments["size"])))


@pytorch("adaptive_max_pool")
def adaptive_max_pool(arguments: dict[str, Any], x: Shape) -> Built:
    return batched(of_rank("AdaptiveMaxPool", x)(tuples(arguments["size"])))


@pytorch("global_avg_pool")
def global_avg_pool(arguments: dict[str, Any], x: Shape) -> Built:
    return over_all_positions(adaptive_avg_pool, torch.mean, x)


@pytorch("global_max_pool")
def global_max_pool(arguments: dict[str, Any], x: Shape) -> Built:
    return over_all_positions(adaptive_max_pool, torch.amax, x)


def over_all_positions(adaptive: Any, reduce: Any, x: Shape) -> Built:
    """The adaptive pool of size 1 where there is one, else a reduction."""
    if len(x) < 2 or 0 in (x if len(x) > 4 else x[1:]):  # a reduction takes no channels too, an adaptive pool does not
        raise ValueError(f"no position to pool in {x}")
    if len(x) > 4:
        return Built(lambda tensor: reduce(tensor, dim=tuple(range(1, len(x)))))
    pool = adaptive({"size": 1}, x)
    return Built(lambda tensor: pool.call(tensor).flatten(1)[:, 0])


@pytorch("max_unpool")
def max_unpool(arguments: dict[str, Any], x: Shape) -> Built:
    module = of_rank("MaxUnpool", x)(**keywords(arguments, "kernel", "stride", "padding"))
    return Built(lambda tensor: module(tensor[None], torch.zeros_like(tensor[None], dtype=torch.int64))[0])
