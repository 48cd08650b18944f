"""Blocks: what is seen inside, the shape they read, their arguments, and blocks within blocks."""

from __future__ import annotations

import pytest
from loading import diagnostics, marked, outputs, rows, said

RIGHT = [  # input, vars, blocks, layers, outputs
    ("[4]", "{}", "{b: {layers: [{linear: 3}]}}", "[b]", [[3]]),
    ("[4]", "{}", "{b: {args: {n: required}, layers: [{linear: n}]}}", "[{b: 5}]", [[5]]),
    ("[4]", "{}", "{b: {args: {n: required, m: n+1}, layers: [{linear: m}]}}", "[{b: 5}]", [[6]]),
    ("[4]", "{w: 7}", "{b: {args: {n: w}, layers: [{linear: n}]}}", "[b]", [[7]]),
    ("[4]", "{n: 7}", "{b: {args: {n: 2}, layers: [{linear: n}]}}", "[b, {linear: n}]", [[7]]),
    ("[4]", "{n: 7}", "{b: {args: {n: 2}, layers: [{linear: n}]}}", "[{linear: n}, b]", [[2]]),  # hides the variable
    ("[3, 8, 8]", "{}", "{b: {input: [C, H, W], layers: [{conv: {out: 2*C, kernel: H//2}}]}}", "[b]", [[6, 5, 5]]),
    ("[3, 8, 8]", "{}", "{b: {input: [C, H, H], layers: [{conv: {out: C, kernel: 1}}]}}", "[b]", [[3, 8, 8]]),
    ("[3, 6]", "{}", "{b: {input: [T, 2*T], layers: [{linear: T}]}}", "[b]", [[3, 3]]),
    (
        "[6, 3]",
        "{}",
        "{b: {input: [2*T, T], layers: [{linear: T}]}}",
        "[b]",
        [[6, 3]],
    ),  # names first, then what is held
    ("[3, 4]", "{d: 4}", "{b: {input: [T, d], layers: [{linear: T}]}}", "[b]", [[3, 3]]),
    ("[4]", "{}", "{b: {input: [C], args: {n: 2*C}, layers: [{linear: n}]}}", "[b]", [[8]]),
    (
        "[4]",
        "{}",
        "{b: {args: {n: required}, layers: [{linear: n, repeat: 2}, {b: n-1, when: n > 1}]}}",
        "[{b: 3}]",
        [[1]],
    ),
    ("[4]", "{}", "{b: {args: {k: required}, layers: [{linear: k}]}}", "[{b: i+1, repeat: 3}]", [[3]]),
    ("[4]", "{}", "{b: {args: {t: tensor}, layers: [{concat: [t, prev]}]}}", "[{name: a}, {linear: 3}, {b: a}]", [[7]]),
    (
        "[4]",
        "{}",
        "{b: {args: {t: tensor, n: 1}, layers: [{linear: 't[0]+n'}]}}",
        "[{name: a}, {linear: 3}, {b: {t: a, n: 2}}]",
        [[6]],
    ),
    ("[4]", "{}", "{b: {layers: [{name: [x, y]}, {sub: [y, x]}]}}", "[{parallel: {p: [relu], q: [tanh]}}, b]", [[4]]),
    ("[4]", "{}", "{b: {layers: [{parallel: {p: [{linear: 1}], q: []}}]}}", "[b]", [[1], [4]]),  # ends as several
    ("[4]", "{}", "{b: {args: {act: relu}, layers: [{linear: {out: 3, act: act}}]}}", "[{b: {act: none}}]", [[3]]),
]


@pytest.mark.parametrize("shape, variables, blocks, layers, expected", RIGHT)
def test_blocks(shape, variables, blocks, layers, expected):
    text = f"input: {shape}\nvars: {variables}\nblocks: {blocks}\nlayers: {layers}"
    assert outputs(text) == expected


