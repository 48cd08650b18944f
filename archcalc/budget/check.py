"""Specs held to their budgets: what archcalc.yaml, the specs' own ``budget:`` and the command line say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from archcalc.budget.baseline import CommitBase, FileBase, Older, ReportBase, open_base
from archcalc.budget.budgets import Budget, limit_of_words, read_budget, read_budgets
from archcalc.budget.costs import costliest, grew_most
from archcalc.budget.files import Globs, Target, find_budget_file
from archcalc.budget.keys import BOUNDS
from archcalc.budget.paths import advice
from archcalc.budget.result import Limit, Outcome, Result, network_name
from archcalc.budget.sizing import Sized, measure
from archcalc.errors import Diagnostic, Span, SpecError, option
from archcalc.language.problems import MOST, Halted, Problems
from archcalc.request import Request, SpecLike
from archcalc.sources.project import Reach
from archcalc.sources.source import read_file

if TYPE_CHECKING:
    from archcalc.request import Options

Limits = Mapping[str, Iterable[str]]
"""``max``, ``min``, ``max_increase`` -> texts METRIC=LIMIT."""


def check_budgets(
    specs: Iterable[SpecLike],
    limits: Limits,
    *,
    base: str | None = None,
    is_ref: bool = False,
    variant: str | None = None,
    given: Options,
) -> Outcome:
    """Hold the named specs, or all of archcalc.yaml, to every budget that is theirs.

    ``is_ref``: the base is a git ref and no file. ``given``: options of a request, which win over what a budget says.
    Raises SpecError if nothing can be checked at all; what is wrong with single specs is in the outcome.
    """
    given = once(given)
    problems = Problems()
    outcome = Outcome(base)
    try:
        check = Check(given, asked_budget(limits, base, problems), problems, outcome)
        named = [named_target(spec, variant, problems) for spec in specs]
        check.read_file(find_budget_file(), bool(named))
        problems.stop()
        if variant is not None and not named:
            raise SpecError(
                Diagnostic(f"{option('variant')} chooses a variant of a SPEC that is named", help="archcalc check SPEC")
            )
        if base is not None:
            check.base = CommitBase(base) if is_ref else open_base(base)
        check.run([target for target in named if target is not None])
    except Halted:
        problems.stop()
    return outcome


def once(given: Options) -> Options:
    """The options, checked before any spec is read, with the convention that they name. Raises SpecError."""
    conventions = Request("", **given).conventions
    return {**given, "count": conventions[0]} if conventions else given


def asked_budget(limits: Limits, base: str | None, problems: Problems) -> Budget:
    """What ``--max``, ``--min`` and ``--max-increase`` ask for, as a budget."""
    budget = Budget(None)  # type: ignore[arg-type]
    for bound in BOUNDS:
        named = option(bound.replace("_", "-"))
        texts = list(limits.get(bound, ()))
        found = [limit_of_words(named, bound, text, problems) for text in texts]
        budget.limits += [limit for limit in found if limit is not None]
        if bound == "max_increase" and texts and base is None:
            problems.say(f"{named} needs {option('base')}", None, help=f"such as {option('base', 'origin/main')}")
    return budget


def named_target(spec: SpecLike, variant: str | None, problems: Problems) -> Target | None:
    try:
        request = Request(spec)
        target = Target(request.name, request.located())
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

    def __init__(self, given: Options, asked: Budget, problems: Problems, outcome: Outcome) -> None:
        self.given, self.asked, self.problems, self.outcome = given, asked, problems, outcome
        self.allowed = given.get("allow_import", ())
        self.base: CommitBase | FileBase | ReportBase | None = None
        self.file: str | None = None
        self.planned: dict[str, tuple[Target, dict[tuple[Budget, str | None], None]]] = {}
        self.unmatched: dict[tuple[Limit, str], str | None] = {}
        self.baseless: dict[Limit, None] = {}
        self._told: set[Any] = set()

    # What is to be checked

    def read_file(self, path: str | None, only_named: bool) -> None:
        """Plan which specs to check by archcalc.yaml."""
        self.file = path
        if path is None:
            if not only_named and not self.problems:
                limit = "" if self.asked.limits else " --max params=5M"
                help = (
                    "write one, such as budgets: [{specs: models/*.yaml, max: {params: 5M, macs: 600M}}] "
                    f"('archcalc help budget'), or name a spec: archcalc check SPEC{limit}"
                )
                raise SpecError(Diagnostic("no archcalc.yaml from the working directory upwards", help=help))
            return
        globs = Globs(path)
        for budget in read_budgets(read_file(path), Reach(path, allowed=self.allowed), self.problems):
            for pattern in budget.specs:
                for target in globs.targets(pattern, self.problems):
                    self.plan(budget, target, pattern.span)

    def plan(self, budget: Budget, target: Target, span: Span) -> None:
        target.located.variant = None  # budgets may name several variants of one file: a run says which
        _, runs = self.planned.setdefault(target.key, (target, {}))
        if target.variant is not None and budget.variants:
            self.problems.say(f"'{target.text}' is a variant itself", budget.variants[0][1], help="leave variants: out")
        runs.update(dict.fromkeys(self.runs_of(budget, target.variant)))

    def runs_of(self, budget: Budget, own: str | None) -> list[tuple[Budget, str | None]]:
        return [(budget, name) for name, _ in budget.variants] or [(budget, own)]

    def run(self, named: list[Target]) -> None:
        if isinstance(self.base, CommitBase):
            self.base.look_up(named or [target for target, _ in self.planned.values()])
        if not named:
            for target, runs in self.planned.values():
                self.check_target(target, list(runs), None)
        for target in {(target.key, target.variant): target for target in named}.values():
            _, runs = self.planned.get(target.key, (target, {}))
            self.check_target(target, list(runs), target)
        for (limit, name), help in self.unmatched.items():
            if len(self.outcome.errors) < MOST:
                message = f"'{limit.pattern}' matches no layer of {name}"
                self.tell(Diagnostic(message, limit.pattern_span, help=help))
        if self.baseless:
            number, limit = len(self.baseless), next(iter(self.baseless))
            which = f"{limit.bound} holds" if number == 1 else f"{number:,} limits of growth hold"
            help = f"say {option('base', 'origin/main')}: a git ref, an older spec or a report"
            self.note(Diagnostic(f"{which} nothing: there is no base", limit.span, help=help))

    # One spec

    def check_target(self, target: Target, runs: list[tuple[Budget, str | None]], named: Target | None) -> None:
        """Judge a spec by the budgets planned for it, its own budget, and what the command line asks."""
        sized: dict[Any, Sized | SpecError] = {}
        runs = [run for run in runs if named is None or named.variant in (None, run[1])]
        if self.asked.limits:
            runs = [*runs, *(self.asked_runs(runs) if named is None else [(self.asked, named.variant)])]
        judged = [self.judge(target, budget, variant, sized) for budget, variant in runs]
        own = self.own_budget(target, sized, named)
        if target.located.budget is not None and own is None:
            return
        if own is not None:
            own_runs = self.runs_of(own, None)
            own_runs = [run for run in own_runs if named is None or named.variant in (None, run[1])]
            judged += [self.judge(target, own, variant, sized) for _, variant in own_runs]
        if not judged and named is not None and not any(isinstance(one, SpecError) for one in sized.values()):
            self.tell_unlimited(named)

    def asked_runs(self, runs: list[tuple[Budget, str | None]]) -> list[tuple[Budget, str | None]]:
        """The command line's limits on each network that archcalc.yaml describes."""
        found = {}
        for budget, variant in runs:
            key = told_apart(variant, budget.given)
            if key not in found:
                asked = Budget(budget.span)
                asked.given, asked.spans, asked.limits = budget.given, budget.spans, self.asked.limits
                found[key] = (asked, variant)
        return list(found.values())

    def own_budget(self, target: Target, sized: dict[Any, Sized | SpecError], named: Target | None) -> Budget | None:
        """The spec's own ``budget:``, known once the spec was read."""
        if not sized:
            variant = named.variant if named is not None else target.variant
            first = self.size(target, variant, {}, sized)
            if isinstance(first, SpecError) and target.located.budget is None:
                self.tell(*first.diagnostics)
        if target.located.budget is None:
            return None
        problems = Problems()
        budget = None
        try:
            with suppress(Halted):
                reach = Reach(target.located.path, target.located.tree, self.allowed)
                budget = read_budget(target.located.budget, False, reach, problems)
            problems.stop()
        except SpecError as error:
            self.tell(*error.diagnostics)
            return None
        return budget

    def size(
        self, target: Target, variant: str | None, given: Options, sized: dict[Any, Sized | SpecError]
    ) -> Sized | SpecError:
        given = merged(given, self.given)
        key = told_apart(variant, given)
        if key not in sized:
            try:
                found = sized[key] = Sized(Request(target.located, variant=variant, **given))
                self.note(*found.network.notes)
            except SpecError as error:
                sized[key] = error
        return sized[key]

    def judge(
        self, target: Target, budget: Budget, variant: str | None, sized: dict[Any, Sized | SpecError]
    ) -> list[Result]:
        """The results of a budget's limits for one variant."""
        found = self.size(target, variant, budget.given, sized)
        if isinstance(found, SpecError):
            self.tell(*(self.in_budget(diagnostic, budget) for diagnostic in found.diagnostics))
            return []
        older: Older | None = None
        if self.base is not None and any(limit.bound == "max_increase" for limit in budget.limits):
            try:
                older = self.base.find(target, found)
            except SpecError as error:
                self.tell(*error.diagnostics)
                return []
        try:
            results = [result for limit in budget.limits if (result := self.hold(limit, found, older))]
        except SpecError as error:  # patterns that take too long, and would again
            self.tell(*error.diagnostics)
            raise Halted from None
        self.outcome.results += results
        return results

    def hold(self, limit: Limit, sized: Sized, older: Older | None) -> Result | None:
        """One limit on one network; None if its pattern matches no layer."""
        places = rows = None
        if limit.pattern is not None:
            places = sized.paths.matched(limit.pattern, limit.pattern_span)
            if not places:
                key = limit, network_name(sized.report["spec"], sized.report["variant"])
                if key not in self.unmatched and len(self.unmatched) < MOST:
                    self.unmatched[key] = advice(limit.pattern, sized.paths, sized.report["layers"])
                return None
            rows = [sized.report["layers"][place] for place in places]
        dtype = limit.amount.dtype or sized.report["dtype"]
        result = Result(sized.report, limit, measure(sized.report, limit.metric, dtype, rows))
        if limit.bound != "max_increase":
            result.hold(None)
        elif older is None:
            result.note = f"not judged: {option('base')} says against what"
            if limit.level != "off":
                self.baseless[limit] = None
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

    def in_budget(self, diagnostic: Diagnostic, budget: Budget) -> Diagnostic:
        """A diagnostic about a setting, placed where the budget makes it."""
        span = diagnostic.span
        if budget.span is None or (span is not None and span.source.about is None):
            return diagnostic
        place = budget.spans.get(diagnostic.about or "", budget.span)
        return Diagnostic(diagnostic.message, place, label=diagnostic.label, help=diagnostic.help)

    def tell(self, *diagnostics: Diagnostic) -> None:
        self.outcome.errors += filter(self.is_new, diagnostics)

    def note(self, *diagnostics: Diagnostic) -> None:
        self.outcome.notes += filter(self.is_new, diagnostics)

    def is_new(self, one: Diagnostic) -> bool:
        """Whether it was not told; from now on it was."""
        key = (one.message, one.span and (one.span.source.name, one.span.line, one.span.start))
        told = key in self._told
        self._told.add(key)
        return not told

    def tell_unlimited(self, target: Target) -> None:
        where = f"an entry in {self.file}" if self.file else "an archcalc.yaml"
        help = f"give it budget:, {where}, or {option('max')} METRIC=LIMIT"
        self.tell(Diagnostic(f"no budget matches '{target.text}'", help=help))


def merged(given: Options, asked: Options) -> Options:
    """A budget's settings with the command line's, which win; variables one by one."""
    found: Options = {**given, **asked}
    if "settings" in given and "settings" in asked:
        found["settings"] = {**given["settings"], **asked["settings"]}
    return found


def told_apart(variant: str | None, given: Options) -> Any:
    """What tells two ways of asking for one spec apart."""
    count = given.get("count")
    return variant, repr(sorted({**given, "count": getattr(count, "source", count)}.items()))
