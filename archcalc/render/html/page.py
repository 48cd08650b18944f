"""A page: title, body, style and script in one file that loads nothing else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape as escape_html
from typing import TextIO

from archcalc.render.html.script import SCRIPT
from archcalc.render.html.style import STYLE
from archcalc.render.text import plain


def write_page(out: TextIO, title: str, body: Iterable[str], style: str = "", script: str = "") -> None:
    """Write the page around a body that is HTML. Its policy lets only our own style and script run.

    ``style`` and ``script`` are added to those of every page.
    """
    style, script = STYLE + style, SCRIPT + script
    policy = (
        f"default-src 'none'; style-src {source(style)}; script-src {source(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    out.write(
        f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="archcalc">
<link rel="icon" href="data:,">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<main>
"""
    )
    out.writelines(body)
    out.write(f"</main>\n<script>{script}</script>\n</body>\n</html>\n")


def source(text: str) -> str:
    """The name of a style or script in a content security policy: its hash."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def escape(text: str) -> str:
    """Text that HTML shows as it is, in an element or an attribute."""
    return escape_html(plain(text))


def heading(text: str, more: str = "") -> str:
    small = f" <small>{escape(more)}</small>" if more else ""
    return f"<h1>{escape(text)}{small}</h1>\n"


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"
