"""The keys of a step, in the order in which they work."""

from __future__ import annotations

import pytest
from loading import diagnostics, marked, network, outputs, report, rows, said, totals

from archcalc.graph.repetition import unrolled

RIGHT = [  # input, layers, outputs
    ("[4]", "[relu]", [[4]]),
    ("[4]", "[relu: ]", [[4]]),
    ("[4]", "[{linear: 3}]", [[3]]),  # a bare value is the obvious argument
    ("[4]", "[{linear: {out: 3}}]", [[3]]),
    ("[4]", "[{linear: '2*prev[0]'}]", [[8]]),
    ("[4]", "[{linear: 3, name: a}, {linear: 5, from: input}, {from: [a, prev]}]", [[3], [5]]),
    (
        "[4]",
        "[{linear: 3, name: a}, {linear: '2*prev[0]', from: input}, {from: [a, prev]}]",
        [[3], [8]],
    ),  # from, then arguments
    ("[4]", "[{linear: 'i+5', repeat: 3}]", [[7]]),
    ("[4]", "[{linear: '2*prev[0]', repeat: 3}]", [[32]]),
    ("[4]", "[{linear: 9, repeat: 3, first: {out: 1}, name: s}, {concat: ['s/*']}]", [[19]]),
    ("[4]", "[{linear: , repeat: [{out: 2}, {out: 3}], name: s}, {concat: ['s/*']}]", [[5]]),
    ("[4]", "[{linear: , repeat: [{out: '2*prev[0]'}, {out: '2*prev[0]'}]}]", [[16]]),  # each row when its turn comes
    ("[4]", "[{linear: {out: 1, bias: false}, repeat: [{out: 2}, {bias: true}]}]", [[1]]),
    ("[4]", "[{linear: 3, repeat: [{out: 5}], first: {out: 7}}]", [[7]]),  # first wins over the row
    ("[4]", "[{linear: 3, repeat: 0}]", [[4]]),
    ("[4]", "[{linear: 3, repeat: []}]", [[4]]),
    ("[4]", "[{linear: 3, when: 'prev[0] == 5'}]", [[4]]),
    ("[4]", "[{linear: 3, when: 'prev[0] == 4'}]", [[3]]),
    ("[4]", "[{linear: 3, name: a}, {linear: 9, when: 'prev[0] == 3', from: input}, {concat: [a, prev]}]", [[12]]),
    ("[4]", "[{linear: 9, repeat: 3, when: i == 1, from: input}]", [[9]]),
    ("[4]", "[{linear: 3, name: a}, {add: [input, prev], repeat: 0}, {relu: , expect: [3]}]", [[3]]),
    ("[2, 3]", "[{split: {parts: 2}}, {concat: {axis: 0}}]", [[2, 3]]),
    ("[4]", "[{residual: [{linear: 4}], repeat: 5}]", [[4]]),
    ("[4]", "[{parallel: {a: [{linear: 1}], b: [], c: [{linear: 2}]}}, concat]", [[7]]),
    ("[4]", "[{parallel: {a: [{split: {parts: 2}}], b: []}}]", [[2], [2], [4]]),
    ("[3, 4]", "[{map: [{linear: 5}]}]", [[3, 5]]),
    ("[3, 4]", "[{map: [{reshape: []}], when: 1 > 2}]", [[3, 4]]),
    ("[3, 4, 5, 5]", "[{map: [{conv: {out: 8, kernel: 3}}]}]", [[3, 8, 3, 3]]),
    ("[6, 2]", "[{split: {sizes: [1, 2, 3]}, name: [a, b, c]}, {concat: [c, a, b]}]", [[6, 2]]),
    ("[4]", "[{name: x}, {linear: 3}, {concat: [x, prev]}]", [[7]]),
    ("[4]", "[{steps: [{linear: 3}, {linear: '2*prev[0]'}], repeat: 3}]", [[6]]),
    ("[4]", "[{steps: [{linear: 'i+5', name: a}, relu], repeat: 3, name: s}, {concat: ['s/*/a']}]", [[18]]),
    (
        "[4]",
        "[{linear: 3, name: a}, {steps: [relu, {linear: 9}], from: input, when: 'a[0] > 3'}, {concat: [a, prev]}]",
        [[7]],
    ),
    ("[4]", "[{steps: [{parallel: {a: [], b: [{linear: 3}]}}]}]", [[4], [3]]),
    ("[4]", "[{steps: []}]", [[4]]),
    ("[4]", "[{residual: {layers: [{linear: 3}], shortcut: [{linear: 3}]}}]", [[3]]),
    ("[4]", "[{residual: {layers: [{linear: 4}], shortcut: []}}]", [[4]]),
    ("[4]", "[{residual: {layers: [{linear: 4}]}}]", [[4]]),
    ("[4]", "[{residual: {layers: [{linear: 8}], shortcut: [{linear: 8, when: 'prev[0] != 8'}]}, repeat: 3}]", [[8]]),
    ("[4]", "[{parallel: {a: [], b: [{linear: 3}]}}, {each: [{linear: 'prev[0]*(i+1)'}]}]", [[4], [6]]),
    ("[4]", "[{each: {count: 3, layers: [{linear: i+1}]}}]", [[1], [2], [3]]),
    ("[4]", "[{parallel: {a: [], b: []}}, {each: {count: 3, layers: [add]}}]", [[4], [4], [4]]),  # on prev as it is
    ("[4]", "[{each: {count: 3, layers: [{linear: i+1}]}, name: e}, {concat: ['e[0]', 'e[-1]']}]", [[4]]),
    (
        "[4]",
        "[{each: {count: 3, layers: [{linear: i+1}]}, name: e}, {from: 'e[len([1, 1])]'}, {concat: [prev, 'e[0]']}]",
        [[4]],
    ),
    ("[4]", "[{each: {count: 3, layers: [{linear: i+1}]}, name: e}, {from: 'prev[1]'}]", [[2]]),
    (
        "[4]",
        "[{each: {count: 2, layers: [{each: {count: 2, layers: [{linear: i+1}]}}, concat, {linear: i+7}]}}]",
        [[7], [8]],
    ),
    ("[4]", "[{linear: i+1, repeat: 3, name: s}, {concat: ['s/*[0]', 's/*[2]']}]", [[4]]),
    ("[4]", "[{parallel: {a: [relu], b: [tanh]}}, {name: [p, q]}, {sub: [q, p]}]", [[4]]),
    ("[4]", "[{custom: {out: [3, 3], params: 10, macs: 20}}]", [[3, 3]]),
    ("[2, 3]", "[{einsum: 'ij,kj->ik', from: [input, input]}]", [[2, 2]]),  # prose is no expression
]


