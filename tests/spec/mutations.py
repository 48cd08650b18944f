"""Specs spoilt at random: keys and values deleted, repeated and replaced by odd ones."""

from __future__ import annotations

import copy
import random
from typing import Any

import yaml

SCALARS: list[Any] = [
    None, True, False, 0, 1, 2, -1, 3.5, 1e300, float("nan"), float("inf"), 10**9, 10**30, 10**999, "", "prev", "input",
    "i", "relu", "none", "conv", "same", "prev[0]", "prev", "2*prev[0]", "1/0", "9**9**9", "prev[99]", "[1, 2]", "i*2",
    "len(prev)", "a/b", "a/*/b", "*", "required", "tensor", "residual", "C", "(", "x y", "\0", "é", "stack/0", "all",
    "batch_norm", "glu", "true", "not prev[0]", "-1", "range(5)", "10**900", "prev[0:]", "c4", "conv1", "custom",
]  # fmt: skip
COLLECTIONS: list[Any] = [
    [], {}, [[]], [{}], {"relu": None}, {"conv": {"out": 3, "kernel": 1}}, [1, 2, 3], ["relu"], ["prev", "input"],
    [{"relu": None, "repeat": 2}], {"a": 1}, {"prelu": {"channels": "all"}}, [None], {"repeat": 3}, {"from": "x"},
    {"a": [], "b": []}, {"count": 2, "active": 1, "layers": ["relu"]}, [[1, 2], [3, 4]],
    {"linear": {"out": 4, "act": "glu"}},
    {"out": [3, 3], "params": 5, "macs": 7}, [{"kernel": 3}, {"kernel": 5}], {"leaky_relu": 0.2}, ["stack/*/skip"],
]  # fmt: skip
KEYS = (
    "from name repeat first when share trainable expect row out kernel stride padding groups norm act axis heads layers"
    " input args vars blocks import defaults variants relu conv linear residual parallel map experts concat add split"
    " bottleneck double level stage shape dtype x a squeeze_excite embedding attention lstm reshape flatten custom"
    " batch_norm sum einsum i prev depth memory"
).split()


def mutated(document: Any, seed: int) -> str:
    """The text of a document after one to four random changes."""
    random_ = random.Random(seed)
    document = copy.deepcopy(document)
    for _ in range(random_.randint(1, 4)):
        change(document, random_)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def change(document: Any, random_: random.Random) -> None:
    places = list(collections(document))
    if not places:
        return
    place = random_.choice(places)
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    kind = random_.randrange(6)
    if kind == 0 and keys:
        del place[random_.choice(keys)]
    elif kind == 1 and keys:
        place[random_.choice(keys)] = odd(random_, document)
    elif kind == 2 and isinstance(place, dict):
        place[random_.choice(KEYS)] = odd(random_, document)
    elif kind == 3 and isinstance(place, dict) and keys:
        old = random_.choice(keys)
        renamed = {(random_.choice(KEYS) if key == old else key): value for key, value in place.items()}
        place.clear()
        place.update(renamed)
    elif kind == 4 and isinstance(place, list):
        place.insert(random_.randint(0, len(place)), odd(random_, document))
    elif keys:
        other = random_.choice(places)
        if other:
            some = random_.choice(list(other) if isinstance(other, dict) else list(range(len(other))))
            place[random_.choice(keys)] = copy.deepcopy(other[some])


def odd(random_: random.Random, document: Any) -> Any:
    return copy.deepcopy(random_.choice(SCALARS if random_.random() < 0.6 else COLLECTIONS))


def collections(value: Any) -> Any:
    """Every list and mapping in a document."""
    if isinstance(value, (dict, list)):
        yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from collections(item)
