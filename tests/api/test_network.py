"""``archcalc.load`` and what it gives."""

from __future__ import annotations

import doctest
import json
import pickle
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import archcalc
from archcalc.cli import main

NET = """\
name: net
input: [3, 8, 8]
vars: {width: 8, acts: [relu], batch: 1}
variants: {wide: {width: 16}}
layers:
  - conv: {out: width, kernel: 3, padding: 1, act: "acts[0]"}
    name: stem
    repeat: batch
  - split: {parts: 2}
    name: [left, right]
  - add
  - global_avg_pool
  - linear: 10
"""


def stem(width: int) -> int:
    return width * 3 * 9 + width


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["archcalc", "archcalc.api", "archcalc.api.network", "archcalc.api.spec", "archcalc.api.formulas"]
)
def test_examples_in_docstrings(name: str) -> None:
    failed, tried = doctest.testmod(import_module(name))
    assert failed == 0
    assert tried or name == "archcalc.api"


@pytest.mark.parametrize("name", archcalc.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(archcalc, name).__doc__
    assert name in dir(archcalc)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        archcalc.lode  # type: ignore[attr-defined] # noqa: B018


@pytest.mark.parametrize(
    "options, params",
    [
        ({}, stem(8) + 4 * 10 + 10),
        ({"width": 16}, stem(16) + 8 * 10 + 10),
        ({"width": "2*8"}, stem(16) + 8 * 10 + 10),
        ({"variant": "wide"}, stem(16) + 8 * 10 + 10),
        ({"settings": {"width": 32}}, stem(32) + 16 * 10 + 10),
        ({"input": [3, 32, 32]}, stem(8) + 4 * 10 + 10),
        ({"acts": ["gelu"]}, stem(8) + 4 * 10 + 10),
    ],
    ids=str,
)
def test_options(net: Path, options: dict[str, Any], params: int) -> None:
    assert archcalc.load(net, **options).params == params


def test_a_variable_called_as_a_parameter(net: Path) -> None:
    assert archcalc.load(net, batch=4).macs == 4 * archcalc.load(net).macs
    assert archcalc.load(net, settings={"batch": 0}).layers[0].type == "split"


def test_variables_of_every_kind(net: Path) -> None:
    spec = archcalc.Spec.from_text(NET)
    assert [layer.type for layer in archcalc.load(spec, acts=[{"leaky_relu": 0.2}]).layers][1] == "leaky_relu"
    assert [layer.type for layer in archcalc.load(spec, acts=[None]).layers][1] == "split"


def test_shapes(net: Path) -> None:
    found = archcalc.load(net)
    assert found.inputs == {"input": (3, 8, 8)}
    assert found.output == (10,)
    assert found.layers[0].output == (8, 8, 8)
    assert found.layers[0].padding == [(1, 1), (1, 1)]
    split = found.layers[2]
    assert split.outputs == [(4, 8, 8), (4, 8, 8)]
    with pytest.raises(ValueError, match="2 outputs"):
        _ = split.output


def test_several_inputs() -> None:
    text = "name: two\ninput: {shape_of_left: [4], right: {shape: [4], dtype: int64}}\n"
    text += "layers:\n  - add: [shape_of_left, right]\n"
    spec = archcalc.Spec.from_text(text)
    assert archcalc.load(spec).inputs == {"shape_of_left": (4,), "right": (4,)}
    assert archcalc.load(spec, input={"right": [1]}).inputs["right"] == (1,)


def test_sums_are_those_of_the_layers() -> None:
    found = archcalc.load("mobilenet_v2", count="flop", batch=2)
    for figure in ("params", "macs", "ops", "activations", "buffers"):
        assert getattr(found, figure) == sum(getattr(layer, figure) for layer in found.layers)
    assert found.convention == "flop"


def test_a_layer_by_its_path() -> None:
    found = archcalc.load("resnet18")
    assert found.layer("linear1").weights == {"weight": (1000, 512), "bias": (1000,)}
    with pytest.raises(KeyError, match="did you mean 'linear1'"):
        found.layer("linear")


def test_the_table_is_that_of_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "resnet18", "--depth", "1", "--columns", "path,params"]) == 0
    assert archcalc.load("resnet18").table(depth=1, columns=["path", "params"]) == capsys.readouterr().out


def test_the_report_is_that_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "resnet18", "--format", "json"]) == 0
    assert json.loads(json.dumps(archcalc.load("resnet18").report)) == json.loads(capsys.readouterr().out)


def test_errors_have_their_place(net: Path) -> None:
    net.write_text(NET.replace("kernel", "kernal"), encoding="utf-8")
    with pytest.raises(archcalc.SpecError) as raised:
        archcalc.load(net)
    error = raised.value
    assert (error.file, error.line, error.column) == (str(net), 6, 24)
    assert str(error).startswith(f"{net}:6:24: conv has no argument 'kernal' (did you mean 'kernel'?)")


