"""Where archcalc.yaml is, and which specs a budget or the command line names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archcalc.budget.budgets import FILE, Budget
from archcalc.errors import Span, SpecError
from archcalc.graph.paths import Paths
from archcalc.language.problems import Problems
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.request import settled
from archcalc.sources import shipped
from archcalc.sources.source import Located, check_in_project, locate, located_at
from archcalc.sources.text import in_work_tree, is_below, nearest_with, shown_path, upwards

if TYPE_CHECKING:
    from archcalc.sources.git import Tree

LAYERS = re.compile(r"^layers:", re.MULTILINE)
"""What most files tell at a glance. The tree, which costs as much as sizing a small network, decides for the others."""


MOST_AGAIN = 100_000
"""How many files links may lead to that other paths lead to as well."""


class Target:
    """A spec to be checked: how people call it, and what tells it from others (``key``: its path, if it is a file)."""

    __slots__ = ("text", "located", "key", "variant")

    def __init__(self, text: str, located: Located) -> None:
        self.text, self.located, self.variant = text, located, located.variant
        # By its name: a link is another spec than what it leads to, for the base may have a file there.
        place = in_work_tree(located.path) if located.path else f"{located.name}:{located.data!r}"
        self.key = f"{located.tree.name}:{place}" if located.tree else place

    @property
    def is_shipped(self) -> bool:
        return self.located.file is None and self.located.source.shipped


def find_budget_file() -> str | None:
    """The nearest archcalc.yaml from the working directory upwards, inside its repository."""
    for directory in upwards(os.getcwd()):
        path = os.path.join(directory, FILE)
        if os.path.lexists(path):
            check_in_project(path)
        if os.path.isfile(path):
            return shown_path(path)
        if os.path.lexists(os.path.join(directory, ".git")):
            break
    return None


def root_of(path: str) -> str:
    """How far the globs of a budget file may reach: its repository, else its own directory."""
    return nearest_with(os.path.dirname(os.path.realpath(path)), ".git")


class Globs:
    """The specs that the patterns of one budget file name. Each file is read once, each directory walked once."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.beside, self.root = os.path.dirname(os.path.abspath(path)), root_of(path)
        self._targets: dict[str, Target] = {}
        self._specs: dict[str, bool] = {}
        self._walked: dict[str, tuple[list[str], Paths]] = {}

    @property
    def left_out(self) -> list[str]:
        """The files that globs match and leave out: those that are no specs, but for the budget file itself."""
        own = os.path.realpath(self.path)
        return [
            shown_path(path) for path, is_one in self._specs.items() if not is_one and os.path.realpath(path) != own
        ]

    def held(self, budget: Budget, pattern: Node, problems: Problems) -> list[Target]:
        """The specs of one of a budget's patterns, without those that it excepts. To leave none is a problem."""
        excepted = {target.key for node in budget.excepted for target in self.targets(node, problems)}
        found = self.targets(pattern, problems)
        left = [target for target in found if target.key not in excepted]
        if found and not left:
            problems.say(f"except leaves no spec of '{pattern.text}'", pattern.span)
        return left

    def targets(self, node: Node, problems: Problems) -> list[Target]:
        """The specs of a pattern. If there are none, that is a problem."""
        pattern = node.text
        if "\0" in pattern:
            problems.say("specs takes a file, a glob or a shipped name", node.span)
            return []
        found = (
            list(self._files(pattern, node.span, problems)) if "*" in pattern else self._one(pattern, node, problems)
        )
        if not found and not problems:
            problems.say(f"'{pattern}' matches no spec", node.span, help=self._where(pattern))
        return found

    def _one(self, name: str, node: Node, problems: Problems) -> list[Target]:
        path = os.path.join(self.beside, name)
        if os.path.isfile(path):
            return [self.read(path)] if self._is_inside(path, node.span, problems) else []
        file, _ = shipped.find(name)
        if file is not None:
            return [self._targets.setdefault(name, Target(name, locate(name)))]
        head, colon, variant = name.rpartition(":")
        if colon and os.path.isfile(os.path.join(self.beside, head)):
            problems.say(f"no file '{name}'", node.span, help=f"write {head}, and variants: [{variant}]")
        else:
            problems.say(f"'{name}' matches no spec", node.span, help=self._where(name))
        return []

    def _where(self, pattern: str) -> str:
        """Where a pattern was looked for, and what its characters mean."""
        here = shown_path(self.beside)
        folder = "the folder of archcalc.yaml" if here == "." else here
        if any(character in pattern for character in "!?[]{}"):
            return f"only * and ** stand for others; 'except:' leaves some out; files are looked for from {folder}"
        if "*" in pattern:
            return f"files are looked for from {folder}"
        return f"it is no file as seen from {folder}, and no shipped spec has that name"

    def _files(self, pattern: str, span: Span, problems: Problems) -> Iterator[Target]:
        start, rest = split(self.beside, pattern)
        if not self._is_inside(start, span, problems):
            return
        files, paths = self._below(start, is_deep(rest), span, problems)
        for place in paths.matched(rest, span):
            path = files[place]
            if path not in self._specs:
                self._specs[path] = self._is_spec(path, span, problems)
            if self._specs[path]:
                yield self.read(path)

    def _below(self, start: str, deep: bool, span: Span, problems: Problems) -> tuple[list[str], Paths]:
        """The files below a directory, in order, and their paths from there. Hidden directories are not entered.

        A link to a directory is entered, unless it lies there itself: a request may put one in a directory's place.
        """
        key = f"{start}{'/**' if deep else ''}"
        if key not in self._walked:
            found: list[str] = []
            seen: set[str] = set()
            waiting, again = [start], 0
            while waiting and again <= MOST_AGAIN:
                path = waiting.pop(0)
                if (path == start or not is_loop(path)) and self._is_inside(path, span, problems):
                    is_new, before = os.path.realpath(path) not in seen, len(found)
                    links = walk(path, deep, found, seen)
                    waiting += links if is_new else []
                    again += 0 if is_new else len(found) - before
            if again > MOST_AGAIN:
                problems.say(f"links lead to more than {MOST_AGAIN:,} files a second time", span)
            below = Paths(os.path.relpath(path, start).replace(os.sep, "/") for path in found)
            self._walked[key] = found, below
        return self._walked[key]

    def _is_spec(self, path: str, span: Span, problems: Problems) -> bool:
        """Whether a file is a spec. What cannot be read is a problem: reading a named pipe would wait."""
        if not self._is_inside(path, span, problems):
            return False
        if not os.path.isfile(path):
            what = "a link that leads nowhere" if os.path.islink(path) else "no file"
            problems.say(f"'{shown_path(path)}' is {what}", span, help="a glob matches it, and it cannot be read")
            return False
        return is_spec(path, self.read(path).located)

    def _is_inside(self, path: str, span: Span, problems: Problems) -> bool:
        if inside(self.root, path):
            return True
        problems.say(f"'{shown_path(path)}' lies outside the project ({self.root})", span)
        return False

    def read(self, path: str) -> Target:
        path = os.path.normpath(path)
        if path not in self._targets:
            shown = shown_path(path)
            self._targets[path] = Target(shown, settled(located_at(path, shown)))
        return self._targets[path]


