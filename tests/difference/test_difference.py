"""What a difference says changed, why, and what it costs."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from typing import Any

import pytest

from archcalc.api import Spec, diff, report
from archcalc.building.load import load_network
from archcalc.conventions import find_convention
from archcalc.difference.difference import build_difference
from archcalc.errors import Source, SpecError
from archcalc.graph.repetition import unrolled
from archcalc.meter import ABOUT, MAX_WORK
from archcalc.report.model import build_report
from archcalc.sources import shipped
from archcalc.sources.source import Located

HEAD = "name: net\ninput: [3, 32, 32]\nlayers:\n"


def network(text: str) -> Any:
    return load_network(Located(Source("net.yaml", text if "layers:" in text else HEAD + text), None))


def test_paths_that_could_meet() -> None:
    """relu6, first of its type, and relu, the 61st: both were called relu61."""
    one = HEAD + "  - conv: {out: %d, kernel: 3}\n  - relu6\n" + "  - relu\n" * 61
    found = build_difference(report_of(one % 8), report_of(one % 16))
    assert len(found["changes"]) == 63
    assert len({change["path"] for change in found["changes"]}) == 63


def test_more_errors_than_are_told() -> None:
    """299 wrong arguments in each: 200 at most are told, and none is a defect of ours."""
    wrong = HEAD + "".join(f"  - linear: {{ou{n}: 5}}\n" for n in range(299))
    specs = [Spec.from_text(text) for text in (wrong, wrong.replace("32, 32", "16, 16"))]
    with pytest.raises(SpecError) as error:
        diff(*specs)
    assert len(error.value.diagnostics) >= 200


def report_of(text: str, dtype: str = "float32") -> dict[str, Any]:
    return build_report(network(text), find_convention("mac"), dtype=dtype)


def told(difference: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Kind, path, and for what stayed the arguments that changed and the layers that are to blame."""
    return [
        (
            change["kind"],
            change["path"],
            {k: (v["old"], v["new"]) for k, v in change["arguments"].items()},
            change["because"],
        )
        for change in difference["changes"]
    ]


def costs(difference: dict[str, Any], sign: int = 1) -> list[Any]:
    """What each change adds to the totals, whichever side is the old one."""
    found = []
    for change in difference["changes"]:
        paths = sorted(side["path"] for side in (change["old"], change["new"]) if side)
        found.append((paths, {key: sign * value for key, value in change["change"].items()}))
    return sorted(found, key=repr)


def assert_adds_up(difference: dict[str, Any]) -> None:
    for key, total in difference["totals"].items():
        assert sum(change["change"][key] for change in difference["changes"]) == total["change"], key
        assert total["new"] - total["old"] == total["change"], key