@pytest.mark.parametrize(
    "options, message",
    [
        ({"batch": 0}, "batch takes a whole number above 0, not 0"),
        ({"batch": -5}, "batch takes a whole number above 0, not -5"),
        ({"batch": True}, "batch takes a whole number above 0, not True"),
        ({"batch": 1.5}, "batch takes a whole number above 0, not 1.5"),
        ({"inputs": [-8]}, "input takes sizes, whole numbers above 0, not \\[-8\\]"),
        ({"inputs": 8}, "input takes sizes, whole numbers above 0, not 8"),
        ({"dtype": "int9"}, "dtype is one of .*, not 'int9'"),
        ({"dtype": 8}, "dtype is one of .*, not 8"),
        ({"count": "flops"}, "unknown counting convention 'flops'"),
        ({"count": 3}, "count takes the name of a convention, not 3"),
        ({"count": "mac,fvcore"}, "names several conventions"),
        ({"max_work": 0}, "work takes a whole number above 0, not 0"),
        ({"settings": {"width": "3*"}}, "."),
    ],
    ids=str,
)
def test_a_wrong_argument_is_told_by_every_function(net: Path, options: dict[str, Any], message: str) -> None:
    calls: list[Any] = [
        lambda: archcalc.report(net, **options),
        lambda: archcalc.diff(net, net, **options),
        lambda: archcalc.explain(net, **options),
        lambda: archcalc.formula(net, vars="width", **options),
        lambda: archcalc.check(net, max={"params": 1}, **options),
    ]
    own = {"input" if name == "inputs" else name: value for name, value in options.items()}
    for call in [*calls, lambda: archcalc.load(net, **own)]:
        with pytest.raises(archcalc.SpecError, match=message) as raised:
            call()
        assert len(raised.value.diagnostics) == 1


