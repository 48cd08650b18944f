"""Variables, variants, defaults, --set and --input; and what a text says that nothing reads."""

from __future__ import annotations

import pytest
from loading import diagnostics, marked, network, outputs, report, rows, said

RIGHT = [  # vars, layers, --set, outputs
    ("{w: 3}", "[{linear: w}]", {}, [[3]]),
    ("{w: 3}", "[{linear: w}]", {"w": "5"}, [[5]]),
    ("{w: 3}", "[{linear: w}]", {"w": "2**4"}, [[16]]),
    ("{a: 2*b, b: 3}", "[{linear: a}]", {}, [[6]]),  # in any order
    ("{a: 2*b, b: 3}", "[{linear: a}]", {"b": "10"}, [[20]]),
    ("{a: 1, b: 3}", "[{linear: a*b}]", {"a": "2*b", "b": "5"}, [[50]]),  # in any order there too
    ("{d: [3, 5]}", "[{linear: 'd[1]'}]", {}, [[5]]),
    ("{d: [3, 5]}", "[{linear: 'd[0]'}]", {"d": "[7]"}, [[7]]),
    ("{t: [{out: 2}, {out: 6}]}", "[{linear: , repeat: t}]", {}, [[6]]),
    ("{a: relu}", "[{linear: {out: 3, act: a}}]", {"a": "none"}, [[3]]),
    ("{dropout: 0.5, w: 3}", "[{linear: w}, {dropout: dropout}]", {}, [[3]]),  # a variable comes before the word
    ("{big: true}", "[{linear: 3, when: big}]", {"big": "false"}, [[4]]),
]


@pytest.mark.parametrize("variables, layers, settings, expected", RIGHT)
def test_variables(variables, layers, settings, expected):
    assert outputs(f"input: [4]\nvars: {variables}\nlayers: {layers}", settings=settings) == expected


def test_a_long_chain_of_variables():
    chain = "".join(f"  v{n}: v{n + 1}\n" for n in range(3000))
    assert outputs(f"input: [4]\nvars:\n{chain}  v3000: 7\nlayers: [{{linear: v0}}]") == [[7]]


VARIANTS = "input: [4]\nvars: {w: 3, d: 1}\nvariants: {big: {w: 30}, deep: {d: 5}}\nlayers: [{linear: w, repeat: d}]"


@pytest.mark.parametrize("variant, count, width", [(None, 1, 3), ("big", 1, 30), ("deep", 5, 3)])
def test_variants_do_not_inherit(variant, count, width):
    found = network(VARIANTS, variant=variant)
    assert (found.size, found.outputs[0].shape) == (count, (width,))


def test_set_wins_over_a_variant():
    found = report(VARIANTS, variant="big", settings={"w": "2*d"})
    assert found["outputs"] == [(2,)]
    assert found["set"] == {"w": 2}


DEFAULTS = [  # defaults, layers, what stands in the first linear: out, bias
    ("{linear: {out: 3}}", "[linear]", 3, True),
    ("{linear: {out: 3, bias: false}}", "[{linear: 5}]", 5, False),
    ("{linear: {bias: false}}", "[{linear: {out: 5, bias: none}}]", 5, True),  # none undoes a default
    ("{linear: {bias: none}}", "[{linear: 5}]", 5, True),  # as the layer itself would
    ("{linear: {out: 3}}", "[{linear: , repeat: [{out: 7}]}]", 7, True),
    ("{linear: {out: 3}}", "[{linear: , repeat: [{out: 7}], first: {out: 8}}]", 8, True),
    ("{linear: {out: w}}", "[linear]", 9, True),
]


@pytest.mark.parametrize("defaults, layers, out, bias", DEFAULTS)
def test_defaults(defaults, layers, out, bias):
    layer = (
        network(f"input: [4]\nvars: {{w: 9}}\ndefaults: {defaults}\nlayers: [{layers[1:-1]}, {{linear: w}}]")
        .kept[0]
        .applied.layer
    )
    assert (layer.out, layer.bias) == (out, bias)


def test_defaults_of_norm_and_of_blocks():
    text = (
        "input: [4]\ndefaults: {linear: {norm: layer_norm}, layer_norm: {bias: false}, b: {n: 6}}\n"
        "blocks: {b: {args: {n: required}, layers: [{linear: n}]}}\nlayers: [b]"
    )
    assert rows(text) == {"b1/linear1": [6], "b1/linear1/norm": [6]}
    assert [weight["name"] for weight in report(text)["layers"][1]["weights"]] == ["weight"]