@pytest.mark.parametrize("shape, layers, expected", RIGHT)
def test_steps(shape, layers, expected):
    assert outputs(f"input: {shape}\nlayers: {layers}") == expected


WRONG = [  # layers (one a line), the first message, the text under its caret
    ("- when: 1 > 2", "a step without a layer may have only from and name", "when"),
    ("- {repeat: 3, name: a}", "a step without a layer may have only from and name", "repeat"),
    ("- conv:\n  out: 64", "a step has one layer; found conv and out: indent 'out' under 'conv'", "out"),
    ("- {linear: 3, relu: }", "a step has one layer; found linear and relu | write one step for each", "relu"),
    ("- {linear: 3, reapet: 3}", "a step has one layer; found linear and reapet | did you mean 'repeat'?", "reapet"),
    ("- linear: {out: 64, repeat: 3}", "'repeat' belongs beside 'linear', not inside its arguments", "repeat"),
    ("- linear: {filters: 64}", "linear has no argument 'filters' | write 'out'", "filters"),
    (
        "- {linear: 3, first: {out: 2}}",
        "'first' without 'repeat': it overrides arguments of the first repetition",
        "first",
    ),
    ("- {linear: 3, repeat: 1.5}", "repeat takes a whole number or a list of arguments, not 1.5", "1.5"),
    ("- {linear: 3, repeat: -1}", "repeat takes a whole number or a list of arguments, not -1", "-1"),
    ("- {linear: 3, repeat: [{oot: 1}]}", "linear has no argument 'oot' | did you mean 'out'?", "oot"),
    ("- {linear: 3, when: relu}", "when takes true or false, not relu", "relu"),
    ("- {linear: 3, trainable: 1}", "trainable takes true or false, not 1", "1"),
    ("- {linear: 3, expect: [4]}", "the output is [3], expected [4]", "[4]"),
    ("- {linear: 3, expect: 3}", "expect takes a shape, such as [64, 56, 56]", "3"),
    ("- {linear: 3, from: []}", "from is an empty list: name at least one tensor", "[]"),
    ("- linear: {out: 3, act: }", "act is empty: write none", "act"),
    ("- linear: {out: 3, norm: null}", "norm is empty: write none", "null"),
    ("- linear: {out: 3, act: reluu}", "'reluu' is not known here | did you mean 'relu'?", "reluu"),
    ("- linear: {out: 3, act: {relu: , gelu: }}", "relu is empty: write none", "relu"),
    ("- linear: {out: 3, act: {leaky_relu: 0.1, relu6: none}}", "act takes one layer, such as {leaky_relu: 0.2}", None),
    ("- linear: {out: 3, act: {leaky_relu: {slop: 0.1}}}", "leaky_relu has no argument 'slop'", "slop"),
    ("- linear: {out: 3, act: glu}", "glu", "glu"),
    ("- linear: {out: 3, act: 3}", "act takes a layer, {layer: arguments} or none, not 3", "3"),
    ("- dense: 3", "unknown layer 'dense' | write 'linear'", "dense"),
    (
        "- parallel: {a: [relu], b: [relu]}\n- linear: 3",
        "linear reads one tensor, prev is 2 (a, b): merge them, or say from:",
        "linear",
    ),
    (
        "- parallel: {a: [relu], b: [relu]}\n- residual: [relu]",
        "residual reads one tensor, prev is 2 (a, b): merge them, or say from:",
        "residual",
    ),
    ("- {relu: , name: a}\n- {linear: 3, from: [a, input]}", "linear reads one tensor, from is 2 (", "linear"),
    ("- concat", "concat reads at least two tensors; prev is one ([4])", "concat"),
    (
        "- residual: [{linear: 3}]",
        "the steps give [3], the shortcut is [4]: give it a conv, as residual: {layers: [...], shortcut: [...]}",
        "residual",
    ),
    ("- {parameter: [3], from: prev}", "parameter reads nothing", "prev"),
    (
        "- {parameter: [3], repeat: 2}",
        "parameter reads nothing and gives 1: it cannot be repeated; put it in a block",
        "2",
    ),
    (
        "- {from: [input, input, input]}\n- {scaled_dot_product_attention: , repeat: 2}",
        "scaled_dot_product_attention reads 3 tensors and gives 1: it cannot be repeated; put it in a block",
        "2",
    ),
    ("- {add: [input, input], from: prev}", "'from' beside the list of names of 'add': write one of them", "from"),
    ("- experts: {count: 2, active: 3, layers: [relu]}", "3 experts of 2 cannot be active", "3"),
    ("- experts: {count: 2, layers: [relu]}", "experts needs 'active'", "experts"),
    ("- {linear: {out: 3, bias: none}}", "bias takes true or false, not none", "none"),
    ("- linear: i", "'i' counts the repetitions of a step with repeat: there is none around this one", "i"),
    ("- linear: prev", "'prev' is a tensor: in an expression it needs its axis, as prev[0]", "prev"),
    ("- {custom: {out: [3], params: 1}}", "custom needs 'macs': a whole number, 0 or more", "custom"),
]


