"""The wire format of protobuf: fields of a message, each within what it stands in. Nothing is copied or unpacked."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from archcalc.errors import Diagnostic, SpecError
from archcalc.meter import charge

VARINT, LENGTH = 0, 2
FIXED = {1: 8, 5: 4}
"""How a field is written (protobuf.dev, encoding): a number, some bytes, or as many bytes as stand here."""

MOST_VARINT = 10
"""Bytes of a whole number of 64 bits."""

LARGE = 1_000_000
"""Bytes of a field after which pages of the file that were looked at are given back."""

FIELDS_A_UNIT = 4
"""Fields that are read for a unit of work."""


class Malformed(SpecError):
    """Bytes that are no message."""

    def __init__(self, place: int, what: str) -> None:
        super().__init__(Diagnostic(f"byte {place:,} of the file {what}"))


class Bytes(NamedTuple):
    """Some bytes of a file, which stays where it is."""

    data: memoryview
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        return self.end > self.start

    @property
    def text(self) -> str:
        return bytes(self.data[self.start : self.end]).decode("utf-8", "replace")

    def part(self, size: int) -> bytes:
        """The first bytes."""
        return bytes(self.data[self.start : min(self.end, self.start + size)])


Field = tuple[int, "int | Bytes"]
"""The number of a field, and what it holds: a number, or the bytes of a text or message."""


def varint(data: memoryview, place: int, end: int) -> tuple[int, int]:
    """A whole number of 64 bits without a sign, and the place after it."""
    found = shift = 0
    for after in range(place + 1, min(end, place + MOST_VARINT) + 1):
        byte = data[after - 1]
        found |= (byte & 127) << shift
        if byte < 128:
            return found & 0xFFFFFFFFFFFFFFFF, after
        shift += 7
    raise Malformed(place, "begins a number that does not end")


def signed(number: int) -> int:
    """A number of 64 bits with its sign."""
    return number - (1 << 64) if number >> 63 else number


def fields(message: Bytes) -> Iterator[Field]:
    """The fields of a message in order. Raises Malformed for bytes that are none."""
    data, place, end = message
    count = 0
    while place < end:
        count += 1
        if count % FIELDS_A_UNIT == 0:
            charge(1)
        begin = place
        key, place = (data[place], place + 1) if data[place] < 128 else varint(data, place, end)
        number, kind = key >> 3, key & 7
        if kind in (VARINT, LENGTH):
            if place < end and data[place] < 128:
                value, place = data[place], place + 1
            else:
                value, place = varint(data, place, end)
        if kind == VARINT:
            yield number, value
            continue
        size = value if kind == LENGTH else FIXED.get(kind, 0)
        if not size and kind != LENGTH:
            raise Malformed(begin, f"begins a field of a kind that there is not ({kind})")
        if not number or size > end - place:
            raise Malformed(begin, "begins a field that is longer than what it stands in")
        yield number, Bytes(data, place, place + size)
        place += size
        if size > LARGE:
            give_back(data)


def give_back(data: memoryview) -> None:
    """Let go of the pages of a mapped file: a system may map two megabytes for each byte that is looked at."""
    import mmap

    if isinstance(data.obj, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        data.obj.madvise(mmap.MADV_DONTNEED)


def whole_numbers(value: int | Bytes) -> list[int]:
    """The numbers of a repeated field, one or several packed together."""
    if isinstance(value, int):
        return [signed(value)]
    found, place = [], value.start
    charge(len(value) // FIELDS_A_UNIT)
    while place < value.end:
        number, place = varint(value.data, place, value.end)
        found.append(signed(number))
    return found


def floats(value: int | Bytes, code: str = "f") -> list[float]:
    """The numbers of a repeated field with a point: of 32 bits (``f``) or 64 (``d``)."""
    return [] if isinstance(value, int) else unpacked(value.part(len(value)), code)


def unpacked(data: bytes, code: str) -> list[float]:
    """Numbers that stand one after the other; what is left over at the end is left out."""
    size = struct.calcsize(code)
    charge(len(data) // size // FIELDS_A_UNIT)
    return [*struct.unpack(f"<{len(data) // size}{code}", data[: len(data) // size * size])]
