"""A user's own convention, ``--count my.yaml``: what the file says, and each mistake with its place."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.conventions import CONVENTIONS
from archcalc.conventions.groups import GROUPS
from archcalc.dims.decimals import Decimals
from archcalc.errors import Source, SpecError
from archcalc.language import convention
from archcalc.language.convention import read_convention

DEFAULT = {"name": "my", "unit": "operations", "counts": "", "base": "", "operations": {}, "kinds": {}}


def read(text: str) -> dict[str, Any]:
    return read_convention(Source("folder/my.yaml", text), CONVENTIONS, GROUPS)


@pytest.mark.parametrize(
    "text, said",
    [
        ("operations: {mac: 1, exp: 4}", {"operations": {"mac": 1, "exp": 4}}),
        ("operations: {mac: 4.6, exp: 0.10}", {"operations": {"mac": Decimals(46, 1), "exp": Decimals(1, 1)}}),
        ("name: edge\nunit: cycles\ncounts: what it costs\nbase: mac", {"name": "edge", "unit": "cycles"}),
        ("base: ptflops\nkinds: {batch norm: out}", {"base": "ptflops", "kinds": {"batch norm": "out"}}),
        ("kinds: {softmax: {exp: 4, div: 2}}", {"kinds": {"softmax": {"exp": 4, "div": 2}}}),
        (
            "base: mac\noperations: {cmp: 1}\nkinds: {relu: in}",
            {"base": "mac", "operations": {"cmp": 1}, "kinds": {"relu": "in"}},
        ),
    ],
)
def test_what_a_file_says(text: str, said: dict[str, Any]) -> None:
    found = read(text)
    assert {key: found[key] for key in said} == said
    rest = {key: value for key, value in found.items() if key not in said and key not in ("counts", "base")}
    assert rest == {key: DEFAULT[key] for key in rest}


WRONG = [  # text, line and column counted from one, the message, the label or the help
    ("- mac", 1, 3, "a convention is a mapping", "such as operations: {mac: 1, exp: 4}"),
    ("{}", 1, 1, "this convention counts nothing", "give it operations, or a base"),
    ("operation: {mac: 1}\nbase: mac", 1, 1, "a convention has no key 'operation'", "did you mean 'operations'?"),
    ("base: pflops", 1, 7, "there is no convention 'pflops'", "did you mean 'ptflops'?"),
    ("base: 3", 1, 7, "base takes a text", ""),
    ("name: mac\nbase: torch", 1, 7, "'mac' is a convention of archcalc's own", "call yours by another name"),
    ("operations: {mac: 1, macs: 2}", 1, 22, "there is no elementary operation 'macs'", "did you mean 'mac'?"),
    ("operations: {mac: -1}", 1, 19, "the weight of mac is a number, 0 or more, such as 2 or 4.6", ""),
    ("operations: {mac: -0.5}", 1, 19, "the weight of mac is a number, 0 or more, such as 2 or 4.6", ""),
    ("operations: {mac: 1e3}", 1, 19, "the weight of mac is a number, 0 or more, such as 2 or 4.6", ""),
    ("operations: {mac: .inf}", 1, 19, "the weight of mac is a number, 0 or more, such as 2 or 4.6", ""),
    ("operations: {mac: '4.6'}", 1, 19, "the weight of mac is a number, 0 or more, such as 2 or 4.6", ""),
    ("operations: {mac: true}", 1, 19, "the weight of mac is a number, 0 or more, such as 2 or 4.6", ""),
    ("operations: 2", 1, 13, f"operations takes {convention.WEIGHTS}", ""),
    (
        "base: mac\nkinds:\n  batchnorm: out",
        3,
        3,
        "there is no kind of layer 'batchnorm'",
        "did you mean 'batch norm'?",
    ),
    ("base: mac\nkinds: {conv: out}", 2, 9, "there is no kind of layer 'conv'", "did you mean 'convolution'?"),
    ("base: mac\nkinds: {gelu: off}", 2, 15, "gelu is in, out, or has weights of its own", convention.WEIGHTS),
    ("base: mac\nkinds: {gelu: {}}", 2, 15, f"gelu takes {convention.WEIGHTS}", ""),
    ("base: mac\nkinds: [gelu]", 2, 8, "kinds takes kinds of layer, such as {batch norm: out}", ""),
    ("base: mac\nkinds: {gelu: in}", 2, 8, "gelu is in, and no operations say what it counts", convention.WEIGHTS),
    (
        "base: mac\noperations: {exp: 1}",
        2,
        13,
        "no kind is counted by these operations",
        "with 'base', operations count the kinds that are 'in'",
    ),
]


@pytest.mark.parametrize("text, line, column, message, more", WRONG)
def test_a_mistake_is_told_with_its_place(text: str, line: int, column: int, message: str, more: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(text)
    first = caught.value.diagnostics[0]
    assert first.span is not None
    assert (first.span.line + 1, first.span.start + 1) == (line, column)
    assert first.message == message
    assert more in f"{first.label}{first.help or ''}"


def test_all_mistakes_are_told() -> None:
    with pytest.raises(SpecError) as caught:
        read("base: pflops\nunits: cycles\nkinds: {batch norm: maybe, relux: out}")
    assert len(caught.value.diagnostics) == 4
