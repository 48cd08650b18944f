"""What autograd keeps, and what gradients cost, held to PyTorch's own figures.

activations.csv: bytes of the distinct storages that torch.autograd.graph.saved_tensors_hooks sees on the meta device
and that are no parameter or buffer, training mode, float32; torchvision 0.29.1, PyTorch 2.14.1.
backward.csv: torch.utils.flop_counter on the same networks, the weights of some layers frozen; ``excess`` is what it
counts too much of grouped convolutions, whose weight's gradient it takes for that of one group.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from loading import network

import archcalc
from archcalc.costs.tape import Asked, Tape
from archcalc.graph.network import Network
from archcalc.layers import FAMILY, find
from archcalc.layers.base import Layer
from archcalc.request import Request

from .record import BATCHES, Answer, recorded

HERE = Path(__file__).parent
ANSWERS = list(recorded())

KEEPS_NOTHING = frozenset(
    "unfold fold global_avg_pool max_unpool parameter constant identity flatten unflatten reshape permute transpose"
    " squeeze unsqueeze slice select split expand tile roll crop upsample pixel_shuffle pixel_unshuffle"
    " channel_shuffle concat stack".split()
)
"""Layer types of which autograd keeps nothing."""

NOT_PYTORCH = frozenset("deform_conv conv_lstm conv_gru selective_scan".split())
"""Layer types that PyTorch itself has not: as torchvision, or as their authors, write them."""

FROZEN = ("alexnet", "resnet50", "mobilenet_v2", "convnext_tiny")
"""Networks that are frozen with the options of train."""

UNCOUNTED = ("bilinear", "einsum")
"""What flop_counter does not count, or counts otherwise where an axis is 1."""


def table(name: str) -> list[dict[str, str]]:
    with open(HERE / name, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def kept(found: Network, batch: int) -> tuple[dict[str, int], int]:
    """Bytes by dtype, and how many storages there are."""
    storages = {id(one): one for record in Tape(found, Asked(batch=batch)) for one in record.kept}
    total: Counter[str] = Counter()
    for one in storages.values():
        total[one.dtype] += one.bytes
    return {dtype: number for dtype, number in total.items() if number}, len(storages)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("row", table("activations.csv"), ids=lambda row: f"{row['network']}-{row['batch']}")
def test_kept_of_torchvision_to_the_byte(row: dict[str, str]) -> None:
    found, storages = kept(Request(row["network"]).network(), int(row["batch"]))
    assert sum(found.values()) == int(row["bytes"])
    assert found == {dtype: int(row[dtype]) for dtype in ("float32", "int64") if int(row[dtype])}
    if (
        row["network"] != "swin_t"
    ):  # of one sample a projection and its scaled part are two storages, counted once there
        assert storages == int(row["tensors"])


@pytest.mark.parametrize("name", FAMILY)
def test_every_layer_type_says_what_it_keeps(name: str) -> None:
    assert (find(name).keeps is Layer.keeps) == (name in KEEPS_NOTHING)


def test_every_layer_type_that_pytorch_has_is_recorded() -> None:
    assert {answer.layer for answer in ANSWERS} == {*FAMILY, None} - NOT_PYTORCH


@pytest.mark.sampled(4)
@pytest.mark.parametrize("answer", [one for one in ANSWERS if one.layer], ids=lambda one: f"{one.layer}-{one.batch}")
def test_layers(answer: Answer) -> None:
    hold(answer)


def test_random_networks() -> None:
    found = [one for one in ANSWERS if one.layer is None]
    assert len(found) > 250
    for answer in found:
        hold(answer)


def hold(answer: Answer) -> None:
    found = network(answer.spec)
    assert kept(found, answer.batch)[0] == {dtype: size for dtype, size in answer.kept.items() if size}, answer
    if not any(node.type in UNCOUNTED for node in found.kept):
        assert macs(found, answer.batch) == (answer.forward, answer.backward), answer


def macs(found: Network, batch: int) -> tuple[int, int]:
    """Of both passes as flop_counter counts them: a convolution's weight as if it had one group."""
    forward = backward = 0
    for record in Tape(found, Asked(batch=batch)):
        forward += record.forward
        backward += record.inputs + record.weights * groups(record.node)
    return forward, backward


def groups(node: Any) -> int:
    if node.type == "depthwise_conv":
        return int(node.applied.inputs[0][0])
    return int(getattr(node.applied.layer, "groups", 1)) if node.type in ("conv", "conv_transpose") else 1


SEEDS, TOGETHER = 2300, 50
"""So many that PyTorch takes two thousand of their networks: it refuses some, such as a batch_norm of one value."""


@pytest.mark.torch
@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, SEEDS, TOGETHER))
def test_two_thousand_random_networks_in_pytorch(start: int) -> None:
    pytest.importorskip("torch")
    from .networks import random_network
    from .record import tried

    held = 0
    for seed in range(start, start + TOGETHER):
        text, batch = random_network(seed), BATCHES[seed % 2]
        found = tried(text, batch)
        if found is not None:
            hold(Answer(None, text, batch, *found))
            held += 1
    assert held >= 0.7 * TOGETHER


@pytest.mark.torch
def test_the_record_is_what_pytorch_says() -> None:
    pytest.importorskip("torch")
    from .record import measured

    for answer in ANSWERS[::10]:
        assert tuple(measured(answer.spec, answer.batch)) == answer[3:], answer


def freezing(found: Network, frozen: str) -> Any:
    """Whether the weights at a path train. A stem is the first step, and what normalises it."""
    with_weights = [record.path for record in Tape(found, Asked()) if record.node.applied.weights]
    if frozen == "none":
        return lambda path, node: True
    if frozen == "all but the last linear layer":
        return lambda path, node: path == with_weights[-1]
    return lambda path, node: path != with_weights[0]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("row", table("backward.csv"), ids=lambda row: f"{row['network']}-{row['frozen']}")
def test_backward_multiply_adds_of_torchvision(row: dict[str, str]) -> None:
    found = Request(row["network"]).network()
    records = [*Tape(found, Asked(trains=freezing(found, row["frozen"])))]
    assert sum(record.forward for record in records) == int(row["forward"])
    assert sum(record.weights + record.inputs for record in records) == int(row["backward"])
    assert sum(record.weights * (groups(record.node) - 1) for record in records) == int(row["excess"])


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "row",
    [row for row in table("backward.csv") if row["network"] in FROZEN],
    ids=lambda row: "-".join([*row.values()][:2]),
)
def test_frozen_from_outside(row: dict[str, str]) -> None:
    """As above with the options of train, and with ``count="torch"`` what flop_counter itself says.

    The truth's stem is a convolution whose batch norm trains, and which is a step that holds it here.
    """
    with_weights = [layer["path"] for layer in archcalc.report(row["network"])["layers"] if layer["params"]]
    options = {"none": {}, "all but the last linear layer": {"train_only": with_weights[-1]}}
    given = options.get(row["frozen"], {"train_only": with_weights[1:]})
    for count, excess in (("mac", 0), ("torch", int(row["excess"]))):
        found = archcalc.train(row["network"], count=count, **given)
        assert found["backward_weight_macs"] + found["backward_input_macs"] == int(row["backward"]) + excess
        assert found["forward_macs"] == int(row["forward"])
