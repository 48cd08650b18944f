"""Pictures of what was swept: which chart it is, what its points say, and where its limits stand."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest.importorskip("numpy")

import archcalc
from archcalc.cli import main

NET = """\
name: net
input: [8]
vars: {width: 4, depth: 1, act: relu}
variants: {a: {width: 5}, b: {width: 6}}
layers:
  - linear: width
  - linear: {out: width, act: act}
    repeat: depth
"""
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")


def drawn(capsys: pytest.CaptureFixture[str], *words: str) -> ElementTree.Element:
    assert main(["sweep", "net.yaml", *words, "--format", "svg"]) == 0
    return ElementTree.fromstring(capsys.readouterr().out)


def groups(picture: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [group for group in picture.iter(f"{SVG}g") if group.get("class") == kind]


def tips(picture: ElementTree.Element, kind: str) -> list[str]:
    return [group.findtext(f"{SVG}title") or "" for group in groups(picture, kind)]


def texts(picture: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def lines(picture: ElementTree.Element, kind: str) -> list[str]:
    return [path.get("d") or "" for path in picture.iter(f"{SVG}path") if kind in (path.get("class") or "").split()]


def params(width: int, depth: int) -> int:
    return 8 * width + width + depth * (width + 1) * width


def test_one_figure_over_a_name_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Points rise with the figure; the limit is a rule above all that keep it."""
    picture = drawn(capsys, "--vary", "width=4..64:4", "--columns", "params", "--where", "params <= 3k")
    kept = [width for width in range(4, 65, 4) if params(width, 1) <= 3000]
    assert tips(picture, "dot") == [f"width {width}: {params(width, 1):,}" for width in kept]
    places = [float(circle.get("cy") or 0) for circle in picture.iter(f"{SVG}circle")]
    assert places == sorted(places, reverse=True)
    (rule,) = lines(picture, "lm")
    found = re.fullmatch(r"M[\d.]+ ([\d.]+)H[\d.]+", rule)
    assert found is not None
    assert float(found[1]) < min(places)
    assert "params <= 3k" in texts(picture)
    assert "net: 16 variants fit; 12 meet the conditions" in texts(picture)


def test_one_figure_over_two_names_is_a_heat_map(capsys: pytest.CaptureFixture[str]) -> None:
    picture = drawn(capsys, "--vary", "width=4,8", "--vary", "depth=1..3", "--columns", "params")
    assert len(groups(picture, "cell")) == 6
    assert tips(picture, "cell")[5] == f"8, 3: {params(8, 3)}"


def test_a_name_of_words_has_bars(capsys: pytest.CaptureFixture[str]) -> None:
    picture = drawn(capsys, "--vary", "variant=*", "--columns", "weights_bytes", "--where", "weights_bytes < 400B")
    assert tips(picture, "row") == [f"a: {4 * params(5, 1)} B of 400 B", f"b: {4 * params(6, 1)} B of 400 B"]


def test_two_figures_have_a_front(capsys: pytest.CaptureFixture[str]) -> None:
    """The most params for the least activations: those that no other row beats."""
    words = ("--vary", "width=4..8", "--vary", "depth=1..4")
    picture = drawn(capsys, *words, "--columns", "params,activations")
    rows = [*archcalc.sweep("net.yaml", [words[1], words[3]], columns="params,activations")]
    front = [
        row
        for row in rows
        if not any(
            one["params"] >= row["params"]  # type: ignore[operator]
            and one["activations"] <= row["activations"]  # type: ignore[operator]
            and (one["params"], one["activations"]) != (row["params"], row["activations"])
            for one in rows
        )
    ]
    circles = [circle.get("class") for circle in picture.iter(f"{SVG}circle")]
    assert circles.count("hi") == len(front)
    named = {tip.partition(":")[0] for tip in tips(picture, "dot")[-len(front) :]}
    assert named == {f"width {row['width']}, depth {row['depth']}" for row in front}
    assert len(lines(picture, "fr")) == 1


def test_a_front_that_is_asked_for_is_drawn_among_all(capsys: pytest.CaptureFixture[str]) -> None:
    picture = drawn(capsys, "--vary", "width=4..8", "--vary", "depth=1..4", "--pareto", "params,macs")
    circles = [circle.get("class") for circle in picture.iter(f"{SVG}circle")]
    assert (len(circles), circles.count("hi")) == (20, 1)


def test_a_page_has_the_rows_too(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sweep", "net.yaml", "--vary", "width=4..6"]
    assert main([*words, "--columns", "params", "--sort", "params", "-o", "a.html"]) == 0
    page = Path("a.html").read_text(encoding="utf-8")
    assert f"<title>width 5: {params(5, 1)}</title>" in page
    cells = re.findall(r'<tr><td class="number">(\d+)</td><td class="number">(\d+)</td><td>fits</td></tr>', page)
    assert cells == [(str(width), str(params(width, 1))) for width in (6, 5, 4)]
    assert main([*words, "-o", "a.svg"]) == 0
    assert Path("a.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    "words, message",
    [
        (["--vary", "width=4,5", "--columns", "params,macs,ops"], "3 figures are asked for, and no picture shows that"),
        (
            ["--vary", "width=4,5", "--vary", "depth=1,2", "--vary", "act=relu,none", "--columns", "params"],
            "3 names vary, and no picture shows that",
        ),
        (
            ["--vary", "width=1..200", "--vary", "depth=1..200", "--columns", "params"],
            "40,000 pairs of width and",
        ),
        (["--vary", "width=4,5", "--where", "params > 1M"], "there is nothing to draw: no variant that fits is kept"),
        (["--vary", "width=4,5", "--columns", "receptive_field"], "receptive_field is no number in every row"),
    ],
)
def test_what_has_no_picture(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "net.yaml", *words, "-o", "a.svg"]) == 2
    assert message in capsys.readouterr().err
    assert not Path("a.svg").exists()
