"""What relative limits are held against: ``--base`` as a commit, an older spec, or an earlier report."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from archcalc.budget.files import Target
from archcalc.budget.sizing import Sized
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.layers.base import BITS
from archcalc.report.figures import FIGURES, OF_LAYERS
from archcalc.report.model import SCHEMA
from archcalc.request import settled
from archcalc.sources.source import Located, is_explicit, located_at, located_then
from archcalc.sources.text import in_work_tree, nearest_with

if TYPE_CHECKING:
    from archcalc.report.documents import Report

OF_EVERY_LAYER = [figure.name for figure in OF_LAYERS if figure.none is None]
YAML = (".yaml", ".yml")
SETTINGS: Final = ("batch", "set", "convention")
"""What reports must have alike to be compared."""


class Older:
    """The older report of a spec, or None and a note that says why."""

    def __init__(self, report: Report | None, note: str = "") -> None:
        self.report, self.note = report, note

    @cached_property
    def names(self) -> list[str]:
        """The rows' paths."""
        return [row["path"] for row in self.report["layers"]] if self.report else []


def open_base(base: str) -> CommitBase | FileBase | ReportBase:
    """What ``--base`` names: a git ref, or a file of reports or a spec. Raises SpecError.

    A checkout may bring a file of any name, so a file must say that it is one: ``./x``, or x.yaml, x.json.
    """
    if os.path.isfile(base):
        check_is_file(base)
        located = settled(located_at(base))
        if located.file is None and located.source.text.lstrip()[:1] in ("{", "[") and not base.endswith(YAML):
            return ReportBase(base, located.source.text)
        return FileBase(base, located)
    if base.startswith(("./", "../", "/")) and not os.path.lexists(base):
        raise SpecError(Diagnostic(f"no file '{base}'", help=f"{option('base')} takes a git ref, a spec or a report"))
    if os.path.lexists(base) and os.path.dirname(base):
        raise SpecError(Diagnostic(f"{option('base')} takes a git ref, a spec or a report, and '{base}' is no file"))
    return CommitBase(base)


def check_is_file(base: str) -> None:
    """Raise SpecError if a name may be meant for a commit as well."""
    if base.startswith(("./", "../", "/")):
        return
    from archcalc.sources import git

    repository = git.repository_at(os.getcwd())
    if repository is not None and repository.commit_or_none(base) is not None:
        help = f"./{base} is the file; a ref in full, such as refs/heads/{base}, is the commit"
        raise SpecError(Diagnostic(f"'{base}' is a file and a commit", help=help))
    if not is_explicit(base):
        raise SpecError(Diagnostic(f"no commit '{base}', and a file is named as such", help=f"write ./{base}"))


class CommitBase:
    """A git ref: the merge base of it and HEAD, in each repository that a spec lies in."""

    def __init__(self, ref: str) -> None:
        from archcalc.sources import git

        self.ref, self.name, self.git = ref, ref, git
        self._trees: dict[str, git.Tree] = {}
        self._renames: dict[str, dict[str, str]] = {}
        self._roots: dict[str, str] = {}
        self._then: dict[str, Located | None] = {}
        if not ref:
            raise SpecError(
                Diagnostic(
                    f"{option('base')} takes a git ref, a spec or a report",
                    help=f"such as {option('base', 'origin/main')}",
                )
            )

    def find(self, target: Target, sized: Sized) -> Older:
        """The spec as it was in the commit: the same report if none of its files has changed."""
        then = self.then(target)
        if then is None:
            return Older(None, f"new since {self.ref}")
        return Older(sized.report) if then is target.located else older_size(sized, then)

    def then(self, target: Target) -> Located | None:
        """The spec in the commit: itself if none of its files has changed, None if it is new. Raises SpecError."""
        if target.key not in self._then:
            self._then[target.key] = self._found(target)
        return self._then[target.key]

    def _found(self, target: Target) -> Located | None:
        located = target.located
        if target.is_shipped:
            return located
        if located.tree is not None or located.path is None:
            what = "a spec of a commit" if located.tree else "a spec without a file"
            raise SpecError(
                Diagnostic(f"{what} has no older version at '{self.ref}'", help=f"{option('base', 'FILE')} names one")
            )
        path = target.key
        tree = self.tree_of(path)
        if self.unchanged(target, tree):
            return located
        then = self.path_then(tree, path)
        if then is None:
            tree.check_absent(path)
            return None
        return settled(located_then(tree, then))

    def look_up(self, targets: list[Target]) -> None:
        """Ask git for many specs at once."""
        by_tree: dict[Any, list[str]] = {}
        for target in targets:
            if not target.is_shipped and target.located.tree is None and target.located.path is not None:
                path = target.key
                by_tree.setdefault(self.tree_of(path), []).append(path)
        for tree, paths in by_tree.items():
            tree.look_up(paths)

    def tree_of(self, path: str) -> Any:
        directory = os.path.dirname(path)
        root = self._roots.get(directory)
        if root is None:
            root = self._roots[directory] = nearest_with(directory, ".git")
        if root not in self._trees:
            repository = self.git.open_repository(root)
            while (above := repository.superproject()) is not None:  # its base pins the submodule's
                repository = above
            self._trees[root] = self.git.Tree(repository, repository.merge_base(self.ref), self.ref)
        return self._trees[root]

    def unchanged(self, target: Target, tree: Any) -> bool:
        """Whether the commit has the same bytes of the spec and its imports, and no file that was missing."""
        if any(in_work_tree(path) != real for path, real in target.located.real.items()):
            return False  # what a link leads to imports from beside itself; the commit may have a folder there
        texts = {
            in_work_tree(path): source and source.text.encode() for path, source in target.located.imported.items()
        }
        for place, data in {target.key: target.located.data, **texts}.items():
            if not tree.holds(place):  # --allow-import: no part of the commit
                continue
            blob = tree.find(place)
            if blob is None or data is None:
                if blob is not None or data is not None:
                    return False
            elif not tree.has(place, data):
                return False
        return True

    def path_then(self, tree: Any, path: str) -> str | None:
        """Where the file was in the commit, by its name now or by the one it was renamed from."""
        return path if tree.find(path) is not None else self.renamed(tree).get(path)

    def renamed(self, tree: Any) -> dict[str, str]:
        """Path now -> path in the commit of the files renamed since."""
        root = tree.repository.root
        if root not in self._renames:
            found = tree.repository.renames(tree.commit)
            self._renames[root] = {os.path.join(root, new): os.path.join(root, old) for new, old in found.items()}
        return self._renames[root]


