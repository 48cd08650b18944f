"""What a person reads of a difference: equal changes of many layers are one line."""

from __future__ import annotations

import pytest

from archcalc.api import Spec, diff
from archcalc.difference.changes import Changes, fold_paths, percent

LINES = {
    ("resnet50", "resnet101"): [("stage1/2/bottleneck1/6..22", "added: 17 x 10 layers", 18_992_128)],
    ("resnet18", "resnet50"): [
        ("stage1/0..3/bottleneck1", "added: 168 layers in 4 steps", 23_498_496),
        ("stage1/0..3/basic_block1", "removed: 62 layers in 4 steps", -11_166_976),
        (
            "linear1",
            "input 512 -> 2048 because of stage1/3/bottleneck1/2/relu1 and stage1/3/basic_block1/1/relu1",
            1_536_000,
        ),
    ],
    ("vgg11", "vgg16_bn"): [
        ("stage1/*/conv1/*", "added: 5 x 3 layers", 5_497_152),
        ("stage1/*/conv1/*/norm", "added: 8 x batch_norm", 5_504),
    ],
    ("vgg16", "vgg16"): [],
}


@pytest.mark.parametrize("old, new", LINES)
def test_lines(old: str, new: str) -> None:
    changes = Changes(diff(old, new), 20)
    assert [(line.path, line.text, line.change["params"]) for line in changes.lines] == LINES[old, new]
    assert sum(line.change["params"] for line in changes.lines) == changes.total["params"]


def test_arguments_of_many_layers_are_a_range() -> None:
    changes = Changes(diff("resnet50", "wide_resnet50_2"), 20)
    first = changes.lines[0]
    assert (first.path, first.layers) == ("stage1/*/bottleneck1/*/residual1/conv2", 16)
    assert first.text == "out 64..512 -> 128..1024, input because of stage1/*/bottleneck1/*/residual1/conv1"


def test_the_rest_and_all_of_it() -> None:
    found = diff("resnet50", "wide_resnet50_2")
    short, whole = Changes(found, 2), Changes(found)
    assert (len(short.lines), len(short.rest), short.only_sizes) == (2, 3, 32)
    assert (whole.rest, whole.only_sizes) == ([], 0)
    assert sum(line.layers for line in whole.lines) == len(found["changes"])


@pytest.mark.parametrize(
    "paths, folded",
    [
        (["a/b"], "a/b"),
        (["a/0/b", "a/1/b", "a/2/b"], "a/0..2/b"),
        (["a/0/b", "a/2/b"], "a/*/b"),
        (["a/0/b/0", "a/0/b/1", "a/1/b/0"], "a/*/b/*"),
        (["a/9/b", "a/10/b"], "a/9..10/b"),
    ],
)
def test_paths_as_one(paths: list[str], folded: str) -> None:
    assert fold_paths(paths) == folded


@pytest.mark.parametrize(
    "change, old, text",
    [
        (1, 3, "+33.33 %"),
        (-1, 3, "-33.33 %"),
        (2, 3, "+66.67 %"),
        (0, 5, ""),
        (5, 0, ""),
        (1, 20_000, "+0.01 %"),  # half of a hundredth is rounded away from zero
        (10**400, 10**398, "+10,000.00 %"),
    ],
)
def test_percent(change: int, old: int, text: str) -> None:
    assert percent(change, old) == text


def test_a_time_that_is_asked_for_is_told_without_a_change() -> None:
    net = Spec.from_text("name: net\ninput: [8]\nlayers: [{linear: 8}]\n")
    changes = Changes(diff(net, net, device="h100"))
    assert ("least time on H100-SXM (ns)", 1, 1, 0, "") in changes.totals()
    assert all(line[0].startswith(("parameters", "multiply-adds")) for line in Changes(diff(net, net)).totals())


def test_a_causal_mask_is_told_with_what_it_leaves_out() -> None:
    """Of 8 x 8 pairs of a query and a key 28 are masked: two multiply-adds in each of 8 channels."""
    plain, causal = (
        Spec.from_text(f"name: net\ninput: [8, 8]\nlayers: [{{attention: {{heads: 2, causal: {flag}}}}}]\n")
        for flag in ("false", "true")
    )
    macs = 4 * 8 * 64 + 2 * 64 * 8
    told = {line[0]: line[1:4] for line in Changes(diff(plain, causal)).totals()}
    assert told["causal multiply-adds"] == (macs, macs - 28 * 2 * 8, -28 * 2 * 8)
    assert "causal multiply-adds" not in {line[0] for line in Changes(diff("resnet18", "resnet50")).totals()}
