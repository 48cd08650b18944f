"""The commands, by what a person wants; the statuses that they exit with."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import click

GROUPS = {
    "Look": {
        "show": "the table of a spec: sizes, padding, parameters, ops",
        "explain": "every number of a layer derived, step by step",
        "formula": "parameters, operations, sizes as closed forms",
        "draw": "a picture of a network: SVG, page, Mermaid, DOT",
    },
    "Cost": {
        "memory": "the memory that activations need, step by step",
        "train": "a step of training: its operations and memory",
        "generate": "a token of a sequence: its operations and cache",
        "time": "the least time on a device, and what binds each layer",
    },
    "Hold": {
        "check": "holds specs against their budgets",
        "diff": "what changed between two specs, and what it costs",
    },
    "Choose": {
        "sweep": "many variants of a spec, a row each",
        "fit": "the variant that uses a budget best, with proof",
    },
    "Exchange": {
        "convert": "a network in another format as a spec",
    },
    "Reference": {
        "count": "the ways of counting operations, and what each counts",
        "layers": "the vocabulary, or one layer's reference page",
        "devices": "the devices that 'time' knows, with their sources",
        "specs": "the specs that ship with archcalc",
        "schema": "JSON Schema of specs, budgets and JSON outputs",
        "help": "'help spec', 'help budget': the reference pages",
    },
}
"""A command's line by its name. The order of groups is Look, Cost, Hold, Choose, Exchange, Reference."""

COMMANDS = {name: line for group in GROUPS.values() for name, line in group.items()}

TOPICS = ("spec", "budget", "widths", "counting", "training", "generating", "roofline")
"""What 'help' has a reference page of, beside the commands."""

FINE, OVER_BUDGET, WRONG, DEFECT, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses: 2 is a wrong spec or call or an unreadable file, 3 a defect of archcalc's own."""


def show_help(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        click.echo(context.get_help(), color=context.color)
        context.exit()


help_option = click.option(
    "-h",
    "--help",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=show_help,
    help="Show this message and exit.",
)
"""Our own, since click looks for translations of the text of its own, which takes a fortieth of start-up."""


class Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return loaded(name) if name in COMMANDS else None

    def resolve_command(self, context: click.Context, arguments: list[str]) -> Any:
        name = arguments[0]
        if name not in COMMANDS and not name.startswith("-"):
            from archcalc.errors import did_you_mean

            advice = did_you_mean(name, COMMANDS) or f"the commands are {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command '{name}': {advice}", context)
        return super().resolve_command(context, arguments)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for heading, lines in GROUPS.items():
            for name, line in lines.items():
                rows.append((f"{heading:9}  {name}", line))
                heading = ""
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@cache
def loaded(name: str) -> click.Command:
    """The command of that name; its module is imported now."""
    command: click.Command = help_option(import_module(f"archcalc.cli.{name}").command)
    return command


def show_version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from archcalc.version import __version__

        click.echo(f"archcalc {__version__}")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version, help="Print the version."
)
@help_option
def group() -> None:
    """Sizes, parameters and multiply-adds of a network, from a short YAML spec.

    \b
        archcalc show net.yaml                    its table (or: show resnet50)
        archcalc explain net.yaml conv1           how each number comes about
        archcalc check net.yaml --max params=5M   whether it stays in its budget
    """