def is_loop(link: str) -> bool:
    """Whether a link leads to a directory in which it lies itself."""
    return is_below(os.path.join(os.path.realpath(os.path.dirname(link)), ""), os.path.realpath(link))


def walk(start: str, deep: bool, found: list[str], seen: set[str]) -> list[str]:
    """Add the files below a directory to ``found`` and the real directories to ``seen``; the links to directories."""
    links = []
    for directory, directories, files in os.walk(start):
        seen.add(os.path.realpath(directory))
        below = sorted(name for name in directories if not name.startswith(".")) if deep else []
        directories[:] = [name for name in below if not os.path.islink(os.path.join(directory, name))]
        links += [os.path.join(directory, name) for name in below if name not in directories]
        found += [os.path.join(directory, name) for name in sorted(files)]
    return links


def split(beside: str, pattern: str) -> tuple[str, str]:
    """The directory in which a glob begins, and the pattern of the paths from there."""
    parts = os.path.normpath(pattern).replace(os.sep, "/").split("/")
    fixed = next(position for position, part in enumerate(parts) if "*" in part)
    return os.path.normpath(os.path.join(beside, *(part or "/" for part in parts[:fixed]))), "/".join(parts[fixed:])


def is_deep(pattern: str) -> bool:
    return "**" in pattern or "/" in pattern


class GlobsThen:
    """The files of a commit that patterns name, found as ``Globs`` finds today's. Each directory is listed once."""

    def __init__(self, tree: Tree, beside: str) -> None:
        self.tree, self.beside = tree, beside
        self._listed: dict[str, tuple[list[str], Paths]] = {}

    def files(self, pattern: str) -> list[str]:
        """Raises SpecError if they cannot be told."""
        if "*" not in pattern:
            path = os.path.normpath(os.path.join(self.beside, pattern))
            return [path] if "\0" not in path and self.tree.find(path) is not None else []
        start, rest = split(self.beside, pattern)
        if start not in self._listed:
            below = {os.path.relpath(path, start).replace(os.sep, "/"): path for path in self.tree.files(start)}
            shown = {path: file for path, file in below.items() if not is_hidden(os.path.dirname(path))}
            self._listed[start] = list(shown.values()), Paths(shown)
        files, paths = self._listed[start]
        return [files[place] for place in paths.matched(rest)]


def is_hidden(folder: str) -> bool:
    return any(part.startswith(".") for part in folder.split("/"))


def is_spec(path: str, located: Located) -> bool:
    """Whether a file is a spec, or wrong, and no file of blocks or budgets: ``layers`` may be written in many ways.

    A network of another format is one too.
    """
    if located.file is not None:
        return True
    source = located.source
    other = "budgets" if os.path.basename(path) == FILE else "blocks"
    if LAYERS.search(source.text) or other not in source.text:
        return True
    try:
        tree = read(source)
    except SpecError:
        return other == "blocks"
    return not isinstance(tree.value, dict) or "layers" in tree.value or other not in tree.value


def inside(root: str, path: str) -> bool:
    real = os.path.realpath(path)
    return real == root or is_below(real, root)
