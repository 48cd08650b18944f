"""A document as YAML in any style: block or flow, quotes, anchors and aliases, merge keys, comments."""

from __future__ import annotations

import json
import math
import random
import re
from typing import Any

import yaml

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
PLAIN = re.compile(r"[A-Za-z_][\w.*/+ -]*")
WORDS = {None: ("null", "~", ""), True: ("true", "True"), False: ("false", "FALSE")}


def as_text(document: dict[str, Any], style: str) -> str:
    """A document that says the same in each of five styles: blocks, line, quoted, complex, merged."""
    if style == "blocks":
        return yaml.dump(document, Dumper=DUMPER, sort_keys=False, width=10**6, allow_unicode=True)  # type: ignore[no-any-return]
    if style == "line":
        return json.dumps(document) + "\n"
    if style == "merged":
        first = next(iter(document))
        rest = {key: value for key, value in document.items() if key != first}
        return f"{first}: {json.dumps(document[first])}\n<<: {json.dumps(rest)}\n"
    begin = {"quoted": '"{}":', "complex": "? {}\n:"}[style]
    return "".join(f"{begin.format(key)} {json.dumps(value)}\n" for key, value in document.items())


def written(document: Any, random_: random.Random) -> str:
    """The text of a document, in a style of its own."""
    return Writer(random_).text(document, 0, random_.random() < 0.1).lstrip("\n ") + "\n"


class Writer:
    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        self.fancy = random_.random() < 0.2  # anchors, merge keys, comments
        self.anchors = 0
        self.closed: list[str] = []  # those that an alias may follow

    def text(self, value: Any, indent: int, flow: bool) -> str:
        """A value; a block begins with a line end."""
        if not isinstance(value, (dict, list)):
            return self.scalar(value, flow)
        if self.closed and self.random.random() < 0.04:
            return f"*{self.random.choice(self.closed)}"
        anchor = ""
        if self.fancy and self.random.random() < 0.2:
            self.anchors += 1
            anchor = f"a{self.anchors}"
        flow = flow or not value or self.random.random() < 0.3
        body = self.mapping(value, indent, flow) if isinstance(value, dict) else self.list(value, indent, flow)
        if not anchor:
            return body
        if isinstance(value, dict) or self.random.random() < 0.1:
            self.closed.append(anchor)
        return f"&{anchor} {body}"

    def mapping(self, value: dict[Any, Any], indent: int, flow: bool) -> str:
        pairs = [(self.scalar(key, flow), self.text(item, indent + 2, flow)) for key, item in value.items()]
        if self.closed and self.random.random() < 0.04:
            pairs.append(("<<", f"*{self.random.choice(self.closed)}"))
        if flow:
            return "{" + ", ".join(f"{key}: {item}" for key, item in pairs) + "}"
        return "".join(f"\n{' ' * indent}{key}: {item}{self.comment()}" for key, item in pairs)

    def list(self, value: list[Any], indent: int, flow: bool) -> str:
        items = [self.text(item, indent + 2, flow) for item in value]
        if flow:
            return f"[{', '.join(items)}]"
        return "".join(f"\n{' ' * indent}- {item.lstrip()}{self.comment()}" for item in items)

    def comment(self) -> str:
        return "  # why" if self.fancy and self.random.random() < 0.05 else ""

    def scalar(self, value: Any, flow: bool) -> str:
        if value is None or isinstance(value, bool):
            return self.random.choice(WORDS[value])
        if isinstance(value, float):
            return ".nan" if math.isnan(value) else ".inf" if math.isinf(value) else repr(value)
        if not isinstance(value, str):
            return str(value)
        if PLAIN.fullmatch(value) or (not flow and value[:1].isalnum() and not re.search(r": |:$| #|\n", value)):
            return value if self.random.random() < 0.95 else f"'{value}'"
        return json.dumps(value) if self.random.random() < 0.97 else value
