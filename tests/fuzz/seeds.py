"""Texts to begin from: the shipped specs, those of the tests, and networks that a grammar builds."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SMALL = 1_600  # bytes: so that most inputs take milliseconds


@cache
def texts(*folders: str) -> list[bytes]:
    """The small specs of some folders."""
    found = [path.read_bytes() for folder in folders for path in sorted((ROOT / folder).rglob("*.yaml"))]
    return [data for data in found if len(data) <= SMALL]


def right() -> list[bytes]:
    return texts("specs", "tests/building/examples")


def wrong() -> list[bytes]:
    return texts("tests/language/errors")


@cache
def documents() -> list[Any]:
    """The right ones as data. Anchors are for yaml_text.py to put in."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [yaml.load(data, Loader=loader) for data in right() if b"&" not in data]


def built(random_: random.Random) -> dict[str, Any]:
    """A small network that is right, or nearly."""
    images = random_.random() < 0.6
    document: dict[str, Any] = {"name": "net"}
    if images:
        document["input"] = [random_.choice((1, 3, 8)), random_.choice((7, 8, 32)), random_.choice((8, 9, 32))]
    else:
        document["input"] = [random_.choice((4, 16)), random_.choice((8, 12))]
    document["vars"] = {"w": random_.choice((4, 8, 16)), "n": random_.randint(0, 3), "table": [{"out": 8}, {"out": 4}]}
    if random_.random() < 0.3:
        document["variants"] = {"small": {"w": 4}, "large": {"w": 32, "n": 4}}
    if random_.random() < 0.3:
        document["defaults"] = {"conv": {"bias": False, "norm": "batch_norm", "act": "relu"}, "linear": {"act": "gelu"}}
    layers = steps(random_, images, 2)
    if random_.random() < 0.5:
        document["blocks"] = {
            "unit": {
                "input": ["C", "H", "W"] if images else ["T", "C"],
                "args": {"mid": "required", "more": "mid*2"},
                "layers": [*steps(random_, images, 1), last(random_, images, "more")],
            }
        }
        layers.insert(random_.randint(0, len(layers)), {"unit": "w", **keys(random_)})
    document["layers"] = layers
    if random_.random() < 0.1:
        document["budget"] = {"max": {"params": random_.choice(("5k", "1M", "100MB"))}}
    return used(document)


def used(document: dict[str, Any]) -> dict[str, Any]:
    """Without the variables and defaults that no step uses: they are errors."""
    said = f"{document['layers']} {document.get('blocks')}"
    document["vars"] = {name: value for name, value in document["vars"].items() if re.search(rf"\b{name}\b", said)}
    for values in document.get("variants", {}).values():
        for name in values.keys() - document["vars"].keys():
            del values[name]
    if "defaults" in document:
        document["defaults"] = {name: value for name, value in document["defaults"].items() if f"'{name}'" in said}
    return {key: value for key, value in document.items() if value}


def steps(random_: random.Random, images: bool, depth: int) -> list[Any]:
    return [step(random_, images, depth) for _ in range(random_.randint(1, 4))]


def step(random_: random.Random, images: bool, depth: int) -> Any:
    kind = random_.randrange(10) if depth else random_.randrange(6)
    if kind < 4:
        return last(random_, images, random_.choice((8, "w", "w*2", "w if n else 8", "max(w, 4)")))
    if kind < 6:
        plain = ("relu", "gelu", "batch_norm", "sigmoid", {"max_pool": {"kernel": 2, "padding": "same", "stride": 1}})
        plain_sequences = ("relu", "layer_norm", "softmax", {"attention": 2}, {"transpose": [0, 1]}, "identity")
        chosen = random_.choice(plain if images else plain_sequences)
        return chosen if random_.random() < 0.7 or isinstance(chosen, dict) else {chosen: None, **keys(random_)}
    if kind == 6 and random_.random() < 0.5:
        return one_of_the_lists(random_, images)
    if kind == 6:
        return {"residual": [random_.choice(("relu", "sigmoid")), "tanh"], **keys(random_)}
    if kind == 7:
        branches = {name: [*steps(random_, images, 0), last(random_, images, 8)] for name in ("a", "b")}
        return {"residual": [{"parallel": branches}, "add", last(random_, images, "prev[0]")]} if depth > 1 else "tanh"
    if kind == 8:
        return random_.choice(("concat", "relu", "global_avg_pool", {"expect": ["w", 8, 8], "relu": None}))
    return {"experts": {"count": 4, "active": 2, "layers": steps(random_, images, 0)}, **keys(random_)}


def one_of_the_lists(random_: random.Random, images: bool) -> dict[str, Any]:
    """steps, a residual with a shortcut, or each in one of its forms."""
    inside, run = steps(random_, images, 0), [last(random_, images, 8)]
    shared = {"layers": run, "shared": random_.choice((True, False, "i", "n"))}
    return {
        **random_.choice(
            (
                {"steps": inside},
                {"residual": {"layers": run, "shortcut": random_.choice((run, []))}},
                {"each": run},
                {"each": {**shared, "count": random_.choice((1, 3, "n", "w"))}},
                {"each": shared},
            )
        ),
        **keys(random_),
    }


def last(random_: random.Random, images: bool, out: Any) -> dict[str, Any]:
    if not images:
        return {"linear": out, **keys(random_)}
    return {"conv": {"out": out, "kernel": random_.choice((1, 3)), "padding": "same"}, **keys(random_)}


def keys(random_: random.Random) -> dict[str, Any]:
    """What else a step may say."""
    found: dict[str, Any] = {}
    if random_.random() < 0.2:
        found["repeat"] = random_.choice((0, 1, 2, "n", "len(table)", "table", 30))
    if random_.random() < 0.1:
        found["when"] = random_.choice(("n > 0", True, "w == 8", False))
    if random_.random() < 0.1:
        found["name"] = random_.choice(("a", "b", "skip"))
    if random_.random() < 0.05:
        found["trainable"] = False
    if random_.random() < 0.05:
        found["row"] = False
    return found
