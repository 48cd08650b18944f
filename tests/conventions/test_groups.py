"""Every layer type is in one group, and no convention has a rule for a group that is not there."""

from __future__ import annotations

import pytest

from archcalc.conventions import CONVENTIONS, find_convention
from archcalc.conventions.groups import GROUP, GROUPS, group_of
from archcalc.language.keys import VERSION_1


def test_every_layer_type_is_in_exactly_one_group() -> None:
    types = [name for names in GROUPS.values() for name in names.split()]
    assert sorted(types) == sorted(VERSION_1)  # a type added later may be in none: it counts as custom does
    assert set(GROUP) == set(types)
    assert group_of("added_later") == "custom"


@pytest.mark.parametrize("convention", [*map(find_convention, CONVENTIONS)], ids=CONVENTIONS)
def test_a_convention_has_rules_for_groups_that_there_are(convention) -> None:
    assert set(convention.rules) <= set(GROUPS)
    assert all(rule.sign and rule.words for rule in convention.rules.values())
