"""The metrics of budgets whose amounts are no plain numbers, by their units."""

from __future__ import annotations

IN_BYTES = ("weights", "weights_bytes")
"""The metrics of the bytes of weights."""
OF_MEMORY = ("peak_memory", "arena", "banks")
"""The metrics of the memory that activations need, in bytes: of a whole network, of the type after @."""
OF_TRAINING = ("train_memory", "kept_bytes")
"""The metrics of the bytes of a step of training, of a whole network, in the precision after @."""
MOVED = "bytes"
"""The metric of the bytes that layers move, of a whole network, with weights and activations of the type after @."""
CACHED = "kv_cache"
"""The metric of what a sequence keeps of its tokens, of the type after @: those of the length in the spec."""
BYTES_OF_NETWORKS = (*OF_MEMORY, *OF_TRAINING, MOVED, CACHED)
CACHE = f"{CACHED}@"
"""What the same of a number of tokens begins with, which stands behind it."""


def is_in_bytes(metric: str) -> bool:
    """Whether a metric is a number of bytes, of weights or of a whole network."""
    return metric in IN_BYTES or is_bytes_of_network(metric)


def is_bytes_of_network(metric: str) -> bool:
    return metric in BYTES_OF_NETWORKS or metric.startswith(CACHE)
