"""Specs held to their budgets: what archcalc.yaml, the specs' own ``budget:`` and the command line say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from archcalc.budget.baseline import CommitBase, open_base
from archcalc.budget.budgets import FILE, Budget, read_budgets, read_own
from archcalc.budget.files import Globs, Target, find_budget_file
from archcalc.budget.judging import AnyBase, Judged, held, merged, told_apart
from archcalc.budget.keys import BOUNDS
from archcalc.budget.limits import limit_of_words
from archcalc.budget.outcome import Outcome, some
from archcalc.budget.planned import Planned, Run, runs_of
from archcalc.budget.result import Limit, network_name
from archcalc.budget.settings import tell_apart
from archcalc.budget.sizing import Sized
from archcalc.errors import Diagnostic, Source, SpecError, option
from archcalc.graph.paths import advice
from archcalc.language.problems import MOST, Halted, Problems, whole
from archcalc.request import Request, SpecLike
from archcalc.sources.project import Reach
from archcalc.sources.source import read_file
from archcalc.sources.text import shown_path

if TYPE_CHECKING:
    from archcalc.budget.strictness import Now
    from archcalc.budget.then import Then
    from archcalc.request import Options

Limits = Mapping[str, Iterable[str]]
"""``max``, ``min``, ``max_increase`` -> texts METRIC=LIMIT."""


def check_budgets(
    specs: Iterable[SpecLike],
    limits: Limits,
    *,
    base: str | None = None,
    is_ref: bool = False,
    holds_base: bool = False,
    variant: str | None = None,
    given: Options,
) -> Outcome:
    """Hold the named specs, or all of archcalc.yaml, to every budget that is theirs.

    ``is_ref``: the base is a git ref and no file. ``holds_base``: a limit that the base holds more strictly fails the
    check. ``given``: options of a request, which win over what a budget says.
    Raises SpecError if nothing can be checked at all; what is wrong with single specs is in the outcome.
    """
    given = once(given)
    problems = Problems()
    outcome = Outcome(base, holds_base)
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
            check.hold_against(CommitBase(base) if is_ref else open_base(base))
        check.run([target for target in named if target is not None])
    except Halted:
        problems.stop()
    return outcome


def once(given: Options) -> Options:
    """The options, checked before any spec is read, with what the files that they name state. Raises SpecError."""
    request = Request("", **given)
    found: Options = {**given}
    if request.conventions:
        found["count"] = request.conventions[0]
    if given.get("dtype") is not None:
        found["dtype"] = request.widths
    return found


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
        target = Target(request.name, request.file())
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
        self.base: AnyBase | None = None
        self.then: Then | None = None
        self.file: str | None = None
        self.source: Source | None = None
        self.globs: Globs | None = None
        self.budgets: list[Budget] = []
        self.planned = Planned()
        self.matched: set[Limit] = set()
        self.unmatched: dict[Limit, list[str]] = {}
        self.advice: dict[Limit, str] = {}
        self.baseless: dict[Limit, None] = {}
        self._told: set[Any] = set()

    # What is to be checked

    def read_file(self, path: str | None, only_named: bool) -> None:
        """Plan which specs to check by archcalc.yaml."""
        self.file = path
        if path is None:
            if not only_named and not self.problems:
                self.plan_own()
            return
        self.globs, self.source = Globs(path), read_file(path)
        self.budgets = read_budgets(self.source, Reach(path, allowed=self.allowed), self.problems)
        for budget in self.budgets:
            for pattern in budget.specs:
                for target in self.globs.held(budget, pattern, self.problems):
                    if target.variant is not None and budget.variants:
                        message = f"'{target.text}' is a variant itself"
                        self.problems.say(message, budget.variants[0][1], help="leave variants: out")
                    self.planned.add(budget, target)
        self.outcome.left_out = self.globs.left_out
        if not only_named and not self.problems:
            self.note_own(self.globs)

    def plan_own(self) -> None:
        """Plan the specs below the working directory that state a ``budget:``. Raises SpecError if there are none."""
        from archcalc.budget.own import own_budgets

        globs = Globs(FILE)
        for path, _ in own_budgets(globs, self.problems):
            self.planned.name(globs.read(path))
        if not self.planned.all() and not self.problems:
            limit = "" if self.asked.limits else " --max params=5M"
            help = (
                "write one, such as budgets: [{specs: models/*.yaml, max: {params: 5M, macs: 600M}}] "
                f"('archcalc help budget'), or name a spec: archcalc check SPEC{limit}"
            )
            message = "no archcalc.yaml from the working directory upwards, and no spec with budget: below"
            raise SpecError(Diagnostic(message, help=help))

    def note_own(self, globs: Globs) -> None:
        """Note the specs beside or below archcalc.yaml whose ``budget:`` nothing asks for."""
        from archcalc.budget.own import own_budgets

        left = [(path, span) for path, span in own_budgets(globs, None) if globs.read(path) not in self.planned]
        if left:
            names = some(shown_path(path) for path, _ in left)
            message = f"{names}: nothing holds the budget: that stands there"
            self.note(
                Diagnostic(message, left[0][1], help=f"name it under specs of {self.file}, or: archcalc check SPEC")
            )

    def hold_against(self, base: AnyBase) -> None:
        """Hold growth, and the budgets themselves, against a base."""
        from archcalc.budget.then import Then, other_files

        self.base, self.then = base, Then(base, self.allowed)
        self.then.read_file(self.globs, self.source, self.budgets)
        if self.file is None and isinstance(base, CommitBase) and self.planned.all():
            self.outcome.loosened += self.then.name_own(Globs(FILE), self.planned)
        self.outcome.loosened += other_files(base, self.given)

    def run(self, named: list[Target]) -> None:
        planned = self.planned.all()
        if isinstance(self.base, CommitBase):
            self.base.look_up(named or [target for target, _ in planned])
        if not named:
            if self.then is not None:
                self.outcome.loosened += [*self.then.loosened, *self.then.dropped(self.planned)]
            for target, runs in planned:
                self.check_target(target, runs, None)
        for target in {(target.key, target.variant): target for target in named}.values():
            self.check_target(target, self.planned.of(target), target)
        self.outcome.loosened.sort(key=lambda one: one.kind == "expect")  # limits come first
        if isinstance(self.base, CommitBase):
            for one in self.outcome.loosened:
                one.say_base(self.base.name)
        tell_apart(self.outcome.results)
        tell_apart(self.outcome.loosened)
        self.tell_unmatched({target.key for target in named})
        if self.baseless:
            number, limit = len(self.baseless), next(iter(self.baseless))
            which = f"{limit.bound} holds" if number == 1 else f"{number:,} limits of growth hold"
            help = f"say {option('base', 'origin/main')}: a git ref, an older spec or a report"
            self.note(Diagnostic(f"{which} nothing: there is no base", limit.span, help=help))

    # One spec

    def check_target(self, target: Target, runs: list[Run], named: Target | None) -> None:
        """Judge a spec by the budgets planned for it, its own budget, and what the command line asks."""
        judged = Judged(target, self.given, self.base)
        runs = wanted(runs, named)
        if self.asked.limits:
            asked = asked_runs(self.asked, runs) if named is None else []
            runs = [*runs, *(asked or [(self.asked, named.variant if named is not None else None)])]
        now = [one for budget, variant in runs for one in self.judge(judged, budget, variant)]
        own = self.own_budget(judged, named)
        if target.located.budget is not None and own is None:
            return
        if own is not None:
            own_runs = wanted(runs_of(own, None), named)
            now += [one for budget, variant in own_runs for one in self.judge(judged, budget, variant)]
            runs = [*runs, *own_runs]
        if judged.failed:
            return
        if self.then is not None:
            self.outcome.loosened += self.then.of(judged, runs, now, own, named.variant if named else None)
        if not runs and named is not None:
            self.tell_unlimited(named)

    def own_budget(self, judged: Judged, named: Target | None) -> Budget | None:
        """The spec's own ``budget:``, known once the spec was read."""
        located = judged.target.located
        if not judged.sized:
            try:
                self.size(judged, named.variant if named is not None else judged.target.variant, {})
            except SpecError as error:
                if located.budget is None:
                    self.tell(*error.diagnostics)
        if located.budget is None:
            return None
        try:
            return whole(read_own, located.budget, Reach(located.path, located.tree, self.allowed))
        except SpecError as error:
            self.tell(*error.diagnostics)
            return None

    def size(self, judged: Judged, variant: str | None, given: Options) -> Sized:
        """Raises SpecError."""
        found = judged.size(variant, given)
        self.note(*found.network.notes)
        return found

    def judge(self, judged: Judged, budget: Budget, variant: str | None) -> list[Now]:
        """The results of a budget's limits for one variant."""
        try:
            sized = self.size(judged, variant, budget.given)
        except SpecError as error:
            self.tell(*(self.in_budget(diagnostic, budget) for diagnostic in error.diagnostics))
            return []
        try:
            older = judged.older(budget, sized)
        except SpecError as error:
            self.tell(*error.diagnostics)
            return []
        results = []
        try:
            for limit, result in held(budget, sized, older, judged):
                if result is None:
                    self.keep_unmatched(limit, judged, sized)
                else:
                    self.matched.add(limit)
                    results.append(result)
                    if result.bound == "max_increase" and older is None and limit.level != "off":
                        self.baseless[limit] = None
        except SpecError as error:  # patterns that take too long, and would again
            self.tell(*error.diagnostics)
            raise Halted from None
        settings = merged(budget.given, self.given)
        for one in results:
            one.settings = settings
        self.outcome.results += results
        return [(budget.given, result) for result in results]

    def keep_unmatched(self, limit: Limit, judged: Judged, sized: Sized) -> None:
        assert limit.pattern is not None
        self.unmatched.setdefault(limit, []).append(network_name(sized.report["spec"], sized.report["variant"]))
        if limit not in self.advice and len(self.advice) < MOST:
            self.advice[limit] = advice(limit.pattern, sized.paths, sized.names)
        if self.then is not None:
            from archcalc.budget.strictness import unmatched

            self.outcome.loosened += filter(None, [unmatched(limit, judged, sized)])

    def tell_unmatched(self, named: set[str]) -> None:
        """Patterns that match no layer: an error if no spec has one, a note of those that have none if one has.

        ``named``: the specs that are checked, if they are not all: others may have such a layer.
        """
        unseen = {
            limit
            for target, runs in (self.planned.all() if named else [])
            if target.key not in named
            for budget, _ in runs
            for limit in budget.limits
        }
        for limit, names in self.unmatched.items():
            message = f"'{limit.pattern}' matches no layer of {some(names)}"
            if limit in self.matched or limit in unseen:
                self.note(Diagnostic(message, limit.pattern_span, help="nothing is held there"))
            elif len(self.outcome.errors) < MOST:
                self.tell(Diagnostic(message, limit.pattern_span, help=self.advice.get(limit)))

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


def wanted(runs: list[Run], named: Target | None) -> list[Run]:
    """The runs of the variant that is named, if one is."""
    return [run for run in runs if named is None or named.variant in (None, run[1])]


def asked_runs(asks: Budget, runs: list[Run]) -> list[Run]:
    """The command line's limits on each network that archcalc.yaml describes."""
    found: dict[Any, Run] = {}
    for budget, variant in runs:
        key = told_apart(variant, budget.given)
        if key not in found:
            asked = Budget(budget.span)
            asked.given, asked.spans, asked.limits = budget.given, budget.spans, asks.limits
            found[key] = (asked, variant)
    return list(found.values())
