"""Names and paths: what a step is called, and from where it is seen."""

from __future__ import annotations

import pytest
from loading import diagnostics, marked, outputs, rows, said

TWICE = "input: [4]\nlayers: [{%s}]"
PATHS = [
    ("[relu, {linear: 3}, relu]", ["relu1", "linear1", "relu2"]),
    ("[{relu: , name: a}, relu]", ["a", "relu2"]),  # the number counts every step of the type
    ("[{relu: , when: 1 > 2}, relu]", ["relu1"]),  # what is left out takes no number
    ("[{relu: , repeat: 0}, {relu: , name: a, when: false}, relu]", ["relu1"]),
    ("[{relu: , name: a}, {relu: , name: b, when: false}, relu]", ["a", "relu2"]),
    ("[{relu: , name: a, when: false}, {relu: , name: relu2}, relu]", ["relu2", "relu3"]),  # not the named one's path
    ("[relu6, {relu: , name: relu6_2}, {from: prev}, {relu: , repeat: 1}]", ["relu6_1", "relu6_2", "relu2/0"]),
    ("[{linear: {out: 3, norm: layer_norm, act: relu}, name: stem}]", ["stem", "stem/norm", "stem/act"]),
    ("[{linear: {out: 3, act: {leaky_relu: 0.2}}}]", ["linear1", "linear1/act"]),
    ("[{relu: , repeat: 2}, {relu: , repeat: 1}]", ["relu1/0", "relu1/1", "relu2/0"]),
    ("[{residual: [relu]}]", ["residual1/relu1", "residual1/add"]),
    ("[{residual: [relu], name: r, repeat: 1}]", ["r/0/relu1", "r/0/add"]),
    ("[{parallel: {a: [relu], b: []}}, add]", ["parallel1/a/relu1", "add1"]),
    ("[{map: [relu]}]", ["map1/relu1"]),
    ("[{experts: {count: 2, active: 1, layers: [relu]}}]", ["experts1/relu1"]),
    ("[{split: {parts: 2}, name: [a, b]}, add]", ["split1", "add1"]),
    ("[{name: start}, relu]", ["relu1"]),
]


@pytest.mark.parametrize("layers, paths", PATHS)
def test_paths(layers, paths):
    assert list(rows(f"input: [4]\nlayers: {layers}")) == paths


REACHED = [  # what is read, from a chain of widths 4 -> 1, 2, 3 ...
    ("[{linear: 1, name: a}, {linear: 2}, {add: [a, prev]}]", [[2]]),
    ("[{linear: 1}, {linear: 2}, {add: [linear1, prev]}]", [[2]]),
    ("[{linear: 1, name: a}, {residual: [{linear: 3}, {linear: 1}]}, {concat: [a, prev, input]}]", [[6]]),
    ("[{linear: 4, name: a}, {parallel: {x: [{add: [a, prev]}], y: []}}, concat]", [[8]]),
    ("[{parallel: {x: [{linear: 1}], y: [{linear: 2}]}}, concat, {concat: [parallel1/y, prev]}]", [[5]]),
    ("[{parallel: {x: [{linear: 1}], y: [{linear: 2, name: z}]}}, concat, {concat: [parallel1/y/z, prev]}]", [[5]]),
    ("[{linear: 'i+1', repeat: 3, name: s}, {concat: ['s/*']}]", [[6]]),
    ("[{linear: 'i+1', repeat: 3, name: s}, {concat: [s/0, s]}]", [[4]]),  # the name is the last output
    ("[{parallel: {x: [{linear: 1}], y: [{linear: 2}]}, name: p}, {concat: [p, input]}]", [[7]]),  # all, in order
    ("[{split: {sizes: [1, 3]}, name: [a, b]}, {concat: [b, b, a]}]", [[7]]),
    ("[{split: {sizes: [1, 3]}, name: both}, {concat: [both, both]}]", [[8]]),
    ("[{linear: 3}, {from: input, name: b}, {linear: 2}, {concat: [linear1, prev]}]", [[5]]),
    ("[{linear: 'i+1', repeat: 4, when: i != 1, name: s}, {concat: ['s/*']}]", [[8]]),
    ("[{linear: 1, name: a, when: 1 > 2}, {concat: [a, prev]}]", [[8]]),  # names what prev stays
    ("[{linear: 1, name: a, repeat: 0}, {concat: [a, prev]}]", [[8]]),
    ("[{name: a}, {linear: 3, name: c}, {linear: 1, from: a, name: b, when: false}, {concat: [b, prev]}]", [[8]]),
    ("[{name: a}, {linear: 3, name: c}, {linear: 1, from: a, name: b, repeat: 0}, {concat: [b, prev]}]", [[8]]),
    ("[{name: a}, {linear: 3, name: c}, {linear: 1, from: a, repeat: 2, when: i > 5}]", [[4]]),
    ("[{name: a}, {linear: 3, name: b}, {linear: 2, name: c}, {concat: [a, b], when: false}]", [[4], [3]]),
    ("[{name: a}, {linear: 3}, {concat: [a, prev], when: false}]", [[3]]),  # nothing to merge: prev goes on
    ("[{linear: 3, name: c}, {residual: [relu], from: input, when: false}]", [[4]]),
    ("[{linear: 3, name: c}, {parallel: {x: [relu], y: []}, from: input, when: false}]", [[4]]),
]


