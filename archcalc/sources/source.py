"""The text of a spec: from a path, from standard input ("-"), from a commit, or from those that ship with archcalc."""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Any

from archcalc.errors import Diagnostic, Source, SpecError, unknown
from archcalc.sources import shipped
from archcalc.sources.file import MOST_PIPED, File, is_plain_spec
from archcalc.sources.text import MOST_BYTES, PROJECT, decode, in_work_tree, leads_out, nearest_with, working_directory

if TYPE_CHECKING:
    from archcalc.sources.git import Tree


CODE = "torch:"
"""What a name begins with that is a function of a program, and no file."""
SUFFIXES = (".yaml", ".yml", ".json", ".onnx", ".pt2", ".keras", ".h5", ".cfg", ".prototxt")
"""How the names of networks end, in any format. Which one it is the contents of a file say."""


class Located:
    """A source, the file it came from (None for standard input), and the variant that its name asked for.

    ``tree``: the commit that it and its imports are read from. ``imported``: the text of every import by
    path, None for a path that was tried and is no file; ``real``: the paths under which they are known. ``budget``:
    its ``budget:``, known once it is loaded. ``kept``: no import is read again, as it may have changed or be gone.
    ``file``: what may be another format than a spec, until ``request.settled`` has looked at it; then what is.
    ``done`` and ``notes``: the work that it took to make a spec of one, and what there is to say of it.
    """

    __slots__ = (
        *("_source", "path", "variant", "tree", "imported", "real", "budget", "kept"),
        *("file", "is_settled", "done", "notes"),
    )

    def __init__(
        self, source: Source | File, path: str | None, variant: str | None = None, tree: Tree | None = None
    ) -> None:
        self.file = source if isinstance(source, File) else None
        self._source = None if isinstance(source, File) else source
        self.is_settled = self.file is None
        self.path, self.variant, self.tree = path, variant, tree
        self.done = 0
        self.notes: list[Diagnostic] = []
        self.imported: dict[str, Source | None] = {}
        self.real: dict[str, str] = {}
        self.budget: Any = None
        self.kept = False

    @property
    def source(self) -> Source:
        """The text. Raises SpecError if a file has none."""
        if self._source is None:
            assert self.file is not None
            return self.file.source
        return self._source

    def hold_text(self) -> None:
        """Take the file for a text, as it is no other format. Raises SpecError if it is none."""
        self._source, self.file = self.source, None

    @property
    def name(self) -> str:
        """What errors call the file."""
        return self.file.name if self.file is not None else self.source.name

    @property
    def data(self) -> bytes:
        """The bytes of the file, those of a large one only as far as they can be a text's."""
        return self.file.head if self.file is not None else self.source.text.encode()

    def __getstate__(self) -> Any:
        """For pickle and copy: the texts as they were read, so that what is made from them is the same."""
        left_out = {"tree": None, "budget": None, "kept": True}
        return None, {name: left_out.get(name, getattr(self, name)) for name in self.__slots__}


def locate(spec: str) -> Located:
    """What SPEC names: a file, ``-``, a shipped name, ``GITREF:PATH``, or one of them with ``:VARIANT``.

    Or ``torch:MODULE:CALLABLE``.
    """
    found = _locate(spec)
    if found is not None:
        check_not_in_git(spec)
        return found
    head, colon, variant = spec.rpartition(":")
    if colon and head:
        found = _locate(head)
        if found is not None:
            check_not_in_git(spec)
            if found.variant is not None:
                raise SpecError(
                    Diagnostic(
                        f"'{head}' is a variant itself: write {found.variant}, or its spec's name and :{variant}"
                    )
                )
            found.variant = variant
            return found
    if colon:
        return _locate_in_git(spec)
    raise SpecError(_nothing(spec))


def check_in_project(path: str) -> None:
    """Raise SpecError if a file of the project that we are in is a link out of it: an error would show its lines."""
    here = working_directory()
    if not here:
        return
    root = nearest_with(here, *PROJECT)
    is_project = any(os.path.lexists(os.path.join(root, name)) for name in PROJECT)
    if is_project and leads_out(path, root):
        raise SpecError(Diagnostic(f"'{path}' is a link that leads out of the project ({root})"))


def is_explicit(name: str) -> bool:
    """Whether a name can only be a file's: by how it begins, or by how it ends before the first colon."""
    return name.startswith(("./", "../", "/")) or name.partition(":")[0].endswith((*SUFFIXES, ".jsonl"))


