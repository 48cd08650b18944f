"""``archcalc fit``: the variant that uses a budget best, with the proof that no other does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import options
from archcalc.cli.answer import answer
from archcalc.cli.commands import OVER_BUDGET
from archcalc.cli.interrupts import hearing
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Fit

TAKEN = (
    *("vary", "together", "most", "least", "maximize", "minimize", "near", "flops", "tokens_per_param"),
    *("columns", "write", "workers"),
)
"""The options that the document takes."""


def limit(option: str, name: str, help: str, **more: Any) -> options.Decorator:
    completing = options.completing("limited")
    return click.option(option, name, metavar="FIGURE=AMOUNT", shell_complete=completing, help=help, **more)


def column(option: str, help: str) -> options.Decorator:
    return click.option(option, metavar="COLUMN", shell_complete=options.completing("all_figures"), help=help)


@click.command("fit")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@options.taking(
    options.VARY,
    options.ZIP,
    limit("--max", "most", "At most: params=5M, arena=256KiB.", multiple=True),
    limit("--min", "least", "At least.", multiple=True),
    column("--maximize", "What should be large; unless given what --max has first."),
    column("--minimize", "What should be small."),
    limit("--near", "near", "What should be near an amount: macs=300M."),
    click.option("--flops", metavar="N", help="FLOPs of training that should be met: 1e19."),
    click.option("--tokens-per-param", metavar="N", help="Tokens of that training for each parameter: 20."),
    click.option("--write", metavar="NAME", help="Write the answer into the spec, as a variant of that name."),
    options.FIGURES,
    options.WORKERS,
    *options.NETWORK,
    *options.WIDTHS,
    options.count("my.yaml"),
    *options.LIMITS,
    options.form("fit"),
    *options.OUTPUT,
)
def command(spec: str, **given: Any) -> None:
    """Print which variant of a spec is the best within limits, and how that is known.

    --vary says what varies, as for 'sweep'. Of the variants that keep every --max and --min the answer has the most of
    what --max limits first, or what --maximize, --minimize or --near says; of equal ones it is the first. All variants
    are computed. Of one number with many values few are, if the closed forms of the figures show that each only rises
    or only falls with it. With several --vary those that no other beats are listed too.

    \b
        archcalc fit net.yaml --vary width=8..1024:8 --max params=5M --max macs=300M
        archcalc fit net.yaml --vary width=8..256:8 --vary depth=1..8 --max macs=300M --maximize params
        archcalc fit net.yaml --vary width=8..1024:8 --near macs=300M --write mobile
        archcalc fit gpt2 --vary dim=256..8192:64 --flops 1e19 --tokens-per-param 20

    --flops C --tokens-per-param R is a cell of IsoFLOP: D = R x parameters tokens of training take D x 2 x (forward +
    backward multiply-adds of a token) FLOPs, and the variant nearest to C is the answer; 6 N D stands beside it. Tokens
    are the indices of the first input of whole numbers, or the samples of a network without one.

    The exit status is 1 where no variant keeps the limits; it says which is the tightest, and by how much it is missed.
    """
    from archcalc.api.fit import fit_document

    def build(request: Request) -> Fit:
        watch = click.get_current_context().obj
        with hearing(watch and watch.advance) as watch:
            return fit_document(request, **{name: given[name] for name in TAKEN}, watch=watch)

    if answer("fit", spec, given, build)["answer"] is None:
        raise click.exceptions.Exit(OVER_BUDGET)
