"""The bytes that layers move: by hand, against a recomputation from the sizes that 'show' prints, and repeated."""

from __future__ import annotations

from math import prod
from random import Random
from typing import Any

import pytest

import archcalc
from archcalc.api.arguments import asked
from archcalc.costs.lifetimes import Asked
from archcalc.costs.moved import Moved
from archcalc.costs.roofline import Rates, bound_of
from archcalc.errors import SpecError


def moved(spec: Any, dtype: str = "float32", alike: bool = True, fuse: bool = True, **options: Any) -> Moved:
    request = asked(spec, **options)
    return Moved(request.network(), Asked(dtype, request.batch, fuse), lambda place, weight: 32, alike)


def sizes(spec: Any, **options: Any) -> list[tuple[int, int, int]]:
    """What is read, the weights and what is given, of each layer."""
    return [(one.read, one.weights, one.given) for _, _, one in moved(spec, **options).each()]


def net(*layers: Any, input: Any = (3, 8, 8)) -> archcalc.Spec:
    return archcalc.Spec("net", input=[*input], layers=[*layers])


CONV = {"conv": {"out": 4, "kernel": 3, "padding": 1}}


def test_by_hand() -> None:
    """4 bytes each: 3*64 are read, 4*3*9 + 4 weights, 4*64 given; the relu alone reads that; the head reads 4*64."""
    spec = net(CONV, "relu", "flatten", {"linear": 2})
    conv, relu, flatten, linear = (768, 448, 1024), (0, 0, 0), (0, 0, 0), (1024, 4 * (2 * 256 + 2), 8)
    assert sizes(spec) == [conv, relu, flatten, linear]
    assert sizes(spec, fuse=False) == [conv, (1024, 0, 1024), flatten, linear]
    twice = [(2 * read, weights, 2 * given) for read, weights, given in (conv, relu, flatten, linear)]
    assert sizes(spec, batch=2) == twice


def test_the_input_and_what_others_read_are_not_written_over() -> None:
    """The first relu reads the input, the second what the addition reads too, the third is the network's output too."""
    assert sizes(net("relu")) == [(768, 0, 768)]
    relu = {"steps": ["relu"], "name": "a", "from": "conv1"}
    spec = net(CONV, relu, {"add": ["conv1", "a"]})
    assert sizes(spec)[1:] == [(1024, 0, 1024), (2048, 0, 1024)]


def test_what_is_read_twice_is_read_once() -> None:
    assert sizes(net(CONV, {"add": ["prev", "prev"]}))[1] == (1024, 0, 1024)


def test_of_views_the_elements_that_they_show() -> None:
    """One of eight rows of the slice; one channel that is expanded to three; halves that together are the whole."""
    row = {"slice": {"axis": 1, "start": 0, "stop": 1}}
    assert sizes(net(CONV, row, {"global_avg_pool": {}}))[2] == (4 * 4 * 8, 0, 16)
    wide = {"expand": [3, 8, 8]}
    assert sizes(net(wide, {"conv": {"out": 1, "kernel": 1}}, input=(1, 8, 8)))[1] == (256, 16, 256)


def test_rows_of_a_table() -> None:
    """Of 1,000 rows of 8 numbers those of 5 indices; of 3 rows no more than the table; indices take 8 bytes."""
    index = {"shape": [5], "dtype": "int64"}
    assert sizes(archcalc.Spec("net", input=index, layers=[{"embedding": {"entries": 1000, "out": 8}}])) == [
        (40, 5 * 8 * 4, 160)
    ]
    small = archcalc.Spec("net", input=index, layers=[{"embedding": {"entries": 3, "out": 8}}])
    assert sizes(small, batch=4) == [(160, 3 * 8 * 4, 640)]


def test_experts_that_run() -> None:
    """Of 8 experts 2 run: two weights of 16 x 16 + 16 numbers, two outputs, the input once."""
    experts = {"experts": {"count": 8, "active": 2, "layers": [{"linear": 16}]}}
    found = moved(net(experts, input=(16,)))
    linear = next(one for node, _, one in found.each() if node.type == "linear")
    assert (linear.read, linear.weights, linear.given) == (64, 2 * 4 * 272, 2 * 64)


