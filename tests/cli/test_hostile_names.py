"""Hostile names through every command and every format: what a stranger wrote is text, and nothing else, everywhere."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from repository import Repository

from archcalc.cli import main
from archcalc.render import FORMATS
from archcalc.render.text import plain

NAMES = [
    "\x1b#8gone\x07",
    "@octocat",
    "user@example.org",
    "www.example.org",
    "#123",
    "GH-12",
    "$a^2$",
    "=1+1",
    "-1;=1",
    "+a|b|",
    "<img-src=x-onerror=alert&lpar;1>",
    "&lt;b&gt;",
    "`a`_b_~~c~~",
    ":smile:",
    "a1b2c3d4",
    "::error::x%0A",
    "##{add-mask}x".replace("{", "<").replace("}", ">"),
    "\u202egpj.exe",
    "a\x9b31mb",
    "\\input%$&~^",
    ">&amp;<!--",
]
"""Names that steps, blocks, variants and inputs may have: no space, comma, slash, star or bracket."""
LONGER = ["| a\r\n::error::b\n# c", "[a](https://example.org)", "https://example.org/x", "<script>alert(1)</script>"]
"""What else a description, a message or a unit may hold."""

NOT_OF_SPECS = {"layer", "structure", "layers", "count", "specs"}
"""Documents that hold nothing of a stranger's."""

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
CALLS = re.compile(
    r"(?<![\w`/])@\w|\w@\w+\.\w|#\d|\bgh-\d|://|\bwww\.|:[a-z+-][\w+-]*:|(?<!\w)[!$%~&]\w|\ba1b2c3d4\b", re.IGNORECASE
)


def spec(name: str, prose: str, width: int, more: str = "") -> str:
    step, text = json.dumps(name), json.dumps(f"{name} {prose}")
    return f"""\
name: {text}
description: {text}
source: {text}
vars: {{width: {width}}}
variants: {{{step}: {{width: 3}}}}
input: {{{step}: [3, 8, 8]}}
budget: {{max: {{params: 1}}, message: {text}}}
blocks:
  {step}: {{layers: [{{conv: {{out: width, kernel: 3}}, name: {step}}}]}}
layers:
  - {step}
  - custom: {{out: [width], params: 3, macs: 4}}
    name: {json.dumps(name + "2")}
  - relu
{more}"""


@pytest.fixture(params=[(name, LONGER[number % len(LONGER)]) for number, name in enumerate(NAMES)], ids=ascii)
def project(request: pytest.FixtureRequest, repository: Repository) -> tuple[str, str, str]:
    """The hostile name, the longer text, and the file: of hostile name too, as are a branch and a convention."""
    name, prose = request.param
    file = f"{name}.yaml"
    repository.put(file, spec(name, prose, 4))
    repository.put("my.yaml", own(name, prose))
    repository.put("board.yaml", board(name, prose))
    pattern = json.dumps("./" + file)
    repository.put(
        "archcalc.yaml", f"budgets: [{{specs: {pattern}, max: {{params: 5M}}, max_increase: {{macs: 0}}}}]\n"
    )
    repository.commit()
    repository.put(file, spec(name, prose, 5))
    repository.put("archcalc.yaml", f"budgets: [{{specs: {pattern}, max: {{params: 9M}}}}]\n")
    repository.put("older.yaml", spec(name, prose, 4))
    return name, prose, f"./{file}"


def own(name: str, prose: str) -> str:
    text = json.dumps(f"{name} {prose}")
    return f"name: {json.dumps(name)}\nunit: {text}\ncounts: {text}\noperations: {{mac: 2}}\n"


def board(name: str, prose: str) -> str:
    return f"name: {json.dumps(name)}\nsource: {json.dumps(prose)}\npeaks: {{float32: 1T}}\nbandwidth: 1GB\n"


