"""A picture as SVG: valid XML for any name, the same in every run, nothing that runs or loads, small enough."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from archcalc import Spec, draw
from archcalc.cli import main
from archcalc.errors import SpecError
from archcalc.render.pictures.boxes import every
from archcalc.render.pictures.theme import DARK, FILLS, LIGHT
from archcalc.sources import shipped

from .drawing import scenes

ROOT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "</svg><script>alert(1)</script>",
    "]]><!--",
    "a&b'\"<c>",
    "模型的第一层卷积" * 6,
    "x" * 500,
    "right\u202eleft",
    "nul\x07bell",
    "emoji 🙂🙂",
    "e\u0301" * 40,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_valid_xml_and_stays_in_its_box(name: str) -> None:
    spec = Spec("net", input=[3], layers=[{"linear": 4}, {"linear": 4}])
    text = draw(spec)
    assert "linear1" in text
    from archcalc.render.pictures.cards import draw as as_cards
    from archcalc.render.pictures.looks import Asked

    from .drawing import drawn, scene, svg
    from .rules import faults

    found = scene(spec)._replace(title=name)
    for box in found.boxes:
        box.title = box.path = box.note = name
    picture = as_cards(found, Asked())
    assert faults(*drawn(found)) == []
    root = ElementTree.fromstring(svg(picture))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "style", "title", "desc", "rect", "g", "text", "path", "circle")
    }


def test_every_box_has_a_title_and_an_id_of_its_own() -> None:
    root = ElementTree.fromstring(draw("resnet50"))
    groups = root.findall(f"{SVG}g")
    assert len(groups) > 50
    assert all((group.findtext(f"{SVG}title") or "").strip() for group in groups)
    ids = [group.get("id") for group in groups]
    assert len(set(ids)) == len(ids)
    assert "25,557,032" not in draw("resnet50")  # figures are rounded; those of a box are exact in its title
    assert any(
        "9,536 parameters, 118,013,952 multiply-adds" in (group.findtext(f"{SVG}title") or "") for group in groups
    )


def test_nothing_in_it_runs_or_loads() -> None:
    text = draw("transformer")
    assert not re.search(r"<script|<image|<foreignObject|@import|@font-face|url\(|href|\son\w+=", text)
    assert set(re.findall(r"\w+://[^\s\"']*", text)) == {"http://www.w3.org/2000/svg"}


def test_it_is_the_same_in_every_run() -> None:
    code = "import archcalc; print(archcalc.draw('stable-diffusion-unet', depth=2), end='')"
    environment = {"PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == draw("stable-diffusion-unet", depth=2)


EVERY = [*shipped.index()["specs"], *shipped.index()["variants"]]


@pytest.mark.slow
def test_default_pictures_are_small() -> None:
    sizes = {name: len(draw(name, max_work=30_000_000)) for name in EVERY}
    assert {name: size for name, size in sizes.items() if size > 200_000} == {}


def test_what_nests_deeper_than_can_be_seen_is_folded() -> None:
    """As deep as is opened, also where a greater depth is asked for: a picture of more would be of its frames."""
    nested: list[Any] = [{"linear": 4}]
    for _ in range(45):
        nested = [{"parallel": {"a": nested, "b": [{"linear": 4}]}}, {"add": {}}]
    assert "1 step folded below depth" in draw(Spec("net", input=[4], layers=nested))
    blocks = {"f": {"args": {"n": "required"}, "layers": ["relu", {"f": "n - 1", "when": "n > 0"}]}}
    deep = Spec("net", input=[4], layers=[{"f": 300}], blocks=blocks)
    assert "1 step folded below depth 300" in draw(deep, depth=300)


def test_a_million_repeated_layers_take_no_more_than_a_few() -> None:
    """What is sized, placed and written: no more where repetitions are alike, however many there are."""

    def spec(times: int) -> Spec:
        body = ["relu", {"linear": 8}]
        return Spec("deep", input=[8], layers=[{"steps": body, "repeat": times, "name": "body"}])

    few, many = scenes(spec(2)), scenes(spec(500_000), max_work=10**9)
    assert len(many.tree.nodes) == len(few.tree.nodes) == 4  # of the first and of the second
    assert [box.path for box in every(many.within(150).boxes)] == [box.path for box in every(few.within(150).boxes)]
    text = draw(spec(500_000), max_work=10**9)
    assert "×500,000" in text
    assert len(text) < len(draw(spec(2))) + 300  # digits


# Contrast, as WCAG 2 computes it


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(scheme: dict[str, str]) -> None:
    """Text at least 4.5 to what it stands on; lines and marks at least 3."""
    fills = [scheme[f"t{step}"] for step in range(FILLS)]
    grounds = [scheme[name] for name in ("page", "box", "group", "group2")]
    for ground in [*grounds, *fills]:
        assert contrast(scheme["ink"], ground) >= 4.5
    for fill in fills:
        assert contrast(scheme["soft"], fill) >= 4.5
    for ground in grounds:
        assert contrast(scheme["quiet"], ground) >= 4.5
        assert contrast(scheme["line"], ground) >= 3
        assert contrast(scheme["rail"], ground) >= 3
    assert contrast(scheme["inverse"], scheme["ink"]) >= 4.5
    for family in ("conv", "linear", "mix", "norm", "pool", "other"):
        assert contrast(scheme[family], scheme["page"]) >= 3
        assert contrast(scheme[family], scheme["t1"]) >= 3
    assert contrast(scheme["bar"], fills[-1]) >= 3


def test_no_other_file_names_a_colour() -> None:
    folder = ROOT / "archcalc" / "render" / "pictures"
    coloured = {
        path.name
        for path in folder.rglob("*.py")
        if re.search(r"#[0-9a-fA-F]{3,8}\b", path.read_text(encoding="utf-8")) and path.name != "theme.py"
    }
    assert coloured == set()


# The command


def test_the_ending_says_the_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "lenet5", "-o", str(tmp_path / "net.svg")]) == 0
    assert (tmp_path / "net.svg").read_text().startswith("<svg")
    assert main(["draw", "lenet5"]) == 0
    assert capsys.readouterr().out.startswith("<svg")
    assert main(["draw", "lenet5", "-o", str(tmp_path / "net.png")]) == 2
    assert "says no format of a picture" in capsys.readouterr().err
    assert not (tmp_path / "net.png").exists()


def test_what_is_asked_for_is_said() -> None:
    text = draw("resnet50", depth=1, settings={"width": 32}, batch=8)
    assert "layers · width=32 · batch 8</text>" in text
    assert "batch" not in draw("resnet50", depth=1).partition("</style>")[2].replace("batch_norm", "")


@pytest.mark.parametrize("horizontal", [False, True])
def test_a_page_wraps_a_long_chain(horizontal: bool) -> None:
    def width(form: str, **given: Any) -> int:
        found = re.search(r'<svg class="archcalc" [^>]*?width="(\d+)"', draw("vgg16", format=form, **given))
        assert found is not None
        return int(found[1])

    assert width("html", horizontal=horizontal) <= 1200
    assert width("html", width=900, horizontal=horizontal) <= 900
    assert width("svg", horizontal=True) > 1200


def test_wrong_options_are_told() -> None:
    with pytest.raises(SpecError, match="color is one of params, macs, memory, none, not 'parms'"):
        draw("lenet5", color="parms")
    with pytest.raises(SpecError, match="width takes 200 to 100,000 pixels, not 3"):
        draw("lenet5", width=3)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"format": "json", "color": "macs"}, "color is for svg, html, mmd, dot, and changes nothing in json"),
        ({"format": "json", "style": "paper"}, "style is for svg, html, mmd, dot"),
        ({"format": "mmd", "width": 400}, "width is for svg, html, and changes nothing in mmd"),
        ({"format": "dot", "style": "tensors"}, "tensors are drawn as svg or html, not as dot"),
        ({"style": "tensors", "horizontal": True}, "horizontal is for cards"),
    ],
)
def test_an_option_that_changes_nothing_is_told(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        draw("lenet5", **given)


def test_a_paper_has_a_fill_where_one_is_asked_for() -> None:
    assert "share of" not in draw("lenet5", style="paper")
    assert "share of multiply-adds" in draw("lenet5", style="paper", color="macs")


@pytest.mark.parametrize("size", [10**20, 10**400])
def test_figures_of_any_size_are_drawn(size: int, tmp_path: Path) -> None:
    spec = Spec("net", input=[size], layers=[{"linear": size}, "relu", {"residual": [{"linear": size}]}])
    for form in ("svg", "html", "mmd", "dot", "json"):
        assert draw(spec, format=form, color=None if form == "json" else "macs")
    for style in ("horizontal", "paper"):
        assert draw(spec, horizontal=style == "horizontal", style="cards" if style == "horizontal" else style)
    with pytest.raises(SpecError, match="too large to be drawn as a block") as raised:
        draw(spec, style="tensors")
    assert raised.value.line == 2  # the input
    (tmp_path / "net.yaml").write_text(spec.located().source.text, encoding="utf-8")
    for command in ("show", "memory"):
        assert main([command, str(tmp_path / "net.yaml"), "--format", "html", "-o", str(tmp_path / "net.html")]) == 0


def test_memory_fills_boxes_with_what_is_alive() -> None:
    assert "share of memory alive" in draw("resnet18", color="memory")