WRONG = [  # text, message, text under the caret
    ("vars: {a: b, b: a}\nlayers: [{linear: a}]", "variables go round in a circle: a -> b -> a", "b"),
    ("vars: {a: 1}\nlayers: [relu]", "variable 'a' is never used", "a"),
    ("vars: {dropout: 0.5}\nlayers: [{dropout: 0.1}]", "variable 'dropout' is never used", "dropout"),
    ("vars: {t: [{out: 3}], out: 5}\nlayers: [{linear: , repeat: t}]", "variable 'out' is never used", "out"),
    ("vars: {s: 5}\nlayers: [{relu: , name: s}, {add: [s, prev]}]", "variable 's' is never used", "s"),
    (
        "vars: {a: 1}\nblocks: {b: {args: {a: 2}, layers: [{linear: a}]}}\nlayers: [b]",
        "variable 'a' is never used",
        "a",
    ),
    ("blocks: {b: {layers: [relu]}}\nlayers: [relu]", "block 'b' is never used", "b"),
    ("blocks: {b: {layers: [relu, {b: , when: 1 > 2}]}}\nlayers: [relu]", "block 'b' is never used", "b"),
    ("defaults: {conv: {out: 3}}\nlayers: [relu]", "defaults for 'conv', but no step of this file is one", "conv"),
    (
        "defaults: {linear: {oot: 3}}\nlayers: [{linear: 3}]",
        "linear has no argument 'oot' | did you mean 'out'?",
        "oot",
    ),
    (
        "vars: {w: 1}\nvariants: {a: {v: 2}}\nlayers: [{linear: w}]",
        "variant 'a' sets 'v', which is no variable of this file",
        "v",
    ),
    ("vars: {a: 1/0}\nlayers: [{linear: a}]", "1 / 0 divides by zero", "1/0"),
    (
        "layers: [{parallel: {a: [relu], b: []}}, {from: input}, tanh]",
        "nobody reads the output of 'parallel1/a/relu1', [4]",
        "relu",
    ),
    ("layers: [{parameter: [3]}]", "no step reads the input", "[4]"),
    (
        "layers: [{split: {parts: 2}, name: [a, b]}, {linear: 3, from: a}, {split: {parts: 3}}, {from: b}]",
        "nobody reads the outputs of 'split2', [1] and [1] and [1]",
        "split",
    ),
    ("layers: [{map: [{reshape: [1]}]}, {from: input}, relu]", "nobody reads the output of 'map1', [4, 1]", "map"),
]


@pytest.mark.parametrize("text, message, place", WRONG)
def test_wrong_variables_and_what_nothing_reads(text, message, place):
    spec = f"input: [4]\n{text}"
    assert said(spec)[0].startswith(message)
    assert marked(diagnostics(spec)[0]) == place


USED = [
    "vars: {a: 3}\nlayers: [{linear: a, when: 1 > 2}]",
    "vars: {a: 3, c: 2}\nvariants: {b: {c: a}}\nlayers: [{linear: c}]",
    "defaults: {relu: {}}\nlayers: [{linear: {out: 3, act: relu}}]",
    "blocks: {b: {layers: [relu]}}\nvars: {a: b}\nlayers: [{linear: {out: 3, act: a}}]",
    "blocks: {b: {layers: [relu]}}\nlayers: [{linear: {out: 3, act: {b: {}}}}]",
    "layers: [{relu: , name: a}, {tanh: , from: input}]",  # a name says that it is meant to stay
]


@pytest.mark.parametrize("text", USED)
def test_what_counts_as_used(text):
    assert said(f"input: [4]\n{text}") == []


def test_a_broken_step_does_not_make_what_it_uses_unused():
    assert said("input: [4]\nvars: {a: 3}\nlayers: [{linears: a}]") == [
        "unknown layer 'linears' | did you mean 'linear'?"
    ]


INPUTS = (
    "input: {a: [T], b: {shape: [3, T], dtype: int64}}\nvars: {T: 4}\n"
    "layers: [{linear: 2, from: a, name: x}, {linear: 2, from: b}, {from: [x, prev]}]"
)


def test_several_inputs():
    found = network(INPUTS)
    assert [list(tensor.shape) for tensor in found.outputs] == [[2], [3, 2]]
    assert found.dtypes == {"a": "float32", "b": "int64"}
    assert outputs(INPUTS, inputs={"b": (9, 7)}) == [[2], [9, 2]]
    assert outputs("input: {a: [4], b: [5]}\nlayers: [concat]") == [[9]]  # prev is all of them at the start


@pytest.mark.parametrize(
    "inputs, message",
    [
        ({None: (3,)}, "net.yaml has 2 inputs: write --input NAME=3x224x224"),
        ({"c": (3,)}, "--input c: net.yaml has no input of that name"),
    ],
)
def test_wrong_inputs(inputs, message):
    assert said(INPUTS, inputs=inputs)[0].startswith(message)


def test_an_input_holds_a_variable_that_is_used_elsewhere_too():
    text = "input: [T]\nvars: {T: 4}\nlayers: [{linear: T}]"
    assert said(text, inputs={None: (512,)}) == [
        "the axis is 512, but 'T' is 4 and is used elsewhere too | --set T=512"
    ]
    assert outputs(text, inputs={None: (512,)}, settings={"T": "512"}) == [[512]]
    assert outputs("input: [T]\nvars: {T: 4}\nlayers: [relu]", inputs={None: (512,)}) == [[512]]


SETTINGS = [
    ({"v": "1"}, "--set v: net.yaml has no variable 'v'"),
    ({"w": "("}, "'(' is never closed"),
    ({"w": ""}, "--set w has no value"),
    ({"w": " "}, "--set w has no value"),
    ({"w": "relu"}, "out takes a whole number above 0, not relu"),
]


@pytest.mark.parametrize("settings, message", SETTINGS)
def test_wrong_settings(settings, message):
    assert said(VARIANTS, settings=settings)[0].startswith(message)


def test_an_unknown_variant():
    assert said(VARIANTS, variant="bug") == ["net.yaml has no variant 'bug' | did you mean 'big'?"]