class FileBase:
    """An older version of the one spec that is checked."""

    def __init__(self, name: str, located: Located) -> None:
        self.name, self.located = name, located
        self._key: str | None = None

    def find(self, target: Target, sized: Sized) -> Older:
        return older_size(sized, self.then(target))

    def then(self, target: Target) -> Located:
        """Raises SpecError if it is asked for several specs."""
        if self._key not in (None, target.key):
            message = f"{option('base', self.name)} is one spec, and several are checked"
            raise SpecError(Diagnostic(message, help="check one, or give a git ref, or reports of them all"))
        self._key = target.key
        return Located(self.located.file or self.located.source, self.located.path)


class ReportBase:
    """Reports of an earlier ``archcalc show --format json`` (or ``jsonl``)."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.reports = read_reports(name, text)

    def find(self, target: Target, sized: Sized) -> Older:
        """The report of the same file, whatever the network calls itself now, else of the same name; and variant."""
        report = sized.report
        variant = [one for one in self.reports if one["variant"] == report["variant"]]
        same = [one for one in variant if same_file(one["file"], report["file"])]
        same = same or [one for one in variant if one["spec"] == report["spec"]]
        if not same:
            return Older(None, f"new, its growth is not judged: {self.name} has no report of it")
        if len(same) > 1:
            raise SpecError(Diagnostic(f"{self.name} has {len(same)} reports of '{report['spec']}'"))
        for key in SETTINGS:
            if same[0][key] != report[key]:
                message = f"{self.name} was made with {key} {same[0][key]}, this check with {report[key]}"
                raise SpecError(Diagnostic(message, help="reports compare where their settings are equal"))
        return Older(same[0])


def older_size(sized: Sized, older: Located) -> Older:
    """The report of an older spec, asked for and counted as the newer is. Raises SpecError if it cannot be sized so."""
    request = sized.request.at(older)
    request.conventions = [sized.request.convention(sized.network)]
    try:
        network = request.network()
        return Older(request.sized(network, request.convention(network)))
    except SpecError as error:
        for diagnostic in error.diagnostics:
            diagnostic.help = diagnostic.help or f"growth is held against this: {option('base')} may name another"
        raise


def same_file(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and os.path.normpath(one) == os.path.normpath(other)


def read_reports(name: str, text: str) -> list[Report]:
    """The reports in a text: one, an array, or JSON Lines, read up to the first line that is not a report."""
    import json

    reports: list[Report] = []
    try:
        try:
            found = json.loads(text)
        except json.JSONDecodeError:
            found = map(json.loads, filter(str.strip, text.splitlines()))
        for report in found if isinstance(found, (list, map)) else [found]:
            if not is_report(report):
                message = f"'{name}' holds no reports of 'archcalc show' ({SCHEMA})"
                raise SpecError(
                    Diagnostic(message, help="archcalc show SPEC... --format json -o report.json makes them")
                )
            reports.append(report)
    except (ValueError, RecursionError) as error:
        raise SpecError(Diagnostic(f"'{name}' is not JSON: {error}")) from None
    return reports


def is_report(value: Any) -> bool:
    keys = ("spec", "variant", "file", "batch", "set", "convention", "dtype", "totals", "layers")
    if not (isinstance(value, dict) and value.get("schema") == SCHEMA and all(key in value for key in keys)):
        return False
    layers = value["layers"]
    if not (has_numbers(value["totals"], FIGURES) and has_dtypes(value)):
        return False
    return isinstance(layers, list) and all(map(is_row, layers))


def is_row(value: Any) -> bool:
    if not has_numbers(value, OF_EVERY_LAYER) or not has_dtypes(value) or not isinstance(value.get("path"), str):
        return False
    others = (value.get(figure.name) for figure in OF_LAYERS if figure.none is not None)
    return "trainable" in value and all(number is None or type(number) is int for number in others)


def has_dtypes(value: Any) -> bool:
    params = value.get("params_by_dtype")
    return isinstance(params, dict) and params.keys() <= BITS.keys() and has_numbers(params, params)


def has_numbers(value: Any, keys: Iterable[str]) -> bool:
    return isinstance(value, dict) and all(type(value.get(key)) is int for key in keys)
