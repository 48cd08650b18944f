"""What could follow on the command line: loaded only when a shell asks."""

from __future__ import annotations

import os
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from archcalc.cli import COMMANDS
from archcalc.errors import SpecError
from archcalc.spec import shipped

SUFFIXES = (".yaml", ".yml")


def specs(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Shipped names and the specs of this directory; after a colon, the variants of what stands before it."""
    head, colon, start = incomplete.rpartition(":")
    if colon:
        return items([f"{head}:{name}" for name in variants_of(head)], f"{head}:{start}")
    here = [name for name in os.listdir(os.curdir) if name.endswith(SUFFIXES)] if os.sep not in incomplete else []
    return items([*here, *shipped.names()], incomplete) or [CompletionItem(incomplete, type="file")]


def variants(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The variants of the specs that are named on the line."""
    return items([name for spec in specs_named(context) for name in variants_of(spec)], incomplete)


def paths(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The paths of a spec's layers down to the level that is being written, one step of a path at a time."""
    depth = incomplete.count("/") + 1
    found = ["/".join(path.split("/")[:depth]) for spec in specs_named(context) for path in paths_of(spec)]
    return items(dict.fromkeys(found), incomplete)


def layers(context: click.Context, incomplete: str) -> list[CompletionItem]:
    from archcalc.layers import FAMILY

    return items(FAMILY, incomplete)


def conventions(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The ways of counting, or a file that states one."""
    from archcalc.analysis.conventions import CONVENTIONS

    return items(["all", *CONVENTIONS], incomplete) or [CompletionItem(incomplete, type="file")]


def columns(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """A column after those that are already there: ``a,b,+c``."""
    from archcalc.report.columns import LAYER_COLUMNS

    before, comma, last = incomplete.rpartition(",")
    plus = "+" if last.startswith("+") else ""
    return items([f"{before}{comma}{plus}{column.name}" for column in LAYER_COLUMNS], incomplete)


def schemas(context: click.Context, incomplete: str) -> list[CompletionItem]:
    from archcalc.cli.schema import NAMES

    return items(NAMES, incomplete)


def topics(context: click.Context, incomplete: str) -> list[CompletionItem]:
    return items(["spec", *COMMANDS], incomplete)


def items(words: Any, incomplete: str) -> list[CompletionItem]:
    """The words that begin as what is written."""
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


# What is on the line so far


def specs_named(context: click.Context) -> list[str]:
    """The specs among the arguments before; where the line ends in an option, click leaves them among its words."""
    given = [context.params.get(name) or () for name in ("spec", "specs", "old", "new")]
    found = [spec for value in given for spec in ([value] if isinstance(value, str) else value)]
    return found or [word for word in context.args if not word.startswith("-")]


def variants_of(spec: str) -> list[str]:
    """The names of a spec's variants; none where it cannot be read."""
    from archcalc.spec.source import locate
    from archcalc.spec.yaml_tree import read

    if spec == "-":  # whose text belongs to the command
        return []
    try:
        root = read(locate(spec).source)
    except SpecError:
        return []
    node = root.value.get("variants") if root.is_mapping else None
    return [*node[1].value] if node and node[1].is_mapping else []


def paths_of(spec: str) -> list[str]:
    """The paths of a spec's layers; none where it is wrong."""
    from archcalc.graph.repetition import renamed, walk
    from archcalc.spec.load import load_network
    from archcalc.spec.source import locate

    if spec == "-":
        return []
    try:
        return [renamed(node.path, repetition) for node, repetition in walk(load_network(locate(spec)))]
    except SpecError:
        return []


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
