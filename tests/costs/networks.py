"""Specs as text, loaded."""

from __future__ import annotations

from archcalc.building.load import load_network
from archcalc.errors import Source
from archcalc.graph.network import Network
from archcalc.sources.source import Located


def network_of(text: str, max_layers: int = 100_000) -> Network:
    return load_network(Located(Source("net.yaml", text), None), max_layers=max_layers)
