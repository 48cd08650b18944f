"""What the budgets of the base hold: its archcalc.yaml, the ``budget:`` of each spec, the shapes that specs expect."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from archcalc.budget.baseline import CommitBase, ReportBase
from archcalc.budget.budgets import FILE, Budget, read_budgets, read_own
from archcalc.budget.files import Globs, GlobsThen, Target, is_spec
from archcalc.budget.judging import AnyBase, Judged
from archcalc.budget.loosening import Loosening
from archcalc.budget.planned import Planned, Run, runs_of
from archcalc.budget.strictness import Now, compared, dropped, in_force
from archcalc.conventions.rule import Convention
from archcalc.errors import Source, SpecError
from archcalc.language.problems import Halted, Problems, whole
from archcalc.language.writer import node_text
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.report.widths import Widths
from archcalc.request import is_yaml, settled, stated_convention, stated_widths
from archcalc.sources.project import Reach
from archcalc.sources.source import Located, located_then, read_file
from archcalc.sources.text import entered_directory, in_work_tree, shown_path, upwards

if TYPE_CHECKING:
    from archcalc.request import Options


class Then:
    """The budgets of a base.

    ``planned``: what its archcalc.yaml holds, by today's specs. ``loosened``: what is known before a spec is judged.
    """

    def __init__(self, base: AnyBase, allowed: Iterable[str]) -> None:
        self.base, self.allowed = base, tuple(allowed)
        self.planned = Planned()
        self.loosened: list[Loosening] = []
        self.path = ""

    def read_file(self, globs: Globs | None, source: Source | None, today: list[Budget]) -> None:
        """Read the base's archcalc.yaml. The rest is today's, whose budgets are taken where they are the same."""
        found = budget_file_in(self.base)
        if found is None:
            return
        tree, path = found
        self.path = path
        try:
            is_same = source is not None and tree.has(path, source.text.encode()) and not any(map(reads_files, today))
            budgets = today if is_same else whole(read_budgets, tree.source(path), Reach(path, tree, self.allowed))
        except SpecError as error:
            self.loosened.append(unreadable(tree.shown(path), error))
            return
        if globs is None or globs.beside != os.path.dirname(path):
            globs = Globs(shown_path(path))
        gone: dict[str, list[Budget]] = {}
        globs_then = GlobsThen(tree, globs.beside)
        try:
            for budget in budgets:
                for pattern in budget.specs:
                    for then in self._plan(budget, pattern, globs, globs_then):
                        gone.setdefault(then, []).append(budget)
        except SpecError as error:
            self.loosened.append(unreadable(tree.shown(path), error))
        for then, those in gone.items():
            if any(map(in_force, those)):
                self.loosened.append(gone_spec(then, those))

    def _plan(self, budget: Budget, pattern: Node, globs: Globs, then: GlobsThen) -> Iterator[str]:
        """Plan what a pattern names today, and what it named then and is elsewhere now; give what is gone."""
        targets: list[Target] = []
        with suppress(Halted, SpecError):  # today's patterns tell what is wrong with today's files
            targets = globs.held(budget, pattern, Problems())
        for target in targets:
            self.planned.add(budget, target)
        assert isinstance(self.base, CommitBase)
        here = {one.key for one in targets if not one.is_shipped}
        here |= {path for node in budget.excepted for path in then.files(node.text)}
        for path in then.files(pattern.text):
            if path in here or path == self.path or not was_spec(then.tree, path):
                continue
            moved = [now for now, before in self.base.renamed(then.tree).items() if before == path]
            if moved and os.path.isfile(moved[0]):
                self.planned.add(budget, globs.read(moved[0]))
            else:
                yield path

    def of(
        self, judged: Judged, runs: list[Run], now: list[Now], own: Budget | None, variant: str | None
    ) -> Iterator[Loosening]:
        """What is loosened of a spec. ``runs``: today's; ``now``: their results; ``own``: today's ``budget:``.

        ``variant``: the only one that is judged.
        """
        target = judged.target
        try:
            then = self._located(target)
            is_same = then is target.located  # then its budget is known
            owned = self._own(target, then, own) if own is not None or not is_same else []
            before = [*self.planned.of(target), *owned]
        except SpecError as error:
            yield unreadable(f"{target.text} of {self.base.name}", error)
            return
        before = [run for run in before if variant in (None, run[1])]
        count = None
        if then is not None and then is not target.located and then.file is None and target.located.file is None:
            yield from expectations(then, target.located)
            count = another_count(then.source, target.located.source)
        if count is None:
            before = [run for run in before if run not in runs]
        try:
            yield from compared(judged, before, now, count)
        except SpecError as error:  # patterns that take too long
            yield unreadable(f"{target.text} of {self.base.name}", error)

    def dropped(self, today: Planned) -> Iterator[Loosening]:
        """The limits of the specs that no budget of archcalc.yaml names any more."""
        for target, runs in self.planned.all():
            if target not in today:
                own: list[Run] = []
                is_new = False
                with suppress(SpecError):
                    located = self._located(target)
                    own, is_new = self._own(target, located, None), located is None
                yield from dropped(target.text, [*runs, *own], is_new and not target.is_shipped)

    def name_own(self, globs: Globs, planned: Planned) -> Iterator[Loosening]:
        """Have the specs checked that stated a ``budget:`` in the base, without an archcalc.yaml; give what is gone."""
        from archcalc.budget.own import own_budgets_then

        assert isinstance(self.base, CommitBase)
        tree = self.base.tree_of(in_work_tree(os.path.join(globs.beside, FILE)))
        for path in own_budgets_then(tree, globs.beside):
            moved = [now for now, before in self.base.renamed(tree).items() if before == path]
            now = next((one for one in [path, *moved] if os.path.isfile(one)), None)
            if now is not None:
                planned.name(globs.read(now))
                continue
            with suppress(SpecError):
                node = read(tree.source(path)).value["budget"][1]
                budget = whole(read_own, node, Reach(path, tree, self.allowed))
                if budget is not None and in_force(budget):
                    yield gone_spec(path, [budget])

    def _located(self, target: Target) -> Located | None:
        """The spec in the base, itself if it is the same there; None if the base has none. Raises SpecError."""
        located = target.located
        if isinstance(self.base, ReportBase) or target.is_shipped or located.tree or located.path is None:
            return None
        return self.base.then(target)

    def _own(self, target: Target, then: Located | None, own: Budget | None) -> list[Run]:
        """The runs of the ``budget:`` that a spec has in the base. Raises SpecError."""
        if then is None or then.file is not None:
            return []
        if then is target.located and own is not None and not reads_files(own):
            return runs_of(own, None)
        root = read(then.source)
        node = root.value.get("budget") if root.is_mapping else None
        if node is None:
            return []
        tree = then.tree
        if then is target.located and isinstance(self.base, CommitBase):
            tree = self.base.tree_of(str(then.path))
        budget = whole(read_own, node[1], Reach(then.path, tree, self.allowed))
        return runs_of(budget, None) if budget is not None else []


def other_files(base: AnyBase, given: Options) -> Iterator[Loosening]:
    """The files that the caller names and that say another thing in the base: a convention, the widths of weights."""
    for kind, stated in (("count", stated_convention), ("dtype", stated_widths)):
        name = getattr(given.get(kind), "source", None)
        if not isinstance(base, CommitBase) or name is None or not is_yaml(name):
            continue
        path = in_work_tree(name)
        with suppress(SpecError):  # a file of the caller's own, outside the repository
            tree, now = base.tree_of(path), read_file(name)
            if tree.find(path) is not None and not tree.has(path, now.text.encode()):
                then = tree.source(path)
                if said(stated, then) != said(stated, now):
                    yield Loosening(kind, f"as {then.name} says", f"as {now.name} says")


def said(stated: Callable[[Source], Convention | Widths], source: Source) -> Any:
    """What a file states, to be compared; None if it is wrong."""
    try:
        found = stated(source)
    except SpecError:
        return None
    if isinstance(found, Widths):
        return found.dtypes, [(pattern.text, pattern.dtypes) for pattern in found.patterns]
    assert found.stated is not None
    return repr([found.stated[key] for key in ("base", "operations", "kinds")])


def budget_file_in(base: AnyBase) -> tuple[Any, str] | None:
    """The commit and the path of its archcalc.yaml, the nearest from the working directory upwards."""
    if not isinstance(base, CommitBase) or base.git.repository_at(os.getcwd()) is None:
        return None
    for directory in upwards(entered_directory()):
        path = in_work_tree(os.path.join(directory, FILE))
        tree = base.tree_of(path)
        if tree.find(path) is not None:
            return tree, path
        tree.check_absent(path)
        if os.path.lexists(os.path.join(directory, ".git")):
            break
    return None


def reads_files(budget: Budget) -> bool:
    """Whether a budget counts, takes widths or times as a file says, which may be another file than in the base."""
    return any(isinstance(value, (Convention, Widths)) for value in budget.given.values()) or any(
        limit.reads_file for limit in budget.limits
    )


def was_spec(tree: Any, path: str) -> bool:
    try:
        return is_spec(path, settled(located_then(tree, path)))
    except SpecError:
        return False


def another_count(then: Source, now: Source) -> tuple[str, str] | None:
    """The ways of counting that a spec asks for in the base and now, if they differ."""
    keys = [root.value if (root := read(source)).is_mapping else {} for source in (then, now)]
    before, after = (those["count"][1].text if "count" in those else "mac" for those in keys)
    return None if before == after else (before, after)


def gone_spec(path: str, budgets: list[Budget]) -> Loosening:
    limits = [limit for budget in budgets for limit in in_force(budget)]
    was = ", ".join(dict.fromkeys(f"{limit.bound} {limit.metric} {limit.amount.text}" for limit in limits))
    now = "no spec" if os.path.lexists(path) else None
    return Loosening("spec", was, now, spec_file=shown_path(path), span=budgets[0].span)


def unreadable(what: str, error: SpecError) -> Loosening:
    first = error.diagnostics[0]
    return Loosening("budget", what, span=first.span, why=first.message)


def expectations(then: Located, now: Located) -> Iterator[Loosening]:
    """The shapes that a spec, or a file that it imports, expects no more, each beside one that is new."""
    pairs = [(then.source, now.source)]
    for path, source in now.imported.items():
        if then.tree is not None and source is not None and then.tree.find(path) is not None:
            pairs.append((then.tree.source(path), source))
    for old, new in pairs:
        if old.text != new.text:
            yield from unexpected(old, new)


def unexpected(old: Source, new: Source) -> Iterator[Loosening]:
    before, after = expected(old), expected(new)
    gone = [node for text, nodes in before.items() for node in nodes[len(after.get(text, ())) :]]
    come = [node for text, nodes in after.items() for node in nodes[len(before.get(text, ())) :]]
    for number, node in enumerate(gone):
        is_now = come[number] if number < len(come) else None
        text = None if is_now is None else node_text(is_now)
        yield Loosening("expect", node_text(node), text, spec_file=new.name, span=node.span, at=is_now and is_now.span)


def expected(source: Source) -> dict[str, list[Node]]:
    """The values of every ``expect`` in a text, by what they say."""
    found: dict[str, list[Node]] = {}
    try:
        waiting = [read(source)]
    except SpecError:  # told where it is loaded
        return found
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, dict):
            for word, (_, value) in node.value.items():
                if word == "expect":
                    found.setdefault(node_text(value), []).append(value)
                else:
                    waiting.append(value)
        elif node.is_list:
            waiting += node.value
    return found
