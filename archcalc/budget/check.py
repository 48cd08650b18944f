"""Specs held to their budgets: what archcalc.yaml, the specs' own ``budget:`` and the command line say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from archcalc.budget.base import CommitBase, FileBase, Older, ReportBase, open_base
from archcalc.budget.costs import costliest, grew_most
from archcalc.budget.document import KINDS, Entry, limit_of_words, read_budgets, read_entry
from archcalc.budget.files import Globs, Target, find_budget_file
from archcalc.budget.paths import advice
from archcalc.budget.result import Limit, Outcome, Result
from archcalc.budget.sizing import Sized, measure
from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.request import Request
from archcalc.spec.problems import MOST, Halted, Problems
from archcalc.spec.project import Reach
from archcalc.spec.source import locate, read_file

Limits = Mapping[str, Iterable[str]]
"""``max``, ``min``, ``max_increase`` -> texts METRIC=LIMIT."""


def check_budgets(
    specs: Iterable[str], limits: Limits, *, base: str | None = None, variant: str | None = None, given: dict[str, Any]
) -> Outcome:
    """Hold the named specs, or all of archcalc.yaml, to every budget that is theirs.

    ``given``: options of a request, which win over what a budget says. Raises SpecError where nothing can be checked at
    all; what is wrong with single specs is in the outcome.
    """
    given = once(given)
    problems = Problems()
    outcome = Outcome(base)
    try:
        check = Check(given, asked_entry(limits, base, problems), problems, outcome)
        named = [named_target(spec, variant, problems) for spec in specs]
        check.read_file(find_budget_file(), bool(named))
        problems.stop()
        if variant is not None and not named:
            raise SpecError(
                Diagnostic("--variant chooses a variant of a SPEC that is named", help="archcalc check SPEC")
            )
        check.base = open_base(base) if base is not None else None
        check.run([target for target in named if target is not None])
    except Halted:
        problems.stop()
    return outcome


def once(given: dict[str, Any]) -> dict[str, Any]:
    """The options, checked before any spec is read, with the convention that they name. Raises SpecError."""
    conventions = Request("", **given).conventions
    return {**given, "count": conventions[0]} if conventions else given


def asked_entry(limits: Limits, base: str | None, problems: Problems) -> Entry:
    """What ``--max``, ``--min`` and ``--max-increase`` ask for, as an entry."""
    entry = Entry(None)  # type: ignore[arg-type]
    for kind in KINDS:
        option = f"--{kind.replace('_', '-')}"
        texts = list(limits.get(kind, ()))
        found = [limit_of_words(option, kind, text, problems) for text in texts]
        entry.limits += [limit for limit in found if limit is not None]
        if kind == "max_increase" and texts and base is None:
            problems.say("--max-increase needs --base", None, help="such as --base origin/main")
    return entry


def named_target(spec: str, variant: str | None, problems: Problems) -> Target | None:
    try:
        target = Target(spec, locate(spec))
    except SpecError as error:
        problems.add(*error.diagnostics)
        return None
    if variant is not None:
        if target.variant not in (None, variant):
            problems.say(f"two variants are asked for: {target.variant} and {variant}", None)
        target.variant = variant
    target.located.variant = None
    return target


class Check:
    """One run of ``archcalc check``."""

    def __init__(self, given: dict[str, Any], asked: Entry, problems: Problems, outcome: Outcome) -> None:
        self.given, self.asked, self.problems, self.outcome = given, asked, problems, outcome
        self.allowed = given.get("allow_import", ())
        self.base: CommitBase | FileBase | ReportBase | None = None
        self.file: str | None = None
        self.planned: dict[str, tuple[Target, dict[tuple[Entry, str | None], None]]] = {}
        self.unmatched: dict[Limit, str | None] = {}
        self.matched: set[Limit] = set()
        self._told: set[Any] = set()

    # What is to be checked

    def read_file(self, path: str | None, only_named: bool) -> None:
        """Plan what archcalc.yaml says of which specs."""
        self.file = path
        if path is None:
            if not only_named and not self.problems:
                help = (
                    f"write one, or name a spec: archcalc check SPEC{'' if self.asked.limits else ' --max params=5M'}"
                )
                raise SpecError(Diagnostic("no archcalc.yaml from the working directory upwards", help=help))
            return
        globs = Globs(path)
        for entry in read_budgets(read_file(path), Reach(path, allowed=self.allowed), self.problems):
            for pattern in entry.specs:
                for target in globs.targets(pattern, self.problems):
                    self.plan(entry, target, pattern.span)

    def plan(self, entry: Entry, target: Target, span: Span) -> None:
        target.located.variant = None  # entries may name several variants of one file: a run says which
        _, runs = self.planned.setdefault(target.key, (target, {}))
        if target.variant is not None and entry.variants:
            self.problems.say(f"'{target.text}' is a variant itself", entry.variants[0][1], help="leave variants: out")
        runs.update(dict.fromkeys(self.runs_of(entry, target.variant)))

    def runs_of(self, entry: Entry, own: str | None) -> list[tuple[Entry, str | None]]:
        return [(entry, name) for name, _ in entry.variants] or [(entry, own)]

    def run(self, named: list[Target]) -> None:
        if isinstance(self.base, CommitBase):
            self.base.look_up(named or [target for target, _ in self.planned.values()])
        if not named:
            for target, runs in self.planned.values():
                self.check_target(target, list(runs), None)
        for target in {(target.key, target.variant): target for target in named}.values():
            _, runs = self.planned.get(target.key, (target, {}))
            self.check_target(target, list(runs), target)
        for limit, help in self.unmatched.items():
            if limit not in self.matched and len(self.outcome.errors) < MOST:
                self.tell(Diagnostic(f"'{limit.pattern}' matches no layer", limit.pattern_span, help=help))

    # One spec

    def check_target(self, target: Target, runs: list[tuple[Entry, str | None]], named: Target | None) -> None:
        """Judge a spec by the entries planned for it, its own budget, and what the command line asks."""
        sized: dict[Any, Sized | SpecError] = {}
        runs = [run for run in runs if named is None or named.variant in (None, run[1])]
        if self.asked.limits:
            runs = [*runs, *(self.asked_runs(runs) if named is None else [(self.asked, named.variant)])]
        judged = [self.judge(target, entry, variant, sized) for entry, variant in runs]
        own = self.own_entry(target, sized, named)
        if target.located.budget is not None and own is None:
            return
        if own is not None:
            own_runs = self.runs_of(own, None)
            own_runs = [run for run in own_runs if named is None or named.variant in (None, run[1])]
            judged += [self.judge(target, own, variant, sized) for _, variant in own_runs]
        if not judged and named is not None and not any(isinstance(one, SpecError) for one in sized.values()):
            self.tell_unlimited(named)

    def asked_runs(self, runs: list[tuple[Entry, str | None]]) -> list[tuple[Entry, str | None]]:
        """The command line's limits on each network that archcalc.yaml describes."""
        found = {}
        for entry, variant in runs:
            key = told_apart(variant, entry.given)
            if key not in found:
                asked = Entry(entry.span)
                asked.given, asked.spans, asked.limits = entry.given, entry.spans, self.asked.limits
                found[key] = (asked, variant)
        return list(found.values())

    def own_entry(self, target: Target, sized: dict[Any, Sized | SpecError], named: Target | None) -> Entry | None:
        """The spec's own ``budget:``, known once the spec was read."""
        if not sized:
            variant = named.variant if named is not None else target.variant
            first = self.size(target, variant, {}, sized)
            if isinstance(first, SpecError) and target.located.budget is None:
                self.tell(*first.diagnostics)
        if target.located.budget is None:
            return None
        problems = Problems()
        entry = None
        try:
            with suppress(Halted):
                reach = Reach(target.located.path, target.located.tree, self.allowed)
                entry = read_entry(target.located.budget, False, reach, problems)
            problems.stop()
        except SpecError as error:
            self.tell(*error.diagnostics)
            return None
        return entry

    def size(
        self, target: Target, variant: str | None, given: dict[str, Any], sized: dict[Any, Sized | SpecError]
    ) -> Sized | SpecError:
        given = merged(given, self.given)
        key = told_apart(variant, given)
        if key not in sized:
            try:
                sized[key] = Sized(Request(target.located, variant=variant, **given))
            except SpecError as error:
                sized[key] = error
        return sized[key]

    def judge(
        self, target: Target, entry: Entry, variant: str | None, sized: dict[Any, Sized | SpecError]
    ) -> list[Result]:
        """The results of an entry's limits for one variant."""
        found = self.size(target, variant, entry.given, sized)
        if isinstance(found, SpecError):
            self.tell(*(self.in_entry(diagnostic, entry) for diagnostic in found.diagnostics))
            return []
        older: Older | None = None
        if self.base is not None and any(limit.kind == "max_increase" for limit in entry.limits):
            try:
                older = self.base.find(target, found)
            except SpecError as error:
                self.tell(*error.diagnostics)
                return []
        try:
            results = [result for limit in entry.limits if (result := self.hold(limit, found, older))]
        except SpecError as error:  # patterns that take too long, and would again
            self.tell(*error.diagnostics)
            raise Halted from None
        self.outcome.results += results
        return results

    def hold(self, limit: Limit, sized: Sized, older: Older | None) -> Result | None:
        """One limit on one network; None where its pattern matches no layer."""
        places = rows = None
        if limit.pattern is not None:
            places = sized.paths.matched(limit.pattern, limit.pattern_span)
            if not places:
                if limit not in self.unmatched and len(self.unmatched) < MOST:
                    self.unmatched[limit] = advice(limit.pattern, sized.paths, sized.report["layers"])
                return None
            self.matched.add(limit)
            rows = [sized.report["layers"][place] for place in places]
        dtype = limit.amount.dtype or sized.report["dtype"]
        result = Result(sized.report, limit, measure(sized.report, limit.metric, dtype, rows))
        if limit.kind != "max_increase":
            result.hold(None)
        elif older is None:
            result.note = "not judged: --base says against what"
        elif older.report is None:
            result.new, result.note = True, older.note
        else:
            result.hold(measure(older.report, limit.metric, dtype))
            if not result.ok:
                result.place = grew_most(sized, older.report, limit.metric)
        if not result.ok and result.place is None:
            result.place = costliest(sized, limit.metric, places)
        return result

    # What is wrong

    def in_entry(self, diagnostic: Diagnostic, entry: Entry) -> Diagnostic:
        """A diagnostic about a setting, placed where the budget makes it."""
        span = diagnostic.span
        if entry.span is None or (span is not None and span.source.about is None):
            return diagnostic
        place = entry.spans.get(diagnostic.about or "", entry.span)
        return Diagnostic(diagnostic.message, place, label=diagnostic.label, help=diagnostic.help)

    def tell(self, *diagnostics: Diagnostic) -> None:
        for one in diagnostics:
            key = (one.message, one.span and (one.span.source.name, one.span.line, one.span.start))
            if key not in self._told:
                self._told.add(key)
                self.outcome.errors.append(one)

    def tell_unlimited(self, target: Target) -> None:
        where = f"an entry in {self.file}" if self.file else "an archcalc.yaml"
        help = f"give it budget:, {where}, or --max METRIC=LIMIT"
        self.tell(Diagnostic(f"no budget matches '{target.text}'", help=help))


def merged(given: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """An entry's settings with the command line's, which win; variables one by one."""
    found = {**given, **asked}
    if "settings" in given and "settings" in asked:
        found["settings"] = {**given["settings"], **asked["settings"]}
    return found


def told_apart(variant: str | None, given: dict[str, Any]) -> Any:
    """What tells two ways of asking for one spec apart."""
    count = given.get("count")
    return variant, repr(sorted({**given, "count": getattr(count, "source", count)}.items()))
