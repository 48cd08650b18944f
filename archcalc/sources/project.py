"""Which files a spec may name, as its imports and as its convention."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archcalc.errors import Diagnostic, Source, Span, option
from archcalc.sources import shipped
from archcalc.sources.source import Located, read_file
from archcalc.sources.text import PROJECT, is_below, nearest_with, shown_path

if TYPE_CHECKING:
    from archcalc.sources.git import Tree


class Reach:
    """The files that a spec may name: those of its project, of its commit, shipped ones, and what is allowed too."""

    def __init__(self, path: str | None, tree: Tree | None = None, allowed: Iterable[str] = ()) -> None:
        self.path, self.tree = path, tree
        self.project = tree.repository.root if tree else project_of(path)
        self.roots = [self.project, os.path.realpath(shipped.folder()), *map(os.path.realpath, allowed)]

    def resolved(self, path: str) -> str:
        """The path under which a file is known: links in a commit are git's to follow."""
        lexical = os.path.normpath(path)
        return lexical if self.tree and self.tree.holds(lexical) else os.path.realpath(path)

    def holds(self, real: str) -> bool:
        return any(real == root or is_below(real, root) for root in self.roots)

    def is_file(self, real: str) -> bool:
        if self.tree and self.tree.holds(real):
            return self.tree.find(real) is not None
        return os.path.isfile(real)

    def read(self, real: str) -> Source:
        if self.tree and self.tree.holds(real):
            return self.tree.source(real)
        return read_file(real, shown_path(real))

    def outside(self, text: str, span: Span) -> Diagnostic:
        help = f"{option('allow-import', 'DIR')} lets imports read from DIR"
        return Diagnostic(f"'{text}' lies outside the project ({self.project})", span, help=help)


class Kept:
    """The files that a spec did name, as they were when it was read."""

    def __init__(self, located: Located) -> None:
        self.real = located.real
        self.texts = {self.real[path]: source for path, source in located.imported.items() if source}

    def resolved(self, path: str) -> str:
        return self.real.get(path, path)

    def holds(self, real: str) -> bool:
        return real in self.texts

    is_file = holds

    def read(self, real: str) -> Source:
        return self.texts[real]

    def outside(self, text: str, span: Span) -> Diagnostic:
        return Diagnostic(f"'{text}' was not there when the spec was read", span)


def reach_of(located: Located, allowed: Iterable[str]) -> Reach | Kept:
    """The files that a spec may name."""
    return Kept(located) if located.kept else Reach(located.path, located.tree, allowed)


def beside(path: str | None, name: str) -> str:
    """The path of a file that is named in the one at ``path``; standard input counts from the working directory."""
    return os.path.join(os.path.dirname(path) if path else os.getcwd(), name)


def project_of(path: str | None) -> str:
    """The nearest directory upwards with .git or archcalc.yaml, else the spec's own (``-``: the working directory)."""
    own = os.path.dirname(os.path.abspath(path)) if path else os.getcwd()
    return nearest_with(os.path.realpath(own), *PROJECT)
