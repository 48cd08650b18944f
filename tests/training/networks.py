"""Random networks as specs: steps that fit what is there, of every layer type that PyTorch has."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from loading import network

from archcalc.errors import SpecError
from archcalc.graph.network import Network

ELEMENTWISE = (
    "relu relu6 elu celu selu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh softplus softsign"
    " log_sigmoid abs exp log sqrt square sin cos leaky_relu softmax log_softmax identity"
).split()

READ_BY_LIST = ("add", "sub", "mul", "div", "matmul")
"""What is written with the list of what it reads."""

Shape = list[int]
Drawn = dict[str, Any]
"""A step of a spec."""


def anything(random: Random, x: Shape) -> Drawn:
    """A step for a tensor of any rank above 0."""
    axis = random.randrange(len(x))
    return random.choice(
        [
            {random.choice(ELEMENTWISE): None},
            {"dropout": random.choice([0, 0.1, 1])},
            {"drop_path": random.choice([0, 0.2])},
            {"prelu": None},
            {"layer_scale": {"axis": axis}},
            {"linear": {"out": random.randint(1, 6), "axis": axis, "bias": random.random() < 0.5}},
            {"layer_norm": {"axis": axis, "affine": random.random() < 0.7, "bias": random.random() < 0.7}},
            {"rms_norm": {"axis": axis, "affine": random.random() < 0.7}},
            {"glu": {"axis": axis, "act": random.choice(["sigmoid", "silu", "gelu", "relu", "tanh", "identity"])}},
            {"maxout": {"out": random.randint(1, 4), "pieces": random.randint(1, 3)}},
            {"permute": random.sample(range(len(x)), len(x))},
            {"transpose": [axis, random.randrange(len(x))]},
            {"flatten": {"start": axis}},
            {"reshape": random.choice([[-1, x[-1]], [x[0], -1], [-1], [*x[::-1]], [1, -1]])},
            {"unflatten": {"axis": axis, "sizes": [random.choice([1, 2, 3]), -1]}},
            {"unsqueeze": random.randint(0, len(x))},
            {"squeeze": axis},
            {"slice": {"axis": axis, "start": random.randint(0, 1), "step": random.randint(1, 2)}},
            {"select": {"axis": axis, "index": 0}},
            {"expand": [random.randint(1, 3), *[-1] * len(x)]},
            {"tile": [random.randint(1, 2)] * len(x)},
            {"roll": axis},
            {"crop": {"margins": [random.randint(0, 1) for _ in x]}},
            {"pad": {"padding": [[random.randint(0, 2), 1] for _ in x]}},
            {random.choice(["mean", "sum", "max"]): {"axis": axis, "keep": random.random() < 0.5}},
        ]
    )


def image(random: Random, x: Shape) -> Drawn:
    """A step for ``[C, ...spatial]``."""
    kernel, stride = random.randint(1, 3), random.randint(1, 2)
    padding: Any = random.choice([0, 1, "same", [[0, 1]] * (len(x) - 1)])
    groups = random.choice([1, 1, x[0]])
    window = {"kernel": kernel, "stride": stride, "padding": padding}
    bias = {"bias": random.random() < 0.5}
    pool = {"kernel": random.randint(1, 2), "stride": stride}
    modes = {2: "linear", 3: "bilinear", 4: "trilinear"}
    return random.choice(
        [
            {"conv": {"out": groups * random.randint(1, 3), "groups": groups, **window, **bias}},
            {"depthwise_conv": {"multiplier": random.randint(1, 2), **window, **bias}},
            {"conv_transpose": {"out": random.randint(1, 4), "kernel": kernel, "stride": stride, **bias}},
            {"max_pool": {**pool, "padding": random.choice([0, "same"]), "ceil_mode": random.random() < 0.5}},
            {"avg_pool": {**pool, "padding": random.choice([0, "same"])}},
            {"lp_pool": {**pool, "power": random.choice([1, 2, 3])}},
            {"adaptive_avg_pool": random.randint(1, 3)},
            {"adaptive_max_pool": random.randint(1, 3)},
            {"global_avg_pool": None},
            {"global_max_pool": None},
            {"max_unpool": {"kernel": 2}},
            {"batch_norm": {"affine": random.random() < 0.7, "track": random.random() < 0.7}},
            {"instance_norm": {"affine": random.random() < 0.5, "track": random.random() < 0.5}},
            {"group_norm": {"groups": random.choice([1, x[0]]), "affine": random.random() < 0.7}},
            {"local_response_norm": random.randint(1, 3)},
            {"prelu": {"channels": "all"}},
            {"pad": {"padding": 1, "mode": random.choice(["reflect", "replicate", "circular"])}},
            {"upsample": {"scale": 2, "mode": random.choice(["nearest", modes[len(x)]])}},
            {"channel_shuffle": random.choice([1, 2, x[0]])},
            {"pixel_shuffle": 2},
            {"pixel_unshuffle": 2},
            {"unfold": {"kernel": 2, "padding": random.choice([0, "same"])}},
        ]
    )


def sequence(random: Random, x: Shape) -> Drawn:
    """A step for ``[T, C]``."""
    hidden = {"hidden": random.randint(1, 4), "layers": random.randint(1, 2), "bidirectional": random.random() < 0.4}
    last = {"return": random.choice(["sequence", "last"])}
    heads = random.choice([1, 2, x[1]])
    return random.choice(
        [
            {"rnn": {**hidden, **last}},
            {"lstm": {**hidden, **last, **random.choice([{}, {"projection": 1, "hidden": 3}])}},
            {"gru": {**hidden, **last, "bias": random.random() < 0.7}},
            {"attention": {"heads": heads, "bias": random.random() < 0.5}},
            {"attention": {"heads": heads, "position_bias": 9}},
            {"fold": {"kernel": 1, "size": [1, x[1]]}},
        ]
    )


def several(random: Random, x: Shape, name: str, there: dict[str, Shape]) -> Drawn:
    """A step that reads tensors of before, or a parameter."""
    other = random.choice([*there])
    alike = [before for before, shape in there.items() if shape == x]
    read = [name, random.choice(alike), *random.sample(alike, random.randint(0, 1))]
    kind = random.choice(["add", "sub", "mul", "div", "concat", "stack", "matmul", "bilinear", "attend"])
    if kind == "matmul":
        return {"matmul": [name, other]}
    if kind == "bilinear":
        return {"from": read[:2], "bilinear": {"out": random.randint(1, 3)}}
    if kind == "attend" and len(x) not in (2, 3):
        return {"identity": None}
    if kind == "attend":
        heads = {"heads": random.choice([1, x[-1]])} if len(x) == 2 else {}
        return {"from": [name, read[1], read[1]], "scaled_dot_product_attention": heads}
    if kind in ("concat", "stack"):
        return {"from": read, kind: {"axis": random.randrange(len(x))}}
    return {kind: random.choice([read, [name, other], [other, name]])}


def step(random: Random, name: str, there: dict[str, Shape]) -> Drawn:
    x = there[name]
    kinds: list[Callable[[], Drawn]] = [lambda: anything(random, x), lambda: several(random, x, name, there)]
    if 2 <= len(x) <= 4:
        kinds += [lambda: image(random, x)] * 3
    if len(x) == 2:
        kinds += [lambda: sequence(random, x)] * 3
    drawn = random.choice(kinds)()
    if "from" not in drawn and next(iter(drawn)) not in READ_BY_LIST:
        drawn = {"from": name, **drawn}
    return {**drawn, **({"trainable": False} if random.random() < 0.2 else {})}


def shapes_of(found: Network) -> dict[str, Shape]:
    """The tensors that a step may read, by name: the network's inputs, and each step's output."""
    there = {name: list(tensor.shape or ()) for name, tensor in found.inputs.items()}
    for node in found.kept:
        if len(node.outputs) == 1 and node.name and node.outputs[0].shape:
            there[node.name] = list(node.outputs[0].shape)
    return there


def most(found: Network) -> int:
    return max(prod_of(tensor.shape) for node in found.kept for tensor in node.outputs)


def prod_of(shape: Any) -> int:
    total = 1
    for size in shape:
        total *= size
    return total


def text_of(spec: dict[str, Any]) -> str:
    """A spec, a line a step; JSON is YAML."""
    steps = [f"  - {json.dumps(step)}" for step in spec["layers"]]
    return "\n".join([f"input: {json.dumps(spec['input'])}", "layers:", *steps]) + "\n"


def random_network(seed: int, steps: int = 12) -> str:
    """A spec that loads."""
    random = Random(seed)
    spec: dict[str, Any] = {"input": {}, "layers": []}
    start = random.choice(["image", "image", "series", "volume", "sequence", "indices"])
    shapes = {"image": [2, 6, 6], "series": [4, 6], "volume": [2, 4, 4, 4], "sequence": [5, 4]}
    if start == "indices":
        spec["input"]["x"] = {"shape": [5], "dtype": "int64"}
        if random.random() < 0.3:
            spec["layers"].append({"embedding_bag": {"entries": 7, "out": 4}, "name": "s0"})
        else:
            spec["layers"].append({"embedding": {"entries": 7, "out": 4}, "name": "s0"})
    else:
        spec["input"]["x"] = shapes[start]
        spec["layers"].append({"linear": {"out": 4, "axis": 0}, "name": "s0", "trainable": random.random() < 0.7})
    if random.random() < 0.5:
        kind = random.choice(["parameter", "parameter", "constant"])
        spec["layers"].append({kind: random.choice([[4], [5, 4], [1], [4, 5]]), "name": "p"})
        spec["layers"].append({"from": "s0", "identity": None, "name": "q"})
    there = shapes_of(network(text_of(spec)))
    for number in range(1, steps):
        name = random.choice([*there][-2:])
        drawn = {**step(random, name, there), "name": f"s{number}"}
        if name == "p" or there[name] == [] or (start == "indices" and name == "x"):
            continue
        asked = {**spec, "layers": [*spec["layers"], drawn]}
        try:
            found = network(text_of(asked))
        except SpecError:
            continue
        if most(found) > 2000:
            continue
        spec, there = asked, shapes_of(found)
    return text_of(spec)
