"""Model files with a backbone and a head: scales, blocks and heads by hand; the files of the package where they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.errors import SpecError
from archcalc.importers import Asked, Imported, format_of, import_file
from archcalc.sources.file import File
from tests.importers.reading import Figures, figures, totals, truth

MODELS = os.environ.get("ARCHCALC_ULTRALYTICS")
"""The folder cfg/models of an installed package: its files stay there."""

HEAD = "nc: 10\nscales: {s: [0.5, 0.5, 64], l: [1.0, 1.0, 64]}\n"
IDENTITY = "[-1, 1, nn.Identity, []]"


def read(backbone: str, head: str = IDENTITY, keys: str = HEAD, name: str = "net.yaml", **asked: Any) -> Imported:
    steps = "".join(f"  - {step}\n" for step in backbone.split("; "))
    file = File(name, f"{keys}backbone:\n{steps}head:\n  - {head}\n".encode())
    form = format_of(file)
    assert form is not None
    assert form.name == "ultralytics"
    return import_file(file, form, Asked({None: (3, 32, 32)}, **asked))


def test_scales_of_width_and_depth() -> None:
    """In s 32 channels are 16: 27*16 weights and 2*16 of the norm. The 4 repeats are 2, of two 3x3 convolutions."""
    one = read("[-1, 1, Conv, [32, 3, 2]]", variant="s")
    assert figures(one) == Figures(27 * 16 + 32, 27 * 16 * 256, [(16, 16, 16)])
    assert figures(read("[-1, 1, Conv, [32, 3, 2]]", variant="l")).params == 27 * 32 + 64
    assert figures(read("[-1, 1, Conv, [512, 3, 2]]", variant="l")).params == 27 * 64 + 128  # at most 64 channels
    deep = read("[-1, 1, Conv, [32, 1, 1]]; [-1, 4, Bottleneck, [32]]", variant="s")
    unit = 16 * 8 * 9 + 2 * 8 + 8 * 16 * 9 + 2 * 16
    assert figures(deep).params == 3 * 16 + 32 + 2 * unit


def test_the_scale_is_the_variant_that_of_the_name_or_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = "[-1, 1, Conv, [32, 3, 2]]"
    assert "net-s" in read(step).text
    assert "the scales s, l: 's' is taken" in read(step).notes[0].message
    assert (figures(read(step, name="yolo3l.yaml")).params, read(step, name="yolo3l.yaml").notes) == (27 * 32 + 64, [])
    with pytest.raises(SpecError, match="no scale 'm' here"):
        read(step, variant="m")
    monkeypatch.chdir(tmp_path)
    text = f"{HEAD}backbone: [{step}]\nhead: [[-1, 1, nn.Identity, []]]\n"
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    assert archcalc.load("net.yaml:l").params == archcalc.load("net.yaml", variant="l").params == 27 * 32 + 64


def test_blocks() -> None:
    """C2f of 16 channels: two halves of 8, two bottlenecks of two 3x3 on 8, and 4 * 8 channels joined: 16 again."""
    stem = 3 * 16 + 32
    found = read("[-1, 1, Conv, [32, 1, 1]]; [-1, 4, C2f, [32, True]]", variant="s")
    assert figures(found).params == stem + 16 * 16 + 32 + 2 * 2 * (64 * 9 + 16) + 32 * 16 + 32
    pooled = read("[-1, 1, Conv, [32, 1, 1]]; [-1, 1, SPPF, [32, 5]]", variant="s")
    assert figures(pooled).params == stem + 16 * 8 + 16 + 32 * 16 + 32
    steps = "[-1, 1, Conv, [32, 1, 1]]; [0, 1, nn.Upsample, [None, 1, 'nearest']]; [[-1, 0], 1, Concat, [1]]"
    assert figures(read(steps, variant="s")).outputs == [(32, 32, 32)]


def test_a_head_of_boxes_and_classes() -> None:
    """On one map of 16 channels: boxes 64 wide, as 4 sides of 16 bins; classes as wide as the map; 16 fixed weights."""
    found = read("[-1, 1, Conv, [32, 1, 1]]", "[[-1], 1, Detect, [nc]]", variant="s")
    boxes = 16 * 64 * 9 + 128 + 64 * 64 * 9 + 128 + 64 * 64 + 64
    classes = 2 * (16 * 16 * 9 + 32) + 16 * 10 + 10
    sizes = totals(found)["totals"]
    assert (sizes["params"], sizes["frozen"]) == (3 * 16 + 32 + boxes + classes + 16, 16)
    assert figures(found).outputs == [(4, 1024), (10, 1024)]


def test_masks_are_numbers_of_a_place_and_maps() -> None:
    """Two maps of 16 channels: 4 masks' coefficients each, and maps of 8 channels doubled, then 4."""
    stem = "[-1, 1, Conv, [32, 1, 1]]; [-1, 1, Conv, [32, 3, 2]]"
    found = figures(read(stem, "[[0, 1], 1, Segment, [nc, 4, 16]]", variant="s"))
    plain = figures(read(stem, "[[0, 1], 1, Detect, [nc]]", variant="s"))
    coefficients = 2 * (16 * 4 * 9 + 8 + 4 * 4 * 9 + 8 + 4 * 4 + 4)
    maps = 16 * 8 * 9 + 16 + 8 * 8 * 4 + 8 + 8 * 8 * 9 + 16 + 8 * 4 + 8
    assert found.params == plain.params + coefficients + maps
    assert found.outputs == [(4, 1280), (10, 1280), (4, 1280), (4, 64, 64)]


