"""Sections that read several tensors, or others than what comes directly before."""

from __future__ import annotations

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.darknet.network import Network, rule
from archcalc.importers.darknet.sections import Section
from archcalc.importers.graphs.graph import Value


@rule("route")
def route(network: Network, section: Section) -> Value:
    """One tensor as it is, or several joined; with ``groups`` one part of the channels of each."""
    read = [network.at(index, section, "layers") for index in section.numbers_of("layers")]
    parts = section.number_of("groups", 1)
    if parts > 1:
        read = [part(network, value, parts, section.number_of("group_id")) for value in read]
    if len(read) == 1:
        return read[0]
    return network.add("concat", [network.as_image(value) for value in read], {"axis": "channels"})


def part(network: Network, value: Value, parts: int, number: int) -> Value:
    size = value.shape[0] // parts
    if not 0 <= number < parts or size < 1:
        section = network.current
        message = f"group_id of {section.place} is {number}, of {parts} groups of {value.shape[0]} channels"
        raise SpecError(Diagnostic(message, section.options["groups"][1], help="they count from 0"))
    return network.add("slice", [value], {"axis": "channels", "start": size * number, "stop": size * (number + 1)})


@rule("shortcut")
def shortcut(network: Network, section: Section) -> Value:
    """The sum has the size of what comes directly before: others lose or gain channels, or give every other position.

    With ``weights_type`` each tensor, or each channel of it, is multiplied by a number that is learned.
    """
    others = [network.at(index, section, "from") for index in section.numbers_of("from")]
    read = [network.prev, *(fitted(network, value) for value in others)]
    kind = section.text("weights_type", "none")
    if kind != "none":
        read = [weighed(network, value, kind == "per_channel") for value in read]
    return network.activated(network.add("add", read), section.text("activation", "linear"))


def fitted(network: Network, value: Value) -> Value:
    """A tensor in the size of what comes before, for it to be added to."""
    shape, wanted = value.shape, network.prev.shape
    if len(shape) != 3 or len(wanted) != 3 or shape == wanted:
        return value
    for axis in (1, 2):
        step = value.shape[axis] // wanted[axis] if wanted[axis] else 1
        if step > 1:
            value = network.add("slice", [value], {"axis": axis, "step": step})
        elif value.shape[axis] < wanted[axis]:
            value = network.add("upsample", [value], {"size": [*wanted[1:]]})
            break
    if shape[0] > wanted[0]:
        return network.add("slice", [value], {"axis": "channels", "stop": wanted[0]})
    if shape[0] < wanted[0]:
        return network.add("pad", [value], {"padding": [[0, wanted[0] - shape[0]], 0, 0]})
    return value


def weighed(network: Network, value: Value, each_channel: bool) -> Value:
    shape = [value.shape[0] if each_channel else 1, 1, 1]
    return network.add("mul", [value, network.add("parameter", [], {"shape": shape})])


@rule("scale_channels", "sam")
def scale_channels(network: Network, section: Section) -> Value:
    """Another layer's channels, or all its values, multiplied by what comes before."""
    other = network.at(section.numbers_of("from")[0], section, "from")
    product = network.add("mul", [other, network.image()])
    return network.activated(product, section.text("activation", "linear"))


@rule("shift_channels", "control_channels")
def with_implicit(network: Network, section: Section) -> Value:
    """YOLOR's: what comes before plus, or times, a number a channel that an implicit section holds."""
    other = network.at(section.numbers_of("from")[0], section, "from")
    return network.add("add" if section.type == "shift_channels" else "mul", [network.image(), other])
