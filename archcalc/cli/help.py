"""``archcalc help``: the reference pages, and what ``--help`` of a command prints."""

from __future__ import annotations

import click

from archcalc.cli import options
from archcalc.cli.commands import COMMANDS, TOPICS, group
from archcalc.errors import did_you_mean


@click.command("help")
@click.argument(
    "topic",
    required=False,
    metavar="[spec|budget|widths|counting|training|generating|roofline|COMMAND]",
    shell_complete=options.completing("topics"),
)
@click.pass_context
def command(context: click.Context, topic: str | None) -> None:
    """Print a reference: of the spec language, budgets, widths of weights, what is counted, training, sequences,
    the least time.

    Or print what --help of a command does.

    \b
        archcalc help spec
        archcalc help budget
        archcalc help widths
        archcalc help counting
        archcalc help training
        archcalc help generating
        archcalc help roofline
        archcalc help show
    """
    parent = context.parent
    if topic is None:
        click.echo((parent or context).get_help())
    elif topic in TOPICS:
        import sys

        from archcalc.api.reference import manual
        from archcalc.cli.output import width_of

        click.echo_via_pager(manual(topic, width_of(sys.stdout, False)))
    elif topic in COMMANDS:
        found = group.get_command(context, topic)
        assert found is not None
        with found.make_context(topic, [], parent=parent, resilient_parsing=True) as of_the_command:
            click.echo(found.get_help(of_the_command))
    else:
        listed = f"there are {', '.join(TOPICS)} and the commands {', '.join(COMMANDS)}"
        advice = did_you_mean(topic, [*TOPICS, *COMMANDS]) or listed
        raise click.UsageError(f"no help on '{topic}': {advice}", context)