@pytest.mark.parametrize("layers, message, text", WRONG)
def test_wrong_steps(layers, message, text):
    shape = "[3, 4]" if "scaled_dot" in layers else "[4]"
    spec = f"input: {shape}\nlayers:\n{layers}"
    assert said(spec)[0].startswith(message)
    if text is not None:
        assert marked(diagnostics(spec)[0]) == text


def test_one_cause_is_one_error():
    assert said(
        "input: [4]\nlayers: [{linear: , name: a}, relu, {add: [a, prev]}, {linear: 'prev[0]'}, {split: {parts: 2}}]"
    ) == ["linear needs 'out': a whole number above 0"]


def test_independent_errors_are_told_together():
    found = said("input: [4]\nlayers: [{linear: 0}, {linear: -1, from: input}, {relu: , from: nowhere}]")
    assert len(found) == 3


def test_norm_and_act_stand_in_that_order_and_take_defaults():
    text = (
        "input: [4]\ndefaults: {leaky_relu: {slope: 0.5}}\n"
        "layers: [{linear: {out: 3, act: leaky_relu, norm: layer_norm}}]"
    )
    nodes = unrolled(network(text)).kept
    assert [node.type for node in nodes] == ["linear", "layer_norm", "leaky_relu"]
    assert nodes[2].applied.layer.slope == 0.5


