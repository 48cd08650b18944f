"""A file of another format wherever a spec is: every command, Python, git, standard input, budgets, errors."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from fuzz.identity import IDENTITY

import archcalc
from archcalc.cli import main
from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.importers.formats import FORMATS, format_of
from archcalc.render.diagnostics import draw
from archcalc.request import Request
from archcalc.sources.file import File, is_plain_spec

FIXTURES = Path(__file__).resolve().parent / "fixtures"
TINY = (FIXTURES / "tiny.cfg").read_text(encoding="utf-8")
# By hand: 3*4*3*3 = 108 weights and 4 + 4 of the norm; 4*4 + 4 = 20; 4*10 + 10 = 50. The 3x3 runs at 4x4 positions,
# as does the 1x1: 108*16 + 16*16 + 40.
PARAMS, MACS = 186, 2024


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.cfg").write_text(TINY, encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main([*arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True, env={**os.environ, **IDENTITY})


@pytest.mark.parametrize(
    "command",
    [
        "show tiny.cfg",
        "check tiny.cfg --max params=1M",
        "diff tiny.cfg tiny.cfg",
        "explain tiny.cfg",
        "formula tiny.cfg --vars H",
        "memory tiny.cfg",
        "train tiny.cfg",
        "show tiny.cfg --count all",
        "show tiny.cfg --input 3x16x16",
        "convert tiny.cfg --verify",
    ],
)
def test_every_command_takes_it(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *command.split())
    assert (status, out != "", "error" in err) == (0, True, False)


def test_figures_of_python_and_pickles() -> None:
    net = archcalc.load("tiny.cfg")
    assert (net.params, net.macs, net.buffers, net.output) == (PARAMS, MACS, 8, (10,))
    assert archcalc.load("tiny.cfg", input=[3, 16, 16]).macs == 108 * 64 + 16 * 64 + 40
    os.remove("tiny.cfg")
    again = pickle.loads(pickle.dumps(net))
    assert (again.params, again.macs) == (PARAMS, MACS)


def test_the_name_of_the_file_says_nothing(here: Path) -> None:
    (here / "net.yaml").write_text(TINY, encoding="utf-8")
    (here / "spec.cfg").write_text("name: x\ninput: [8]\nlayers: [linear: 4]\n", encoding="utf-8")
    assert archcalc.load("net.yaml").params == PARAMS
    assert archcalc.load("spec.cfg").params == 36


def test_from_a_commit_and_from_standard_input(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    (here / "tiny.cfg").write_text(TINY.replace("filters=4\nfilters", "filters=8\nfilters"), encoding="utf-8")
    status, out, _ = run(capsys, "diff", "HEAD:tiny.cfg", "tiny.cfg", "--format", "json")
    assert (status, json.loads(out)["different"]) == (0, True)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(TINY.encode())))
    status, out, _ = run(capsys, "show", "-", "--format", "json")
    assert (status, json.loads(out)["totals"]["params"]) == (0, PARAMS)


def test_budgets_name_it_and_growth_is_held(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "archcalc.yaml").write_text(
        "budgets: [{specs: '*.cfg', max: {params: 200}, max_increase: {params: 0.005k}}]\n", encoding="utf-8"
    )
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    assert run(capsys, "check", "--base", "HEAD")[0] == 0
    (here / "tiny.cfg").write_text(TINY.replace("output=10", "output=12"), encoding="utf-8")
    status, out, _ = run(capsys, "check", "--base", "HEAD", "--format", "json")
    found = {one["kind"]: (one["used"], one["ok"]) for one in json.loads(out)["results"]}
    assert (status, found) == (1, {"max": (PARAMS + 10, True), "max_increase": (PARAMS + 10, False)}), out
    (here / "old.cfg").write_text(TINY, encoding="utf-8")
    assert run(capsys, "check", "tiny.cfg", "--base", "./old.cfg", "--max-increase", "params=0.005k")[0] == 1


def test_an_error_names_the_node_and_the_line_of_the_spec(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the importer finds it, the place is the file's; where the loader does, the spec's, with its origin."""
    (here / "tiny.cfg").write_text(TINY.replace("size=3", "size=30").replace("pad=1", "pad=0"), encoding="utf-8")
    status, _, err = run(capsys, "show", "tiny.cfg")
    assert status == 2
    assert "--> tiny.cfg:8:1" in err
    assert "section 0 [convolutional], line 8: a window of 30 does not fit" in err
    (here / "tiny.cfg").write_text(TINY, encoding="utf-8")
    source = Request("tiny.cfg").located().source
    place = next(number for number, line in enumerate(source.text.split("\n")) if "kernel: 3" in line)
    error = Diagnostic("too wide", Span(source, place, 4, 8))
    assert f"--> <spec of tiny.cfg>:{place + 1}:5" in draw(error, False)
    assert "= from tiny.cfg: section 0 [convolutional], line 8" in draw(error, False)
    assert error.data()["origin"] == "tiny.cfg: section 0 [convolutional], line 8"
    assert "line 8" in str(error)


