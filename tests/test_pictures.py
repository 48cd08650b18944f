"""README's pictures are what a terminal shows: real output, drawn by rich as SVG.

``python -m tests.regenerate pictures`` draws them anew; look at what changed.
"""

from __future__ import annotations

import io
import os
import pty
import re
import shlex
import subprocess
import sys
from html import unescape
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console
from rich.text import Text

from tests import page

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".github"
FILES = {
    "net.yaml": """\
name: small
input: [3, 32, 32]
vars: {width: 16}
layers:
  - conv: {out: width, kernel: 3, padding: 1, act: relu}
  - conv: {out: 2*widht, kernel: 3, stride: 2}
  - max_pol: 2
  - linear: 10
""",
}
DRAWN = {
    "draw": "draw vit_b_16 --horizontal --width 1300",
    "sweep": "sweep resnet50 --vary width=16..96:16 --vary H=128..320:32 --columns macs --format svg",
}
"""Pictures that archcalc draws itself."""

PAGES = {"page": "show lenet5 --format html"}
"""Pages that archcalc writes, as a picture."""

PICTURES = {  # name -> command, columns
    "show": ("show resnet18 --depth 2", 86),
    "diff": ("diff resnet50 resnet101", 84),
    "error": ("show net.yaml", 84),
}

HIDDEN = b"\x1b[?25l"
"""Hides the cursor of a terminal, which a bar does that shows how far a command is."""


def printed(command: str, columns: int, folder: Path) -> str:
    """What the command writes to a terminal, colours and all."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    unwanted = ("NO_COLOR", "LC_ALL")
    environment = {key: value for key, value in os.environ.items() if key not in unwanted}
    environment |= {"PYTHONPATH": str(ROOT), "COLUMNS": str(columns), "TERM": "xterm", "PYTHONUTF8": "1"}
    master, terminal = pty.openpty()
    arguments = [sys.executable, "-m", "archcalc", *shlex.split(command)]
    process = subprocess.Popen(arguments, cwd=folder, env=environment, stdout=terminal, stderr=terminal)
    os.close(terminal)
    written = b""
    try:
        while piece := os.read(master, 65536):
            written += piece
    except OSError:  # Linux says so where the other side has closed
        pass
    os.close(master)
    process.wait()
    if HIDDEN in written:  # the bar of a machine that is busy: once more
        return printed(command, columns, folder)
    return written.decode().replace("\r\n", "\n")


def draw(name: str, folder: Path) -> str:
    """The picture as SVG: no web font, since an image may load none; the rest as rich draws it."""
    command, columns = PICTURES[name]
    console = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(Text(f"$ archcalc {command}", style="bold"))
    console.print(Text.from_ansi(printed(command, columns, folder)), soft_wrap=True)
    svg = re.sub(r"\s*@font-face \{[^}]*\}", "", console.export_svg(title="archcalc", unique_id=name))
    return f"{svg.rstrip()}\n<!-- drawn by rich {version('rich')} -->\n"


def texts(svg: str) -> list[str]:
    """What can be read in a picture; the last line's end is a text of its own with some versions of rich."""
    return [unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg) if text != "\n"]


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_what_archcalc_prints(name: str, tmp_path: Path) -> None:
    drawn, kept = draw(name, tmp_path), (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    mend = f"'{PICTURES[name][0]}' prints something else: python -m tests.regenerate pictures"
    assert texts(drawn) == texts(kept), mend
    if drawn.splitlines()[-1] == kept.splitlines()[-1]:  # another rich may draw the same otherwise
        assert drawn == kept


def drawing(name: str, folder: Path) -> str:
    """What archcalc draws, or the page that it writes as a picture."""
    command = [sys.executable, "-m", "archcalc", *shlex.split({**DRAWN, **PAGES}[name])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    text = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True).stdout.decode()
    return page.svg(text) if name in PAGES else text


@pytest.mark.parametrize("name", [*DRAWN, *PAGES])
def test_drawings_are_what_archcalc_draws(name: str, tmp_path: Path) -> None:
    mend = f"{name}.svg is not what archcalc draws: python -m tests.regenerate pictures"
    assert drawing(name, tmp_path) == (FOLDER / f"{name}.svg").read_text(encoding="utf-8"), mend


def test_the_picture_of_a_page_says_what_the_page_says() -> None:
    """Its figures are the network's, in the totals and in the table."""
    from archcalc import load

    root = ElementTree.parse(FOLDER / "page.svg").getroot()
    said = {"".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")}
    net = load("lenet5")
    assert {f"{net.params:,}", f"{net.macs:,}", "lenet5", "Memory of activations", "Where the parameters are"} <= said
    assert {layer.path.rpartition("/")[2] for layer in net.layers} <= said


@pytest.mark.parametrize("name", [*PICTURES, *DRAWN, *PAGES])
def test_pictures_load_nothing(name: str) -> None:
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert set(re.findall(r"\w+://[^\s\"')]*", svg)) <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        for picture in PICTURES:
            (FOLDER / f"{picture}.svg").write_text(draw(picture, Path(scratch)), encoding="utf-8")
        for picture in (*DRAWN, *PAGES):
            (FOLDER / f"{picture}.svg").write_text(drawing(picture, Path(scratch)), encoding="utf-8")