WRONG = [  # input, vars, blocks, layers, message, text under the caret
    ("[4]", "{}", "{b: {layers: [{linear: i}]}}", "[{b: , repeat: 2}]", "'i' counts the repetitions", "i"),
    ("[4]", "{}", "{b: {layers: [{add: [a, prev]}]}}", "[{name: a}, b]", "no tensor 'a' here", "a"),
    ("[4]", "{}", "{b: {args: {n: required}, layers: [{linear: n}]}}", "[b]", "block 'b' needs 'n'", "b"),
    (
        "[4]",
        "{}",
        "{b: {args: {n: 1}, layers: [{linear: n}]}}",
        "[{b: 3}]",
        "b has no one argument that a bare value sets",
        "3",
    ),
    ("[4]", "{}", "{b: {args: {n: 1}, layers: [{linear: n}]}}", "[{b: {m: 3}}]", "b has no argument 'm'", "m"),
    (
        "[4]",
        "{}",
        "{conv: {layers: [relu]}}",
        "[relu]",
        "'conv' is a layer type: a block may not take its name",
        "conv",
    ),
    (
        "[4]",
        "{}",
        "{custom: {layers: [relu]}}",
        "[relu]",
        "'custom' is a layer type: a block may not take its name",
        "custom",
    ),
    ("[4]", "{}", "{map: {layers: [relu]}}", "[relu]", "'map' is a layer type: a block may not take its name", "map"),
    (
        "[4]",
        "{}",
        "{when: {layers: [relu]}}",
        "[relu]",
        "a block may not be called 'when': the word is reserved",
        "when",
    ),
    ("[4]", "{}", "{b: {args: {i: 1}, layers: [relu]}}", "[b]", "an argument may not be called 'i'", "i"),
    ("[4]", "{prev: 3}", "{}", "[{linear: prev}]", "a variable may not be called 'prev': the word is reserved", "prev"),
    (
        "[4]",
        "{}",
        "{b: {input: [i], layers: [{linear: i}]}}",
        "[b]",
        "an axis may not be called 'i': the word is reserved",
        "i",
    ),
    ("[4]", "{}", "{b: {input: [C, H], layers: [{linear: C}]}}", "[b]", "block 'b' reads [C, H], it is given [4]", "b"),
    ("[4]", "{}", "{b: {input: [7], layers: [relu]}}", "[b]", "block 'b' reads 7 on axis 0, it is given 4", "7"),
    (
        "[3, 8, 8]",
        "{H: 224}",
        "{b: {input: [C, H, W], layers: [{conv: {out: C, kernel: H//H*W//W}}]}}",
        "[b]",
        "'H' is a variable of this file (224), so this holds the axis to it",
        "H",
    ),
    (
        "[4]",
        "{}",
        "{b: {input: [C], layers: [{linear: C}]}}",
        "[{parallel: {p: [relu], q: []}}, b]",
        "block 'b' reads one tensor, prev is 2 (p, q): merge them, or say from:",
        "b",
    ),
    (
        "[4]",
        "{}",
        "{b: {args: {p: q, q: p}, layers: [{linear: p}]}}",
        "[b]",
        "defaults of arguments go round in a circle",
        "p",
    ),
    ("[4]", "{}", "{b: {args: {t: tensor}, layers: [{add: [t, prev]}]}}", "[b]", "block 'b' needs 't'", "b"),
    ("[4]", "{}", "{b: {args: {t: tensor}, layers: [{add: [t, prev]}]}}", "[{b: c}]", "no tensor 'c' here", "c"),
    (
        "[4]",
        "{}",
        "{b: {args: {t: tensor}, layers: [{add: [t, prev]}]}}",
        "[{b: input, repeat: [{t: input}]}]",
        "'t' is the same in every repetition",
        "t",
    ),
    (
        "[4]",
        "{}",
        "{b: {args: {t: tensor}, layers: [{add: [t, prev]}]}}",
        "[{linear: {out: 3, act: {b: {t: 3}}}}]",
        "b has no argument 't' here",
        "t",
    ),
    ("[4]", "{}", "{b: {layers: [b]}}", "[b]", "blocks call one another more than 1,000 deep", "b"),
]