def test_what_is_unknown_is_told_whole(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "tiny.cfg").write_text(TINY.replace("[avgpool]", "[avgpol]\n\n[avgpol]\n[warp]"), encoding="utf-8")
    status, _, err = run(capsys, "show", "tiny.cfg")
    assert status == 2
    assert "'avgpol', which tiny.cfg has 2 times: section 3 [avgpol], line 26; section 4 [avgpol], line 28" in err
    assert "'warp', which tiny.cfg has once" in err
    assert "did you mean 'avgpool'?" in err
    status, out, err = run(capsys, "show", "tiny.cfg", "--as-custom", "--format", "json")
    assert (status, [layer["type"] for layer in json.loads(out)["layers"]].count("custom")) == (0, 3)
    assert len(json.loads(out)["notes"]) == 2
    assert run(capsys, "show", "tiny.cfg", "--as-custom", "--strict")[0] == 2


def test_what_is_written_is_what_is_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "convert", "tiny.cfg", "-o", "tiny.yaml", "--verify")
    assert (status, out) == (0, "")
    assert "the same graph of 8 operators" in err
    assert archcalc.load("tiny.yaml").params == PARAMS
    assert archcalc.convert("tiny.cfg").text == (here / "tiny.yaml").read_text(encoding="utf-8")
    status, _, err = run(capsys, "convert", "tiny.yaml")
    assert (status, "is a spec itself" in err) == (2, True)


def test_no_file_where_it_fails(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "tiny.cfg").write_text(TINY.replace("[avgpool]", "[avgpol]"), encoding="utf-8")
    assert run(capsys, "convert", "tiny.cfg", "-o", "tiny.yaml")[0] == 2
    assert sorted(os.listdir()) == ["tiny.cfg"]


def test_work_is_bounded(here: Path) -> None:
    (here / "tiny.cfg").write_text(TINY + "\n[softmax]" * 10_000, encoding="utf-8")
    with pytest.raises(SpecError, match=r"tiny\.cfg:\d+:1: this takes more than 100,000 units of work"):
        archcalc.load("tiny.cfg", max_work=100_000)


def test_signs_exclude_one_another() -> None:
    for path in FIXTURES.iterdir():
        file = File(path.name, path.read_bytes())
        assert [form.name for form in FORMATS if form.sign(file)] == [format_of(file).name], path


@pytest.mark.parametrize(
    "text, plain",
    [
        ("name: x\nlayers: []", True),
        ("blocks: {a: 1}", True),
        ("layers: {\n  name: 'x' }", False),  # Caffe's old syntax, with a colon
        ("name: x\n  layers: []", False),
        ('{"layers": []}', False),
        (TINY, False),
    ],
)
def test_a_plain_spec_is_told_at_a_glance(text: str, plain: bool) -> None:
    assert is_plain_spec(text.encode()) is plain


WRONG_LINES = {
    "net.cfg": TINY + "[convolutional]\nfilters=many\n",
    "net.prototxt": 'name: "net"\ninput: "x"\ninput_shape { dim: 1 dim: 3 dim: 8 dim: 8 }\n'
    'layer { name: "a" type: "ReLU" bottom: "y" top: "z" }\n',
    "config.json": '{\n"model_type": "bert",\n"num_hidden_layers": "many"\n}\n',
    "model.json": '{"class_name": "Sequential",\n"config": {"name": "net", "layers": [\n'
    '{"class_name": "Dense", "config": {"name": "d", "batch_input_shape": [null, 4], "units": "many"}}]}}\n',
}


def place_of_error(name: str, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, int]:
    Path(name).write_bytes(text.encode())
    status, _, err = run(capsys, "show", name)
    assert status == 2
    line, column = err[err.index("-->") :].partition("\n")[0].rsplit(":", 2)[1:]
    return int(line), int(column)


@pytest.mark.parametrize("name", WRONG_LINES)
def test_an_error_has_the_same_place_however_lines_end(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = WRONG_LINES[name]
    place = place_of_error(name, text, capsys)
    assert place[0] > 1
    assert place_of_error(name, text.replace("\n", "\r\n"), capsys) == place
    assert place_of_error(name, "\ufeff" + text, capsys) == place


@pytest.mark.parametrize("line_break", ["\r", "\x85", "\u2028"])
@pytest.mark.parametrize("name", ["net.cfg", "net.prototxt"])
def test_a_comment_ends_where_its_format_ends_it(
    name: str, line_break: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And lines are counted as they are in every text: an editor shows a line that ends so as two."""
    line, column = place_of_error(name, WRONG_LINES[name], capsys)
    assert place_of_error(name, f"# of{line_break}many\n{WRONG_LINES[name]}", capsys) == (line + 2, column)


def test_a_file_that_is_packed_is_told_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.onnx.gz").write_bytes(gzip.compress(b"\x08\x08"))
    status, _, err = run(capsys, "show", "net.onnx.gz")
    assert (status, err) == (2, "error: 'net.onnx.gz' is packed by gzip\n  = help: unpack it first\n")


@pytest.mark.parametrize("shape", ["3x8", "3x8x8x8", "x".join("1" * 200)])
@pytest.mark.parametrize(
    "text",
    [
        "[net]\nheight=8\nwidth=8\nchannels=3\n[maxpool]\nsize=2\nstride=2\n",
        "backbone:\n  - [-1, 1, Conv, [4, 3]]\nhead: []\n",
    ],
)
def test_formats_of_images_take_no_other_shape(text: str, shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.yaml").write_text(text, encoding="utf-8")
    status, _, err = run(capsys, "show", "net.yaml", "--input", shape)
    assert (status, "reads an image, [C, H, W]" in err) == (2, True)