@pytest.mark.parametrize("layers, expected", REACHED)
def test_what_a_name_reaches(layers, expected):
    assert outputs(f"input: [4]\nlayers: {layers}") == expected


DIGITS = """
input: [4]
blocks:
  a1: {layers: [relu]}
  a1_: {layers: [relu]}
  a: {layers: [relu]}
layers: [%s]
"""


def test_no_two_automatic_paths_meet():
    steps = [*["a1"] * 12, *["a1_"] * 12, *["a"] * 130, "relu6", *["relu"] * 70]
    network = rows(DIGITS % ", ".join(steps))
    assert len(set(network)) == len(network) == len(steps)
    assert next(iter(network)) == "a1_1/relu1"


def test_an_input_keeps_its_name():
    text = "input: {relu1: [4], b: [4]}\nlayers: [{relu: , from: relu1}, {concat: [relu1, b, prev]}]"
    assert list(rows(text)) == ["relu2", "concat1"]  # relu1 names the input, so no layer takes it
    assert outputs(text) == [[12]]


STACK = """
input: [4]
vars: {n: 3}
blocks:
  b:
    args: {k: required}
    layers:
      - {linear: k+1, name: skip, when: k != 1}
      - linear: 4
layers:
  - {b: i, repeat: n, name: stack}
  - concat: ["stack/*/skip"]
"""


def test_a_star_passes_over_what_when_left_out():
    assert outputs(STACK) == [[4]]  # widths 1 and 3; the one of repetition 1 is left out


def test_a_merge_with_a_star_may_find_one_tensor_and_passes_it_on():
    assert outputs(STACK, settings={"n": "2"}) == [[1]]
    assert "concat1" not in rows(STACK, settings={"n": "2"})


def test_a_star_that_finds_nothing_is_an_error():
    text = STACK.replace("when: k != 1", "when: k > 9")
    assert said(text)[0].startswith("no tensor matches 'stack/*/skip'")


WRONG = [
    ("[{relu: , name: a}, {tanh: , name: a}]", "two steps are called 'a' | first in line 3"),
    (
        "[{relu: , name: '0'}]",
        "a step may not be called '0': in a path a number counts repetitions | begin it with a letter, as n0",
    ),
    (
        "[{parallel: {0: [], 1: []}}, add]",
        "a branch may not be called '0': in a path a number counts repetitions | begin it with a letter, as n0",
    ),
    ("[{relu: , name: relu6_1}, relu6]", "'relu6_1' is the path of the step in line 3"),
    ("[{relu: , name: relu2}, relu]", "'relu2' is the path of the step in line 3"),
    ("[{tanh: , name: split1}, {split: {parts: 2}, name: [a, b]}, add]", "'split1' is the path of the step in line 3"),
    ("[{residual: [{relu: , name: add}]}]", "'add' is the path of the residual's own addition"),
    ("[{relu: , name: prev}]", "a step may not be called 'prev': the word is reserved"),
    ("[{relu: , name: repeat}]", "a step may not be called 'repeat': the word is reserved"),
    ("[{relu: , name: i}]", "a step may not be called 'i': the word is reserved"),
    ("[{relu: , name: a b}]", "'a b' is not a name | a name has no space, comma, slash, star or bracket"),
    ("[{relu: , name: a/b}]", "'a/b' is not a name | a name has no space, comma, slash, star or bracket"),
    ("[{relu: , name: []}]", "name is an empty list: give each output its name"),
    ("[{split: {parts: 2}, name: [a]}, add]", "split gives 2 tensors, name lists 1"),
    ("[{split: {parts: 2}, name: [a, a]}, add]", "a step's outputs need names that differ"),
    ("[{parallel: {input: []}}]", "a branch may not be called 'input': the word is reserved"),
    (
        "[{relu: , from: b}, {tanh: , name: b}]",
        "no tensor 'b' here | a step sees the names of the steps before it, in its list and in those around it",
    ),
    ("[{relu: , name: abc}, {tanh: , from: abd}]", "no tensor 'abd' here | did you mean 'abc'?"),
    (
        "[{residual: [{relu: , name: b}]}, {add: [b, prev]}]",
        "no tensor 'b' here; inside 'residual1' there is residual1/b",
    ),
    ("[{relu: , share: prev}]", "share takes the name or path of one step, not 'prev'"),
]


@pytest.mark.parametrize("layers, message", WRONG)
def test_wrong_names(layers, message):
    assert said(f"input: [4]\nlayers: {layers}")[0] == message


def test_a_name_inside_a_block_is_told_with_its_paths():
    text = (
        "input: [4]\nblocks: {b: {layers: [{relu: , name: skip}]}}\nlayers:\n"
        "- {b: , repeat: 30, name: stack}\n- add: [prev, skip]\n"
    )
    (found,) = diagnostics(text)
    assert found.message == "no tensor 'skip' here; inside 'stack' there are stack/0/skip ... stack/29/skip"
    assert marked(found) == "skip"


def test_a_slice_is_not_read_from_outside():
    text = "input: [3, 4]\nlayers: [{map: [{relu: , name: a}, tanh]}, {add: [map1/a, prev]}]"
    assert said(text)[0].startswith("'map1/a' is inside 'map1'")
