"""Which sequence a network makes token by token: the axis of its inputs along which something reads the past."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.costs.sequence import ATTENTION, NotCausal, Trace
from archcalc.graph.network import Network, Node
from archcalc.layers import FAMILY

APART = "give each of the inputs a length of its own, if they are not one sequence"
TOGETHER = "name their length, as vars: {T: 8}"
HELP = "attention is causal with causal: true; recurrent layers, selective_scan, convolutions padded before alone are"


class NoSequence(Exception):
    """There is none, or it is not known which is meant: ``help`` says what would be one, or with ``several`` which."""

    def __init__(self, message: str, help: str, several: bool = False) -> None:
        super().__init__(message)
        self.help, self.several = help, several


class Sequence(NamedTuple):
    """An axis of inputs, by their numbers: those that are as long as one ``variable``, None if it is not named."""

    name: str
    variable: str | None
    axes: dict[int, int]
    trace: Trace

    @property
    def length(self) -> int:
        return self.trace.length


def candidates(network: Network) -> dict[str, tuple[str | None, dict[int, int]]]:
    """The axes that may be meant, by name: the variable that inputs have as a size, or an input and its axis."""
    found: dict[str, tuple[str | None, dict[int, int]]] = {}
    for number, (name, tensor) in enumerate(network.inputs.items()):
        names = network.axis_names.get(name, [])
        for axis in range(len(tensor.shape or ())):
            variable = names[axis] if axis < len(names) else None
            called = variable or (name if len(tensor.shape or ()) == 1 else f"{name}[{axis}]")
            found.setdefault(called, (variable, {}))[1].setdefault(number, axis)
    return found


def find_sequence(network: Network, asked: str | None = None) -> Sequence:
    """The sequence of a network, or the one that is asked for: a variable, an input, or an axis of one.

    Raises NoSequence, and NotCausal where the only one cannot be made token by token.
    """
    known = candidates(network)
    if asked is not None:
        known = meant(network, asked, known)
    found, wrong = [], []
    for name, (variable, axes) in known.items():
        try:
            trace = Trace(network, axes)
        except NotCausal as error:
            if len(axes) > 1:
                error.help = f"{error.help}; or {APART}" if error.help else APART
            wrong.append(error)
            continue
        if trace.causal is not None:
            found.append(Sequence(name, variable, axes, trace))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(one.name for one in found)
        unnamed = "" if any(one.variable for one in found) else f"; or, if they are one, {TOGETHER}"
        raise NoSequence(f"'{network.name}' may make a sequence along {names}: say which", f"{names}{unnamed}", True)
    squares = [error for error in wrong if error.help and error.help.startswith(ATTENTION)]
    if wrong and (asked is not None or squares or any(map(reads_past, network.kept))):
        raise max(squares or wrong, key=lambda error: error.reached)
    raise NoSequence(f"no layer of '{network.name}' is causal: it makes no sequence token by token", HELP)


def reads_past(node: Node) -> bool:
    """Whether a layer reads the past of some sequence, by what it is."""
    layer = node.applied.layer
    recurrent = FAMILY.get(node.type) == "recurrent" and any(layer.cache(*node.applied.inputs))
    return recurrent or bool(getattr(layer, "causal", False))


def meant(
    network: Network, asked: str, known: dict[str, tuple[str | None, dict[int, int]]]
) -> dict[str, tuple[str | None, dict[int, int]]]:
    """The axes that a name asks for."""
    if asked in known:
        return {asked: known[asked]}
    names = [*network.inputs]
    if asked in names:
        number = names.index(asked)
        return {name: one for name, one in known.items() if number in one[1]}
    raise NoSequence(f"'{network.name}' has no sequence '{asked}'", ", ".join(dict.fromkeys([*known, *names])), True)
