"""What each layer reads, by name: in every repetition what the network expanded whole says."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from archcalc.building.load import load_network
from archcalc.errors import Source
from archcalc.graph.network import Network
from archcalc.graph.wires import readings
from archcalc.sources.source import Located

from .networks import as_yaml, few_examples, networks


def loaded(text: str, explained: bool) -> Network:
    return load_network(Located(Source("net.yaml", text), None), explained=explained)


@few_examples
@given(network=networks())
def test_repetitions_read_what_they_would_if_none_were_alike(network: Any) -> None:
    text = as_yaml(network)
    whole = loaded(text, explained=True)
    paths = {id(tensor): node.path for node in whole.kept for tensor in node.outputs}
    found = [reads for *_, reads in readings(loaded(text, explained=False))]
    assert found == [reads for *_, reads in readings(whole)]
    for node, reads in zip(whole.kept, found, strict=True):
        for tensor, name in zip(node.inputs, reads, strict=True):
            if id(tensor) in paths:  # what goes into a map or comes out of it is no output of the layer itself
                assert name.partition("#")[0] == paths[id(tensor)]
            else:
                assert name.partition("#")[0] == (tensor.node.path if tensor.node else next(iter(whole.inputs)))
