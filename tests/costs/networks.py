"""Specs as text, loaded."""

from __future__ import annotations

from archcalc.building.load import load_network
from archcalc.errors import Source
from archcalc.graph.network import Network
from archcalc.meter import MAX_WORK
from archcalc.sources.source import Located


def network_of(text: str, max_work: int = MAX_WORK) -> Network:
    return load_network(Located(Source("net.yaml", text), None), max_work=max_work)