@pytest.mark.parametrize(
    "call, options, message",
    [
        (archcalc.time, {"device": "h100", "fuse": "no"}, "fuse takes True or False, not 'no'"),
        (archcalc.memory, {"in_place": "no"}, "in_place takes True or False, not 'no'"),
        (archcalc.memory, {"map": 1}, "map takes True or False, not 1"),
        (archcalc.train, {"checkpoint": 5}, "checkpoint takes a pattern or several, not 5"),
        (archcalc.train, {"freeze": [5]}, r"freeze takes a pattern or several, not \[5\]"),
        (archcalc.train, {"train_only": None}, "train_only takes a pattern or several, not None"),
        (archcalc.train, {"zero": 1}, r"zero needs devices \(such as zero=1 devices=8"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_wrong_argument_of_one_function(net: Path, call: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(archcalc.SpecError, match=message):
        call(net, **options)


@pytest.mark.parametrize("spec", [b"net.yaml", 3, None, ["net.yaml"], Path], ids=str)
def test_what_is_no_spec_is_told_by_every_function(spec: Any) -> None:
    for call in (
        archcalc.load,
        archcalc.report,
        archcalc.explain,
        lambda spec: archcalc.diff(spec, "resnet18"),
        lambda spec: archcalc.diff("resnet18", spec),
        lambda spec: archcalc.formula(spec, vars="width"),
        lambda spec: archcalc.check(spec, max={"params": 1}),
    ):
        with pytest.raises(archcalc.SpecError, match="a spec is a path or a name, not "):
            call(spec)


@pytest.mark.parametrize("form", [str, Path, lambda path: archcalc.Spec.from_text(path.read_text(), "net.yaml")])
def test_a_path_a_name_or_a_spec_is_taken_by_every_function(net: Path, form: Any) -> None:
    spec = form(net)
    params = archcalc.load(spec).params
    assert archcalc.report(spec)["totals"]["params"] == params
    assert not archcalc.diff(spec, spec)["different"]
    assert archcalc.explain(spec, "stem")["layers"]
    assert archcalc.formula(spec, vars="width")(width=8)["params"] == params
    assert [result.used for result in archcalc.check(spec, max={"params": 1})] == [params]


def test_closed_forms_are_data_that_can_be_called(net: Path) -> None:
    found = archcalc.formula(net, vars=["width", "H"])
    assert json.loads(json.dumps(found)) == found
    namespace: dict[str, Any] = {}
    exec(found.python, namespace)
    for width, size in [(8, 8), (2, 1), (64, 224)]:
        called = found(width=width, H=size)
        assert called == namespace["figures"](width=width, H=size)
        assert called["params"] == archcalc.load(net, width=width, input=[3, size, 8]).params
    assert found.text.startswith("net, in width (8), H (8)")
    with pytest.raises(ValueError, match="width"):
        found(width=5, H=8)  # two halves: width is even, or 3, whose halves of 2 and 1 broadcast
    with pytest.raises(ValueError, match="whole numbers above 0"):
        found(width=0, H=8)
    with pytest.raises(TypeError, match="in width, H, not in width"):
        found(width=8)
    copy = pickle.loads(pickle.dumps(found))
    assert (copy, copy(width=8, H=8)) == (found, found(width=8, H=8))


OPTIONS = [  # a command, the same call, what each is told
    (["show", "net.yaml", "--set", "w=1"], lambda: archcalc.load("net.yaml", w=1), "--set w: ", "settings w: "),
    (
        ["show", "net.yaml", "--set", "width=["],
        lambda: archcalc.load("net.yaml", width="["),
        "--set width:1:1",
        "settings width:1:1",
    ),
    (
        ["show", "net.yaml", "--input", "b=3"],
        lambda: archcalc.load("net.yaml", input={"b": [3]}),
        "--input b: ",
        "input b: ",
    ),
    (
        ["show", "net.yaml", "--max-work", "100"],
        lambda: archcalc.load("net.yaml", max_work=100),
        "--max-work N allows",
        "max_work=N allows",
    ),
    (
        ["diff", "net.yaml", "net.yaml", "--max-work", "600"],
        lambda: archcalc.diff("net.yaml", "net.yaml", max_work=600),
        "--max-work N allows",
        "max_work=N allows",
    ),
    (["formula", "net.yaml", "--vars", "w"], lambda: archcalc.formula("net.yaml", vars="w"), "--vars w: ", "vars w: "),
    (
        ["formula", "parts.yaml", "--vars", "parts"],
        lambda: archcalc.formula("parts.yaml", vars="parts"),
        "leave out of --vars",
        "leave out of vars",
    ),
    (
        ["check", "net.yaml", "--max", "parms=1"],
        lambda: archcalc.check("net.yaml", max={"parms": 1}),
        "--max:1:1",
        "max:1:1",
    ),
    (
        ["check", "net.yaml", "--max-increase", "params=1k"],
        lambda: archcalc.check("net.yaml", max_increase={"params": "1k"}),
        "--max-increase needs --base",
        "max_increase needs base",
    ),
    (["check", "net.yaml"], lambda: archcalc.check("net.yaml"), "or --max METRIC=LIMIT", "or max METRIC=LIMIT"),
]


@pytest.mark.parametrize("command, call, option, argument", OPTIONS, ids=[" ".join(row[0]) for row in OPTIONS])
def test_one_error_in_the_words_of_whoever_asks(
    net: Path,
    command: list[str],
    call: Any,
    option: str,
    argument: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(net.parent)
    (net.parent / "parts.yaml").write_text(
        "name: parts\ninput: [8, 4]\nvars: {parts: 2}\nlayers: [split: {parts: parts}, add]\n", encoding="utf-8"
    )
    assert main(command) == 2
    assert option in capsys.readouterr().err
    with pytest.raises(archcalc.SpecError) as raised:
        call()
    assert argument in str(raised.value)
    assert "--" not in str(raised.value)


def test_a_shape_of_text_is_told() -> None:
    with pytest.raises(archcalc.SpecError, match="input takes sizes, whole numbers above 0, not '3x64x64'"):
        archcalc.load("resnet18", input="3x64x64")  # type: ignore[arg-type]


def test_errors_without_a_place() -> None:
    with pytest.raises(archcalc.SpecError) as raised:
        archcalc.load("resnet51")
    assert (raised.value.file, raised.value.line, raised.value.column) == (None, None, None)
    assert "did you mean 'resnet50'?" in str(raised.value)


class Table(HTMLParser):
    """The cells of a page's table, row by row, and every tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.tags[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def test_a_notebook_shows_the_table() -> None:
    table = Table(archcalc.load("exam-table")._repr_html_())
    assert table.rows[0][:2] == ["Layer", "Input Size"]
    assert table.rows[1][0] == "L-1-Conv-1"
    assert table.rows[1][-2:] == ["4,704", "19,267,584"]
    assert table.rows[-1][0] == "total"
    assert table.rows[-1][-2:] == ["5,285,808", "262,809,936"]


def test_names_are_inert_in_a_notebook() -> None:
    text = 'name: "<script>"\ninput: [4]\nlayers:\n  - relu:\n    name: "<img>&"\n'
    table = Table(archcalc.load(archcalc.Spec.from_text(text))._repr_html_())
    assert not {"script", "img"} & {*table.tags}
    assert table.rows[1][0] == "<img>&"


def test_a_data_frame() -> None:
    pandas = pytest.importorskip("pandas")
    found = archcalc.load("resnet18")
    frame = found.to_dataframe()
    assert isinstance(frame, pandas.DataFrame)
    assert len(frame) == len(found.layers)
    assert frame["params"].sum() == found.params
    assert frame.loc[0, "outputs"] == [(64, 112, 112)]


def test_what_pandas_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows and columns, also where pandas is not installed."""
    stand_in = SimpleNamespace(DataFrame=lambda rows, columns: [dict(zip(columns, row, strict=True)) for row in rows])
    monkeypatch.setitem(sys.modules, "pandas", stand_in)  # type: ignore[arg-type]
    rows = archcalc.load("resnet18").to_dataframe()
    assert rows[0]["path"] == "stem"
    assert sum(row["params"] for row in rows) == 11_689_512


def test_without_pandas_the_import_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pandas"):
        archcalc.load("resnet18").to_dataframe()
