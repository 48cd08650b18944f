"""Of repetitions that are alike one is computed: everything that is known of the network is as if all had been.

The oracle is the same network expanded whole, as ``explain`` needs it.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from archcalc.building.load import load_network
from archcalc.conventions import find_convention
from archcalc.errors import Source, SpecError
from archcalc.graph.network import Network
from archcalc.graph.repetition import counted, unrolled
from archcalc.graph.wires import Wires
from archcalc.render import writer
from archcalc.render.style import Style
from archcalc.report.counts import build_counts
from archcalc.report.fold import fold_to_depth
from archcalc.report.model import build_report
from archcalc.sources import shipped
from archcalc.sources.source import Located, locate

UNIT = """
blocks:
  unit:
    input: [C, H, W]
    args: {stride: 1}
    layers:
      - residual:
          - conv: {out: C, kernel: 3, padding: 1, stride: stride, norm: batch_norm, act: relu}
          - conv: {out: C, kernel: 3, padding: 1, bias: false}
      - relu
"""
KEPT = {  # name -> (text, how many of its layers are kept, all of them)
    "layer": ("layers: [{conv: {out: 8, kernel: 3, padding: 1}, repeat: 9}]", 2, 9),
    "new shape": ("layers: [{conv: {out: 3, kernel: 3, padding: 1}, repeat: 9}]", 3, 9),
    "norm, act": ("layers: [{conv: {out: 8, kernel: 1, norm: batch_norm, act: relu}, repeat: 5}]", 6, 15),
    "first": ("layers: [{conv: {out: 8, kernel: 3, padding: 1}, first: {stride: 2}, repeat: 9}]", 3, 9),
    "block": (f"{UNIT}layers: [{{unit: , repeat: 10, name: body}}, {{conv: {{out: 4, kernel: 1}}}}]", 13, 61),
    "in a list": (
        f"{UNIT}layers: [{{residual: [{{unit: , repeat: 4}}, {{conv: {{out: 8, kernel: 1}}}}], repeat: 5}}]",
        28,
        130,
    ),
    "three deep": (
        """
blocks:
  a: {layers: [{relu: , repeat: 5}, sigmoid]}
  b: {layers: [{a: , repeat: 4}, {a: , repeat: 3}]}
layers: [tanh, {b: , repeat: 6}, tanh]""",
        # relu 2 of 5 and a sigmoid, twice in each of two runs, twice
        2 + 2 * (2 * 3 + 2 * 3),
        2 + 6 * 7 * 6,
    ),
    "nothing but a run": ("blocks: {a: {layers: [{relu: , repeat: 5}]}}\nlayers: [{a: , repeat: 7}]", 4, 35),
    "frozen, hidden": (
        f"{UNIT}layers: [{{unit: , repeat: 6, trainable: false, row: false}}, {{unit: , repeat: 6}}]",
        24,
        72,
    ),
    "several tensors": (
        """
blocks:
  both:
    layers:
      - name: [a, b]
      - {from: a, conv: {out: 8, kernel: 1}, name: c}
      - {from: [b, c], add: , name: d}
      - from: [c, d]
layers:
  - parallel: {a: [relu], b: [tanh]}
  - {both: , repeat: 6}
  - add""",
        7,
        15,
    ),
    "skip from outside": (
        """
blocks:
  add_to: {args: {skip: tensor}, layers: [{conv: {out: 8, kernel: 1}}, {name: x}, {add: [x, skip]}]}
layers: [{relu: , name: early}, {add_to: early, repeat: 8}, {sigmoid: , name: s}, {add: [s, early]}]""",
        7,
        19,
    ),
    "from, once": (
        "layers: [{relu: , name: a}, {tanh: , name: b}, {from: a, sigmoid: , repeat: 7, name: s}, {add: [s, b]}]",
        5,
        10,
    ),
    "nothing": ("layers: [{relu: , repeat: 0}]", 0, 0),
    "in a map": ("layers: [{map: [{unit: , repeat: 6}]}]" + UNIT, 12, 36),
    "no repetition left": ("layers: [{relu: , repeat: 2}]", 2, 2),
    "swapped": (  # what a repetition gives has another's name: all are run
        "blocks: {swap: {layers: [{name: [a, b]}, {from: [b, a]}]}}\n"
        "layers: [{parallel: {a: [relu], b: [tanh]}}, {swap: , repeat: 4}, add]",
        3,
        3,
    ),
    "swapped and named": (  # what is given is read by another name too
        """
blocks:
  swap:
    args: {skip: tensor}
    layers: [{name: [a, b]}, {add: [b, skip], name: c}, {from: [b, a]}]
layers: [{relu: , name: x}, {from: x, tanh: , name: y}, {from: [x, y]}, {swap: x, repeat: 6}, add]""",
        9,
        9,
    ),
    "later with the batch": (  # the first tensor grows with the batch from the second repetition on
        """