def commands(file: str, name: str) -> list[tuple[str, list[str]]]:
    """Documents, and the calls that print them. Some of the calls are wrong, and quote what is."""
    return [
        ("report", ["show", file]),
        ("report", ["show", file, "--columns", "+file,+name,+type,+reads", "--variant", name]),
        ("report", ["show", file, "older.yaml"]),
        ("report", ["show", file, "--count", "my.yaml"]),
        ("report", ["show", f"{file}:{name}x"]),
        ("report", ["show", file, "--set", f"{name}=1"]),
        ("report", ["show", name]),
        ("report", ["show", f"{name}:x.yaml"]),
        ("counts", ["show", file, "--count", "mac,my.yaml"]),
        ("diff", ["diff", "older.yaml", file]),
        ("diff", ["diff", f"HEAD:{file}", f"{file}:{name}"]),
        ("explain", ["explain", file]),
        ("explain", ["explain", file, "**"]),
        ("explain", ["explain", file, f"{name}y"]),
        ("memory", ["memory", file, "--map", "--depth", "9"]),
        ("memory", ["memory", file, "--banks", f"{name}=1B"]),
        ("memory", ["memory", file]),
        ("picture", ["draw", file]),
        ("picture", ["draw", file, "--depth", "1", "--variant", name]),
        ("train", ["train", file, "--checkpoint", "**", "--samples", "9", "--depth", "9"]),
        ("train", ["train", file, "--freeze", f"{name}y"]),
        ("time", ["time", file, "--device", "board.yaml", "--depth", "9"]),
        ("time", ["time", file, "--device", f"{name}y"]),
        ("devices", ["devices", "board.yaml"]),
        ("generate", ["generate", file]),
        ("generate", ["generate", file, "--sequence", name, "--cache", name]),
        ("formula", ["formula", file, "--vars", "width", "--layers"]),
        ("formula", ["formula", file, "--vars", name]),
        ("sweep", ["sweep", file, "--vary", "variant=*", "--columns", "params"]),
        ("sweep", ["sweep", file, "--vary", "variant=*", "--columns", "params,macs"]),
        ("sweep", ["sweep", file, "--vary", f"{name}=1"]),
        ("fit", ["fit", file, "--vary", "width=1..4", "--max", "params=100"]),
        ("fit", ["fit", file, "--vary", f"{name}=1..4", "--max", f"{name}=1"]),
        ("check", ["check", "--base", "HEAD"]),
        ("check", ["check", file, "--max", "params=1k", "--base", "older.yaml", "--max-increase", "params=0"]),
        ("check", ["check", file, "--max", f"{name}=1", "--base", name]),
        ("check", ["check", file, "--max", "peak_memory=1B", "--base", "older.yaml"]),
        ("check", ["check", "--update"]),
    ]


@pytest.mark.sampled(21)
def test_every_command_and_format(project: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    name, prose, file = project
    assert (main(["show", file]), main(["check", "--base", "HEAD"])) == (0, 1)
    assert {document for document, _ in commands(file, name)} >= {*FORMATS} - NOT_OF_SPECS
    capsys.readouterr()
    for document, arguments in commands(file, name):
        for form in [form for form in FORMATS[document] if form != "parquet"]:  # no text
            status = main([*arguments, "--format", form])
            out, err = capsys.readouterr()
            assert status in (0, 1, 2), (arguments, err)
            for text in (out, err):
                assert text.replace("\n", "").isprintable(), (arguments, form)
            if status != 2 and form in CHECKS:
                CHECKS[form](out, name, prose)
        main([*arguments, "--color"])
        assert re.sub(r"\x1b\[[0-9;]*m|\n", "", "".join(capsys.readouterr())).isprintable(), arguments
    for command in ("specs", "count", "layers", "schema", "help", name):
        main([command, name])
        assert "".join(capsys.readouterr()).replace("\n", "").isprintable()


def is_markdown(text: str, name: str, prose: str) -> None:
    page = MARKDOWN.render(text)
    assert not re.search(r"<(a|img|em|script|h4)\b|<!-- (?!archcalc)", page)
    shown = re.sub(r"<code>[^<]*</code>|<[^>]*>", "", page)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(entity, character)
    assert not CALLS.search(shown), CALLS.search(shown)
    assert plain(name) in shown.replace("\u200b", "")


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(
            key.startswith("on") or (key in ("href", "src") and value != "data:,") for key, value in attributes
        )

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def is_html(text: str, name: str, prose: str) -> None:
    page = Text()
    page.feed(text)
    assert page.tags.isdisjoint({"img", "a", "iframe"})
    assert text.count("<script") == 1
    assert any(plain(name) in one for one in page.texts)


def is_csv(text: str, name: str, prose: str) -> None:
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            assert cell.lstrip("'").isdecimal() or not re.search(r"(^|;)[=+@-]", cell)


def is_github(text: str, name: str, prose: str) -> None:
    *lines, last = text.splitlines()
    assert all(re.match(r"::(error|warning|notice|debug)\b", line) for line in lines)
    assert re.match(r"\d+ limits?: ", last)


CHECKS = {
    "markdown": is_markdown,
    "html": is_html,
    "csv": is_csv,
    "github": is_github,
    "svg": lambda text, name, prose: ElementTree.fromstring(text),
    "junit": lambda text, name, prose: ElementTree.fromstring(text),
    "sarif": lambda text, name, prose: json.loads(text),
    "json": lambda text, name, prose: json.loads(text),
    "jsonl": lambda text, name, prose: [json.loads(line) for line in text.splitlines()],
    "python": lambda text, name, prose: compile(text, "formula", "exec"),
    "sympy": lambda text, name, prose: compile(text, "formula", "exec"),
}
