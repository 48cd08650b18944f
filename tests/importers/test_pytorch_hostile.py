"""A .pt2 of a stranger: whatever stands in it is read in bounded work, or told; nothing else is raised."""

from __future__ import annotations

import io
import json
import random
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from archcalc.errors import SpecError
from archcalc.importers.imported import Asked
from archcalc.importers.pytorch import read
from archcalc.meter import Meter, metered
from archcalc.sources.file import File
from tests.importers.test_pytorch import node, program, tensor

FILES = Path(__file__).parent / "pytorch"
SMALL = (
    "odd.FastPathAttention odd.SharedBlock odd.Inplace odd.AsStrided odd.BidirectionalLSTM odd.MixtureOfExperts".split()
)
ODD: list[Any] = [
    None, 0, -1, 1, 2**62, 2**70, 10**400, 1.5, "", "x", [], {}, True, [[]], {"as_int": 5},
    {"as_tensor": {"name": "x"}}, [1] * 70, {"name": "x"}, "torch.ops.aten.view.default", -5,
]  # fmt: skip


def packed(members: dict[str, bytes]) -> File:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return File("net.pt2", stream.getvalue())


def mutated(document: Any, chance: random.Random) -> None:
    """Change a few values, keys and entries, anywhere."""
    todo, places = [document], []
    while todo:
        one = todo.pop()
        keys = [*one] if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else []
        places += [(one, key) for key in keys]
        todo += [one[key] for key in keys]
    for _ in range(chance.choice([1, 1, 2, 5])):
        one, key = chance.choice(places)
        other, its = chance.choice(places)
        if chance.random() < 0.2 and isinstance(one, dict):
            one.pop(key, None)
        elif isinstance(one, dict) or key < len(one):
            known = its in other if isinstance(other, dict) else its < len(other)
            one[key] = other[its] if known and chance.random() < 0.3 else chance.choice(ODD)


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=pytest.mark.slow if seed else ()) for seed in range(30)])
def test_changed_files_are_read_or_told(seed: int) -> None:
    chance = random.Random(seed)
    for name in SMALL:
        archive = zipfile.ZipFile(FILES / f"{name}.pt2")
        members = {one: archive.read(one) for one in archive.namelist()}
        key = next(one for one in members if one.endswith("model.json"))
        document = json.loads(members[key])
        mutated(document, chance)
        try:
            members[key] = json.dumps(document).encode()
        except (ValueError, RecursionError):
            continue
        try:
            with metered(Meter()):
                assert read(packed(members), Asked()).proof.differences == []  # type: ignore[union-attr]
        except SpecError:
            pass


def chain(number: int, **metadata: Any) -> Any:
    """One function after another."""
    nodes = [node("relu.default", "y0", self=tensor("x"))]
    nodes += [node("relu.default", f"y{place}", self=tensor(f"y{place - 1}")) for place in range(1, number)]
    for one in nodes:
        one["metadata"] = metadata
    return program(nodes, {"x": [1, 4]}, [f"y{number - 1}"])


def pieces() -> Any:
    return program([node("unbind.int", "y", self=tensor("x"), dim={"as_int": 1})], {"x": [1, 10**12]}, ["y"])


def constants() -> Any:
    size = {"size": {"as_ints": [100_000]}}
    nodes = [node("zeros.default", f"y{number}", **size) for number in range(20_000)]
    return program(nodes, {"x": [1, 4], **{f"y{number}": [100_000] for number in range(20_000)}}, ["x"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    [
        lambda: chain(20_000),
        lambda: chain(2_000, nn_module_stack=";".join(f"m{depth},m{depth},a.M" for depth in range(2_000))),
        lambda: chain(15_000, nn_module_stack="a,,a.Root;b@1,b,a.B"),
        pieces,
        constants,
    ],
)
def test_large_files_take_bounded_work(made: Any) -> None:
    file = packed({"net/models/model.json": json.dumps(made()).encode()})
    begun = time.process_time()
    try:
        with metered(Meter()):
            read(file, Asked())
    except SpecError:
        pass
    assert time.process_time() - begun < 30
