"""A permutation that is computed and not kept: what is drawn from a grid too large to walk."""

from __future__ import annotations

from typing import Any

import numpy

ROUNDS = 8


class Shuffle:
    """A permutation of the numbers below ``size`` that is computed and not kept: a Feistel network of eight rounds on
    two halves of as many bits as they need, walked until it leads below ``size`` (Black and Rogaway, "Ciphers with
    arbitrary finite domains", 2002).
    """

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self.bits = max((size - 1).bit_length() + 1, 2) // 2
        self.mask = (1 << self.bits) - 1
        self.keys = [mixed(seed * ROUNDS + number + 1) for number in range(ROUNDS)]

    def at(self, places: Any) -> Any:
        """The numbers at these places."""
        small = 2 * self.bits <= 62
        places = places.astype(numpy.uint64) if small else places.astype(object)
        mix = mixed_array if small else mixed_objects
        left = self._once(places, mix)
        outside = left >= self.size
        while outside.any():
            left[outside] = self._once(left[outside], mix)
            outside = left >= self.size
        return left.astype(numpy.int64) if small else left

    def _once(self, places: Any, mix: Any) -> Any:
        bits, mask = (numpy.uint64(one) if places.dtype != object else one for one in (self.bits, self.mask))
        left, right = places >> bits, places & mask
        for key in self.keys:
            left, right = right, left ^ (mix(right, key) & mask)
        return (left << bits) | right

    def place(self, number: int) -> int:
        """Where a number stands."""
        found = self._back(number)
        while found >= self.size:
            found = self._back(found)
        return found

    def _back(self, number: int) -> int:
        left, right = number >> self.bits, number & self.mask
        for key in reversed(self.keys):
            left, right = right ^ (mixed(left ^ key) & self.mask), left
        return (left << self.bits) | right


WORD = (1 << 64) - 1
MULTIPLIERS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


def mixed(number: int) -> int:
    """64 bits that hang on all bits of a number, of any size: splitmix64's finisher (Steele and others, 2014)."""
    found = 0
    while True:
        found = (found ^ number) & WORD
        found = ((found ^ found >> 30) * MULTIPLIERS[0]) & WORD
        found = ((found ^ found >> 27) * MULTIPLIERS[1]) & WORD
        found ^= found >> 31
        number >>= 64
        if not number:
            return found


def mixed_array(numbers: Any, key: int) -> Any:
    """``mixed`` of numbers of 64 bits."""
    found = numbers ^ numpy.uint64(key)
    for shift, factor in zip((30, 27), MULTIPLIERS, strict=True):
        found = (found ^ found >> numpy.uint64(shift)) * numpy.uint64(factor)
    return found ^ found >> numpy.uint64(31)


def mixed_objects(numbers: Any, key: int) -> Any:
    return numpy.array([mixed(number ^ key) for number in numbers], object)