VIEWS = {"flatten", "dropout", "identity", "reshape", "permute", "unflatten", "slice", "channel_shuffle", "transpose"}
IN_PLACE = {"relu", "relu6", "batch_norm", "hardswish", "hardsigmoid", "sigmoid", "gelu", "silu"}


def recomputed(spec: str, batch: int) -> list[int]:
    """Bytes of each layer from the rows of 'show' alone: float32, views that show all of what they view."""
    rows = archcalc.report(spec)["layers"]
    readers: dict[str, int] = {rows[-1]["path"]: 1}  # the network's user
    for row in rows:
        for name in set(row["reads"]):
            readers[name] = readers.get(name, 0) + 1
    made_by = {row["path"]: row for row in rows}
    found = []
    for row in rows:
        if row["type"] in VIEWS:
            found.append(0)
            continue
        is_alone = row["reads"][0] in made_by and readers[row["reads"][0]] == 1
        if row["type"] in IN_PLACE and is_alone:
            found.append(0)
            continue
        reads = dict(zip(row["reads"], row["inputs"], strict=True))
        tensors = sum(map(prod, reads.values())) + sum(map(prod, row["outputs"]))
        found.append(4 * (batch * tensors + sum(prod(weight["shape"]) for weight in row["weights"])))
    return found


@pytest.mark.sampled(3)
@pytest.mark.parametrize("spec", ["resnet50", "alexnet", "vgg16_bn", "mobilenet_v3_large", "squeezenet1_1", "unet"])
@pytest.mark.parametrize("batch", [1, 5])
def test_recomputed_from_the_sizes_that_show_prints(spec: str, batch: int) -> None:
    found = moved(spec, batch=batch)
    assert [one.bytes for _, _, one in found.each()] == recomputed(spec, batch)
    assert found.bytes == sum(recomputed(spec, batch))


def repeated(*steps: Any, lead: tuple[Any, ...] = ()) -> archcalc.Spec:
    return net(*lead, {"repeat": 30, "steps": [*steps]}, CONV)


