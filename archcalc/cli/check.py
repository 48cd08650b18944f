"""``archcalc check``: specs held to their budgets."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, cast

import click
from click.core import ParameterSource

from archcalc.budget.check import check_budgets
from archcalc.budget.outcome import Outcome
from archcalc.cli import options
from archcalc.cli.commands import OVER_BUDGET, WRONG
from archcalc.cli.output import end_in_order, open_text, write_whole
from archcalc.errors import Diagnostic, SpecError
from archcalc.render import FORMATS, writer
from archcalc.render.style import Style
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.request import Options


@click.command("check")
@click.argument("specs", nargs=-1, metavar="[SPEC...]", shell_complete=options.completing("specs"))
@click.option("--max", "most", multiple=True, metavar="METRIC=LIMIT", help="At most: params=5M, weights='5MB @int8'.")
@click.option("--min", "least", multiple=True, metavar="METRIC=LIMIT", help="At least.")
@click.option(
    "--max-increase",
    multiple=True,
    metavar="METRIC=LIMIT",
    help="Growth against --base: macs=2%.",
)
@click.option("--base", metavar="REF|FILE", help="What growth is against: a git ref, an older spec, a report.json.")
@click.option("--base-ref", metavar="REF", help="The same, and never a file: what a checkout brings has no say.")
@click.option("--fail-on-loosening", is_flag=True, help="Exit with 1 where --base holds a limit more strictly.")
@click.option("--also", multiple=True, metavar="FORMAT=FILE", help="Write another format to a file, from the same run.")
@click.option("--update", is_flag=True, help="Set every max and min of the files to what is used.")
@options.taking(
    *options.NETWORK,
    *options.WIDTHS,
    options.count(),
    options.LOCAL,
    *options.LIMITS,
    options.form("check"),
    *options.OUTPUT,
)
@click.pass_context
def command(context: click.Context, /, specs: tuple[str, ...], **given: Any) -> None:
    """Hold specs against their budgets: those of archcalc.yaml (found upwards), a spec's own, and those given here.

    Without SPEC, everything in archcalc.yaml is checked. Every limit is listed with what is used of it.
    With --base, every limit that is looser than there is told.
    The exit status is 1 where a limit does not hold, 2 where a spec, a budget or the call is wrong.

    \b
        archcalc check
        archcalc check net.yaml --max params=5M --max macs=600M
        archcalc check --base origin/main --format github
        archcalc check net.yaml --base HEAD~1 --max-increase params=1%

    An archcalc.yaml ('archcalc help budget' tells all that it may say):

    \b
        budgets:
          - specs: models/*.yaml
            max: {params: 5M, macs: 600M}
            max_increase: {params: 1%}
    """
    form, path = given["form"], given["path"]
    try:
        outcome = check(context, specs, given)
        changes = updated(outcome) if given["update"] else []
    except SpecError as error:
        outcome, changes = Outcome(given["base"] or given["base_ref"]), []
        outcome.errors = list(error.diagnostics)
    style = options.style(path, given["color"])
    write_whole(path, lambda out: writer("check", form)(outcome, out, style))
    for other, file in map(asked_also, given["also"]):
        write_other(outcome, other, file)
    if form == "github":
        append_summary(outcome, style)
    for change in changes:
        said = f"{change.place}: {', '.join(change.names[:3])}: {change.old} -> {change.new}"
        click.echo(plain(said), err=form != "table")
    tell_errors(outcome.errors, form)
    if outcome.notes and form != "json" and (form != "table" or path is not None):  # else they stand beside the limits
        from archcalc.cli.failures import tell_notes

        tell_notes(outcome.notes, form)
    if outcome.errors or (given["strict"] and outcome.notes):
        context.exit(WRONG)
    if outcome.failed:
        context.exit(OVER_BUDGET)


def check(context: click.Context, specs: tuple[str, ...], given: dict[str, Any]) -> Outcome:
    """The outcome of what the command line asks for."""
    limits = {"max": given["most"], "min": given["least"], "max_increase": given["max_increase"]}
    base, ref = given["base"], given["base_ref"]
    if base is not None and ref is not None:
        raise SpecError(Diagnostic("--base and --base-ref are both given", help="one of them says what is compared"))
    if given["fail_on_loosening"] and base is None and ref is None:
        help = "such as --base origin/main"
        raise SpecError(Diagnostic("--fail-on-loosening needs --base: loosened since when?", help=help))
    return check_budgets(
        specs,
        limits,
        base=base if ref is None else ref,
        is_ref=ref is not None,
        holds_base=given["fail_on_loosening"],
        variant=given["variant"],
        given=said(context, given),
    )


def write_other(outcome: Outcome, form: str, path: str) -> None:
    style = options.style(path, False)
    write_whole(path, lambda out: writer("check", form)(outcome, out, style))


def asked_also(text: str) -> tuple[str, str]:
    """FORMAT=FILE. Raises SpecError."""
    form, _, file = text.partition("=")
    if form not in FORMATS["check"] or not file:
        message = f"--also takes FORMAT=FILE, not '{text}'"
        raise SpecError(Diagnostic(message, help=f"FORMAT is one of {', '.join(FORMATS['check'])}"))
    return form, file


def said(context: click.Context, given: dict[str, Any]) -> Options:
    """The options that were given here, and so win over a budget's own; a default wins over nothing."""
    unsaid = {name for name in given if context.get_parameter_source(name) in (ParameterSource.DEFAULT, None)}
    found = {name: value for name, value in options.arguments(given).items() if name not in {*unsaid, "variant"}}
    return cast("Options", found)


def updated(outcome: Outcome) -> list[Any]:
    """Limits in files set to what is used, unless something is wrong."""
    from archcalc.budget.update import unset, update_limits

    if outcome.errors:
        return []
    if not any(result.source.edited is not None for result in outcome.results):
        raise SpecError(Diagnostic("--update: no max or min in a file was checked", help="write it into archcalc.yaml"))
    end_in_order()
    changes = update_limits(outcome.results)
    outcome.notes += unset(outcome.results)
    return changes


def append_summary(outcome: Outcome, style: Style) -> None:
    """Append the page to the step's summary, if GitHub says which file that is."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with open_text(path, "a") as out:
            writer("check", "markdown")(outcome, out, style)
    except OSError as error:
        raise SpecError(Diagnostic(f"cannot write '{path}': {error.strerror or error}")) from None


def tell_errors(errors: list[Diagnostic], form: str) -> None:
    """Errors on standard error, as JSON where JSON is asked for."""
    if not errors:
        return
    from archcalc.cli.failures import say, tell

    if form == "json":
        say(json.dumps({"errors": [one.data() for one in errors]}))
    else:
        tell(tuple(errors))
