"""Specs of a directory that state a ``budget:`` of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from archcalc.budget.budgets import FILE
from archcalc.budget.files import Globs, is_hidden
from archcalc.errors import Source, Span, SpecError
from archcalc.language.problems import Problems
from archcalc.language.yaml_tree import read
from archcalc.sources.text import MOST_BYTES, is_below, shown_path, upwards

if TYPE_CHECKING:
    from archcalc.sources.git import Tree

MOST_FILES = 50_000
"""How many files are looked at, whatever their names."""
WORD = b"budget"
ELSEWHERE = (FILE, ".git", "pyvenv.cfg")
"""What makes a directory below a project of its own, which its own budgets hold, or an environment of packages."""


def own_budgets(globs: Globs, problems: Problems | None) -> Iterator[tuple[str, Span]]:
    """The paths of the specs beside and below a budget file that have ``budget:``, and where it stands.

    ``problems`` are told of files that are no YAML, and of more files than are looked at; None looks over both.
    """
    seen = 0
    for directory, directories, files in os.walk(globs.beside):
        directories[:] = sorted(name for name in directories if is_entered(directory, name))
        for name in sorted(files):
            seen += 1
            if seen > MOST_FILES:
                if problems is not None:
                    message = f"more than {MOST_FILES:,} files stand in {shown_path(globs.beside)} and below"
                    problems.say(message, None, help="name the specs, or write an archcalc.yaml that does")
                return
            path = os.path.join(directory, name)
            if name.endswith((".yaml", ".yml")) and name != FILE and has_word(path):
                span = own_budget(globs, path, problems)
                if span is not None:
                    yield path, span


def own_budgets_then(tree: Tree, directory: str) -> Iterator[str]:
    """The paths of the specs of a commit that a directory and those below had, and that stated a ``budget:``."""
    projects: dict[str, bool] = {}
    for path in tree.files(directory)[:MOST_FILES]:
        folders = os.path.relpath(os.path.dirname(path), directory)
        if not path.endswith((".yaml", ".yml")) or os.path.basename(path) == FILE or is_hidden(folders):
            continue
        above = [one for one in upwards(os.path.dirname(path)) if is_below(one, directory)]
        for one in above:
            if one not in projects:
                projects[one] = tree.find(os.path.join(one, FILE)) is not None
        if any(projects[one] for one in above):
            continue
        with suppress(SpecError):
            source = tree.source(path)
            if WORD.decode() in source.text and states_budget(source) is not None:
                yield path


def is_entered(directory: str, name: str) -> bool:
    path = os.path.join(directory, name)
    return not name.startswith(".") and not any(os.path.lexists(os.path.join(path, one)) for one in ELSEWHERE)


def has_word(path: str) -> bool:
    """Whether a file of a spec's size may state a budget: most do not, and are not parsed. Links are not followed."""
    try:
        if os.path.islink(path) or not os.path.isfile(path) or os.path.getsize(path) > MOST_BYTES:
            return False
        with open(path, "rb") as file:
            return WORD in file.read(MOST_BYTES)
    except OSError:
        return False


def own_budget(globs: Globs, path: str, problems: Problems | None) -> Span | None:
    """Where a spec states its ``budget:``."""
    try:
        located = globs.read(path).located
        return None if located.file is not None else states_budget(located.source)
    except SpecError as error:
        if problems is not None:
            problems.add(*error.diagnostics)
        return None


def states_budget(source: Source) -> Span | None:
    """Where the text of a spec states its ``budget:``. Raises SpecError."""
    root = read(source)
    if not root.is_mapping or "budget" not in root.value or "layers" not in root.value:
        return None
    span: Span = root.value["budget"][0].span
    return span
