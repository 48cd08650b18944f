"""Zips of a stranger's: members by name and size, within bounds that stand before anything is unpacked."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from archcalc.errors import Diagnostic, SpecError
from archcalc.meter import charge
from archcalc.sources.file import File

MOST_BYTES = 60_000_000
"""Of a member of JSON; PyTorch writes about 2 kB a node, Keras 1 kB a layer."""

MOST_DIRECTORY = 50_000_000
"""Bytes of the directory of the zip, which zipfile reads whole."""

BYTES_A_UNIT = 100
"""Bytes of JSON that are read in a unit of work."""

TAIL = 65_600
"""Bytes at the end of a zip in which its directory is told."""

BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, ValueError)
"""What zipfile raises for bytes that are no zip, or one of a kind that it cannot read."""


@contextmanager
def archive(file: File) -> Iterator[zipfile.ZipFile]:
    """The zip that a file is, open. Raises SpecError where it, or what is read of it, cannot be read."""
    try:
        with file.open() as stream:
            hold_directory(stream, file.name)
            with zipfile.ZipFile(stream) as found:
                yield found
    except (*BROKEN, OverflowError) as error:
        raise SpecError(Diagnostic(f"{file.name} is no zip that can be read: {error}")) from None
    except OSError as error:
        raise SpecError(Diagnostic(f"{file.name} cannot be read: {error.strerror or error}")) from None


def holds(file: File, *ends: str) -> bool:
    """Whether a file is a zip with a member whose name ends so."""
    try:
        with archive(file) as found:
            return any(one.endswith(ends) for one in found.namelist())
    except SpecError:
        return False


def unpacked(file: File, found: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member of JSON. Raises SpecError for one that is too large, or larger than the file says."""
    if member.file_size > MOST_BYTES:
        said = f"has {member.filename} of {member.file_size:,} bytes; at most {MOST_BYTES:,} are read"
        raise SpecError(Diagnostic(f"{file.name} {said}"))
    charge(member.file_size // BYTES_A_UNIT)
    with found.open(member) as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > member.file_size:
        raise SpecError(Diagnostic(f"{file.name} has {member.filename}, which is larger than the file says"))
    return data


def hold_directory(stream: IO[bytes], name: str) -> None:
    """Raise SpecError for a directory too large to be read: its size stands in the last bytes of the file."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - TAIL))
    tail = stream.read(TAIL)
    end = tail.rfind(b"PK\5\6")
    if end < 0:
        raise SpecError(Diagnostic(f"{name} is no zip: it has no directory"))
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    large = tail.rfind(b"PK\6\6", 0, end)
    if directory == 0xFFFFFFFF and large >= 0:
        directory = int.from_bytes(tail[large + 40 : large + 48], "little")
    if directory > MOST_DIRECTORY:
        message = f"{name} has a directory of {directory:,} bytes; at most {MOST_DIRECTORY:,} are read"
        raise SpecError(Diagnostic(message))