blocks:
  late:
    args: {x: tensor}
    layers:
      - name: [u, v]
      - {from: u, relu: , name: h}
      - {from: v, tanh: , name: f}
      - {add: [v, x], name: g}
      - from: [f, g]
layers:
  - {relu: , name: x}
  - {parameter: [8, 8, 8], name: p}
  - {parameter: [8, 8, 8], name: q}
  - from: [p, q]
  - {late: x, repeat: 7}
  - add""",
        3 + 4 * 3 + 1,
        3 + 7 * 3 + 1,
    ),
    "map inside": ("layers: [{map: [{conv: {out: 8, kernel: 1}}], repeat: 5}]", 5, 5),
    "rows": ("layers: [{linear: 8, repeat: [{bias: true}, {bias: true}, {bias: false}, {bias: false}]}]", 4, 4),
    "all kinds of equal layers": (
        """
layers:
  - {relu: , name: x}
  - {linear: 8}
  - {linear: 8, trainable: false}
  - {linear: 8, row: false}
  - experts: {count: 4, active: 2, layers: [{linear: 8}]}
  - {linear: 8, name: y}
  - {parameter: [8, 8, 8], name: p}
  - {linear: 8}
  - {add: [prev, y]}""",
        9,
        9,
    ),
    "counting": ("layers: [{dropout: 0.1*i, repeat: 5}]", 5, 5),
    "reached into": ("layers: [{relu: , repeat: 5, name: r}, {add: [r/*]}]", 6, 6),
    "shared": (
        "layers: [{conv: {out: 8, kernel: 1}, name: c}, {conv: {out: 8, kernel: 1}, share: c, repeat: 5}]",
        6,
        6,
    ),
    "parts shared": (
        """
blocks:
  tied: {layers: [{conv: {out: 8, kernel: 1}, name: c}, {conv: {out: 8, kernel: 1}, share: c}]}
layers: [{tied: , repeat: 5}]""",
        4,
        10,
    ),
}
MAC = find_convention("mac")


def located(text: str) -> Located:
    start = "name: net\ninput: [6, 8, 8, 8]\n" if "map:" in text else "name: net\ninput: [8, 8, 8]\n"
    return Located(Source("net.yaml", start + text), None)


def both(spec: Any) -> tuple[Network, Network]:
    """The network as it is kept, and expanded whole."""
    spec = located(spec) if "layers:" in spec else locate(spec)
    return load_network(spec), load_network(spec, explained=True)


def wires(network: Network) -> tuple[list[Any], list[Any], list[Any]]:
    """For each layer of the whole network where its inputs come from; how long and how often each tensor is read."""
    whole = unrolled(network)
    found = Wires(whole)
    sources = [found.sources(position) for position in range(len(found.nodes))]
    return sources, list(found.readers.values()), [found.source(tensor) for tensor in whole.outputs]


def drawn(network: Network, form: str, **style: Any) -> str:
    out = StringIO()
    writer("report", form)([build_report(network, MAC, batch=3)], out, Style(**style))
    return out.getvalue()


TIED = """
name: tied
blocks:
  tied:
    layers: [{conv: {out: 8, kernel: 1}, name: c}, {conv: {out: 8, kernel: 1}, share: c}]
"""
DEEP = "name: deep\nblocks: {deep: {layers: [{relu: , repeat: 6, name: c}]}}\n"


def test_weights_shared_inside_a_repetition_are_its_own(tmp_path: Path) -> None:
    """Each of seven repetitions has one convolution's 8 * 8 + 8 parameters."""
    (tmp_path / "tied.yaml").write_text(TIED, encoding="utf-8")
    spec = tmp_path / "net.yaml"
    spec.write_text("name: net\ninput: [8, 8, 8]\nimport: [tied.yaml]\nlayers: [{tied: , repeat: 7}]\n")
    network = load_network(locate(str(spec)))
    assert (len(network.kept), network.size) == (4, 14)
    assert build_report(network, MAC)["totals"]["params"] == 7 * 72
    assert_same(str(spec))


def test_a_path_into_another_files_repetitions_has_them_all(tmp_path: Path) -> None:
    (tmp_path / "deep.yaml").write_text(DEEP, encoding="utf-8")
    spec = tmp_path / "net.yaml"
    text = "name: net\ninput: [8, 8, 8]\nimport: [deep.yaml]\nlayers: [{deep: , name: body}, {add: [prev, body/c/*]}]\n"
    spec.write_text(text, encoding="utf-8")
    assert load_network(locate(str(spec))).size == 7
    assert_same(str(spec))


@pytest.mark.parametrize("name", KEPT)
def test_one_is_kept(name: str) -> None:
    text, kept, size = KEPT[name]
    network, whole = both(text)
    assert (len(network.kept), network.size) == (kept, size)
    assert (len(whole.kept), whole.size, whole.runs) == (size, size, [])