SAME = {"conv": {"out": 3, "kernel": 3, "padding": 1}}
BODIES = {
    "relu": ["relu"],
    "the first reads what it may write over": ["relu", SAME],
    "residual": [{"residual": ["batch_norm", "relu", SAME]}, "relu"],
    "views": [{"permute": [0, 2, 1]}, "sigmoid"],
    "nested": [{"repeat": 9, "steps": [SAME, "relu"]}, {"residual": ["relu"]}],
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("lead", [(), (SAME,)])
@pytest.mark.parametrize("fuse", [True, False])
def test_repetitions_that_are_not_run_one_by_one(body: str, lead: tuple[Any, ...], fuse: bool) -> None:
    spec = repeated(*BODIES[body], lead=lead)
    few, all_of_them = (moved(spec, alike=alike, fuse=fuse) for alike in (True, False))
    assert len(few.steps) < len(all_of_them.steps)
    assert [one for _, _, one in few.each()] == [one for _, _, one in all_of_them.each()]
    assert (few.bytes, few.macs) == (all_of_them.bytes, all_of_them.macs)
    rates = Rates(10**12, 10**10)  # type: ignore[arg-type]
    assert bound_of(few, rates) == bound_of(all_of_them, rates)


@pytest.mark.parametrize("spec", ["resnet50", "gpt2", "mobilenet_v2", "bert-base"])
def test_repetitions_of_shipped_networks(spec: str) -> None:
    few, all_of_them = moved(spec, "float16"), moved(spec, "float16", alike=False)
    assert [one for _, _, one in few.each()] == [one for _, _, one in all_of_them.each()]


def test_figures_that_no_time_can_be_told_of() -> None:
    with pytest.raises(SpecError, match="more than 300 digits"):
        moved(net({"linear": 10**200}, input=(10**200,)))


STEPS = [
    "relu",
    "batch_norm",
    {"softmax": {"axis": 0}},
    "identity",
    {"permute": [0, 2, 1]},
    {"add": ["prev", "prev"]},
    SAME,
]


def steps(random_: Random, depth: int) -> list[Any]:
    """One to three steps that give what they read, some of them of steps."""
    found = [random_.choice(STEPS) for _ in range(random_.randint(1, 3))]
    if depth and random_.random() < 0.7:
        inside = steps(random_, depth - 1)
        within = random_.choice(({"residual": inside}, {"repeat": random_.randint(2, 9), "steps": inside}))
        found.insert(random_.randint(0, len(found)), within)
    return found


@pytest.mark.parametrize("seeds", [range(12), pytest.param(range(12, 400), marks=pytest.mark.slow)], ids=len)
def test_random_repetitions(seeds: range) -> None:
    """What stands for all repetitions is what each of them does."""
    cut = 0
    for seed in seeds:
        random_ = Random(seed)
        spec = net(*steps(random_, 0), {"repeat": random_.randint(2, 20), "steps": steps(random_, 3)}, "flatten")
        fuse = random_.random() < 0.7
        few, whole = (moved(spec, alike=alike, fuse=fuse) for alike in (True, False))
        assert [one for *_, one in few.each()] == [one for *_, one in whole.each()], seed
        assert (few.bytes, few.macs) == (whole.bytes, whole.macs), seed
        cut += len(few.steps) < len(whole.steps)
    assert cut > len(seeds) // 4


def test_a_tensor_that_is_learned_is_as_wide_as_its_weights() -> None:
    """Of 8-bit weights 192 bytes for 192 numbers, or 96 of a half; the activations are float32."""
    learned = {"parameter": [3, 8, 8], "name": "p"}
    halves = [
        {"slice": {"axis": 1, "start": 0, "stop": 4}, "from": name, "name": f"half_{name}"} for name in ("p", "input")
    ]
    for steps, read in (
        ([learned, {"add": ["input", "p"]}], 4 * 192 + 192),
        ([learned, *halves, {"add": ["half_input", "half_p"]}], 4 * 96 + 96),
    ):
        found = Moved(asked(net(*steps)).network(), Asked(), lambda place, weight: 8)
        assert [one.read for *_, one in found.each()][-1] == read
        assert found.bytes == read + 4 * (read // 5)  # and what is given


LINE = """\
name: line
input: [3, 8, 8]
blocks:
  line:
    layers:
      - name: [a, b, c]
      - {from: b, identity: , name: x}
      - {from: c, identity: , name: y}
      - {from: a, relu: , name: z}
      - from: [x, y, z]
layers:
  - parallel: {a: [{conv: {out: 3, kernel: 1}}], b: [identity], c: [identity]}
  - {line: , repeat: 20}
  - concat
"""


def test_repetitions_that_differ_for_a_while_are_all_looked_at() -> None:
    """What comes in at c is read at a two repetitions later: of 20 relus the second and the third read the input."""
    spec = archcalc.Spec.from_text(LINE, "line.yaml")
    found = moved(spec)
    assert found.few is None
    relus = [one for node, _, one in found.each() if node.type == "relu"]
    assert [one.fused for one in relus] == [True, False, False, *[True] * 17]
    assert found.bytes == moved(spec, alike=False).bytes


def test_a_tensor_and_a_view_of_it_are_read_once() -> None:
    turned = {"permute": [0, 2, 1], "name": "turned"}
    assert sizes(net({**CONV, "name": "c"}, turned, {"add": ["c", "turned"]}))[2] == (1024, 0, 1024)
    top, bottom = ({"slice": {"axis": 1, "start": at, "stop": at + 6}, "from": "c", "name": f"s{at}"} for at in (0, 2))
    assert sizes(net({**CONV, "name": "c"}, top, bottom, {"add": ["s0", "s2"]}))[3] == (1024, 0, 768)


def test_of_a_slice_that_is_expanded_its_elements() -> None:
    """One of three channels, shown to three again: 64 numbers of 192."""
    one = {"slice": {"axis": 0, "start": 1, "stop": 2}}
    assert sizes(net(one, {"expand": [3, 8, 8]}, "exp"))[2] == (256, 0, 768)
