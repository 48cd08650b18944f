"""The budget of work: what is charged, where it ends, and what its error says."""

from __future__ import annotations

import pytest

from archcalc.building.load import Shared, load_network
from archcalc.errors import Source, SpecError
from archcalc.meter import ABOUT, METER, Meter, OutOfWork, charge
from archcalc.sources.source import Located

HEAD = "name: net\ninput: [8]\n"


def located(body: str) -> Located:
    return Located(Source("net.yaml", HEAD + body), None)


def units(body: str) -> int:
    meter = load_network(located(body), max_work=10**9).meter
    return meter.most - meter.left


def told(body: str, most: int) -> SpecError:
    with pytest.raises(SpecError) as caught:
        load_network(located(body), max_work=most)
    return caught.value


def test_a_meter_is_out_for_good() -> None:
    meter = Meter(10)
    meter.charge(10)
    for units in (1, 0):
        with pytest.raises(OutOfWork, match="this takes more than 10 units of work"):
            meter.charge(units)


def test_work_outside_of_a_network_is_free() -> None:
    assert METER.get() is None
    charge(10**100)


@pytest.mark.parametrize(
    ("once", "twice", "least"),  # what the second asks for beyond the first takes so many units at least
    [
        ("layers: [relu]", "layers: [relu, relu]", 25 + 5 + 8 + 4),  # a layer, its run, its step, its node
        ("layers: [{relu: , repeat: 10}]", "layers: [{relu: , repeat: 110}]", 100 * 25),
        ("layers: [{relu: , repeat: 10, when: i >= 0}]", "layers: [{relu: , repeat: 110, when: i >= 0}]", 100 * 33),
        ("layers: [{linear: 'len(range(10))'}]", "layers: [{linear: 'len(range(9010))'}]", 9000),
        ("layers: [{linear: 'len([0]*10)'}]", "layers: [{linear: 'len([0]*9010)'}]", 9000),
        ("layers: [{relu: , name: n}]", f"layers: [{{relu: , name: {'n' * 6401}}}]", 2 * 100),  # its path, its row
        ("vars: {a: 1}\nlayers: [{linear: a}]", "vars: {a: b, b: c, c: 1}\nlayers: [{linear: a}]", 2 * 6),
        ("layers: [{lstm: {hidden: 1}}]", "layers: [{lstm: {hidden: 1, layers: 101}}]", 100 * 20),
        ("layers: [{split: {parts: 2}}, add]", "layers: [{split: {parts: 8}}, add]", 6 * 3),
    ],
)
def test_what_is_charged(once: str, twice: str, least: int) -> None:
    if "lstm" in once:
        once, twice = (f"layers: [{{reshape: [4, 2]}}, {body[9:]}" for body in (once, twice))
    assert units(twice) - units(once) >= least


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("layers:\n  - relu\n  - {relu: , repeat: 1000000}\n", 5, 22),  # how often
        ("layers:\n  - relu\n  - {relu: , repeat: 3000, when: i >= 0}\n", 5, 6),
        ("layers:\n  - relu\n  - linear: sum(range(30000))\n", 5, 13),
        (f"layers:\n  - relu\n  - {{{'relu: ' * 1}, from: input, name: {'n' * 9_000_000}}}\n", 1, 1),
        ("layers:\n" + "  - relu\n" * 3000, 894, 5),
    ],
)
def test_the_place_of_what_asks_for_too_much(body: str, line: int, column: int) -> None:
    error = told(body, 20_000)
    (diagnostic,) = error.diagnostics
    assert diagnostic.about == ABOUT
    assert (error.line, error.column) == (line, column)
    assert diagnostic.help == "max_work=N allows more; a unit is about a microsecond"


def test_the_block_calls_that_led_there() -> None:
    blocks = "blocks:\n  b: {args: {n: required}, layers: [{b: {n: n + 1}}]}\nlayers: [{b: {n: 1}}]\n"
    (diagnostic,) = told(blocks, 2_000).diagnostics
    assert {block for block, _ in diagnostic.called_from} == {"b"}


def test_errors_before_are_told_too() -> None:
    told_all = told("layers: [{linear: none_such}, {relu: , repeat: 10**9}]", 20_000).diagnostics
    assert [diagnostic.message for diagnostic in told_all] == [
        "'none_such' is not known here",
        "this takes more than 20,000 units of work",
    ]


def test_variants_of_a_file_share_its_work() -> None:
    """And it is compiled once: the second takes less."""
    body = "vars: {w: 3}\nvariants: {wide: {w: 9}}\nlayers: [{linear: w}, {linear: w, repeat: 100, when: i >= 0}]\n"
    units(body)  # an expression is read once in a process
    alone, shared, spec = units(body), Shared(), located(body)
    first = load_network(spec, shared=shared)
    assert (shared.done, first.kept[0].applied.layer.out) == (alone, 3)
    wide = load_network(spec, variant="wide", shared=shared)
    assert alone < shared.done < 2 * alone
    assert wide.kept[0].applied.layer.out == 9
    with pytest.raises(SpecError, match="units of work"):
        load_network(spec, max_work=shared.done, shared=shared)
