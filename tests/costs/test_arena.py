"""Where tensors lie: none over another that is alive with it, in one block or in several banks."""

from __future__ import annotations

import random

import pytest

from archcalc.costs.arena import AliveTogether, Bank, Placed, lowest_gap
from archcalc.costs.lifetimes import Storage


def storages(seed: int) -> list[Storage]:
    pick = random.Random(seed)
    steps = pick.randint(1, 30)
    found = []
    for start in sorted(pick.choices(range(steps), k=pick.randint(1, 40))):
        stop = min(steps - 1, start + pick.choice([0, 1, 1, 2, 2, 3, 30]))
        found.append(Storage(pick.choice([0, 1, 16, 17, 64, 100, 1000]), start, None, 0, 0, "int8"))
        found[-1].stop = stop
    return found


def together(one: Storage, other: Storage) -> bool:
    return one.start <= other.stop and other.start <= one.stop


@pytest.mark.parametrize("alignment", [1, 16, 64])
def test_no_two_that_are_alive_at_once_overlap(alignment: int) -> None:
    for seed in range(300):
        found = storages(seed)
        placed = Placed(found, alignment)
        assert placed.at.keys() == {number for number, one in enumerate(found) if one.size}
        for number, (_, offset) in placed.at.items():
            assert offset % alignment == 0
            for other, (_, its) in placed.at.items():
                if other < number and together(found[number], found[other]):
                    assert offset >= its + found[other].size or its >= offset + found[number].size
        live = [
            sum(-(-one.size // alignment) * alignment for one in found if one.start <= step <= one.stop)
            for step in range(31)
        ]
        assert placed.size >= max(live)


def test_each_lies_at_the_lowest_gap_among_those_placed_before() -> None:
    """The rule, tensor by tensor, and without the tree of lifetimes."""
    for seed in range(200):
        found = storages(seed)
        placed = Placed(found, 16)
        before: list[int] = []
        for number in sorted(placed.at, key=lambda number: (-placed.sizes[number], -number)):
            others = [other for other in before if together(found[number], found[other])]
            taken = [(placed.at[other][1], placed.at[other][1] + placed.sizes[other]) for other in others]
            free = next(
                offset
                for offset in range(0, 100_000, 16)
                if all(offset + placed.sizes[number] <= start or stop <= offset for start, stop in taken)
            )
            assert placed.at[number][1] == free
            before.append(number)


def test_alive_together_is_what_a_comparison_of_all_finds() -> None:
    for seed in range(200):
        found = storages(seed)
        alive = AliveTogether(found)
        for number, storage in enumerate(found):
            expected = {n for n, other in enumerate(found) if n != number and together(storage, other)}
            assert set(alive.of(number)) == expected


def test_a_gap_is_one_between_others_if_it_is_wide_enough() -> None:
    assert lowest_gap([(0, 16), (32, 16)], 16) == 16
    assert lowest_gap([(0, 16), (32, 16)], 17) == 48
    assert lowest_gap([(0, 64), (16, 16)], 16) == 64  # one within another


def test_banks_are_filled_in_their_order_with_the_largest_first() -> None:
    found = [Storage(size, 0, None, 0, size, "int8") for size in (100, 60, 50, 30)]
    placed = Placed(found, 1, [Bank("fast", 120), Bank("slow", 90)])
    where = {number: (bank.name, offset) for number, (bank, offset) in placed.at.items()}
    assert where == {0: ("fast", 0), 1: ("slow", 0), 3: ("slow", 60)}
    assert placed.left == [2]
    assert [bank.used for bank in placed.banks] == [100, 90]
