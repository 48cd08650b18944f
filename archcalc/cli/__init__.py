"""The command line. One module a command; a command's module is imported when it is asked for.

options.py  the options that commands share
progress.py a bar for long work, on a terminal
output.py   where output goes: a terminal, a pipe, a file that is written whole or not at all
failures.py what goes wrong, told on standard error
complete.py what could follow, for a shell that asks
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

COMMANDS = {
    "show": "the table of a spec: sizes, padding, parameters, operations",
    "explain": "every number of a layer derived: formula, numbers put in, result",
    "formula": "parameters, operations and sizes as closed forms in named variables",
    "diff": "what changed between two specs, and what each change costs",
    "check": "holds specs against their budgets",
    "count": "the ways of counting operations, and what each counts",
    "layers": "the vocabulary, or one layer's reference page",
    "specs": "the specs that ship with archcalc",
    "schema": "JSON Schema of specs, for editors, and of each JSON output",
    "help": "'help spec': the reference of the spec language",
}

FINE, OVER_BUDGET, WRONG, DEFECT, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses: 2 is a wrong spec or call or an unreadable file, 3 a defect of archcalc's own."""


class Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = __import__(f"archcalc.cli.{name}", fromlist=[name])
        return module.command

    def resolve_command(self, context: click.Context, arguments: list[str]) -> Any:
        name = arguments[0]
        if name not in COMMANDS and not name.startswith("-"):
            from archcalc.errors import did_you_mean

            advice = did_you_mean(name, COMMANDS) or f"the commands are {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command '{name}': {advice}", context)
        return super().resolve_command(context, arguments)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def show_version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from archcalc.version import __version__

        click.echo(f"archcalc {__version__}")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version, help="Print the version."
)
def group() -> None:
    """Sizes, parameters and multiply-adds of a network, from a short YAML spec.

    \b
        archcalc show net.yaml                    its table (or: show resnet50)
        archcalc explain net.yaml conv1           how each number comes about
        archcalc check net.yaml --max params=5M   whether it stays in its budget
    """


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    try:
        if "_ARCHCALC_COMPLETE" in os.environ:  # a shell asks what could follow
            from archcalc.cli.complete import register

            register()
            group.main(prog_name="archcalc")
        # Not group.main(): it would end a closed pipe with 1, which reads "over budget" here.
        given = sys.argv[1:] if arguments is None else arguments
        with group.make_context("archcalc", [*given]) as context:
            from archcalc.cli.progress import Progress

            with Progress(" ".join(["archcalc", *given[:1]])) as context.obj:
                group.invoke(context)
        sys.stdout.flush()
        return FINE
    except BaseException as error:
        from archcalc.cli.failures import status_of

        return status_of(error)
