"""What could follow on the command line: loaded only when a shell asks."""

from __future__ import annotations

import os
import re
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from archcalc.api import reference
from archcalc.cli.commands import COMMANDS, TOPICS
from archcalc.layers.base import BITS
from archcalc.sources.source import SUFFIXES

HARMLESS = re.compile(r"[\w./:@+,-]+")
"""Shells put a completion on the line as it is: a file or a variant may be called ``$(...)``."""


def specs(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Shipped names and the specs of this directory; after a colon, the variants of what stands before it."""
    head, colon, start = incomplete.rpartition(":")
    if colon and head != "-":
        return items([f"{head}:{name}" for name in variants_of([head])], f"{head}:{start}")
    here = [name for name in os.listdir(os.curdir) if name.endswith(SUFFIXES)] if os.sep not in incomplete else []
    return items([*here, *reference.spec_names()], incomplete) or [CompletionItem(incomplete, type="file")]


def foreign(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The files of this directory that may be networks in other formats."""
    names = os.listdir(os.curdir) if os.sep not in incomplete else []
    found = [name for name in names if name.endswith(SUFFIXES) and not name.endswith((".yaml", ".yml"))]
    return items(found, incomplete) or [CompletionItem(incomplete, type="file")]


def variants(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The variants of the specs that are named on the line."""
    return items(variants_of(specs_named(context)), incomplete)


def paths(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The paths of a spec's layers down to the level that is being written, one step of a path at a time."""
    depth = incomplete.count("/") + 1
    found = ["/".join(path.split("/")[:depth]) for spec in specs_named(context) for path in reference.paths_of(spec)]
    return items(dict.fromkeys(found), incomplete)


def layers(context: click.Context, incomplete: str) -> list[CompletionItem]:
    return items(reference.layer_names(), incomplete)


def conventions(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The ways of counting, or a file that states one."""
    return items(reference.convention_names(), incomplete) or [CompletionItem(incomplete, type="file")]


def widths(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Dtypes, or a file of widths."""
    return dtypes(context, incomplete) or [CompletionItem(incomplete, type="file")]


def dtypes(context: click.Context, incomplete: str) -> list[CompletionItem]:
    return items([*BITS], incomplete)


def closed_forms(context: click.Context, incomplete: str) -> list[CompletionItem]:
    from archcalc.api.formulas import ASKED

    return items([*ASKED], incomplete)


def figures(context: click.Context, incomplete: str) -> list[CompletionItem]:
    from archcalc.api.explanation import DERIVED

    return items([*DERIVED], incomplete)


def optimizers(context: click.Context, incomplete: str) -> list[CompletionItem]:
    return items(reference.optimizer_names(), incomplete)


def precisions(context: click.Context, incomplete: str) -> list[CompletionItem]:
    return items(reference.precision_names(), incomplete)


def devices(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The devices that ship, or a file that states one."""
    return items(reference.device_names(), incomplete) or [CompletionItem(incomplete, type="file")]


def peaks(context: click.Context, incomplete: str) -> list[CompletionItem]:
    from archcalc.language.device import PEAKS

    return items([*PEAKS], incomplete)


def columns(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """A column after those that are already there: ``a,b,+c``."""
    before, comma, last = incomplete.rpartition(",")
    plus = "+" if last.startswith("+") else ""
    return items([f"{before}{comma}{plus}{name}" for name in reference.column_names()], incomplete)


def all_figures(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """A figure of networks after those that are already there: ``a,b,+c``."""
    before, comma, last = incomplete.rpartition(",")
    plus = "+" if last.startswith("+") else ""
    return items([f"{before}{comma}{plus}{name}" for name in reference.figure_names()], incomplete)


def limited(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """A figure of networks that is to be limited: ``params=``."""
    return [CompletionItem(f"{item.value}=") for item in items(reference.figure_names(), incomplete)]


def schemas(context: click.Context, incomplete: str) -> list[CompletionItem]:
    return items(reference.schema_names(), incomplete)


def topics(context: click.Context, incomplete: str) -> list[CompletionItem]:
    return items([*TOPICS, *COMMANDS], incomplete)


def items(words: Any, incomplete: str) -> list[CompletionItem]:
    """The words that begin as what is written, but for those that a shell would read as more than a word."""
    return [CompletionItem(word) for word in words if word.startswith(incomplete) and HARMLESS.fullmatch(word)]


# What is on the line so far


def specs_named(context: click.Context) -> list[str]:
    """The specs among the arguments before; where the line ends in an option, click leaves them among its words."""
    given = [context.params.get(name) or () for name in ("spec", "specs", "old", "new")]
    found = [spec for value in given for spec in ([value] if isinstance(value, str) else value)]
    found = found or [word for word in context.args if not word.startswith("-")]
    return [spec for spec in found if spec != "-"]  # the text on standard input belongs to the command


def variants_of(specs: list[str]) -> list[str]:
    return [name for spec in specs for name in reference.variants_of(spec)]


class Bash(BashComplete):
    """bash takes a word apart at its colons and completes the last piece of it."""

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        *before, whole = joined([*args, incomplete])
        return before, whole

    def format_completion(self, item: CompletionItem) -> str:
        if item.type == "plain":
            item = CompletionItem(item.value.rpartition(":")[2])
        return super().format_completion(item)


def joined(pieces: list[str]) -> list[str]:
    """The words of a line, their pieces around colons put together."""
    words: list[str] = []
    for piece in pieces:
        if words and (piece == ":" or words[-1].endswith(":")):
            words[-1] += piece
        else:
            words.append(piece)
    return words


def register() -> None:
    """Have click use it for bash."""
    add_completion_class(Bash)
