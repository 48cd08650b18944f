"""torchvision's classification models, exported here: figures as PyTorch counts them, specs that a person could have
written.
"""

from __future__ import annotations

import io
import re
import statistics
from pathlib import Path
from typing import Any

import pytest

from archcalc.importers.imported import Asked
from archcalc.importers.pytorch.reader import read_graph
from archcalc.importers.structure.search import spec_of
from archcalc.sources.file import File

pytestmark = [pytest.mark.torch, pytest.mark.slow]
torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")

SPECS = Path(__file__).resolve().parents[2] / "specs" / "classification"
MOST_LINES = 120
MOST_RATIO = 1.5
"""Median of the lines that are written, beside those that one variant takes of the spec written by hand."""

SIZES = {
    "efficientnet_b1": 240, "efficientnet_b2": 288, "efficientnet_b3": 300, "efficientnet_b4": 380,
    "efficientnet_b5": 456, "efficientnet_b6": 528, "efficientnet_b7": 600, "efficientnet_v2_s": 384,
    "efficientnet_v2_m": 480, "efficientnet_v2_l": 480, "inception_v3": 299, "swin_v2_t": 256, "swin_v2_s": 256,
    "swin_v2_b": 256,
}  # fmt: skip
FAMILIES = {"resnext": "resnet", "wide_resnet": "resnet", "shufflenet": "shufflenet_v2", "swin_v2": "swin"}
NAMES = torchvision.models.list_models(module=torchvision.models)
LINES: dict[str, float] = {}


def exported(name: str) -> tuple[File, dict[str, int]]:
    """A model on meta as a .pt2, and what PyTorch counts in it."""
    from torch.utils.flop_counter import FlopCounterMode

    options: dict[str, Any] = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    try:
        with torch.device("meta"):
            model = torchvision.models.get_model(name, weights=None, **options)
    except NotImplementedError:
        model = torchvision.models.get_model(name, weights=None, **options).to("meta")
    size = SIZES.get(name, 224)
    image, stream = torch.empty(1, 3, size, size, device="meta"), io.BytesIO()
    torch.export.save(torch.export.export(model.eval(), (image,), strict=False), stream)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(image)
    figures = {
        "params": sum(one.numel() for one in model.parameters()),
        "buffers": sum(one.numel() for one in model.buffers()),
        "macs": counter.get_total_flops() // 2,
    }
    return File(f"{name}.pt2", stream.getvalue()), figures


def by_hand(name: str) -> int:
    """The lines of the shipped spec of a model's family without those of other variants, sources and comments."""
    known = {**{path.stem: path.stem for path in SPECS.glob("*.yaml")}, **FAMILIES}
    family = known[max((one for one in known if name.startswith(one)), key=len)]
    count, left_out = 0, False
    for line in (SPECS / f"{family}.yaml").read_text(encoding="utf-8").splitlines():
        if re.match(r"\S", line):
            left_out = line.startswith(("variants:", "description:", "source:", "budget:", "#"))
        count += bool(line.strip()) and not left_out and not line.lstrip().startswith("#")
    return count


@pytest.mark.parametrize("name", NAMES)
def test_a_model_becomes_a_spec_that_is_proved(name: str) -> None:
    file, figures = exported(name)
    graph = read_graph(file, Asked())
    assert graph.totals() == figures
    spec = spec_of(graph)
    assert spec.proof.differences == []
    lines = spec.text.count("\n")
    assert lines <= MOST_LINES, spec.text
    LINES[name] = lines / by_hand(name)


def test_the_specs_are_about_as_long_as_those_written_by_hand() -> None:
    if len(LINES) < len(NAMES):
        pytest.skip("not every model was written")
    assert statistics.median(LINES.values()) <= MOST_RATIO
