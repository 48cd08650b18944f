"""What a stranger names is text in every output: no control character is raw, nothing in Markdown is a link."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from archcalc.render.csv import text
from archcalc.render.markdown import escape

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LINKS = [
    "@octocat",
    "@org/team",
    "x@octocat",
    "user@example.org",
    "https://example.org/a?b=c",
    "http://example.org",
    "ftp://example.org",
    "HTTPS://EXAMPLE.ORG",
    "www.example.org",
    "(www.example.org)",
    "mailto:a@example.org",
    "xmpp:a@example.org/b",
    "<https://example.org>",
    "[a](https://example.org)",
    "![a](https://example.org/a.png)",
    "<img src=https://example.org/a.png>",
    "<a href='https://example.org'>a</a>",
    "#123",
    "owner/models#123",
    "GH-123",
    "gh-123",
    "!123",
    "$123",
    "%123",
    "~123",
    "&123",
    "a1b2c3d",
    "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
    "owner/models@a94a8fe",
    ":smile:",
    ":+1:",
    "$a^2$",
    "`@octocat`",
    "@`octocat`",
    "| @octocat |",
    "@*octocat*",
    "@_octocat_",
]
CALLS = re.compile(
    r"""(?<![\w`/])@\w | \w@\w+\.\w | \#\d | \bgh-\d | :// | \bwww\. | :[+\w-]+: | (?<!\w)[!$%~&]\d
    | \b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{7,40}\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What the filters of GitHub and GitLab look for in the text of a page."""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("around", ["{}", "a {} b", "- {}\n", "| {} |\n|---|\n| {} |\n", "### {}\n"])
def test_nothing_in_markdown_is_a_link(name: str, around: str) -> None:
    page = GITHUB.render(around.replace("{}", escape(name)))
    assert not re.search(r"<(a|img|code|em|b)\b", page)
    shown = re.sub(r"<[^>]*>", "", page).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    shown = shown.replace("&amp;", "&")
    assert name in shown.replace("\u200b", "")
    assert not CALLS.search(shown)


@pytest.mark.parametrize(
    "number", ["1814073344", "4,089,184,256", "3x224x224", "98.31 %", "relu6", "deadbeef", "conv2d"]
)
def test_what_is_no_link_is_left_as_it_is(number: str) -> None:
    assert escape(number) == number


@pytest.mark.parametrize(
    "cell, shown",
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "\\x09=1"),
        ("\r=1", "\\x0d=1"),
        ("a;=1+1", "a;'=1+1"),
        ("a=b", "a=b"),
        ("3x3", "3x3"),
        ("a-b", "a-b"),
    ],
)
def test_no_cell_of_csv_is_a_formula(cell: str, shown: str) -> None:
    assert text(cell) == shown
