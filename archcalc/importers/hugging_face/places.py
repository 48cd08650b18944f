"""Where in the text of a JSON file a key stands."""

from __future__ import annotations

import re

from archcalc.errors import Source, Span

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]')


def key_span(source: Source, path: tuple[str, ...]) -> Span | None:
    """The key at the end of a path, quotes and all. ``path``: the keys that lead there, outermost first."""
    keys: list[str | None] = []
    key: str | None = None
    before: re.Match[str] | None = None
    for token in TOKEN.finditer(source.text):
        text = token[0]
        if text in "{[":
            keys.append(key)
            key = None
        elif text in "}]":
            if keys:
                keys.pop()
        elif text == ":" and before is not None:
            key = before[0][1:-1]
            if tuple(one for one in (*keys, key) if one is not None) == path:
                return source.span(before.start(), before.end())
        elif text == ",":
            key = None
        before = token
    return None
