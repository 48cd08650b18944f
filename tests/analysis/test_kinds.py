"""Every layer type is of one kind, and no convention speaks of another kind."""

from __future__ import annotations

import pytest

from archcalc.analysis.counting import CONVENTIONS
from archcalc.analysis.kinds import KIND, KINDS, kind_of
from archcalc.spec.document import VERSION_1


def test_every_layer_type_has_exactly_one_kind() -> None:
    types = [name for names in KINDS.values() for name in names.split()]
    assert sorted(types) == sorted(VERSION_1)  # a type added later may do without: it counts as custom does
    assert set(KIND) == set(types)
    assert kind_of("added_later") == "custom"


@pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=CONVENTIONS)
def test_a_convention_speaks_of_kinds_that_there_are(convention) -> None:
    assert set(convention.rules) <= set(KINDS)
    assert all(rule.sign and rule.words for rule in convention.rules.values())