def test_an_act_may_itself_have_an_act():
    assert list(rows("input: [4]\nlayers: [{linear: {out: 3, act: {linear: {out: 5, act: relu}}}}]")) == [
        "linear1",
        "linear1/act",
        "linear1/act/act",
    ]


def test_an_act_may_be_a_block():
    text = (
        "input: [4]\nblocks: {twice: {args: {n: required}, layers: [relu, {linear: n}]}}\n"
        "layers: [{linear: {out: 3, act: {twice: 5}}}]"
    )
    assert rows(text) == {"linear1": [3], "linear1/act/relu1": [3], "linear1/act/linear1": [5]}


def test_map_counts_weights_once_and_work_for_every_slice():
    assert totals("input: [3, 4]\nlayers: [{map: [{linear: {out: 5, bias: false}}]}]") == (20, 60)
    assert totals("input: [2, 3, 4]\nlayers: [{map: [{map: [{linear: {out: 5, bias: false}}]}]}]") == (20, 120)


def test_experts_count_parameters_for_all_and_work_for_those_that_run():
    text = "input: [7, 4]\nlayers: [{experts: {count: 8, active: 2, layers: [{linear: {out: 4, bias: false}}]}}]"
    assert totals(text) == (8 * 16, 2 * 7 * 16)
    assert rows(text) == {"experts1/linear1": [7, 4]}


FROZEN = [  # layers on [4] of 20 parameters each, those that are trainable
    ("[{steps: [{linear: 4}, {linear: 4}], trainable: false}]", 0),
    ("[{steps: [{linear: 4}, {linear: 4, trainable: true}], trainable: false}]", 20),
    ("[{residual: [{steps: [{linear: 4}, {linear: 4, trainable: false}], trainable: true}], trainable: false}]", 20),
    ("[{steps: [{residual: [{linear: 4, trainable: false}, {linear: 4}], trainable: true}], trainable: false}]", 20),
    ("[{steps: [{steps: [{linear: 4, trainable: true}], trainable: false}, {linear: 4}], trainable: false}]", 20),
    ("[{parallel: {a: [{linear: 4}], b: [{linear: 4, trainable: true}]}, trainable: false}, add]", 20),
    ("[{each: {count: 3, layers: [{linear: 4, trainable: i == 1}]}}, add]", 20),
    ("[{steps: [{linear: 4, trainable: i > 1}], repeat: 5, trainable: false}]", 60),
    ("[{steps: [{linear: 4, trainable: 1 > 0}, relu], repeat: 5, trainable: false}]", 100),
]


@pytest.mark.parametrize("layers, trainable", FROZEN)
def test_a_freeze_holds_for_all_inside_and_true_thaws(layers, trainable):
    assert report(f"input: [4]\nlayers: {layers}")["totals"]["trainable"] == trainable