THREE = (
    "  - conv: {out: 8, kernel: 3}\n  - relu\n  - conv: {out: 16, kernel: 3}\n  - relu\n  - conv: {out: 4, kernel: 1}\n"
)
EXPERTS = (
    "name: net\ninput: [6, 16]\nlayers:\n  - experts:\n      count: COUNT\n      active: ACTIVE\n"
    "      layers:\n        - linear: 8\n"
)
CASES = {
    "nothing": (THREE, THREE, []),
    "a widened convolution, and what it does to the next": (
        THREE,
        THREE.replace("16", "24"),
        [
            ("changed", "conv2", {"out": (16, 24)}, []),
            ("changed", "relu2", {}, ["conv2"]),
            ("changed", "conv3", {}, ["conv2"]),
        ],
    ),
    "an inserted layer is one insertion": (
        THREE,
        "  - conv: {out: 3, kernel: 1}\n" + THREE,
        [("added", "conv1", {}, [])],
    ),
    "a layer taken out": (
        THREE,
        THREE.replace("  - relu\n  - conv: {out: 4, kernel: 1}\n", "  - conv: {out: 4, kernel: 1}\n"),
        [("removed", "relu2", {}, [])],
    ),
    "an inserted layer that halves the sizes": (
        THREE,
        THREE.replace("  - relu\n  - conv: {out: 4", "  - relu\n  - max_pool: 2\n  - conv: {out: 4"),
        [("added", "max_pool1", {}, []), ("changed", "conv3", {}, ["max_pool1"])],
    ),
    "a removed pool is to blame for what follows": (
        "  - max_pool: 2\n  - conv: {out: 4, kernel: 1}\n",
        "  - conv: {out: 4, kernel: 1}\n",
        [("removed", "max_pool1", {}, []), ("changed", "conv1", {}, ["max_pool1"])],
    ),
    "an activation of another type keeps its place": (
        "  - conv: {out: 4, kernel: 1, act: relu}\n",
        "  - conv: {out: 4, kernel: 1, act: gelu}\n",
        [("changed", "conv1/act", {"type": ("relu", "gelu")}, [])],
    ),
    "a named layer of another type": (
        "  - conv: {out: 4, kernel: 1}\n    name: head\n",
        "  - depthwise_conv: 3\n    name: head\n",
        [("changed", "head", {"type": ("conv", "depthwise_conv")}, [])],
    ),
    "a name is no difference": (
        "  - conv: {out: 4, kernel: 1}\n    name: head\n",
        "  - conv: {out: 4, kernel: 1}\n    name: tail\n",
        [],
    ),
    "names win over places": (
        "  - conv: {out: 4, kernel: 1}\n    name: a\n  - conv: {out: 3, kernel: 1}\n    name: b\n",
        "  - conv: {out: 5, kernel: 1}\n    name: b\n  - conv: {out: 6, kernel: 1}\n    name: c\n",
        [
            ("removed", "a", {}, []),
            ("changed", "b", {"out": (3, 5)}, ["a"]),
            ("added", "c", {}, []),
        ],
    ),
    "the same in other words": (
        "  - conv: {out: 4, kernel: 3, padding: same}\n",
        "  - conv: {out: 4, kernel: [3, 3], padding: 1, stride: 1, bias: true}\n",
        [],
    ),
    "an argument that costs nothing": (
        "  - dropout: 0.1\n",
        "  - dropout: 0.5\n",
        [("changed", "dropout1", {"p": (0.1, 0.5)}, [])],
    ),
    "a default that is now said otherwise": (
        "  - linear: 4\n",
        "  - linear: {out: 4, bias: false}\n",
        [("changed", "linear1", {"bias": (True, False)}, [])],
    ),
    "frozen": (
        "  - linear: 4\n",
        "  - linear: 4\n    trainable: false\n",
        [("changed", "linear1", {"trainable": (True, False)}, [])],
    ),
    "weights no longer shared": (
        "  - linear: 32\n    name: a\n  - linear: 32\n    share: a\n",
        "  - linear: 32\n    name: a\n  - linear: 32\n",
        [("changed", "linear2", {"share": (["a"], [])}, [])],
    ),
    "reading another layer": (
        "  - relu:\n    name: a\n  - tanh:\n    name: b\n  - abs:\n    from: a\n  - add: [prev, b]\n",
        "  - relu:\n    name: a\n  - tanh:\n    name: b\n  - abs\n  - add: [prev, a]\n",
        [
            ("changed", "abs1", {"from": (["a"], ["b"])}, []),
            ("changed", "add1", {"from": (["abs1", "b"], ["abs1", "a"])}, []),
        ],
    ),
    "another repetition": (
        "  - conv: {out: 3, kernel: 1, act: relu}\n    repeat: 3\n  - linear: 2\n",
        "  - conv: {out: 3, kernel: 1, act: relu}\n    repeat: 4\n  - linear: 2\n",
        [("added", "conv1/3", {}, []), ("added", "conv1/3/act", {}, [])],
    ),
    "moved into a block as they are": (
        THREE,
        "name: net\ninput: [3, 32, 32]\nblocks:\n  all:\n    layers:\n"
        f"{re.sub('(?m)^', '    ', THREE).rstrip()}\nlayers:\n  - all\n",
        [],
    ),
    "more experts": (
        EXPERTS.replace("COUNT", "4").replace("ACTIVE", "2"),
        EXPERTS.replace("COUNT", "8").replace("ACTIVE", "2"),
        [("changed", "experts1/linear1", {}, [])],
    ),
    "a longer sequence for map": (
        "name: net\ninput: [4, 16]\nlayers:\n  - map:\n      - linear: 8\n",
        "name: net\ninput: [5, 16]\nlayers:\n  - map:\n      - linear: 8\n",
        [("changed", "map1/linear1", {}, [])],
    ),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_changed(case: str) -> None:
    old, new, expected = CASES[case]
    one, other = report_of(old), report_of(new)
    difference = build_difference(one, other)
    assert told(difference) == expected
    assert difference["different"] is bool(expected)
    assert_adds_up(difference)
    assert costs(build_difference(other, one), -1) == costs(difference)


def test_a_widened_convolution_and_the_next_are_told_apart() -> None:
    """By hand: 8 more filters of 8*9 weights and a bias, then 8 more channels read by 4 filters of one pixel."""
    difference = build_difference(report_of(THREE), report_of(THREE.replace("16", "24")))
    found = {change["path"]: (change["cause"], change["change"]["params"]) for change in difference["changes"]}
    assert found == {"conv2": ("own", 8 * (8 * 9 + 1)), "relu2": ("input", 0), "conv3": ("input", 8 * 4)}


def test_causes_of_one_layer_may_be_two() -> None:
    changed = THREE.replace("out: 8", "out: 9").replace("out: 16", "out: 17")
    causes = [
        (change["path"], change["cause"], change["because"])
        for change in build_difference(report_of(THREE), report_of(changed))["changes"]
    ]
    assert causes == [
        ("conv1", "own", []),
        ("relu1", "input", ["conv1"]),
        ("conv2", "both", ["conv1"]),
        ("relu2", "input", ["conv2"]),
        ("conv3", "input", ["conv2"]),
    ]


def test_what_experts_cost_is_put_down_to_them() -> None:
    old, new, _ = CASES["more experts"]
    (change,) = build_difference(report_of(old), report_of(new))["changes"]
    assert (change["cause"], change["change"]["params"], change["change"]["macs"]) == ("enclosing", 4 * (16 * 8 + 8), 0)


def test_a_layer_that_passes_a_size_on_is_not_to_blame() -> None:
    """The dropped bias of conv2 alters no size: the stride of conv1 is why conv3 reads other ones."""
    text = "  - conv: {out: 8, kernel: 1}\n  - conv: {out: 8, kernel: 1}\n  - conv: {out: 8, kernel: 1}\n"
    changed = text.replace("1}", "1, stride: 2}", 1).replace(
        "\n  - conv: {out: 8, kernel: 1}", "\n  - conv: {out: 8, kernel: 1, bias: false}", 1
    )
    because = {
        change["path"]: change["because"] for change in build_difference(report_of(text), report_of(changed))["changes"]
    }
    assert because == {"conv1": [], "conv2": ["conv1"], "conv3": ["conv1"]}


def test_resnet101_is_resnet50_with_17_blocks_more() -> None:
    difference = diff("resnet50", "resnet101")
    block = 1024 * 256 + 9 * 256 * 256 + 256 * 1024 + 2 * (256 + 256 + 1024)
    assert difference["totals"]["params"]["change"] == 17 * block
    assert {change["kind"] for change in difference["changes"]} == {"added"}
    assert {change["step"] for change in difference["changes"]} == {f"stage1/2/bottleneck1/{i}" for i in range(6, 23)}
    assert_adds_up(difference)


PAIRS = [
    ("resnet50", "wide_resnet50_2"),
    ("resnet18", "resnet50"),
    ("vgg11", "vgg16_bn"),
    ("resnet18", "vit_b_16"),
    ("gpt2", "bert-base"),
    ("exam-table", "lenet5"),
    ("unet", "attention-unet"),
    ("googlenet", "alexnet"),
    ("resnet1202", "resnet18"),
]


# A dtype changes the bytes of weights alone.
@pytest.mark.sampled(3)
@pytest.mark.parametrize("dtype", ["float32", pytest.param("int4", marks=pytest.mark.slow)])
@pytest.mark.parametrize("old, new", PAIRS)
def test_parts_add_up_and_turn_round(old: str, new: str, dtype: str) -> None:
    one, other = (report(spec, count="mac", dtype=dtype) for spec in (old, new))
    difference = build_difference(one, other)
    assert_adds_up(difference)
    assert costs(build_difference(other, one), -1) == costs(difference)
    for same in (one, other):
        itself = build_difference(same, same)
        assert (itself["changes"], itself["renamed"], itself["different"]) == ([], [], False)


@pytest.mark.parametrize("pairs", [50, pytest.param(150, marks=pytest.mark.slow)])
def test_random_edits_of_small_networks_turn_round(pairs: int) -> None:
    """Where several alignments are equally good, both ways must choose the same."""
    drawn = random.Random(2)
    words = ["relu", "tanh", "conv: {out: 2, kernel: 1}", "conv: {out: 3, kernel: 1}", "linear: 4", "linear: 5"]
    for _ in range(pairs):
        one, other = (
            report_of("".join(f"  - {word}\n" for word in drawn.choices(words, k=drawn.randint(1, 9))))
            for _ in range(2)
        )
        difference = build_difference(one, other)
        assert_adds_up(difference)
        assert costs(build_difference(other, one), -1) == costs(difference)


@pytest.mark.parametrize("key", ["batch", "dtype", "convention"])
def test_reports_that_count_differently_are_refused(key: str) -> None:
    one = report_of(THREE)
    with pytest.raises(ValueError, match=key):
        build_difference(one, {**one, key: "other"})


def test_both_specs_that_are_wrong_are_told() -> None:
    with pytest.raises(SpecError) as caught:
        diff("resnet-fifty", "resnet-sixty")
    assert [diagnostic.message.split("'")[1] for diagnostic in caught.value.diagnostics] == [
        "resnet-fifty",
        "resnet-sixty",
    ]


def test_operations_are_counted_as_the_new_one_says() -> None:
    difference = diff("lenet5", "exam-table")
    assert difference["old"]["convention"] == difference["new"]["convention"] == "document"
    assert difference["totals"]["ops"]["old"] == report("lenet5", count="document")["totals"]["ops"]


# One edit in a shipped spec


NUMBER = re.compile(r"\b(out|kernel|stride|padding|hidden|linear|heads|dilation|max_pool|groups): (\d+)\b")


def edits(drawn: random.Random) -> Any:
    """Shipped specs with one number in one layer changed: the network before and after, and the line."""
    files = sorted(set(shipped.index()["specs"].values()))
    while True:
        file = drawn.choice(files)
        text = (Path(shipped.folder()) / file).read_text(encoding="utf-8")
        places = [place for place in NUMBER.finditer(text) if place.start() > text.find("\nlayers:")]
        if not places:
            continue
        place = drawn.choice(places)
        value = int(place[2])
        changed = f"{text[: place.start(2)]}{drawn.choice([value + 1, value + 2, 2 * value])}{text[place.end(2) :]}"
        located = [Located(Source(file, one), str(Path(shipped.folder()) / file)) for one in (text, changed)]
        try:
            old, new = map(load_network, located)
        except SpecError:
            continue
        line = text.count("\n", 0, place.start()) + 1
        arguments = [
            {node.path: (node.type, node.applied.layer.given) for node in unrolled(net).kept} for net in (old, new)
        ]
        if arguments[0].keys() != arguments[1].keys():
            continue
        own = [path for path, given in arguments[0].items() if given != arguments[1][path]]
        lines = {node.origin.span().line + 1 for node in unrolled(new).kept if node.path in own}
        if (
            own and max(lines) - min(lines) == 0 and abs(max(lines) - line) <= 3
        ):  # one layer, wherever its block is used
            yield file, old, new, own


def facts(row: dict[str, Any]) -> list[Any]:
    return [row[key] for key in ("type", "inputs", "outputs", "params", "buffers", "macs", "ops", "activations")]


@pytest.mark.parametrize("number", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_edits_drawn_at_random_are_named_with_what_follows_from_them(number: int) -> None:
    stream, files = edits(random.Random(5)), set()
    for _ in range(number):
        file, old, new, own = next(stream)
        files.add(file)
        one, other = (build_report(net, find_convention("mac")) for net in (old, new))
        difference = build_difference(one, other)
        before = {row["path"]: facts(row) for row in one["layers"]}
        follows = [
            row["path"] for row in other["layers"] if row["path"] not in own and facts(row) != before[row["path"]]
        ]
        changes = difference["changes"]
        assert {change["kind"] for change in changes} == {"changed"}, file
        assert [change["path"] for change in changes if change["arguments"]] == own, file
        assert [change["path"] for change in changes if not change["arguments"]] == follows, file
        for change in changes:
            assert change["because"] or change["arguments"], (file, change["path"])
            assert set(change["because"]) <= set(own), (file, change["path"])
        assert_adds_up(difference)
    assert len(files) > min(number, 30) // 4


@pytest.mark.parametrize("number", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_insertions_drawn_at_random_are_each_one_insertion(number: int) -> None:
    """An identity in front of any step of a list: nothing but that layer is new, whatever numbers it moves."""
    drawn, files = random.Random(6), sorted(set(shipped.index()["specs"].values()))
    done = 0
    while done < number:
        file = drawn.choice(files)
        path = Path(shipped.folder()) / file
        text = path.read_text(encoding="utf-8")
        steps = [step for step in re.finditer(r"(?m)^  - (?=\w)", text) if step.start() > text.find("\nlayers:")]
        if not steps:
            continue
        place = drawn.choice(steps).start()
        changed = f"{text[:place]}  - identity\n{text[place:]}"
        try:
            old, new = (load_network(Located(Source(file, one), str(path))) for one in (text, changed))
        except SpecError:
            continue  # where the step before gives several tensors
        difference = build_difference(*[build_report(net, find_convention("mac")) for net in (old, new)])
        found = told(difference)
        assert [(kind, path.rstrip("0123456789")) for kind, path, *_ in found if kind != "changed"] == [
            ("added", "identity")
        ], file
        assert all(set(arguments) == {"from"} for kind, _, arguments, _ in found if kind == "changed"), file
        assert_adds_up(difference)
        done += 1


# Size


def flat(number: int) -> list[str]:
    return [f"  - conv: {{out: {8 + i % 3}, kernel: 1}}\n  - relu\n" for i in range(number)]


@pytest.mark.slow
def test_two_insertions_in_four_thousand_layers() -> None:
    steps = flat(2000)
    more = "  - conv: {out: 8, kernel: 3, padding: 1}\n"
    changed = [*steps[:600], more, *steps[600:1500], more, *steps[1500:]]
    one, other = report_of("".join(steps)), report_of("".join(changed))
    start = time.process_time()
    difference = build_difference(one, other)
    assert time.process_time() - start < 5
    assert [change["kind"] for change in difference["changes"]].count("added") == 2
    assert [change["kind"] for change in difference["changes"]].count("removed") == 0
    assert len(difference["changes"]) < 6


@pytest.mark.slow
def test_thousands_of_layers_with_little_in_common_take_no_longer() -> None:
    drawn = random.Random(1)
    words = ["relu", "tanh", "abs", "conv: {out: 8, kernel: 1}", "conv: {out: 9, kernel: 1}", "sigmoid"]
    one, other = (report_of("".join(f"  - {drawn.choice(words)}\n" for _ in range(4000))) for _ in range(2))
    start = time.process_time()
    difference = build_difference(one, other)
    assert time.process_time() - start < 10
    assert_adds_up(difference)


# Work

CAUSAL = """\
name: net
vars: {T: 8}
input: [T, 8]
layers:
  - repeat: %d
    steps: [{attention: {heads: 2, causal: true}}, relu]
"""


@pytest.mark.parametrize("text", [HEAD + "  - repeat: %d\n    steps: [linear: 32, relu]\n", CAUSAL])
def test_two_networks_of_ten_thousand_repetitions_are_within_the_default_work(text: str) -> None:
    """MAX_WORK / 10,000 is what each repetition of two layers may take: each network pays for its own layers."""
    old, new = (Spec.from_text(text % 200 + f"  - linear: {out}\n") for out in (8, 9))
    assert compared(old, new, 200 * MAX_WORK // 10_000) is not None


def compared(old: Spec, new: Spec, work: int) -> dict[str, Any] | None:
    """The difference, None where it takes more work."""
    try:
        return diff(old, new, max_work=work)
    except SpecError as error:
        if error.diagnostics[0].about != ABOUT:
            raise
        return None


def test_a_cache_that_takes_too_much_work_is_no_missing_cache() -> None:
    old, new = Spec.from_text(CAUSAL % 3), Spec.from_text(CAUSAL % 4)
    found = [one for work in range(500, 4000, 200) if (one := compared(old, new, work)) is not None]
    assert 0 < len(found) < 18
    assert all("kv_cache" in one for one in found)