def assert_same(spec: str) -> None:
    network, whole = both(spec)
    assert sum(times for _, times in counted(network)) == network.size
    found, expected = build_report(network, MAC, batch=3), build_report(whole, MAC, batch=3)
    assert list(found["layers"]) == list(expected["layers"])
    assert {**found, "layers": None} == {**expected, "layers": None}
    conventions = [find_convention(name) for name in ("mac", "flop", "ptflops")]
    assert build_counts(network, conventions) == build_counts(whole, conventions)
    for depth in (1, 2, 3):
        assert folded(network, depth) == folded(whole, depth)
    kept, runs, outputs = [*network.kept], [*network.runs], [*network.outputs]
    assert wires(network) == wires(whole)
    assert [node.path for node in unrolled(network).kept] == [node.path for node in whole.kept]
    assert (network.kept, network.runs, network.outputs) == (kept, runs, outputs)
    assert unrolled(whole) is whole


def folded(network: Network, depth: int) -> list[Any]:
    """The folded rows; the weights of one are counted, and come in no order."""
    rows = fold_to_depth(build_report(network, MAC), depth)
    return [
        {**row, "id": None, "weights": sorted((one["name"], one["shape"]) for one in row["weights"])} for row in rows
    ]


@pytest.mark.parametrize("name", KEPT)
def test_all_that_is_known_is_the_same(name: str) -> None:
    assert_same(KEPT[name][0])


# With runs of several kinds; the slow test takes all.
SOME = ["resnet50", "densenet121", "efficientnet_b0", "mobilenet_v2", "vit_b_16", "gpt2", "bert_base", "yolov3"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", [name for name in SOME if name in shipped.names()])
def test_shipped_networks_are_the_same(name: str) -> None:
    assert_same(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped.names())
def test_every_shipped_network_is_the_same(name: str) -> None:
    assert_same(name)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", ["block", "three deep", "frozen, hidden", "several tensors", "nothing"])
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown", "latex", "html"])
def test_every_format_prints_the_same(name: str, form: str) -> None:
    assert drawn(both(KEPT[name][0])[0], form) == drawn(both(KEPT[name][0])[1], form)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("style", [{"width": 80}, {"width": 200, "color": True}, {"all_rows": True}, {"sort": "macs"}])
def test_a_terminal_shows_the_same(style: dict[str, Any]) -> None:
    for name in ("in a list", "three deep", "frozen, hidden"):
        assert drawn(both(KEPT[name][0])[0], "table", **style) == drawn(both(KEPT[name][0])[1], "table", **style)


@pytest.mark.parametrize("name", ["layer", "block", "three deep"])
def test_repetitions_that_are_kept_are_work_too(name: str) -> None:
    """Their rows are written one by one: 25 units each at least."""
    network = load_network(located(KEPT[name][0]))
    most = 25 * network.size
    assert network.meter.most - network.meter.left > most
    for explained in (False, True):
        with pytest.raises(SpecError, match=f"this takes more than {most:,} units of work") as caught:
            load_network(located(KEPT[name][0]), max_work=most, explained=explained)
        assert caught.value.line is not None


WRONG = [  # an error behind a repetition names what stands in all of them
    "blocks: {a: {layers: [{relu: , name: inner}]}}\nlayers: [{a: , repeat: 20, name: stack}, {add: [prev, inner]}]",
    "layers: [{conv: {out: 8, kernel: 1}, repeat: 20}, {conv: {out: 8, kernel: 9}}]",
    "blocks: {a: {layers: [{tanh: , name: t}, {from: t, relu: }, {from: t, relu: }]}}\nlayers: [{a: , repeat: 9}]",
]


@pytest.mark.parametrize("text", WRONG)
def test_errors_are_those_of_the_whole_network(text: str) -> None:
    told = []
    for explained in (False, True):
        with pytest.raises(SpecError) as caught:
            load_network(located(text), explained=explained)
        told.append([str(diagnostic) for diagnostic in caught.value.diagnostics])
    assert told[0] == told[1]


def test_a_million_layers_keep_few_rows() -> None:
    """Each convolution 8 x 8 x 3 x 3 and 8 biases: 584 parameters; 8 x 8 x 9 x 64 positions: 36,864 multiply-adds."""
    text = "layers: [{conv: {out: 8, kernel: 3, padding: 1}, repeat: 1000000}]"
    network = load_network(located(text), max_work=10**9)
    report = build_report(network, MAC)
    assert len(network.kept) == 2
    assert (report["totals"]["params"], report["totals"]["macs"]) == (584_000_000, 36_864_000_000)
    assert len(report["layers"]) == report["totals"]["layers"] == 1_000_000
    (row,) = fold_to_depth(report, 1)
    assert (row["path"], row["repeats"], row["params"]) == ("conv1", 1_000_000, 584_000_000)


def test_a_terminal_lists_what_is_too_long_to_indent(monkeypatch: pytest.MonkeyPatch) -> None:
    network, _ = both(KEPT["block"][0])
    assert "body/3/residual1/conv1" not in drawn(network, "table", width=200)
    monkeypatch.setattr("archcalc.render.report.table.MOST_INDENTED", 60)
    assert "body/3/residual1/conv1" in drawn(network, "table", width=200)
