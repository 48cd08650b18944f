"""A file that is written whole or not at all, and only where it was asked for, whatever a checkout has put there."""

from __future__ import annotations

import os

from archcalc.errors import Diagnostic, SpecError
from archcalc.sources.text import leads_out, working_directory

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def exclusively(path: str, flags: int) -> int:
    """An ``opener`` of a file that is new, and no link."""
    return os.open(path, NEW, 0o666)


class Part:
    """A new file beside the one whose place it takes, under a name that nobody can know before."""

    def __init__(self, path: str) -> None:
        self.place = real_place(path)
        self.path = f"{self.place}.{os.urandom(8).hex()}.part"

    def keep_permissions(self) -> None:
        """Those of the file that is replaced, if there is one."""
        if os.path.exists(self.place):
            os.chmod(self.path, os.stat(self.place).st_mode & 0o777)

    def put(self) -> None:
        os.replace(self.path, self.place)

    def remove(self) -> None:
        if os.path.lexists(self.path):
            os.unlink(self.path)


def real_place(path: str) -> str:
    """The file that a path leads to. Raises SpecError if links lead out of the working directory."""
    here, real = working_directory(), os.path.realpath(path)
    if here and leads_out(path, here):
        raise SpecError(
            Diagnostic(f"cannot write '{path}': a link leads out of the working directory", help=f"it leads to {real}")
        )
    return real
