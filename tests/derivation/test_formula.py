"""Closed forms of whole networks: by text, against ``show``, against SymPy, and run as Python."""

from __future__ import annotations

import io
import json
import math
import random
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from specs.write_index import shipped

from archcalc.algebra.closed_form import evaluate
from archcalc.algebra.notation import TEXT
from archcalc.api import formula, report
from archcalc.api.arguments import asked
from archcalc.api.formulas import closed_forms
from archcalc.cli import main
from archcalc.errors import SpecError
from archcalc.render import writer
from archcalc.render.style import Style

from .families import FAMILIES, broken, figures, figures_shown, points, shown

TEXTS = [  # spec, names, figure, closed form
    ("vgg16", "width", "params", "3591·width² + 1605725·width + 20882408"),
    ("unet", "H W", "macs", "735040·H·W"),
    ("unet", "width", "params", "7574·width² + 228·width + 2"),
    ("gpt2", "T", "macs", "18432·T² + 123532032·T"),
    ("without-bottleneck", "C", "params", "800·C"),
    ("resnet50", "classes", "params", "2049·classes + 23508032"),
]


def closed(spec: str, names: str, *, layers: bool = False, **options: Any) -> dict[str, Any]:
    return closed_forms(asked(spec, **options), names.split(), layers)


def written(found: dict[str, Any], form: str) -> str:
    out = io.StringIO()
    writer("formula", form)(found, out, Style())
    return out.getvalue()


@pytest.mark.parametrize("spec, names, figure, text", TEXTS)
def test_text(spec: str, names: str, figure: str, text: str) -> None:
    assert TEXT.show(closed(spec, names)["figures"][figure]["form"]) == text


def test_every_shipped_network_is_held_to_show() -> None:
    assert sorted(FAMILIES) == sorted(spec["name"] for spec in shipped().values() if "layers" in spec)


def hold(spec: str, count: int) -> None:
    """Closed forms equal what ``show`` says where the assumptions hold; where a rule's fails, show is an error."""
    found = closed(spec, FAMILIES[spec])
    inside = 0
    for point in points(found, count):
        at, failing = shown(spec, found, point), broken(found, point)
        if not failing:
            inside += 1
            assert at is not None, f"{point}: the formula holds, show does not"
            assert figures(found, point) == figures_shown(found, at), point
        elif any("what is built" not in reason.message for reason in failing):
            assert at is None, f"{point}: {failing[0].message}"
        elif at is not None:
            assert figures(found, point) != figures_shown(found, at), point
    assert inside > 0


@pytest.mark.sampled(3)
@pytest.mark.parametrize("spec", ["vgg", "resnet", "unet", "gpt2", "swin", "efficientnet", "mixture-of-experts"])
def test_closed_forms_equal_show(spec: str) -> None:
    hold(spec, 8)


@pytest.mark.slow
@pytest.mark.parametrize("spec", FAMILIES)
def test_closed_forms_equal_show_at_a_hundred_points(spec: str) -> None:
    hold(spec, 100)


REFUSED = [  # spec, names, message, text at the place
    ("unet", "depth", "a closed form in 'depth' would hold for depth = 4 alone", "double"),
    ("vit", "H", "axis H is the variable 'size', which is used elsewhere too", "[3, size, size]"),
    ("yolov8", "size H", "axis H is the variable 'size', which is asked for too", "[3, size, size]"),
    ("vgg", "depths", "a closed form stands for whole numbers above 0; 'depths' is [2, 2, 3, 3, 3]", ""),
    (
        "mobilenet_v3",
        "drop",
        "vars drop: archcalc:classification/mobilenet_v3.yaml has no variable or axis 'drop'",
        "",
    ),
    ("gpt2", "C", "vars C: archcalc:sequence/gpt2.yaml has no variable or axis 'C'", ""),
]


@pytest.mark.parametrize("spec, names, message, marked", REFUSED)
def test_what_decides_structure_is_refused_at_its_place(spec: str, names: str, message: str, marked: str) -> None:
    with pytest.raises(SpecError) as caught:
        closed(spec, names)
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic.message) == message
    assert diagnostic.help
    if marked:
        span = diagnostic.span
        assert span is not None
        assert span.source.line(span.line)[span.start : span.stop] == marked


