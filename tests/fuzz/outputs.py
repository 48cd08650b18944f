"""What must hold of an output in each format: it can be read, and no text of a spec has a meaning there."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from markdown_it import MarkdownIt

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
MENTION = re.compile(r"(?<![\w`])@[A-Za-z0-9]|(?:https?|ftp|file)://\w|\bwww\.\w|\bmailto:\w")
"""What GitHub makes a link or a message of, wherever it stands in text."""
INPUTS = re.compile(r"(?<!\\)(?:\\\\)*\\(input|write|openout)")
COMMANDS = re.compile(r"::(error|warning|notice|debug|group|endgroup)\b[^:]*::|$")
FORMULA = re.compile(r"[=+@\t\r]|-(?![\d,.]+$)")
"""What a spreadsheet computes where a cell begins so. A number below 0 is none."""
CALLS = set(
    "Symbol floor ceiling Min Max Abs Mod Rational Integer Piecewise sqrt gcd min max abs isqrt ValueError prod len"
    " sum range int".split()
)


def fault_of_text(out: str) -> Iterator[str]:
    if CONTROL.search(COLOUR.sub("", out)):
        yield f"control characters in the output: {CONTROL.findall(out)[:3]}"
    if not out.endswith("\n"):
        yield "output without a line end"


def fault_of_json(out: str) -> Iterator[str]:
    yield from fault_of_text(out)
    yield from fault_of_data(json.loads(out, parse_constant=refuse))


def fault_of_jsonl(out: str) -> Iterator[str]:
    yield from fault_of_text(out)
    for line in out.split("\n")[:-1]:
        yield from fault_of_data(json.loads(line, parse_constant=refuse))


def refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def fault_of_data(found: Any) -> Iterator[str]:
    """Of a report: its totals are the sums of its layers."""
    for report in found if isinstance(found, list) else [found]:
        if report.get("schema") != "archcalc.report/1":
            continue
        totals, layers = report["totals"], report["layers"]
        for key in ("params", "macs", "ops"):
            if totals[key] != sum(layer[key] for layer in layers):
                yield f"{key}: the total is {totals[key]}, the layers sum to {sum(layer[key] for layer in layers)}"
        if totals["layers"] != len(layers):
            yield f"{totals['layers']} layers, and {len(layers)} rows"


def fault_of_csv(out: str) -> Iterator[str]:
    yield from fault_of_text(out.replace("\r\n", "\n"))
    csv.field_size_limit(len(out) + 1)  # a cell may be as long as a message
    rows = list(csv.reader(io.StringIO(out, newline=""), strict=True))
    if len({len(row) for row in rows}) > 1:
        yield "csv whose rows are not of one length"
    for cell in (cell for row in rows for cell in row if FORMULA.match(cell)):
        yield f"csv with a formula: {cell[:60]!r}"


class Page(HTMLParser):
    """What a page holds that could run or load something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("img", "iframe", "object", "embed", "base", "form"):
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            if name.startswith("on") or (name == "id" and value == "x"):
                self.found.append(f"{name}={value!r}")
            if name in ("href", "src") and not (value or "").startswith(("#", "data:,")):
                self.found.append(f"{name}={value!r}")


def fault_of_html(out: str) -> Iterator[str]:
    yield from fault_of_text(out)
    page = Page()
    page.feed(out)
    if page.found:
        yield f"a text of the spec is markup in the page: {page.found[:3]}"
    if not re.search("(?i)</html>|</table>|</section>|</p>", out):
        yield "no end of the page"


def fault_of_markdown(out: str) -> Iterator[str]:
    yield from fault_of_text(out)
    for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(out):
        for token in block.children or [block]:
            said = token.content
            if token.type in ("link_open", "image"):
                yield f"a link in markdown: {token.attrs}"
            if token.type in ("html_inline", "html_block") and not re.fullmatch(
                r"(?s)\s*(<!--.*?-->|</?(details|summary|br|sub)>)+.*", said
            ):
                yield f"html in markdown: {said[:60]}"
            if token.type == "text" and (found := MENTION.search(said)):
                yield f"what GitHub would link: {said[max(found.start() - 5, 0) : found.end() + 20]!r}"


def fault_of_latex(out: str) -> Iterator[str]:
    yield from fault_of_text(out)
    for line in out.split("\n"):
        code = re.split(r"(?<!\\)(?:\\\\)*%", line)[0]
        if INPUTS.search(code):
            yield f"a command in LaTeX: {code[:100]}"


def fault_of_xml(out: str) -> Iterator[str]:
    yield from fault_of_text(out)
    ElementTree.fromstring(out)


def fault_of_annotations(out: str) -> Iterator[str]:
    """Each line is a command of ours, or text that is none."""
    yield from fault_of_text(out)
    for line in out.split("\n"):
        said = line.lstrip()
        if said.startswith(("::", "##[")) and not COMMANDS.match(said):
            yield f"a command for GitHub: {line[:100]}"


def fault_of_program(out: str) -> Iterator[str]:
    """Python text that computes, and does nothing else."""
    yield from fault_of_text(out)
    for node in ast.walk(ast.parse(out)):
        called = getattr(node.func, "id", getattr(node.func, "attr", "?")) if isinstance(node, ast.Call) else None
        if called is not None and called not in CALLS:
            yield f"a program that calls {called}"
        if (
            isinstance(node, (ast.Import, ast.ImportFrom))
            and "sympy" not in ast.unparse(node)
            and "math" not in ast.unparse(node)
        ):
            yield f"a program that imports: {ast.unparse(node)}"


OUTPUTS: dict[str, Callable[[str], Iterator[str]]] = {
    "json": fault_of_json,
    "sarif": fault_of_json,
    "jsonl": fault_of_jsonl,
    "csv": fault_of_csv,
    "html": fault_of_html,
    "markdown": fault_of_markdown,
    "latex": fault_of_latex,
    "junit": fault_of_xml,
    "svg": fault_of_xml,
    "github": fault_of_annotations,
    "python": fault_of_program,
    "sympy": fault_of_program,
}
