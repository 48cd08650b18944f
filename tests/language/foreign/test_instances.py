"""Somebody writes a layer in Keras's or PyTorch's words, and does what the errors say: the figures are the framework's.

recorded.json has what the frameworks themselves give; record.py writes it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from archcalc import Spec, api

from .follow import followed, problems_of, spec, written
from .record import PATH

RECORDED = json.loads(PATH.read_text(encoding="utf-8"))
INSTANCES = [
    (title, framework, layout, *instance)
    for framework, title, layout in (("pytorch", "PyTorch", "CHW"), ("keras", "Keras", "HWC"))
    for instance in RECORDED[framework]["instances"]
]
COUNTER = 1  # PyTorch's batch_norm counts the batches it has seen, Keras's does not


def name_of(instance: Any) -> str:
    title, _, _, name, arguments, *_ = instance
    return f"{title} {name} {' '.join(f'{key}={value}' for key, value in arguments.items())}"


@pytest.mark.sampled(4)
@pytest.mark.parametrize("instance", INSTANCES, ids=name_of)
def test_what_is_said_leads_to_the_figures_of_the_framework(instance: Any) -> None:
    title, framework, layout, name, arguments, inputs, params, output = instance
    integers = name.startswith("Embedding") or name == "ReversibleEmbedding"
    said = problems_of(spec([written(name, arguments)], inputs, layout, integers))
    assert said, f"{name} is read as it stands"
    steps = followed(name, arguments, said, title)
    report = api.report(Spec.from_text(spec(steps, inputs, layout, integers)))
    counted = report["totals"]["params"]
    if framework == "keras" and report["totals"]["buffers"]:
        counted += report["totals"]["buffers"] - COUNTER
    assert (counted, [*report["outputs"][0]]) == (params, output), steps