def test_parts_that_do_not_run_are_counted() -> None:
    """The second head of a map of classes: 16 * 16 * 9 + 32 and 17 * 10, with 2 * 16 + 1 buffers, and no product."""
    stem = "[-1, 1, Conv, [32, 1, 1]]; [-1, 1, Conv, [32, 3, 2]]"
    one = totals(read(stem + "; [0, 1, nn.Identity, []]", "[[0], 1, SemanticSegment, [nc]]", variant="s"))["totals"]
    two = totals(read(stem, "[[0, 1], 1, SemanticSegment, [nc]]", variant="s"))["totals"]
    assert two["params"] - one["params"] == 16 * 16 * 9 + 32 + 170
    assert (two["buffers"] - one["buffers"], two["macs"] - one["macs"]) == (33, 0)


@pytest.mark.parametrize(
    "backbone, message",
    [
        ("[-1, 1, Warp, [32]]", "archcalc knows no module 'Warp'"),
        ("[-1, 1, Conv]", "a step is [from, repeats, module, args]"),
        ("[5, 1, Conv, [32]]", "reads 5: there is no step 5 before it"),
        ("[-1, 1, Conv, [x]]", "takes a whole number, not 'x'"),
        ("[-1, 1, Conv, []]", "needs 1 arguments"),
        ("[-1, 1, Conv, [32, 3, 0]]", "stride takes a whole number above 0, not 0"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(backbone: str, message: str) -> None:
    with pytest.raises(SpecError) as told:
        read(backbone)
    assert message in str(told.value)
    assert told.value.line == 4


@pytest.mark.skipif(not MODELS, reason="ARCHCALC_ULTRALYTICS names no folder of model files")
@pytest.mark.parametrize("row", truth("ultralytics"))
def test_files_of_the_package(row: Any) -> None:
    path = next(Path(MODELS or "").rglob(row["file"]))
    file = File(path.name, path.read_bytes())
    form = format_of(file)
    assert form is not None
    scale = row["scale"] if row["scale"] and "v10" not in row["file"] else None
    try:
        found = import_file(file, form, Asked(variant=scale))
    except SpecError as error:
        pytest.skip(f"refused: {error}"[:100])
    measured = {name: int(row[name]) for name in ("params", "trainable", "buffers", "macs")}
    assert {name: totals(found)["totals"][name] for name in measured} == measured


STEM = "[-1, 1, Conv, [32, 1, 1]]; "
STEM_PARAMS = 3 * 32 + 64


@pytest.mark.parametrize(
    "step, params",
    [
        ("[-1, 3, Conv, [32, 3, 1]]", 3 * (32 * 32 * 9 + 64)),  # as many in a row
        ("[-1, 1, Conv, [32, 3, 1, None, 4]]", 32 * 8 * 9 + 64),  # in groups
        ("[-1, 1, nn.ConvTranspose2d, [16, 2, 2, 0]]", 32 * 16 * 4 + 16),
        (
            "[-1, 1, HGStem, [8, 16]]",
            32 * 8 * 9 + 8 * 4 * 4 + 4 * 8 * 4 + 16 * 8 * 9 + 8 * 16 + 2 * (8 + 4 + 8 + 8 + 16),
        ),
        (
            "[-1, 6, HGBlock, [8, 32, 3]]",
            32 * 8 * 9 + 16 + 5 * (8 * 8 * 9 + 16) + (32 + 6 * 8) * 16 + 32 + 16 * 32 + 64,
        ),
        (
            "[-1, 2, HGBlock, [8, 32, 5, True, True]]",
            32 * 8 + 8 * 25 + 8 * 8 + 8 * 25 + 4 * 16 + (32 + 2 * 8) * 16 + 32 + 16 * 32 + 64,
        ),
        ("[-1, 3, RepC3, [32]]", 2 * (32 * 32 + 64) + 3 * (32 * 32 * 9 + 64 + 32 * 32 + 64)),
        ("[-1, 1, AIFI, [64, 8]]", 4 * (32 * 32 + 32) + 2 * 64 + 32 * 64 + 64 + 64 * 32 + 32),
    ],
)
def test_units_of_detection_transformers(step: str, params: int) -> None:
    """On 32 channels. A norm of n channels has 2n numbers; depthwise weights are of one channel each."""
    assert figures(read(STEM + step, variant="l")).params == STEM_PARAMS + params


def test_a_head_of_queries() -> None:
    """300 queries on 1,024 places of one map, 256 wide, with 8 heads of 4 points and 10 classes; layers 1024 inside.

    Linear layers of 256 are 65,792; boxes are two of them and 256*4 + 4. Five of six layers' scores are stored alone.
    """
    found = read(STEM + IDENTITY, "[[-1], 1, RTDETRDecoder, [nc]]", variant="l")
    wide, scores = 256 * 256 + 256, 256 * 10 + 10
    box = 2 * wide + 256 * 4 + 4
    points = 256 * 64 + 64 + 256 * 32 + 32
    layer = 4 * wide + points + 2 * wide + 256 * 1024 + 1024 + 1024 * 256 + 256 + 3 * 512
    told = 4 * 512 + 512 + 512 * 256 + 256
    head = 32 * 256 + 512 + 10 * 256 + wide + 512 + scores + box + told + 6 * (layer + box + scores)
    assert (figures(found).params, figures(found).outputs[0]) == (STEM_PARAMS + head, (300, 4))


def test_a_neck_and_a_head_that_read_words() -> None:
    """10 words of 512. Attention on 16 channels: words to 16, a 3x3 convolution, a number for the head, which is one of
    2, for 64 channels at most have one head."""
    steps = STEM + "[-1, 1, C2fAttn, [32, 16, 2]]; [[-1], 1, ImagePoolingAttn, [16]]"
    found = read(steps, "[[-1], 1, WorldDetect, [nc, 512, True]]", variant="l")
    unit = 2 * (16 * 16 * 9 + 32)
    attention = 512 * 16 + 16 + 1 + 16 * 16 * 9 + 32
    neck = 32 * 32 + 64 + unit + attention + 4 * 16 * 32 + 64
    pooling = 32 * 16 + 16 + 2 * 512 + 512 * 16 + 16 + 2 * (2 * 16 + 16 * 16 + 16) + 16 * 512 + 512
    boxes = 32 * 64 * 9 + 128 + 64 * 64 * 9 + 128 + 64 * 64 + 64
    words = 2 * (32 * 32 * 9 + 64) + 32 * 512 + 512 + 2 * 512 + 2
    assert figures(found).params == STEM_PARAMS + neck + pooling + boxes + words + 16


def proto(width: int) -> int:
    return width * width * 9 + 2 * width + width * width * 4 + width + width * width * 9 + 2 * width + width * 32 + 64


def test_masks_of_all_maps() -> None:
    """Two maps of 32: the second joins the first by a 1x1. 64 wide inside; 80 classes of each place in training."""
    maps = STEM + "[-1, 1, Conv, [32, 1, 1]]"
    plain = figures(read(maps, "[[0, 1], 1, Segment, [nc, 32, 64]]", variant="l")).params
    fine = figures(read(maps, "[[0, 1], 1, Segment26, [nc, 32, 64]]", variant="l")).params
    first = proto(64) - 64 * 64 * 9 + 32 * 64 * 9
    training = 2 * (64 * 64 * 9 + 128) + 64 * 10 + 10
    assert fine - plain == proto(64) - first + 32 * 32 + 64 + 32 * 64 * 9 + 128 + training


def test_points_with_their_spread() -> None:
    """A place has 2 points of 3 numbers, 6, and in training 4 that tell their spread: 10 wide. 12 networks of 4,482."""
    keys = f"{HEAD}kpt_shape: [2, 3]\n"
    plain = figures(read(STEM + IDENTITY, "[[-1], 1, Detect, [nc]]", variant="l")).params
    found = read(STEM + IDENTITY, "[[-1], 1, Pose26, [nc, kpt_shape]]", keys, variant="l")
    points = 32 * 10 * 9 + 20 + 10 * 10 * 9 + 20 + 10 * 6 + 6 + 10 * 4 + 4
    assert figures(found).params - plain == points + 12 * 4_482


def test_a_map_of_distances() -> None:
    maps = STEM + "[-1, 1, Conv, [32, 1, 2]]"
    found = figures(read(maps, "[[0, 1], 1, Depth, [16]]", variant="l"))
    refined = 2 * (16 * 16 * 9 + 32)
    head = 16 * 8 * 9 + 16 + 8 * 8 * 4 + 8 + 8 * 4 * 9 + 8 + 4 + 1
    assert found.params == STEM_PARAMS + 32 * 32 + 64 + 2 * (32 * 16 + 32) + refined + head
    assert found.outputs == [(1, 64, 64)]


def test_no_groups_are_told() -> None:
    with pytest.raises(SpecError, match="step 1 Conv, line 5: groups takes a whole number above 0, not 0"):
        read(STEM + "[-1, 1, Conv, [32, 1, 1, None, 0]]", variant="l")
