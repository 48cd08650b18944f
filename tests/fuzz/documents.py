"""Changes to a document at random: keys and values deleted, repeated, nested and replaced by odd ones."""

from __future__ import annotations

import copy
import random
from typing import Any

from .expressions import expression

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
    "prev[0]", "a[i]", "stack/*[-1]", {"layers": ["relu"], "shortcut": []}, {"count": 2, "layers": ["relu"]},
]  # fmt: skip
KEYS = (
    "from name repeat first when share trainable expect row out kernel stride padding groups norm act axis heads layers"
    " input args vars blocks import defaults variants relu conv linear residual parallel map experts concat add split"
    " bottleneck double level stage shape dtype x a squeeze_excite embedding attention lstm reshape flatten custom"
    " batch_norm sum einsum i prev depth memory steps each shortcut shared count"
).split()


def changed(document: Any, random_: random.Random) -> Any:
    """A copy of a document after none to four random changes."""
    document = copy.deepcopy(document)
    for _ in range(random_.choice((0, 0, 0, 0, 1, 1, 1, 2, 4))):
        change(document, random_)
    return document


def change(document: Any, random_: random.Random) -> None:
    places = list(collections(document))
    if not places:
        return
    place = random_.choice(places)
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    kind = random_.randrange(9)
    if kind == 0 and keys:
        del place[random_.choice(keys)]
    elif kind == 1 and keys:
        place[random_.choice(keys)] = odd(random_)
    elif kind == 2 and isinstance(place, dict):
        place[random_.choice(KEYS)] = odd(random_)
    elif kind == 3 and isinstance(place, dict) and keys:
        old = random_.choice(keys)
        renamed = {(random_.choice(KEYS) if key == old else key): value for key, value in place.items()}
        place.clear()
        place.update(renamed)
    elif kind == 4 and isinstance(place, list):
        place.insert(random_.randint(0, len(place)), odd(random_))
    elif kind == 5 and keys:
        key = random_.choice(keys)
        place[key] = nested(place[key], random_)
    elif kind == 6 and isinstance(place, list) and keys:
        place.extend(copy.deepcopy(random_.choice(place)) for _ in range(random_.choice((1, 2, 30))))
    elif kind == 7 and isinstance(place, dict) and keys:
        key = random_.choice(keys)
        place[key] = f"({place[key]}) {random_.choice('+-*/')} {expression(random_, 1)}"
    elif keys:
        other = random_.choice(places)
        if other:
            some = random_.choice(list(other) if isinstance(other, dict) else list(range(len(other))))
            place[random_.choice(keys)] = copy.deepcopy(other[some])


def odd(random_: random.Random) -> Any:
    kind = random_.randrange(10)
    if kind < 4:
        return random_.choice(SCALARS)
    if kind < 6:
        return expression(random_)
    if kind == 6:
        return random_.choice((10 ** random_.choice((3, 6, 18, 100, 998, 1000)), random_.getrandbits(3300), 2**63))
    return copy.deepcopy(random_.choice(COLLECTIONS))


def nested(value: Any, random_: random.Random) -> Any:
    """A value inside many others."""
    wrap = random_.choice(("list", "residual", "map", "steps", "each", "parallel", "mapping"))
    for _ in range(random_.choice((1, 1, 2, 3, 20))):
        if wrap == "list":
            value = [value]
        elif wrap == "mapping":
            value = {"a": value}
        elif wrap == "parallel":
            value = {"parallel": {"a": value if isinstance(value, list) else [value]}}
        else:
            value = {wrap: value if isinstance(value, list) else [value]}
    return value


def collections(value: Any) -> Any:
    """Every list and mapping in a document."""
    if isinstance(value, (dict, list)):
        yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from collections(item)