@pytest.mark.parametrize("shape, variables, blocks, layers, message, text", WRONG)
def test_wrong_blocks(shape, variables, blocks, layers, message, text):
    spec = f"input: {shape}\nvars: {variables}\nblocks: {blocks}\nlayers: {layers}"
    assert said(spec)[0].startswith(message)
    assert marked(diagnostics(spec)[0]) == text


def test_a_tensor_argument_has_no_default():
    text = (
        "input: [4]\ndefaults: {b: {t: input}}\n"
        "blocks: {b: {args: {t: tensor}, layers: [{add: [t, prev]}]}}\nlayers: [{b: input}]"
    )
    assert said(text) == ["'t' of 'b' has no default: write it where 'b' is called"]


def test_an_error_inside_a_block_tells_the_calls():
    text = "input: [4]\nblocks:\n  a: {layers: [{linear: 0}]}\n  b: {layers: [a]}\nlayers: [b]"
    (found,) = diagnostics(text)
    assert [(name, span.line) for name, span in found.called_from] == [("a", 4), ("b", 5)]


DEEP = """
input: [4]
vars: {n: %d}
blocks: {a: {args: {k: required}, layers: [relu, {%s, when: k > 1}]}}
layers: [{a: n}]
"""


@pytest.mark.parametrize("inside", ["a: k-1", "residual: [{a: k-1}]", "parallel: {x: [{map: [{a: k-1}]}]}"])
def test_a_block_may_hold_itself_a_thousand_times(inside):
    text = DEEP % (1000, inside)
    if "map" in inside:
        text = text.replace("input: [4]", "input: [" + "1, " * 40 + "4]").replace("1000", "40")
    relus = [path for path in rows(text) if path.split("/")[-1] == "relu1"]
    assert len(relus) == (40 if "map" in inside else 1000)


WORK = "this takes more than 3,000,000 units of work"
BOUNDED = [
    (DEEP % (1001, "a: k-1"), "blocks call one another more than 1,000 deep"),
    (
        DEEP % (1000, "residual: [{residual: [{residual: [{residual: [{residual: [{a: k-1}]}]}]}]}]"),
        "steps stand more than 5,000 deep within one another",
    ),
    ("input: [4]\nlayers: [{relu: , repeat: 10**9}]", WORK),
    ("input: [4]\nlayers: [{relu: , repeat: 120_001}]".replace("_", ""), WORK),
    (
        "input: [4]\nblocks: {b: {layers: [{relu: , repeat: 400}]}}\nlayers: [{b: , repeat: 400}]",
        WORK,
    ),
    (
        "input: [4]\nblocks: {b: {layers: [{relu: , repeat: 1000, when: i < 0}]}}\nlayers: [{b: , repeat: 1000}]",
        WORK,
    ),
    (
        "input: [4]\ndefaults: {linear: {act: {linear: 4}}}\nlayers: [{linear: 3}]",
        "steps stand more than 5,000 deep within one another",
    ),
    (
        "input: [4]\nlayers: [{from: [input, input]}" + ", {from: [prev, prev]}" * 40 + ", add]",
        WORK,
    ),
    (f"input: [{10**900}]\nlayers: [{{tile: [{10**900}]}}, {{reshape: [5]}}]", "a size has more than 1,000 digits"),
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("text, message", BOUNDED)
def test_what_a_short_text_may_ask_for_is_bounded(text, message):
    limit = {"max_work": 10**8} if "deep" in message else {}
    assert said(text, **limit)[0].startswith(message)


@pytest.mark.slow
def test_more_work_may_be_allowed():
    assert len(rows("input: [4]\nlayers: [{relu: , repeat: 120001}]", max_work=10_000_000)) == 120_001
