"""Tensors that do not meet because of the input's size: the error says which sizes would do, and they do."""

from __future__ import annotations

import re
import time

import pytest

from archcalc import Spec, SpecError, api


def error_of(text: str) -> SpecError:
    with pytest.raises(SpecError) as raised:
        api.report(Spec.from_text(text))
    return raised.value


def help_of(text: str) -> str | None:
    (diagnostic,) = error_of(text).diagnostics
    return diagnostic.help


def ladder(depth: int, window: int, shape: str = "[1, 101, 101]", layout: str = "CHW") -> str:
    """Pools and upsampling, each level added to its mirror image: every size must divide by window ** depth."""
    down = "".join(f"  - identity:\n    name: e{level}\n  - max_pool: {window}\n" for level in range(depth))
    up = "".join(f"  - upsample: {window}\n  - add: [prev, e{level}]\n" for level in reversed(range(depth)))
    return f"name: ladder\nlayout: {layout}\ninput: {shape}\nlayers:\n{down}{up}"


@pytest.mark.parametrize(
    ("depth", "window", "shape", "layout", "told"),
    [
        (1, 2, "[1, 101, 101]", "CHW", "H and W a multiple of 2 would fit: [1, 100, 100] or [1, 102, 102]"),
        (3, 2, "[1, 101, 90]", "CHW", "H and W a multiple of 8 would fit: [1, 96, 88] or [1, 104, 96]"),
        (2, 3, "[2, 101]", "CHW", "the length a multiple of 9 would fit: [2, 99] or [2, 108]"),
        (4, 2, "[30, 50, 3]", "HWC", "H and W a multiple of 16 would fit: [16, 48, 3] or [32, 64, 3]"),
        (2, 2, "[1, 9, 9, 9]", "CHW", "D, H and W a multiple of 4 would fit: [1, 8, 8, 8] or [1, 12, 12, 12]"),
    ],
)
def test_the_multiples_that_fit(depth: int, window: int, shape: str, layout: str, told: str) -> None:
    text = ladder(depth, window, shape, layout)
    assert help_of(text) == told
    for size in re.findall(r"\[[^]]+\]", told):
        assert api.report(Spec.from_text(text.replace(shape, size)))["totals"]["layers"]


def test_sizes_near_by_where_no_multiples_fit() -> None:
    """A kernel of 3 without padding, then halves and doubles: sizes of 2 mod 4, as in the first U-Net."""
    text = """
name: valid
input: [1, 32, 32]
layers:
  - conv: {out: 1, kernel: 3}
    name: a
  - max_pool: 2
  - max_pool: 2
  - upsample: 4
  - concat: [prev, a]
"""
    assert help_of(text) == "an input of [1, 30, 30] or [1, 34, 34] would fit"


@pytest.mark.parametrize("inputs", ["[3, 16, 16]", "{a: [3, 16, 16], b: [3, 8, 8]}"])
def test_nothing_is_said_where_no_size_fits(inputs: str) -> None:
    text = f"name: never\ninput: {inputs}\nlayers:\n  - parameter: [3, 4, 4]\n    name: p\n  - parameter: [3, 5, 5]\n"
    assert help_of(f"{text}    name: q\n  - add: [p, q]\n") is None


def test_a_residual_says_both() -> None:
    """The shortcut may need a conv, or the input another size."""
    text = "name: r\ninput: [1, 9, 9]\nlayers:\n  - residual: [{max_pool: 2}, {upsample: 2}]\n"
    assert help_of(text) == "H and W a multiple of 2 would fit: [1, 8, 8] or [1, 10, 10]"


@pytest.mark.parametrize(
    "layers, help",
    [
        # 5 and 3 fit into 9 or less no more: 9 - 4 = 5, halved 2; of 10, 3
        ("conv: {out: 2, kernel: 5}, max_pool: 2, conv: {out: 2, kernel: 3}", "[3, 10, 10]"),
        # five halvings of 9 leave nothing to a window of 2: 32 leave 1 after five, twice 18 is the first that does
        ("max_pool: 2, max_pool: 2, max_pool: 2, max_pool: 2, max_pool: 2", "[3, 36, 36]"),
    ],
)
def test_a_window_that_does_not_fit(layers: str, help: str) -> None:
    steps = "".join(f"  - {step}\n" for step in layers.replace(", m", "\nm").replace(", c", "\nc").split("\n"))
    said = help_of(f"name: small\ninput: [3, 9, 9]\nlayers:\n{steps}")
    assert said == f"a smaller kernel or dilation, or more padding; an input of {help} would fit"


def test_what_is_expected() -> None:
    text = "name: net\ninput: [3, 30, 30]\nlayers:\n  - conv: {out: 8, kernel: 3, stride: 2}\n    expect: [8, 15, 15]\n"
    # (s - 3) // 2 + 1 = 15 for 31 and 32
    assert help_of(text) == "an input of [3, 31, 31] would fit"
    assert help_of(text.replace("[8, 15", "[7, 15")) is None  # no input gives other channels


def test_a_large_network_is_not_tried_for_long() -> None:
    relus = "  - relu\n" * 9_000
    began = time.process_time()
    assert help_of(ladder(5, 2).replace("  - upsample", f"{relus}  - upsample", 1)) is None
    assert time.process_time() - began < 5


def test_inputs_without_axes_are_told_as_such() -> None:
    """They have no channels that could be compared."""
    with pytest.raises(SpecError) as error:
        api.report(Spec.from_text("name: net\ninput: {a: [], b: []}\nlayers: [concat]\n"))
    assert [found.message for found in error.value.diagnostics] == ["[] has no axis 0"]
