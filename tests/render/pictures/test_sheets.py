"""A picture on paper: in pieces that sheets hold, all of it, cut between boxes where the layout lets it be."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from archcalc import draw
from archcalc.render.html.sheets import FIRST, HIGH, WIDE, sheets, spans_of
from archcalc.render.pictures.looks import Asked

from .drawing import drawn, scene


@pytest.mark.sampled(4)
@pytest.mark.parametrize("spec", ["resnet50", "attention-unet", "swin", "yolov8n"])
def test_sheets_hold_all_of_a_picture_and_cut_no_box(spec: str) -> None:
    _, layout, picture = drawn(scene(spec), Asked(width=1060))
    found = sheets(picture)
    assert len(found) > 1
    assert found[0][0] == 0
    assert found[-1][1] == picture.height
    assert all(end == start for (_, end), (start, _) in pairwise(found))
    scale = min(1, WIDE / picture.width)
    assert all((end - start) * scale <= (HIGH if start else FIRST) + 1 for start, end in found)
    spans = [*spans_of(picture.marks)]
    assert len(spans) >= len(layout.places)
    through = [sum(top < end < bottom for top, bottom in spans) for _, end in found[:-1]]
    assert sum(through) <= len(found) // 2, "columns that stand beside one another leave few places"


def test_a_picture_that_a_sheet_holds_is_one_piece() -> None:
    _, _, picture = drawn(scene("lenet5"))
    assert sheets(picture) == [(0, picture.height)]
    assert 'class="sheet"' not in draw("lenet5", format="html")


def test_a_page_shows_the_picture_or_on_paper_its_sheets() -> None:
    page = draw("resnet50", format="html")
    (name,) = re.findall(r'<g id="(p\w+)" class="archcalc">', page)
    views = [tuple(map(int, one.split())) for one in re.findall(r'class="sheet"><svg[^>]*viewBox="([^"]*)"', page)]
    assert page.count(f'<use href="#{name}"/>') == len(views) > 1
    assert [top for _, top, _, _ in views[1:]] == pytest.approx([top + high for _, top, _, high in views[:-1]], abs=1)
    assert ".sheet { display: none; }" in page
    assert page.index(".whole { display: none; }") > page.index("@media print")