def check_not_in_git(spec: str) -> None:
    """Raise SpecError if what is a file names a file of a commit too: a checkout may bring a file of any name."""
    ref, colon, path = spec.partition(":")
    if not (colon and ref and path) or is_explicit(spec) or ref in shipped.names():
        return
    from archcalc.sources import git

    try:
        repository = git.repository_at(git.nearest_directory(path))
    except SpecError:  # no git
        return
    if repository is not None and repository.commit_or_none(ref) is not None:
        help = f"./{spec} is the file; a ref in full, such as refs/heads/{ref}, is the commit alone"
        raise SpecError(Diagnostic(f"'{spec}' is a file, and a file of the commit '{ref}' too", help=help))


def _nothing(spec: str) -> Diagnostic:
    message = f"no file '{spec}', and no shipped spec of that name"
    return unknown(message, spec, shipped.names(), otherwise="'archcalc specs' lists those that ship with archcalc")


def _locate_in_git(spec: str) -> Located:
    from archcalc.sources import git  # starts a process: only if a commit is asked for

    ref, _, path = spec.partition(":")
    try:
        tree = git.tree_for(ref, path)
    except SpecError as error:
        cause = error.diagnostics[0]
        raise SpecError(Diagnostic(f"no file '{spec}', and {cause.message}", help=cause.help)) from None
    if tree is None:
        raise SpecError(_nothing(spec))
    head, colon, variant = path.rpartition(":")
    if colon and head and tree.find(in_work_tree(path)) is None:
        path = head
    else:
        variant = ""
    place = in_work_tree(path)
    return located_then(tree, place, variant or None)


def located_then(tree: Tree, path: str, variant: str | None = None) -> Located:
    """A file of a commit. Raises SpecError if it has none."""
    data, shown = tree.data(path), tree.shown(path)
    return Located(spec_or_file(shown, data), path, variant, tree)


def _locate(spec: str) -> Located | None:
    if spec == "-":
        return Located(read_standard_input(), None)
    if os.path.lexists(spec):
        check_in_project(spec)
        return located_at(spec)
    if spec.startswith(CODE):
        return Located(File(spec, b"", code=spec.removeprefix(CODE)), None)
    file, variant = shipped.find(spec)
    return None if file is None else Located(read_shipped(file), os.path.join(shipped.folder(), file), variant)


def read_standard_input() -> Source | File:
    if sys.stdin is None:
        raise SpecError(Diagnostic("cannot read '-': standard input is closed"))
    try:
        return spec_or_file("<stdin>", read_piped(sys.stdin.buffer, "<stdin>"))
    except OSError as error:
        raise SpecError(Diagnostic(f"cannot read '-': {error.strerror or error}")) from None


def located_at(path: str, shown: str | None = None) -> Located:
    """The file at a path, of whatever format. Raises SpecError if it cannot be read."""
    shown = shown or path
    try:
        with open(path, "rb") as file:
            is_regular = os.path.isfile(path)
            data = file.read(MOST_BYTES + 1) if is_regular else read_piped(file, shown)
    except (OSError, ValueError) as error:
        raise unreadable(shown, error) from None
    is_large = is_regular and len(data) > MOST_BYTES
    return Located(File(shown, data, path) if is_large else spec_or_file(shown, data), shown)


def read_piped(file: IO[bytes], shown: str) -> bytes:
    """What comes through a pipe, which cannot be read again. Raises SpecError for more than is held."""
    data = file.read(MOST_PIPED + 1)
    if len(data) > MOST_PIPED:
        raise SpecError(Diagnostic(f"'{shown}' is larger than {MOST_PIPED:,} bytes", help="give it as a file"))
    return data


def spec_or_file(shown: str, data: bytes) -> Source | File:
    """The text of what is a spec at first sight; else the file, to be looked at. Raises SpecError."""
    return Source(shown, decode(data, shown)) if is_plain_spec(data) else File(shown, data)


def read_file(path: str, shown: str | None = None) -> Source:
    """The text of a file; raises SpecError if it cannot be read."""
    shown = shown or path
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise unreadable(shown, error) from None
    return Source(shown, decode(data, shown))


def unreadable(shown: str, error: Exception) -> SpecError:
    return SpecError(Diagnostic(f"cannot read '{shown}': {getattr(error, 'strerror', None) or error}"))


def read_shipped(file: str) -> Source:
    """The text of a shipped file, under the name ``archcalc:FOLDER/NAME.yaml``."""
    source = read_file(os.path.join(shipped.folder(), file), f"archcalc:{file}")
    source.shipped = True
    return source
