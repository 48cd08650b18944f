"""Sections that keep a state. A network runs for one step of time: what the state was is another input of it."""

from __future__ import annotations

from archcalc.importers.darknet.layers import window
from archcalc.importers.darknet.network import Network, rule
from archcalc.importers.darknet.sections import Section
from archcalc.importers.graphs.graph import Value
from archcalc.layers.base import Arguments


@rule("rnn")
def rnn(network: Network, section: Section) -> Value:
    """Three connected layers: of the input, of the state, and of their sum."""
    out = section.number_of("output", 1)
    hidden = section.number_of("hidden", out)
    vector = network.vector()
    return recurring(network, section, vector, "linear", {"out": hidden}, {"out": out})


@rule("crnn")
def crnn(network: Network, section: Section) -> Value:
    """As rnn, of convolutions. pjreddie's are 3x3, and say neither size nor pad."""
    given: Arguments = {"kernel": 3, "padding": 1}
    if section.has("size", "pad", "padding"):
        section.options.setdefault("size", ("3", section.span))
        given = window(section)
    if section.number_of("groups", 1) > 1:
        given["groups"] = section.number_of("groups")
    out = section.number_of("output", 1)
    hidden = section.number_of("hidden", out)
    return recurring(network, section, network.image(), "conv", {"out": hidden, **given}, {"out": out, **given})


def recurring(network: Network, section: Section, value: Value, type: str, inner: Arguments, outer: Arguments) -> Value:
    def layer(value: Value, given: Arguments) -> Value:
        return network.activated(network.weigh(section, type, value, given), section.text("activation", "logistic"))

    read = layer(value, inner)
    kept = network.add("add", [read, layer(network.state(read.shape), inner)])
    return layer(kept, outer)


@rule("gru")
def gru(network: Network, section: Section) -> Value:
    """Six connected layers, each with a bias, as PyTorch's; with batch_normalize they are written out."""
    out = section.number_of("output", 1)
    size: Arguments = {"out": out}
    vector = network.vector()
    if not section.number_of("batch_normalize"):
        return one_step(network, "gru", vector, out)
    state = network.state((out,))
    gates = [network.add("sigmoid", [both(network, section, "linear", vector, state, size, size)]) for _ in "zr"]
    seen = network.add("mul", [gates[1], state])
    new = network.add("tanh", [both(network, section, "linear", vector, seen, size, size)])
    change = network.add("mul", [gates[0], network.add("sub", [state, new])])
    return network.add("add", [new, change])


@rule("lstm")
def lstm(network: Network, section: Section) -> Value:
    """Eight connected layers, each with a bias, as PyTorch's; with batch_normalize they are written out."""
    out = section.number_of("output", 1)
    size: Arguments = {"out": out}
    vector = network.vector()
    if not section.number_of("batch_normalize"):
        return one_step(network, "lstm", vector, out)
    return gated(network, section, "linear", vector, size, size)


@rule("conv_lstm")
def conv_lstm(network: Network, section: Section) -> Value:
    """As lstm, of convolutions; those of the state have no stride. With ``peephole`` the gates see the cell too."""
    section.options.setdefault("size", ("3", section.span))
    given: Arguments = {"out": section.number_of("output", 1), **window(section)}
    state: Arguments = {"out": given["out"], **window(section, (1, 1))}
    if section.number_of("groups", 1) > 1:
        given["groups"] = state["groups"] = section.number_of("groups")
    if section.number_of("bottleneck"):
        return network.not_known(f"{section.type} with bottleneck", section)
    return gated(network, section, "conv", network.image(), given, state)


def one_step(network: Network, type: str, vector: Value, out: int) -> Value:
    sequence = network.add("unsqueeze", [vector], {"axis": 0})
    return network.add(type, [sequence], {"hidden": out, "return": "last"})


def gated(network: Network, section: Section, type: str, value: Value, given: Arguments, state: Arguments) -> Value:
    """The gates f, i and o and the new value g; the cell is f * cell + i * g.

    With ``peephole`` f and i see the cell of before, o the new one, by weights of their own.
    """

    def seen(sum: Value, cell: Value) -> Value:
        if not section.number_of("peephole"):
            return sum
        return network.add("add", [sum, network.weigh(section, type, cell, state)])

    probe = network.probe(type, [value], given)
    kept, cell = network.state(probe), network.state(probe)
    sums = [both(network, section, type, value, kept, given, state) for _ in "figo"]
    forget, read = (network.add("sigmoid", [seen(one, cell)]) for one in sums[:2])
    new = network.add("mul", [read, network.add("tanh", [sums[2]])])
    now = network.add("add", [network.add("mul", [forget, cell]), new])
    give = network.add("sigmoid", [seen(sums[3], now)])
    return network.add("mul", [give, network.add("tanh", [now])])


def both(
    network: Network, section: Section, type: str, value: Value, state: Value, given: Arguments, other: Arguments
) -> Value:
    """Weights of the input and of the state, added."""
    read = network.weigh(section, type, value, given)
    return network.add("add", [read, network.weigh(section, type, state, other)])
