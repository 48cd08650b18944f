"""Folding, outlines and columns: sums that never change, and what a folded step reads and gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archcalc.api import report
from archcalc.errors import SpecError
from archcalc.report.columns import LAYER_COLUMNS, share, show_shape, show_shapes
from archcalc.report.figures import show_bytes
from archcalc.report.fold import fold_to_depth, step_path
from archcalc.report.listing import list_layers, list_specs
from archcalc.report.outline import outline

NET = """
name: net
input: [4, 8, 8]
blocks:
  inner:
    layers:
      - conv: {out: 4, kernel: 3, padding: 1, bias: false, norm: batch_norm, act: relu}
      - residual: [{conv: {out: 4, kernel: 1}}]
  outer:
    layers:
      - inner:
        repeat: 3
      - max_pool: 2
layers:
  - {conv: {out: 4, kernel: 3, padding: 1, act: relu}, name: stem, trainable: false}
  - {outer: , repeat: 2}
  - {conv: {out: 4, kernel: 3, padding: 1}, repeat: 2, name: tail}
  - {parallel: {a: [{conv: {out: 2, kernel: 1}}], b: [{max_pool: {kernel: 1}}, {relu: , row: false}]}, name: heads}
"""


@pytest.fixture
def net(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "net.yaml").write_text(NET)
    return report(str(tmp_path / "net.yaml"))


STEPS = [
    ("conv1", 1, "conv1"),
    ("conv1/norm", 1, "conv1"),
    ("conv1/norm", 2, "conv1/norm"),
    ("stage/0/conv1", 1, "stage"),
    ("stage/0/conv1", 2, "stage/0/conv1"),
    ("stage/0/conv1/norm", 2, "stage/0/conv1"),
    ("stage/0/conv1/1/norm", 2, "stage/0/conv1"),
    ("tail/0", 1, "tail"),
    ("tail/0", 2, "tail/0"),
    ("a/b/c", 9, "a/b/c"),
]


@pytest.mark.parametrize("path, depth, step", STEPS)
def test_the_step_of_a_depth(path: str, depth: int, step: str) -> None:
    assert step_path(path, depth) == step


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5, 9])
def test_folding_changes_no_sum_and_loses_no_layer(net: dict[str, Any], depth: int) -> None:
    rows = fold_to_depth(net, depth)
    for key in ("params", "buffers", "macs", "ops", "activations"):
        assert sum(row[key] for row in rows) == net["totals"][key]
    assert sum(row.get("layers", 1) for row in rows) == net["totals"]["layers"]
    trainable = next(column for column in LAYER_COLUMNS if column.name == "trainable")
    assert sum(trainable.cell(row, net) for row in rows) == net["totals"]["trainable"]  # type: ignore[misc]


FOLDED = [  # depth, path, repetitions, layers, type, inputs, outputs
    (1, "stem", None, 2, "conv", [(4, 8, 8)], [(4, 8, 8)]),
    (1, "outer1", 2, 32, None, [(4, 8, 8)], [(4, 2, 2)]),
    (1, "tail", 2, 2, "conv", [(4, 2, 2)], [(4, 2, 2)]),
    (1, "heads", None, 3, None, [(4, 2, 2)], [(2, 2, 2), (4, 2, 2)]),
    (2, "outer1/1/inner1", 3, 15, None, [(4, 4, 4)], [(4, 4, 4)]),
    (2, "heads/b", None, 2, None, [(4, 2, 2)], [(4, 2, 2)]),
    (3, "outer1/0/inner1/2/residual1", None, 2, None, [(4, 8, 8)], [(4, 8, 8)]),
]


@pytest.mark.parametrize("depth, path, repeats, layers, kind, inputs, outputs", FOLDED)
def test_a_folded_step(
    net: dict[str, Any],
    depth: int,
    path: str,
    repeats: int | None,
    layers: int,
    kind: str | None,
    inputs: list[Any],
    outputs: list[Any],
) -> None:
    (row,) = [row for row in fold_to_depth(net, depth) if row["path"] == path]
    assert (row["repeats"], row["layers"], row["type"]) == (repeats, layers, kind)
    assert (row["inputs"], row["outputs"]) == (inputs, outputs)


def test_a_step_keeps_its_kernel_only_where_all_its_repetitions_agree(net: dict[str, Any]) -> None:
    tail = next(row for row in fold_to_depth(net, 1) if row["path"] == "tail")
    assert tail["kernel"] == (3, 3)
    changed = next(row for row in net["layers"] if row["path"] == "tail/1")
    changed["kernel"] = (5, 5)
    assert next(row for row in fold_to_depth(net, 1) if row["path"] == "tail")["kernel"] is None


def test_a_step_is_shown_if_any_of_its_rows_is(net: dict[str, Any]) -> None:
    assert next(row for row in fold_to_depth(net, 2) if row["path"] == "heads/b")["row"] is True
    for row in net["layers"]:
        if row["path"].startswith("heads/b"):
            row["row"] = False
    assert "heads/b" not in [row["path"] for row in list_layers(net, depth=2).rows]
    assert "heads/b" in [row["path"] for row in list_layers(net, depth=2, all_rows=True).rows]


def test_an_outline_names_each_path_once_and_sums_its_groups(net: dict[str, Any]) -> None:
    lines = outline(net, net["layers"])
    assert [line.row for line in lines if not line.group] == net["layers"]
    stack: list[str] = []
    for line in lines:
        stack[line.level :] = [line.label]
        assert "/".join(stack) == line.row["path"]
        if line.group:
            inside = [row for row in net["layers"] if row["path"].startswith(line.row["path"] + "/")]
            assert len(inside) > 1
            assert line.row["ops"] == sum(row["ops"] for row in inside)
    assert [(line.level, line.label) for line in lines if line.group][:3] == [(0, "outer1"), (1, "0"), (2, "inner1")]


def test_sorting_puts_large_numbers_first_and_texts_in_order(net: dict[str, Any]) -> None:
    params = [row["params"] for row in list_layers(net, sort="params").rows]
    assert params == sorted(params, reverse=True)
    paths = [row["path"] for row in list_layers(net, sort="path").rows]
    assert paths == sorted(paths)
    sizes = [row["outputs"] for row in list_layers(net, sort="output").rows]
    assert sizes[0] == ((4, 8, 8),)
    assert sizes[-1] == ((2, 2, 2),)
    names = [row["name"] for row in list_layers(net, sort="name").rows]
    assert names[:4] == ["stem", "tail", "tail", None]
    assert set(names[3:]) == {None}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("column", [column.name for column in LAYER_COLUMNS])
@pytest.mark.parametrize("depth", [None, 1])
def test_every_column_can_be_shown_and_sorted_by(net: dict[str, Any], column: str, depth: int | None) -> None:
    listing = list_layers(net, columns=[column], depth=depth, sort=column, all_rows=True)
    cells = [listing.cell(listing.columns[0], row) for row in listing.rows]
    assert any(cell is not None for cell in cells) or (column, depth) == ("repeats", None)
    if listing.columns[0].kind == "number" and listing.columns[0].total:
        assert sum(cell or 0 for cell in cells) == listing.total(listing.columns[0])  # type: ignore[misc]


def test_columns_are_replaced_added_to_and_each_shown_once(net: dict[str, Any]) -> None:
    def names(**given: Any) -> list[str]:
        return [column.name for column in list_layers(net, **given).columns]

    assert names() == ["path", "input", "kernel", "output", "pad", "params", "ops"]
    assert names(plus=["macs", "ops"]) == [*names(), "macs"]
    assert names(columns=["ops", "path"], plus=["line"]) == ["ops", "path", "line"]


def test_columns_of_specs_are_their_own(net: dict[str, Any]) -> None:
    assert [column.name for column in list_specs([net, net]).columns][-1] == "macs"
    net["convention"] = "document"
    assert [column.name for column in list_specs([net, net]).columns][-1] == "ops"
    with pytest.raises(SpecError) as caught:
        list_specs([net], columns=["kernel", "parms"])
    assert [diagnostic.message for diagnostic in caught.value.diagnostics] == [
        "unknown column 'kernel'",
        "unknown column 'parms'",
    ]


def test_shapes() -> None:
    assert [show_shape(shape) for shape in ((3, 64, 48), (4096,), ())] == ["3x64x48", "4096", "scalar"]
    assert show_shapes([]) == "NA"  # a layer that reads nothing
    assert show_shapes([(1, 2), (3,)]) == "1x2, 3"


@pytest.mark.parametrize(
    "part, total, shown",
    [(1, 3, "33.3"), (2, 3, "66.7"), (1, 2000, "0.1"), (1, 2001, "0.0"), (5, 5, "100.0"), (0, 0, "0.0")],
)
def test_shares(part: int, total: int, shown: str) -> None:
    assert share(part, total) == shown


BYTES = [
    (0, "0 B"),
    (999, "999 B"),
    (1000, "1.0 kB"),
    (21_143_232, "21.1 MB"),
    (1049, "1.0 kB"),
    (1050, "1.1 kB"),
    (10**18, "1,000.0 PB"),
]


@pytest.mark.parametrize("number, shown", BYTES)
def test_bytes(number: int, shown: str) -> None:
    assert show_bytes(number) == shown
