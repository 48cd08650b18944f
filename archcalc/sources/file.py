"""A file that may be a network in another format than a spec: its bytes, and its text only if somebody asks."""

from __future__ import annotations

import os
from io import BytesIO
from typing import IO

from archcalc.errors import Diagnostic, Source, SpecError
from archcalc.meter import charge
from archcalc.sources.text import MOST_BYTES, check_is_text, decode

MOST_FOREIGN = 16_000_000_000
"""Bytes of a file that is mapped, so that only what is looked at is read: weights are skipped."""
MOST_PIPED = 200_000_000
"""Bytes from standard input or a commit, which have to be held."""
BYTES = 128
"""Bytes of a text that are read for a unit of work."""


class File:
    """A file that is perhaps no spec. ``head``: all of it if it is small, else its first 10 MB.

    ``path``: where it can be read again, if it is larger. ``code``: what stands after ``torch:``, a name and no file.
    ``is_foreign``: it is another format, whose comments may be in any encoding.
    """

    __slots__ = ("name", "head", "path", "code", "is_foreign", "_source")

    def __init__(self, name: str, head: bytes, path: str | None = None, code: str | None = None) -> None:
        self.name, self.head, self.path, self.code = name, head, path, code
        self.is_foreign = False
        self._source: Source | None = None

    @property
    def size(self) -> int:
        return len(self.head) if self.path is None else os.path.getsize(self.path)

    @property
    def source(self) -> Source:
        """The file as a text, to which errors point. Raises SpecError if it is none, or too large for one."""
        if self._source is None:
            check_is_text(self.size, self.name)
            charge(len(self.head) // BYTES)
            text = self.head.decode("utf-8-sig", "replace") if self.is_foreign else decode(self.head, self.name)
            self._source = Source(self.name, text)
        return self._source

    def view(self) -> memoryview:
        """All bytes; a large file is mapped and not read. Raises SpecError."""
        if self.path is None:
            return memoryview(self.head)
        import mmap

        try:
            with open(self.path, "rb") as file:
                self._check(os.fstat(file.fileno()).st_size)
                return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from None

    def open(self) -> IO[bytes]:
        """The bytes as a file that can be searched, for ``zipfile``. Raises SpecError."""
        if self.path is None:
            return BytesIO(self.head)
        try:
            return open(self.path, "rb")
        except OSError as error:
            raise self._unreadable(error) from None

    def _check(self, size: int) -> None:
        if size > MOST_FOREIGN:
            raise SpecError(Diagnostic(f"'{self.name}' is larger than {MOST_FOREIGN:,} bytes"))

    def _unreadable(self, error: Exception) -> SpecError:
        return SpecError(Diagnostic(f"cannot read '{self.name}': {getattr(error, 'strerror', None) or error}"))


def is_plain_spec(data: bytes) -> bool:
    """Whether bytes are a spec at first sight: a line begins with ``layers:`` or ``blocks:``.

    That is how nearly all are written. What is not, such as JSON, has to be looked at more closely.
    """
    if len(data) > MOST_BYTES or b"\0" in data[:1000]:
        return False
    return any(is_key(data, key) for key in (b"layers:", b"blocks:"))


def is_key(data: bytes, key: bytes) -> bool:
    """Whether a line begins with a key, and not with a message of that name, as Caffe's ``layers: {``."""
    place = 0 if data.startswith(key) else data.find(b"\n" + key) + 1
    if not place and not data.startswith(key):
        return False
    rest = data[place + len(key) : place + len(key) + 100].lstrip(b" \t")
    return key == b"blocks:" or not rest.startswith(b"{")
