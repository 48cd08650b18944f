"""A variant written into its spec's ``variants``: a line or an entry is added, everything else stays as it is."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from archcalc.budget.update import write_all
from archcalc.building.variables import program_of
from archcalc.errors import Diagnostic, Source, SpecError, option
from archcalc.language.keys import RESERVED
from archcalc.language.names import is_name
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.layers.axes import show_value
from archcalc.sources.source import Located
from archcalc.sources.text import decode
from archcalc.sweep.figures import TOKENS, figures_of
from archcalc.sweep.fit.settings import request_of
from archcalc.sweep.sweep import Sweep
from archcalc.sweep.varying import DTYPE

SIMPLE = re.compile(r"[A-Za-z0-9_.][\w.+*/() -]*|-?[0-9][\w.]*")
"""A text that stands in a flow mapping without quotes."""


class Writing:
    """Where a variant is to be written. Raises SpecError where it cannot be, before anything is computed."""

    def __init__(self, sweep: Sweep, name: str) -> None:
        self.sweep, self.name = sweep, name
        self.located = located = sweep.request.located()
        document = sweep.shared.document
        assert document is not None
        if located.path is None or located.tree is not None or located.source.shipped or sweep.request.imported:
            message = f"{option('write')}: {located.name} is no spec file of yours"
            raise SpecError(Diagnostic(message, help="copy it first, such as to net.yaml"))
        if not is_name(name) or name in RESERVED or "#" in name:
            raise SpecError(Diagnostic(f"{option('write')}: '{name}' cannot be the name of a variant"))
        if name in document.variants:
            message = f"{option('write')}: {located.name} has a variant '{name}'"
            raise SpecError(Diagnostic(message, help="take another name, or remove it first"))
        for one in sweep.varying:
            if one.name == DTYPE or (one.place is not None and one.place.axis is not None):
                message = f"{option('write')}: a variant holds variables, and {one.name} is none"
                raise SpecError(Diagnostic(message, help=f"leave out {option('write')}"))
        if sweep.request.inputs:
            raise SpecError(Diagnostic(f"{option('write')}: a variant holds variables, and no {option('input')}"))

    def write(self, indexes: Mapping[str, int], figures: Mapping[str, Any]) -> None:
        """Write the variant with these values, which has these figures. Raises SpecError, with nothing written."""
        path = self.located.path
        assert path is not None
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            raise SpecError(Diagnostic(f"cannot read '{path}': {error.strerror or error}")) from None
        source = self.located.source
        if decode(data, path) != source.text:
            raise SpecError(Diagnostic(f"'{path}' has changed while it was computed; nothing was changed"))
        text = self.edited(self.values(indexes))
        self.prove(text, figures)
        before = data.decode("utf-8")
        mark = before[: len(before) - len(source.text)]  # a byte order mark
        write_all({os.fspath(path): (data, (mark + text).encode("utf-8"))})

    def values(self, indexes: Mapping[str, int]) -> dict[str, str]:
        """The variables that the variant sets, with their texts: also those of the variant that it begins from."""
        document = self.sweep.shared.document
        assert document is not None
        request = request_of(self.sweep, indexes)
        chosen = request.variant or self.located.variant
        found: dict[str, str] = {}
        if chosen is not None:
            tree = read(self.located.source).value
            program = program_of(document, chosen, {})
            for name, (_, node) in (tree["variants"][1].value[chosen][1].value or {}).items():
                found[name] = scalar(node.text) if node.is_scalar else show_value(program.value(name))
        return found | {name: scalar(text) if text[:1] not in "[{" else text for name, text in request.settings.items()}

    def edited(self, values: Mapping[str, str]) -> str:
        """The text of the file with the variant in it."""
        source = self.located.source
        text = source.text
        tree = read(source)
        starts = source.starts
        at = {key: starts[node.line] + node.start for key, (node, _) in tree.value.items()}
        in_json = text[starts[tree.line] + tree.start] == "{" and at["layers"] > starts[tree.line] + tree.start
        entry = entry_of(self.name, values, in_json)
        if "variants" in tree.value:
            key, node = tree.value["variants"]
            place = starts[node.line] + node.start
            if text[place] == "{":
                return f"{text[: place + 1]}{entry}{', ' if node.value else ''}{text[place + 1 :]}"
            line = self.end(tree, key, node.start)
            return put_line(text, starts, line, " " * node.start + entry)
        if in_json:
            place = at["layers"]
            return f'{text[:place]}"variants": {{{entry}}}, {text[place:]}'
        line = self.end(tree, tree.value["vars"][0], 1)
        return put_line(text, starts, line, f"variants:{newline(text)}  {entry}")

    def end(self, tree: Node, key: Node, indent: int) -> int:
        """The line after the last of a key's block: comments and empty lines before the next key belong to that."""
        source = self.located.source
        line = min((one.line for one, _ in tree.value.values() if one.line > key.line), default=len(source.lines))
        while line > key.line + 1 and is_between(source.line(line - 1), indent):
            line -= 1
        return line

    def prove(self, text: str, figures: Mapping[str, Any]) -> None:
        """Raise SpecError unless the variant that was written has the figures that were found."""
        before = self.located
        located = Located(Source(before.source.name, text), before.path)
        request = self.sweep.request.at(located)
        request.settings, request.shared, request.variant = {}, None, self.name
        names = [name for name in figures if name != TOKENS]
        try:
            found = figures_of(request, request.network(), names)
            if all(found[name] == figures[name] for name in names):
                return
        except SpecError:
            pass
        message = f"{option('write')} cannot edit {before.name}; nothing was changed"
        raise SpecError(Diagnostic(message, help="write the variant by hand"))


def entry_of(name: str, values: Mapping[str, str], in_json: bool) -> str:
    """``large: {width: 264}``."""
    if in_json:
        inside = ", ".join(f"{json.dumps(key)}: {text}" for key, text in values.items())
        return f"{json.dumps(name)}: {{{inside}}}"
    inside = ", ".join(f"{key}: {text}" for key, text in values.items())
    return f"{scalar(name)}: {{{inside}}}"


def scalar(text: str) -> str:
    """A text as a scalar of YAML within braces."""
    return text if SIMPLE.fullmatch(text) else json.dumps(text)


def is_between(line: str, indent: int) -> bool:
    """Whether a line is empty, or a comment that stands further left than a block."""
    words = line.lstrip(" ")
    return not words.strip() or (words.startswith("#") and len(line) - len(words) < indent)


def put_line(text: str, starts: list[int], line: int, added: str) -> str:
    """The text with a line before one of it, or at its end."""
    end = newline(text)
    if line >= len(starts) or starts[line] >= len(text):
        return f"{text}{'' if text.endswith(end) or not text else end}{added}{end}"
    return f"{text[: starts[line]]}{added}{end}{text[starts[line] :]}"


def newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
