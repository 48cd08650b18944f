"""Budget files that are wrong: the message, the place of the caret, and the help."""

from __future__ import annotations

from pathlib import Path

import pytest
from repository import net

from archcalc.api import check
from archcalc.errors import SpecError

HEAD = "budgets:\n  - specs: net.yaml\n"

# what follows the two lines of HEAD, message, (line, characters under the caret), a part of label and help
WRONG = [
    ("    max: {parms: 5M}\n", "unknown metric 'parms'", (3, "parms"), "did you mean 'params'?"),
    ("    max: {params: 5X}\n", "unknown unit 'X'", (3, "5X"), "units are"),
    ("    max: {params: '5K'}\n", "unknown unit 'K'", (3, "'5K'"), "did you mean k (1,000)"),
    ("    max: {params: many}\n", "'many' is not an amount", (3, "many"), "such as 5M"),
    ("    max: {params: true}\n", "max of params takes an amount", (3, "true"), "such as params: 5M"),
    ("    max: {params: [1]}\n", "max of params takes an amount", (3, "[1]"), ""),
    ("    max: {params: null}\n", "max of params takes an amount", (3, "null"), ""),
    ("    max: {}\n", "max takes {METRIC: limit, ...}", (3, "{}"), ""),
    ("    max: 5M\n", "max takes {METRIC: limit, ...}", (3, "5M"), "such as max: {params: 5M}"),
    ("    max: {params: 1%}\n", "a share says nothing without a base: max of params is 1%", (3, "1%"), "max_increase"),
    ("    max: {params: 5MB}\n", "params is a number, not bytes", (3, "5MB"), "5M"),
    ("    max: {params: 5M @int8}\n", "params has no width: @int8", (3, "5M @int8"), "5MB"),
    ("    max: {weights: 5M}\n", "weights are in bytes: 5M of what?", (3, "5M"), "write B"),
    ("    max: {weights: 5MB @int7}\n", "unknown width '@int7'", (3, "5MB @int7"), "did you mean"),
    ("    max_increase: {params: 1}\n", "a relative limit needs its unit: 1 of what?", (3, "1"), "write 1% or 0.001k"),
    ("    max_increase: {params: 1000}\n", "a relative limit needs its unit: 1000 of what?", (3, "1000"), "write 1k"),
    ("    max_increase: {macs: 1250}\n", "a relative limit needs its unit: 1250 of what?", (3, "1250"), "write 1.25k"),
    ("    max_increase: {weights: 12}\n", "a relative limit needs its unit: 12 of what?", (3, "12"), "write 12B"),
    ("    max: {weights_bytes: 5M}\n", "weights_bytes is in bytes: 5M of what?", (3, "5M"), "such as 5MB"),
    ("    max: {weights_bytes: 5kB @int8}\n", "has no width: @int8", (3, "5kB @int8"), "weights: 5MB @int8"),
    ("    max: {params: 1,5M}\n", "'5M' is no metric", (3, "5M"), "write 1.5M"),
    ("    max: {params: '1,5M'}\n", "'1,5M' is not an amount", (3, "'1,5M'"), "1.5M"),
    ("    max: {weights: 25KB}\n", "unknown unit 'KB'", (3, "25KB"), "did you mean kB (1,000 bytes) or KiB"),
    ("    max: {params: 5M}\n    level: false\n", "level takes error, warn or off", (4, "false"), "write off"),
    ("    max: {params: 5M}\n    except: '*.yaml'\n", "except leaves no spec of 'net.yaml'", (2, "net.yaml"), ""),
    ("    max: {params: 5M}\n    except: nte.yaml\n", "'nte.yaml' matches no spec", (4, "nte.yaml"), "no file"),
    ("  - {specs: '[a-n]*.yaml', max: {params: 5M}}\n", "matches no spec", (3, "'[a-n]*.yaml'"), "only * and **"),
    ("    max_increase: {params: 0.5}\n", "a relative limit needs its unit: 0.5 of what?", (3, "0.5"), "write 0.5%"),
    ("    maximum: {params: 5M}\n", "a budget has no key 'maximum'", (3, "maximum"), ""),
    ("    max: {params: 5M}\n    levle: warn\n", "a budget has no key 'levle'", (4, "levle"), "did you mean 'level'?"),
    ("    max: {params: 5M}\n    level: warm\n", "level is one of error, warn, off, not 'warm'", (4, "warm"), "'warn'"),
    ("    max: {params: 5M}\n    message: [a]\n", "message takes text", (4, "[a]"), ""),
    ("    max: {params: 5M}\n    batch: 0\n", "batch takes a whole number above 0", (4, "0"), ""),
    ("    max: {params: 5M}\n    dtype: int9\n", "dtype is one of", (4, "int9"), "did you mean"),
    ("    max: {ops: 5M}\n    count: flops\n", "count is one of", (4, "flops"), ""),
    ("    max: {params: 5M}\n    input: [3, x]\n", "input takes a shape, or {NAME: shape, ...}", (4, "[3, x]"), ""),
    ("    max: {params: 5M}\n    set: [width]\n", "set takes {NAME: value, ...}", (4, "[width]"), ""),
    ("    max: {params: 5M}\n    set: {widht: 3}\n", "settings widht: net.yaml has no variable", (4, "widht"), ""),
    ("    max: {params: 5M}\n    set: {width: 0}\n", "out takes a whole number above 0, not 0", None, ""),
    ("    max: {params: 5M}\n    set: {width: a b}\n", "", (4, "width"), ""),
    ("    max: {params: 5M}\n    variants: [tiny]\n", "net.yaml has no variant 'tiny'", (4, "tiny"), ""),
    ("    max: {params: 5M}\n    input: {b: [3, 4]}\n", "input b: net.yaml has no input", (4, "{b: [3, 4]}"), ""),
    ("    max: {params: 5M}\n    variants: []\n", "variants takes a name or a list of names", (4, "[]"), ""),
    ("    max: {params: 5M}\n    input: [3]\n", "", None, ""),
    ("    layers: {'x/**': {params: 5M}}\n", "'x/**' matches no layer of net", (3, "'x/**'"), "the steps at the top"),
    ("    layers: {conv: {params: 5M}}\n", "'conv' matches no layer of net", (3, "conv"), "did you mean 'conv1'?"),
    ("    layers: {conv1: 5M}\n", "max takes {METRIC: limit, ...}", (3, "5M"), ""),
    ("    layers: [conv1]\n", "layers takes", (3, "[conv1]"), "head/**"),
    ("    batch: 2\n", "a budget without a limit", (2, "specs"), "give it max"),
    ("  - {max: {params: 5M}}\n", "a budget of archcalc.yaml says which specs it is for", (3, "{max: {params: 5M}}"), ""),  # noqa: E501
    ("  - {specs: nte.yaml, max: {params: 5M}}\n", "'nte.yaml' matches no spec", (3, "nte.yaml"), ""),
    ("  - {specs: 'x/*.yaml', max: {params: 5M}}\n", "'x/*.yaml' matches no spec", (3, "'x/*.yaml'"), ""),
    ("  - {specs: [], max: {params: 5M}}\n", "specs takes a file", (3, "[]"), ""),
    ("  - {specs: 'net.yaml:small', max: {params: 5M}}\n", "no file 'net.yaml:small'", (3, "'net.yaml:small'"), "variants: [small]"),  # noqa: E501
    ("  - {specs: ../out.yaml, max: {params: 5M}}\n", "lies outside the project", (3, "../out.yaml"), ""),
    ("  - {specs: '/etc/*', max: {params: 5M}}\n", "lies outside the project", (3, "'/etc/*'"), ""),
    ("  - {specs: '../**', max: {params: 5M}}\n", "lies outside the project", (3, "'../**'"), ""),
    ("  - 5\n", "a budget is a mapping of limits", (3, "5"), ""),
    ("nets: 5\n", "archcalc.yaml has 'budgets', not 'nets'", (3, "nets"), ""),
    ("archcalc: 2\n", "reads version 1 of archcalc.yaml, not 2", (3, "2"), ""),
]  # fmt: skip


