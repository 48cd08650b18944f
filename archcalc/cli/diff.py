"""``archcalc diff``: what changed between two specs, and what each change costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import options
from archcalc.cli.answer import answer
from archcalc.cli.commands import OVER_BUDGET
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Difference


@click.command("diff")
@click.argument("old", metavar="OLD", shell_complete=options.completing("specs"))
@click.argument("new", metavar="NEW", shell_complete=options.completing("specs"))
@options.taking(
    *options.NETWORK,
    *options.WIDTHS,
    options.count(),
    *options.LIMITS,
    options.form("diff"),
    options.device(),
    click.option("--all", "all_rows", is_flag=True, help="Every change, also of sizes alone."),
    click.option("--exit-code", is_flag=True, help="Exit with 1 where the networks differ."),
    *options.OUTPUT,
)
@click.pass_context
def command(context: click.Context, /, old: str, new: str, exit_code: bool, **given: Any) -> None:
    """Print what changed from OLD to NEW, layer by layer, and what each change costs.

    A layer's own arguments and what follows from another's are told apart. OLD and NEW are files, shipped names, or
    GITREF:PATH, with :VARIANT if wanted; the options hold for both, operations are counted as NEW says.
    A layer that only has another path is no difference. With --device the change of the least time on it is told.

    \b
        archcalc diff HEAD~1:net.yaml net.yaml
        archcalc diff net.yaml:small net.yaml:large
        archcalc diff resnet50 resnet101 --format markdown
    """
    from archcalc.api import difference

    def build(request: Request) -> Difference:
        return difference(request, request.at(new), given["device"])

    found = answer("diff", old, given, build, all_rows=given["all_rows"])
    if exit_code and found["different"]:
        context.exit(OVER_BUDGET)