def test_what_is_wrong_with_the_values_given_is_told_first() -> None:
    with pytest.raises(SpecError, match=r"the output would be|does not fit"):
        closed("vgg16", "H", inputs={None: (3, 16, 16)})


NET = """\
name: net
input: [3, 32, 32]
vars: {width: 64, squeezed: width//4}
blocks:
  double:
    input: [C, H, W]
    args: {out: required}
    layers:
      - conv: {out: out, kernel: 3, padding: 1, act: relu if width < 100 else gelu}
      - conv: {out: out, kernel: 1}
        when: C != out
layers:
  - conv: {out: width, kernel: 3, stride: 2, padding: 1}
  - double: width
  - conv: {out: 24 + squeezed if squeezed > 12 else 24, kernel: 1}
  - conv: {out: 10, kernel: 1}
"""


def test_choices_are_taken_as_given_and_said_and_choices_of_numbers_stay_exact(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    found = closed(str(path), "width")
    ((assumption,),) = [found["assumptions"]]
    assert assumption["text"] == "1 ≤ width ≤ 99"
    assert [(reason["path"], reason["line"], reason["chosen"]) for reason in assumption["reasons"]] == [
        ("double1/conv1", 9, True)
    ]
    for width in (4, 48, 52, 56, 99):
        at = report(str(path), settings={"width": str(width)})
        assert figures(found, {"width": width}) == figures_shown(found, at)


def test_equal_layers_of_unknown_size_are_sized_once() -> None:
    from archcalc.algebra.assumptions import Unknowns
    from archcalc.building.free_variables import FreeVariables
    from archcalc.building.load import load_network
    from archcalc.sources.source import locate

    plain = load_network(locate("resnet152"))
    network = load_network(locate("resnet152"), free=FreeVariables(("width", "H"), Unknowns()))
    assert len({id(node.applied) for node in network.kept}) <= len({id(node.applied) for node in plain.kept}) + 2


def test_figures_are_multiplied_by_the_batch_and_counted_as_asked() -> None:
    found = closed("resnet18", "width H", batch=4, count="torch")
    at = report("resnet18", batch=4, count="torch")
    point = {one["name"]: one["at"] for one in found["variables"]}
    assert figures(found, point) == figures_shown(found, at)
    assert found["figures"]["ops"]["at"] == 2 * found["figures"]["macs"]["at"]


def test_layers_sum_to_the_figures_and_are_those_of_show() -> None:
    found, at = closed("unet", "width H", layers=True), report("unet", settings={"width": "8"})
    values = {"width": 8, "H": 256}
    rows = [
        figures({"figures": {n: {"form": f} for n, f in row["figures"].items()}, "outputs": row["outputs"]}, values)
        for row in found["layers"]
    ]
    assert [(row["params"], row["macs"], row["outputs"]) for row in rows] == [
        (row["params"], row["macs"], [list(shape) for shape in row["outputs"]]) for row in at["layers"]
    ]
    assert [row["path"] for row in found["layers"]] == [row["path"] for row in at["layers"]]


def test_doubling() -> None:
    figure = closed("vgg16", "width")["figures"]["params"]
    params = {width: report("vgg16", settings={"width": str(width)})["totals"]["params"] for width in (64, 128)}
    assert figure["doubling"]["width"]["at"] * params[64] == params[128]
    assert figure["doubling"]["width"]["limit"] == 4
    assert TEXT.show(figure["leading"]) == "3591·width²"


PRINTED = [
    ("resnet50", "width H W"),
    ("gpt2", "T heads"),
    ("unet", "H W width"),
    ("swin", "dim"),
    ("efficientnet", "width_factor"),
]


@pytest.mark.parametrize("spec, names", PRINTED)
def test_the_python_function_returns_the_figures_and_refuses_other_sizes(spec: str, names: str) -> None:
    found = closed(spec, names)
    space: dict[str, Any] = {}
    exec(written(found, "python"), space)
    inside = 0
    for point in points(found, 12):
        if broken(found, point):
            with pytest.raises(ValueError, match=r"\w"):
                space["figures"](**point)
            continue
        inside += 1
        assert space["figures"](**point) == figures(found, point)
    assert inside


@pytest.mark.sampled(3)
@pytest.mark.parametrize("spec, names", PRINTED)
def test_sympy_reads_the_closed_forms(spec: str, names: str) -> None:
    sympy = pytest.importorskip("sympy")
    found = closed(spec, names)
    space: dict[str, Any] = {}
    exec(written(found, "sympy"), space)
    for point in [point for point in points(found, 8) if not broken(found, point)]:
        values = {space[name]: value for name, value in point.items()}
        for name, value in figures(found, point).items():
            if name != "outputs":
                assert sympy.sympify(space[name]).subs(values) == value


POOLED = """\
name: pooled
input: [6, 40, 56]
vars: {size: 7, layers: 4, k: 6}
layers:
  - adaptive_avg_pool: [size, 4]
  - linear: k*(k + 2)
  - linear: {out: "max(layers, 9)", bias: false}
"""


@pytest.mark.parametrize("count", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_every_notation_has_the_values_of_the_text(count: int, tmp_path: Path) -> None:
    sympy = pytest.importorskip("sympy")
    path = tmp_path / "pooled.yaml"
    path.write_text(POOLED, encoding="utf-8")
    found = closed(str(path), "size layers k H W", layers=True, count="flop")
    read, called = {}, {}
    exec(written(found, "sympy"), read)
    exec(written(found, "python"), called)
    symbols = {name: sympy.Symbol(name, integer=True, positive=True) for name in ("size", "layers", "k", "H", "W")}
    data = json.loads(written(found, "json"))["figures"]
    source = random.Random(3)
    assert "common_divisor" in written(found, "sympy")
    for _ in range(count):
        point = {name: source.randint(1, 60) for name in symbols}
        exact = figures(found, point)
        assert called["figures"](**point).items() >= exact.items()
        at = {symbols[name]: value for name, value in point.items()}
        for name, figure in found["figures"].items():
            assert sympy.sympify(read[name]).subs(at) == exact[name]
            if figure["leading"]:
                fractions = {name: Fraction(value) for name, value in point.items()}
                assert eval(data[name]["leading"]["python"], fractions) == evaluate(figure["leading"], point)
            assert eval(data[name]["python"], {"math": math, **point}) == exact[name]


DOMAINS = [  # H given, steps on [3, H, 64], what H must be
    (64, "[{residual: [{max_pool: {kernel: 32, stride: 32}}, {upsample: 32}]}]", "H is a multiple of 32"),
    (64, "[{residual: [{repeat: 5, max_pool: 2}, {repeat: 5, upsample: 2}]}]", "H is a multiple of 32"),
    (26, "[{parameter: [3, 26, 1], name: p}, {add: [input, p]}]", "H = 1 or H = 26"),
    (26, "[{max_pool: 2}, {parameter: [3, 13, 1], name: p}, {add: [max_pool1, p]}]", "2 ≤ H ≤ 3 or 26 ≤ H ≤ 27"),
    (2, "[{max_pool: 2}, {parameter: [3, 13, 1], name: p}, {add: [max_pool1, p]}]", "26 ≤ H ≤ 27 or 2 ≤ H ≤ 3"),
]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("given, steps, text", DOMAINS)
def test_the_sizes_that_fit_are_those_of_show(tmp_path: Path, given: int, steps: str, text: str) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(f"name: net\ninput: [3, {given}, 64]\nlayers: {steps}\n", encoding="utf-8")
    found = closed(str(path), "H")
    assert [one["text"] for one in found["assumptions"]] == [text]
    for size in range(1, 130):
        at = shown(str(path), found, {"H": size})
        assert (not broken(found, {"H": size})) is (at is not None), size
        if at is not None:
            assert figures(found, {"H": size}) == figures_shown(found, at)


REPEATED = [  # steps on [8, 16, 16] with depth (5) and width (8), parameters
    (
        "{repeat: depth, conv: {out: width, kernel: 3, padding: 1}}",
        "9·depth·width² + depth·width − 9·width² + 72·width",
    ),
    ("{repeat: depth, residual: [{conv: {out: 8, kernel: 3, padding: 1}}, relu]}", "584·depth"),
    ("{repeat: 2*depth - 1, residual: [{conv: {out: 8, kernel: 1}}]}", "144·depth − 72"),
    ("{repeat: depth, first: {kernel: 1, padding: 0}, conv: {out: 8, kernel: 3, padding: 1}}", "584·depth − 512"),
    ("{repeat: depth, unit: {}}", "2600·depth"),
    ("{repeat: 3, residual: [{conv: {out: 8, kernel: 1}, repeat: depth}]}", "216·depth"),
    ("{repeat: depth, residual: [{conv: {out: 8, kernel: 1}, repeat: depth}, relu]}", "72·depth²"),
    ("{experts: {count: 4, active: 2, layers: [{conv: {out: 8, kernel: 1}, repeat: depth}]}}", "288·depth"),
    ("{map: [{linear: 16, repeat: depth}]}", "272·depth"),
]
UNIT = """\
blocks:
  unit:
    input: [C, H, W]
    layers:
      - conv: {out: 16, kernel: 3, padding: 1}
      - conv: {out: 16, kernel: 1}
      - conv: {out: C, kernel: 3, padding: 1}
"""
REPEATING = f"""\
name: net
input: [8, 16, 16]
vars: {{depth: 5, width: 8}}
{UNIT}layers: [STEPS]
"""


def repeating(tmp_path: Path, steps: str) -> str:
    path = tmp_path / "net.yaml"
    head, block, layers = REPEATING.partition(UNIT)
    head = head if "width" in steps else head.replace(", width: 8", "")
    path.write_text(head + (block if "unit" in steps else "") + layers.replace("STEPS", steps), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("steps, text", REPEATED)
def test_repetitions_that_are_alike_are_counted(tmp_path: Path, steps: str, text: str) -> None:
    spec = repeating(tmp_path, steps)
    found = closed(spec, "depth width" if "width" in steps else "depth", layers=True)
    assert TEXT.show(found["figures"]["params"]["form"]) == text
    for depth in (1, 2, 3, 4, 7, 12):
        for width in (1, 5, 8) if "width" in steps else (8,):
            point = {"depth": depth, "width": width} if "width" in steps else {"depth": depth}
            at = shown(spec, found, point)
            assert at is not None
            assert not broken(found, point)
            assert figures(found, point) == figures_shown(found, at)
            assert sum(evaluate(row["figures"]["params"], point) for row in found["layers"]) == at["totals"]["params"]


TOLD_APART = [  # steps, message
    ("{repeat: depth, dense_layer: 4}", "the repetitions are not alike"),
    ("{repeat: depth, max_pool: {kernel: 2, stride: 1}}", "the repetitions are not alike"),
    ("{repeat: depth, conv: {out: 8 + i, kernel: 1}}", "the repetitions are told apart"),
    (
        "{repeat: depth, name: r, residual: [{name: c, conv: {out: 8, kernel: 1}}]}, {add: [r/0/c, prev]}",
        "the repetitions are told apart",
    ),
]


@pytest.mark.parametrize("steps, message", TOLD_APART)
def test_repetitions_that_are_not_alike_are_refused(tmp_path: Path, steps: str, message: str) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        closed(repeating(tmp_path, steps), "depth")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.label
    assert diagnostic.help


@pytest.mark.parametrize("spec, name", [("vit", "depth"), ("bert-base", "depth")])
def test_the_depth_of_shipped_networks(spec: str, name: str) -> None:
    found = closed(spec, name)
    for depth in (1, 2, 5, 24):
        at = shown(spec, found, {name: depth})
        assert at is not None
        assert figures(found, {name: depth}) == figures_shown(found, at)


TOKENS = """\
name: tokens
input: [3, size, size]
vars: {size: 224}
layers:
  - conv: {out: 8, kernel: 16, stride: 16}
  - reshape: [8, -1]
  - transpose: [0, 1]
  - {parameter: [1, 8], name: class}
  - concat: [class, transpose1]
"""


def test_a_condition_on_patches_is_readable(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(TOKENS, encoding="utf-8")
    found = closed(str(path), "size")
    # One patch would be [1, 8], which fits [1, 8] along both axes: concat then asks for the axis.
    assert [one["text"] for one in found["assumptions"]] == ["size ≥ 16", "⌊size/16⌋ ≠ 1"]
    for size in (15, 16, 31, 32, 224):
        assert (shown(str(path), found, {"size": size}) is None) is bool(broken(found, {"size": size})) is (size < 32)


def test_json() -> None:
    found = json.loads(written(closed("vgg16", "width", layers=True), "json"))
    params = found["figures"]["params"]
    assert found["schema"] == "archcalc.formula/1"
    assert params["python"] == "3591*width**2 + 1605725*width + 20882408"
    assert (params["at"], params["doubling"]["width"]["limit"]) == (138_357_544, "4")
    for width in random.Random(1).sample(range(1, 500), 5):
        assert eval(params["python"], {"width": width}) == sum(
            eval(layer["figures"]["params"]["python"], {"width": width}) for layer in found["layers"]
        )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
@pytest.mark.parametrize(
    "spec, names", [*PRINTED, ("efficientdet", "dim H"), ("mixture-of-experts", "dim heads kv_heads")]
)
def test_latex_compiles(spec: str, names: str, tmp_path: Path) -> None:
    body = written(closed(spec, names, layers=spec == "unet"), "latex")
    text = "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\n" + body + "\\end{document}\n"
    (tmp_path / "formula.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "formula.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-1500:]


VGG = """\
vgg, variant vgg16, in width (64)

Parameters     3591·width² + 1605725·width + 20882408
               = 138,357,544; grows as 3591·width²; width doubled: ×2.06, in the limit ×4
Multiply-adds  3725568·width² + 2960384·width + 20873216
               = 15,470,264,320; grows as 3725568·width²; width doubled: ×3.97, in the limit ×4
Activations    447664·width + 17384
               = 28,667,880; grows as 447664·width; width doubled: ×2.00
Outputs        [1000]

Holds for every whole width above 0.
"""


def test_the_command_prints_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "vgg16", "--vars", "width"]) == 0
    assert capsys.readouterr().out == VGG


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["vgg16"], "formula needs the names that closed forms are in"),
        (["vgg16", "--vars", "widht"], "did you mean 'width'?"),
        (["vgg16", "--vars", "width", "--columns", "path"], "No such option"),
        (["bert-base", "--vars", "T", "--count", "nothing"], "nothing"),
    ],
)
def test_a_wrong_call_ends_with_two(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_what_holds_is_told_with_the_layers_that_ask_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "unet", "--vars", "H", "--layers"]) == 0
    text = capsys.readouterr().out
    assert (
        "Holds for\n  H is a multiple of 16\n      level1/level1/level1/level1/concat1 (archcalc:segmentation/unet"
        in text
    )
    assert "level1/concat1" in text.split("\nLayer", 1)[1]


def test_json_errors_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "vit", "--vars", "H", "--format", "json"]) == 2
    (error,) = json.loads(capsys.readouterr().err)["errors"]
    assert (error["line"], error["help"]) == (4, "write --vars size")


def test_active_parameters_are_told_if_they_are_asked_for() -> None:
    """Two of eight experts of three matrices, and in 32 layers what is not theirs: the total of show."""
    found = formula("mixture-of-experts", vars="mlp", figure="params_active")
    assert found["figures"]["params_active"]["text"] == f"{32 * 2 * 3 * 4096}·mlp + 1605636096"
    assert found["figures"]["params_active"]["at"] == report("mixture-of-experts")["totals"]["params_active"]
    assert "params_active" not in formula("mixture-of-experts", vars="mlp")["figures"]