def diagnostics(directory: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> tuple:
    (directory / "out.yaml").write_text(net(4))
    work = directory / "work"
    work.mkdir()
    (work / "net.yaml").write_text(
        net(4).replace("layers:", "vars: {width: 1}\nlayers:").replace("out: 4", "out: width")
    )
    (work / "archcalc.yaml").write_text(text)
    monkeypatch.chdir(work)
    with pytest.raises(SpecError) as caught:
        check()
    return caught.value.diagnostics


@pytest.mark.parametrize("text, message, place, more", WRONG)
def test_wrong(text: str, message: str, place: tuple | None, more: str, tmp_path: Path, monkeypatch) -> None:
    found = diagnostics(tmp_path, HEAD + ("    max: {params: 9M}\n" if text[:3] != "   " else "") + text, monkeypatch)
    said = [one for one in found if message in one.message]
    assert said, [one.message for one in found]
    span = said[0].span
    if place is not None:
        shift = 0 if text[:3] == "   " else 1
        line, under = place
        assert span.source.name == "archcalc.yaml"
        assert (span.line + 1, span.source.line(span.line)[span.start : span.stop]) == (line + shift, under)
    assert more in f"{said[0].label} {said[0].help}"


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "the file is empty"),
        ("5\n", "archcalc.yaml is a mapping with 'budgets'"),
        ("archcalc: 1\n", "archcalc.yaml has no 'budgets'"),
        ("budgets: []\n", "budgets takes a list of entries"),
        ("budgets: {specs: net.yaml}\n", "budgets takes a list of entries"),
        ("budgets: [\n", ""),
        ("budgets: &a [*a]\n", ""),
    ],
)
def test_no_budgets(text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = diagnostics(tmp_path, text, monkeypatch)
    assert message in found[0].message
    assert found[0].span.source.name == "archcalc.yaml"


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + "    max: {parms: 5M, macs: 5X}\n    level: warm\n"
    assert [one.span.line + 1 for one in diagnostics(tmp_path, text, monkeypatch)] == [3, 3, 4]


def test_a_specs_own_budget_has_no_specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(net(4) + "budget: {specs: x, max: {params: 5X}}\n")
    with pytest.raises(SpecError) as caught:
        check("net.yaml")
    found = caught.value.diagnostics
    assert [one.message for one in found] == ["a budget has no key 'specs'", "unknown unit 'X'"]
    assert [one.span.source.name for one in found] == ["net.yaml", "net.yaml"]
