"""Text and rows of tables as GitHub reads them."""

from __future__ import annotations

import re

from archcalc.render.text import plain

SPECIAL = re.compile(r"[\\`*\[\]<>|&~#$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
"""What has a meaning in Markdown, or begins a formula at GitHub. An underscore within a word has none."""

LINK = re.compile(
    r"""
    @(?=\S) | \#(?=\w) | (?<!\w)[!$%&~](?=\w)   # somebody, an issue; GitLab's merge request, milestone, label, ...
    | \b(?:gh|www|mailto|xmpp)(?=[-.:])          # GH-1, www.example.org
    | :(?=//|[a-z+-][\w+-]*:)                    # https://example.org, :smile:
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What GitHub and GitLab begin a link with once they have read the Markdown: no backslash keeps them from it."""
COMMIT = re.compile(r"\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{7,40}\b")
APART = "\u200b"
"""A space without width, which keeps what stands around it from being one word."""

LIST = re.compile(r"([-+=]|\d+(?=[.)]))")
"""The beginning of a line that would make it a list or a heading."""


def head(headings: list[str], align: str) -> str:
    """The first two lines of a table; ``align`` is that of ``grid``."""
    aligns = align.ljust(len(headings), align[-1])
    return line(headings) + line(["---:" if side == "r" else "---" for side in aligns])


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is, and that links to nothing and calls nobody."""
    safe = COMMIT.sub(lambda found: APART.join(re.findall(".{1,6}", found[0])), LINK.sub(rf"\g<0>{APART}", plain(text)))
    return SPECIAL.sub(r"\\\g<0>", safe).replace(APART, "&#8203;")


def paragraph(text: str) -> str:
    """Text that is a paragraph even at the beginning of a line."""
    escaped = escape(text.lstrip(" "))
    start = LIST.match(escaped)
    if start is None:
        return escaped
    split = start.end() if escaped[0].isdigit() else 0
    return f"{escaped[:split]}\\{escaped[split:]}"
