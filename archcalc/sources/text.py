"""The bytes of a file as text, and its path as people write it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from archcalc.errors import Diagnostic, SpecError

MOST_BYTES = 10_000_000
PROJECT = (".git", "archcalc.yaml")
"""What the root of a project holds one of."""

PACKED = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
"""How a file begins that one of these programs made smaller."""


def decode(data: bytes, shown: str) -> str:
    """UTF-8 bytes as text. Raises SpecError if they are too many or something else."""
    check_is_text(len(data), shown)
    packed = next((name for head, name in PACKED.items() if data.startswith(head)), None)
    if packed is not None:
        raise SpecError(Diagnostic(f"'{shown}' is packed by {packed}", help="unpack it first"))
    try:
        return data.decode("utf-8-sig" if data[:3] == b"\xef\xbb\xbf" else "utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"'{shown}' is not UTF-8: byte 0x{data[error.start]:02x} in line {line}"
        raise SpecError(Diagnostic(message, help="save the file as UTF-8")) from None


def check_is_text(size: int, shown: str) -> None:
    """Raise SpecError for more bytes than a text has."""
    if size > MOST_BYTES:
        raise SpecError(Diagnostic(f"'{shown}' is larger than {MOST_BYTES:,} bytes: this cannot be a spec"))


def shown_path(path: str) -> str:
    """A path as a person in the working directory would write it."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def entered_directory() -> str:
    """The working directory by the names with which a shell has entered it: a checkout may make one of them a link."""
    here, named = os.getcwd(), os.environ.get("PWD", "")
    is_here = named == os.path.normpath(named) and os.path.isabs(named) and os.path.realpath(named) == here
    return named if is_here else here


def in_work_tree(path: str) -> str:
    """The absolute path under which a tree knows a file: that by which it is named, from the repository's root on.

    Where a checkout has a link, the commit may have a folder. A link that leads out of the repository is followed.
    """
    absolute = os.path.normpath(os.path.join(entered_directory(), path))
    directory, name = os.path.split(absolute)
    root = nearest_with(directory, ".git")
    real, real_root = os.path.realpath(directory), os.path.realpath(root)
    if real == real_root or is_below(real, real_root):
        return os.path.join(real_root, os.path.relpath(absolute, root))
    return os.path.join(real, name)


def working_directory() -> str:
    """The real path of the working directory; an empty text if it is gone."""
    try:
        return os.path.realpath(os.getcwd())
    except OSError:
        return ""


def is_below(path: str, directory: str) -> bool:
    return path.startswith(directory.rstrip(os.sep) + os.sep)


def leads_out(path: str, directory: str) -> bool:
    """Whether what is named below a directory is a link to something outside of it."""
    named = os.path.normpath(os.path.join(working_directory(), path))
    return is_below(named, directory) and not is_below(os.path.realpath(path), directory)


def upwards(directory: str) -> Iterator[str]:
    """A directory, and each that it lies in."""
    yield directory
    while (above := os.path.dirname(directory)) != directory:
        yield (directory := above)


def nearest_with(directory: str, *names: str) -> str:
    """The nearest directory upwards that holds one of these names, else the directory itself."""
    for above in upwards(directory):
        if any(os.path.lexists(os.path.join(above, name)) for name in names):
            return above
    return directory