SHARED = [  # parameters and multiply-adds: one linear has 20 and 16
    ("[{each: {count: 3, layers: [{linear: 4}]}}, add]", 60, 48),
    ("[{each: {count: 3, shared: true, layers: [{linear: 4}, relu]}}, add]", 20, 48),
    ("[{each: {count: 3, shared: 1 > 5, layers: [{linear: 4}]}}, add]", 60, 48),
    ("[{each: {count: 3, shared: true, layers: [{linear: 4, when: i > 0}, {residual: [{linear: 4}]}]}}, add]", 40, 80),
    ("[{each: {count: 2, shared: true, layers: [{linear: 4, repeat: 5}]}}, add]", 100, 160),
    ("[{each: {count: 2, layers: [{linear: 4}]}, name: a}, {each: [{linear: 4}], share: a}, add]", 40, 64),
    ("[{each: {count: 2, layers: [{linear: 4}]}, name: a}, {each: [{linear: 4, share: a/0/linear1}]}, add]", 40, 64),
]


@pytest.mark.parametrize("layers, parameters, macs", SHARED)
def test_each_run_has_weights_of_its_own_or_all_share(layers, parameters, macs):
    assert totals(f"input: [4]\nlayers: {layers}") == (parameters, macs)


def test_paths_of_lists_of_steps():
    layers = (
        "[{steps: [relu], repeat: 2}, {each: {count: 2, layers: [relu]}}, add,"
        " {residual: {layers: [relu], shortcut: [relu]}, name: r}]"
    )
    assert list(rows(f"input: [4]\nlayers: {layers}")) == [
        "steps1/0/relu1", "steps1/1/relu1", "each1/0/relu1", "each1/1/relu1", "add1",
        "r/relu1", "r/shortcut/relu1", "r/add",
    ]  # fmt: skip


def test_a_tensor_of_several_goes_into_a_block():
    text = """
input: [4]
blocks: {join: {args: {other: tensor}, layers: [{concat: [prev, other]}]}}
layers:
  - each: {count: 3, layers: [{linear: i + 1}]}
    name: e
  - steps: [{join: {other: "e[i + 1]"}}]
    from: e[0]
    repeat: 2
"""
    assert outputs(text) == [[6]]


def test_trainable_and_row():
    text = "input: [4]\nlayers: [{linear: 3, trainable: false}, {residual: [{linear: 3}], row: false}]"
    found = report(text)
    assert (found["totals"]["params"], found["totals"]["trainable"]) == (15 + 12, 12)
    assert [row["row"] for row in found["layers"]] == [True, False, False]


def test_custom_counts_what_it_says():
    assert totals("input: [4]\nlayers: [{custom: {out: [3], params: 10, macs: 20}, repeat: 2}]") == (20, 40)


CACHED = """input: [6, 8]
layers:
  - {linear: 8, name: x, cache: true}
  - {linear: 8, name: y, cache: false}
  - {steps: [relu, sigmoid], name: z, cache: "x[0] == 6", repeat: 6}
  - {map: [tanh], name: m}
  - {linear: 8, cache: true, when: false}
"""


@pytest.mark.parametrize("whole", [lambda net: net, unrolled], ids=["kept", "unrolled"])
def test_what_is_cached_is_the_tensor_that_a_step_gives(whole):
    """Each repetition's, wherever it is read; not what a step that is left out passes on."""
    net = whole(network(CACHED))
    given = {node.path for node in net.kept if node.outputs[0].cached}
    assert {"x", "z/0/sigmoid1"} <= given <= {"x", *(f"z/{i}/sigmoid1" for i in range(6))}
    assert whole is not unrolled or len(given) == 7
    assert [tensor.cached for node in net.kept if node.type == "tanh" for tensor in node.inputs] == [True]
    assert not any(tensor.cached for tensor in net.outputs)


def test_cache_is_true_or_false():
    assert said("input: [6, 8]\nlayers: [{linear: 4, cache: 20}]") == ["cache takes true or false, not 20"]
