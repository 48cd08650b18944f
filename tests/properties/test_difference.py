"""``diff A A`` is empty, and ``diff B A`` is ``diff A B`` turned round, to the last number.

tests/difference/test_difference.py holds the costs of changes over chosen pairs and small random networks; here it is
the whole of archcalc.diff/1, and shipped specs in which something was changed too.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language.structure import as_data

from archcalc.difference.difference import build_difference
from archcalc.errors import SpecError
from archcalc.sources.source import locate

from .networks import as_yaml, few_examples, networks
from .reports import ALL_SPECS, LARGE, SPECS, report_of, shipped_report

KINDS = ("number", "remove", "rename")
PAIRS = [
    pytest.param(*pair, marks=() if place % 4 == 0 else pytest.mark.slow) for place, pair in enumerate(pairwise(SPECS))
]
CHANGES = [
    pytest.param(name, kind, marks=() if kind == KINDS[place % 3] and name not in LARGE else pytest.mark.slow)
    for place, name in enumerate(SPECS)
    for kind in KINDS
]
TURNED = {"added": "removed", "removed": "added", "changed": "changed"}


def turned(difference: dict[str, Any]) -> dict[str, Any]:
    """The two sides exchanged everywhere, and every difference negated."""
    return {
        **exchanged(difference),
        "totals": {key: turned_total(one) for key, one in difference["totals"].items()},
        "changes": [
            {
                **exchanged(one),
                "kind": TURNED[one["kind"]],
                "arguments": {name: exchanged(pair) for name, pair in one["arguments"].items()},
                "change": {key: -value for key, value in one["change"].items()},
            }
            for one in difference["changes"]
        ],
        "renamed": [exchanged(one) for one in difference["renamed"]],
        "peaks": {
            key: {**exchanged(one), "change": -one["change"], "old_at": one["new_at"], "new_at": one["old_at"]}
            for key, one in difference["peaks"].items()
        },
        "training": {key: turned_total(one) for key, one in difference["training"].items()},
        **{key: turned_total(difference[key]) for key in ("kv_cache",) if key in difference},
        "receptive_field": turned_field(difference["receptive_field"]),
    }


def turned_total(one: dict[str, Any]) -> dict[str, Any]:
    return {**exchanged(one), "change": -one["change"]}


def turned_field(one: dict[str, Any]) -> dict[str, Any]:
    return {**exchanged(one), "change": None if one["change"] is None else -one["change"]}


def exchanged(sides: dict[str, Any]) -> dict[str, Any]:
    return {**sides, "old": sides["new"], "new": sides["old"]}


def without_order(difference: dict[str, Any]) -> dict[str, Any]:
    """Changes and renamings in no order, and without the names that one side gives them: ``path`` and ``because`` are
    paths of the new network where it has the layer."""
    changes = [
        {key: value for key, value in one.items() if key not in ("path", "because")} for one in difference["changes"]
    ]
    return {
        **difference,
        "changes": sorted(changes, key=as_text),
        "renamed": sorted(difference["renamed"], key=as_text),
    }


def as_text(data: dict[str, Any]) -> str:
    return json.dumps(data, sort_keys=True)


def hold(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = build_difference(one, other), build_difference(other, one)
    assert without_order(back) == without_order(turned(there))


def changed(spec: dict[str, Any], kind: str, random: Random) -> Iterator[dict[str, Any]]:
    """The spec with one change of a kind at a random place; whether it still fits is another matter."""
    while True:
        found = copy.deepcopy(spec)
        lists = [*steps_of(found)]
        steps = random.choice(lists)
        place = random.randrange(len(steps))
        step = steps[place]
        if kind == "remove":
            del steps[place]
        elif kind == "rename":
            steps[place] = {**({step: None} if isinstance(step, str) else step), "name": "renamed_here"}
        else:
            numbers = [*numbers_in(step)]
            if numbers:
                holder, key = random.choice(numbers)
                holder[key] = random.choice([holder[key] + 1, 2 * holder[key]])
        yield found


def steps_of(value: Any) -> Iterator[list[Any]]:
    """Every list of steps, those of blocks and of nested steps too."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "layers" and item:
                yield item
            yield from steps_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from steps_of(item)


def numbers_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Where a whole number stands in a value: what holds it, and its key or place there."""
    if isinstance(value, (dict, list)):
        for key, item in [*value.items()] if isinstance(value, dict) else [*enumerate(value)]:
            if type(item) is int:
                yield value, key
            yield from numbers_in(item)


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", ALL_SPECS)
def test_a_spec_and_itself_have_no_difference(name: str) -> None:
    one, other = shipped_report(name), shipped_report(name)
    difference = build_difference(one, other)
    assert (difference["different"], difference["changes"], difference["renamed"]) == (False, [], [])
    assert difference["old"] == difference["new"]
    assert all((one["old"], one["change"]) == (one["new"], 0) for one in difference["totals"].values())


@pytest.mark.sampled(24)
@pytest.mark.parametrize("old, new", PAIRS)
def test_two_specs_either_way_round(old: str, new: str) -> None:
    hold(shipped_report(old), shipped_report(new))


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name, kind", CHANGES)
def test_a_changed_spec_either_way_round(name: str, kind: str) -> None:
    path = locate(name).path
    before, spec = shipped_report(name), as_data(Path(path or ""))
    random = Random(f"{name} {kind}")
    for _, after in zip(range(20), changed(spec, kind, random), strict=False):
        try:
            found = report_of(as_yaml(after), path)
        except SpecError:
            continue
        difference = build_difference(before, found)
        assert kind != "rename" or not difference["changes"]
        hold(before, found)
        return
    assert kind != "rename", "a name that nothing else has fits everywhere"


@pytest.mark.slow
@few_examples
@given(old=networks(), new=networks())
def test_two_random_networks_either_way_round(old: Any, new: Any) -> None:
    one, other = (report_of(as_yaml(network)) for network in (old, new))
    hold(one, other)
    itself = build_difference(one, report_of(as_yaml(old)))
    assert (itself["different"], itself["changes"], itself["renamed"]) == (False, [], [])


@few_examples
@given(network=networks(), kind=st.sampled_from(KINDS), random=st.randoms())
def test_a_random_network_and_itself_changed_either_way_round(network: Any, kind: str, random: Random) -> None:
    try:
        after = report_of(as_yaml(next(changed(network, kind, random))))
    except SpecError:
        return
    hold(report_of(as_yaml(network)), after)
