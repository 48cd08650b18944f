"""A process may load specs as often as it likes, from as many threads as it likes: nothing stays or is mixed up."""

from __future__ import annotations

import gc
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import archcalc
from archcalc.building.load import load_network
from archcalc.errors import Source
from archcalc.graph.repetition import unrolled
from archcalc.sources.source import Located

SPEC = """
name: net
input: [3, 32, 32]
vars: {width: 16, depth: 1if width > 8 else 2, table: [{out: width}, {out: 2*width}]}
blocks:
  twice:
    input: [C, H, W]
    args: {out: required, bias: false}
    layers:
      - conv: {out: out, kernel: 3, padding: same, bias: bias, norm: batch_norm, act: {leaky_relu: 0.2}}
      - residual:
          - conv: {out: out, kernel: 1, groups: "min(C, 1)"}
layers:
  - conv: {kernel: 3, padding: 1}
    repeat: table
  - twice: {out: 2*width}
    repeat: 3 + depth
  - parallel:
      a: [max_pool: 2]
      b: [{conv: {out: width, kernel: 2, stride: 2}}]
  - concat
  - map: [linear: width]
    when: prev[0] > 1
  - flatten
  - linear: 10
    expect: [10]
"""
BROKEN = SPEC.replace("linear: 10", "linear: 10 + * width").replace("max_pool: 2", "max_pool: widht")


def load(text: str) -> Any:
    """Everything that a load gives, as plain data; of a spec in error what is said of it."""
    try:
        network = load_network(Located(Source("net.yaml", text), None))
    except archcalc.SpecError as error:
        return str(error)
    return [(node.path, [tensor.shape for tensor in node.outputs]) for node in unrolled(network).kept]


def test_what_is_loaded_is_what_is_meant() -> None:
    assert len(load(SPEC)) == 28
    assert load(BROKEN).count("\n") == 1


def objects_after(times: int) -> int:
    """How many objects live after so many loads, of a good spec and of a broken one."""
    for _ in range(times // 2):
        load(SPEC)
        load(BROKEN)
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.parametrize("times", [100, pytest.param(10_000, marks=pytest.mark.slow)])
def test_loads_leave_nothing_behind(times: int) -> None:
    before = objects_after(20)
    assert objects_after(times) - before < 20


@pytest.mark.slow
def test_new_texts_leave_a_bounded_number_of_expressions() -> None:
    from archcalc.language.expressions import CACHED, _formulas

    for width in range(CACHED + 100):
        load(f"name: net\ninput: [3]\nlayers:\n  - linear: {width} + 1\n")
    assert len(_formulas) <= CACHED


def linear(width: int) -> Any:
    return load(f"name: net\ninput: [3]\nlayers:\n  - linear: {width}if 1 else 2\n")


@pytest.mark.parametrize("times", [400, pytest.param(10_000, marks=pytest.mark.slow)])
def test_threads_give_what_one_gives(times: int) -> None:
    alone = [load(SPEC), load(BROKEN)]
    filters, interval = list(warnings.filters), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(load, [SPEC, BROKEN] * (times // 20)))
            new = list(pool.map(linear, range(1, times)))  # Python parses each, and would warn of each
    finally:
        sys.setswitchinterval(interval)
    assert found == alone * (times // 20)
    assert new == [[("linear1", [(width,)])] for width in range(1, times)]
    assert warnings.filters == filters


FIRST_USE = """
import sys, threading, json
sys.setswitchinterval(1e-6)
import archcalc
found, barrier = [], threading.Barrier(8)
def work():
    barrier.wait()
    try:
        found.append(archcalc.report("resnet18")["totals"]["params"])
    except BaseException as error:
        found.append(repr(error))
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps(found))
"""


def test_threads_may_be_the_first_to_use_it() -> None:
    """Rooms and layer families are imported when they are first needed: here by eight threads at once."""
    done = subprocess.run([sys.executable, "-c", FIRST_USE], capture_output=True, text=True, check=True)
    assert done.stdout.split("[")[1].split("]")[0].split(", ") == ["11689512"] * 8
