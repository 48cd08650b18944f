"""Recurrent layers, their cells, and wrappers: RNN, Bidirectional, TimeDistributed.

A cell is one step of its layer, so RNN of cells that are stacked is their layers one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archcalc.importers.graphs.graph import Value
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.keras.call import Call, Place, Told, rule
from archcalc.importers.keras.convolutions import bias, window
from archcalc.importers.keras.language import MODELS, Layer, Said
from archcalc.layers.base import Arguments

WORDS = {
    "LSTM": "lstm", "CuDNNLSTM": "lstm", "LSTMCell": "lstm", "GRU": "gru", "CuDNNGRU": "gru", "GRUCell": "gru",
    "SimpleRNN": "rnn", "SimpleRNNCell": "rnn",
}  # fmt: skip
MERGED = {"concat", "sum", "mul", "ave", None}


def recurrence(layer: Layer) -> tuple[str, Arguments]:
    """The layer here and its arguments, without what it returns."""
    word = WORDS[layer.kind]
    units = layer.get("units")
    if type(units) is not int:
        raise Unreadable(f"{layer.kind} with units {str(units)[:40]}")
    reset = word == "gru" and (layer.get("reset_after", False) or layer.kind.startswith("CuDNN"))
    double = reset or layer.kind == "CuDNNLSTM"
    biased = layer.get("use_bias", True) is not False
    return word, {"hidden": units, **({} if double else {"biases": 1}), **({} if biased else {"bias": False})}


def alone(call: Call) -> None:
    if call.lead:
        raise Unreadable(f"{call.layer.title} in TimeDistributed")


@rule("LSTM GRU SimpleRNN CuDNNLSTM CuDNNGRU")
def recurrent(call: Call) -> Any:
    alone(call)
    word, arguments = recurrence(call.layer)
    return run(call, word, arguments, bool(call.get("return_sequences")), bool(call.get("return_state")))


def run(call: Call, word: str, arguments: Arguments, sequences: bool, states: bool) -> Any:
    """A recurrent layer on a sequence, from first states if it reads some."""
    x, *given = call.inputs
    initial = call.kwargs.get("initial_state")
    given += [one for one in (initial if isinstance(initial, list) else [initial]) if isinstance(one, Value)]
    first = [call.add("unsqueeze", {"axis": 0}, one) for one in given[: 2 if word == "lstm" else 1]]
    said = {**arguments, **({} if sequences else {"return": "last"}), **({"states": True} if states or first else {})}
    node = call.node(word, said, x, *first)
    if not states:
        return node.outputs[0]
    return [node.outputs[0], *(call.add("squeeze", {"axis": 0}, one) for one in node.outputs[1:])]


@rule("ConvLSTM1D ConvLSTM2D ConvLSTM3D")
def conv_lstm(call: Call) -> Value:
    """Strides and padding are those of the convolution of the frame."""
    alone(call)
    rank = next(int(sign) for sign in call.layer.kind if sign.isdigit())
    given = window(call, rank)
    if "dilation" in given or call.get("return_state") or len(call.inputs) > 1:
        raise Unreadable(f"{call.layer.kind} with a dilation or with states")
    padding = given.pop("padding", 0)
    arguments: Arguments = {"out": call.number("filters"), **given, **bias(call)}
    arguments |= {} if padding == "same" else {"padding": padding}
    arguments |= {} if call.get("return_sequences") else {"return": "last"}
    if call.first(rank) != (call.network.graph.layout == "CHW"):
        raise Unreadable(f"{call.layer.kind} with channels elsewhere than in the file")
    return call.add("conv_lstm", arguments, call.x)


# Cells


def cells_of(call: Call) -> list[Layer]:
    cell = Layer(call.get("cell"))
    said = cell.get("cells") if cell.kind == "StackedRNNCells" else None
    found = [Layer(one) for one in said] if isinstance(said, list) and said else [cell]
    for one in found:
        if one.kind not in WORDS:
            raise Unreadable(f"RNN of {one.title}")
    return found


@rule("RNN")
def of_cells(call: Call) -> Any:
    alone(call)
    cells = cells_of(call)
    if call.get("return_state") and len(cells) > 1:
        raise Unreadable("RNN of several cells that gives their states")
    for number, cell in enumerate(cells):
        word, arguments = recurrence(cell)
        last = number == len(cells) - 1
        sequences = bool(call.get("return_sequences")) if last else True
        found = run(call, word, arguments, sequences, bool(call.get("return_state")))
        call.args = [found]
    return found


@rule("LSTMCell GRUCell SimpleRNNCell")
def one_step(call: Call) -> Any:
    """A cell by itself, on a sequence of one."""
    alone(call)
    word, arguments = recurrence(call.layer)
    x, *given = call.inputs
    states = [*given, *(one for one in call.kwargs.values() for one in (one if isinstance(one, list) else [one]))]
    first = [call.add("unsqueeze", {"axis": 0}, one) for one in states if isinstance(one, Value)]
    said = {**arguments, "return": "last", "states": True}
    node = call.node(word, said, call.add("unsqueeze", {"axis": 0}, x), *first)
    return [node.outputs[0], *(call.add("squeeze", {"axis": 0}, one) for one in node.outputs[1:])]


# Wrappers


@rule("Bidirectional")
def bidirectional(call: Call) -> Any:
    """One layer of both directions where these are alike, and what merges them; else a layer for each."""
    alone(call)
    mode = call.layer.get("merge_mode", "concat")
    if mode not in MERGED:
        raise Unreadable(f"Bidirectional with merge_mode {str(mode)[:40]}")
    forward = Layer(call.get("layer"))
    said = call.get("backward_layer")
    backward = Layer(said) if isinstance(said, Mapping) else forward
    states = bool(forward.get("return_state"))
    if forward.kind in WORDS and not states and recurrence(forward) == recurrence(backward) and len(call.inputs) == 1:
        word, arguments = recurrence(forward)
        y = run(call, word, {**arguments, "bidirectional": True}, bool(forward.get("return_sequences")), False)
        return y if mode == "concat" else merge(call, mode, call.node("split", {"parts": 2, "axis": -1}, y).outputs)
    given = call.inputs[1:]
    half = len(given) // 2
    found = []
    for number, layer in enumerate((forward, backward)):
        own = [call.inputs[0], *given[number * half : (number + 1) * half]]
        one = call.inside(layer, Said([own], {}), "backward" if number else "forward")
        found.append(one if isinstance(one, list) else [one])
    merged = merge(call, mode, [found[0][0], found[1][0]])
    return [*(merged if isinstance(merged, list) else [merged]), *found[0][1:], *found[1][1:]] if states else merged


def merge(call: Call, mode: Any, sides: list[Value]) -> Any:
    """What both directions give as one tensor, or each by itself."""
    if mode is None:
        return sides
    if mode == "concat":
        return call.add("concat", {"axis": -1}, *sides)
    if mode == "ave":
        call.network.graph.drop("division by the number of what is averaged")
    return call.add("mul" if mode == "mul" else "add", {}, *sides)


ALONE = frozenset((*WORDS, "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "RepeatVector", "Conv3D"))
"""Classes that do not run along more axes than their own."""
MOST_SLICES = 1000


def runs_alone(layer: Layer) -> bool:
    """Whether a layer, or one of a model, has to run on each slice by itself."""
    todo = [layer]
    while todo:
        one = todo.pop()
        if one.kind in ALONE:
            return True
        held = one.config if isinstance(one.config, list) else one.get("layers") if one.kind in MODELS else None
        todo += [Layer(inside) for inside in held or ()]
    return False


def each_slice(call: Call, inner: Layer) -> Value:
    """A layer on each slice of an axis, with the same weights, and what they give side by side."""
    x, axis = call.x, call.lead
    if len(call.inputs) > 1 or x.shape[axis] > MOST_SLICES:
        raise Unreadable(f"TimeDistributed around {inner.title} of several tensors, or {x.shape[axis]:,} times")
    place = Place(call.place.modules, call.key, call.frozen, call.lead)
    found = []
    for index in range(x.shape[axis]):
        one = call.add("select", {"index": index, **({"axis": axis} if axis else {})}, x)
        found.append(call.network.run(inner, Said([one], {}), place, index)[0])
    if any(one is None for one in found):
        raise Told
    if len(found) == 1:
        return call.add("unsqueeze", {"axis": axis}, found[0])
    return call.add("stack", {"axis": axis}, *found)


@rule("TimeDistributed")
def time_distributed(call: Call) -> Any:
    """The layer inside, along one more axis in front."""
    inner = Layer(call.get("layer"))
    if runs_alone(inner):
        return each_slice(call, inner)
    place = Place(call.place.modules, call.key, call.frozen, call.lead + 1)
    if inner.kind in MODELS:
        return call.network.run(inner, Said(call.args, call.kwargs), place, 0)
    found = call.network.run(inner, Said(call.args, {}), place, 0)
    return found[0] if len(found) == 1 else found
