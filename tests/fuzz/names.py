"""Names that mean something where they are printed: to a terminal, to Markdown, a page, a shell, a spreadsheet.

A small network with such names wherever one may stand, through every output format of every command.
"""

from __future__ import annotations

import random
from typing import Any

from archcalc.render import FORMATS

from .cases import Case
from .yaml_text import as_text

HOSTILE = (
    "@everyone", "x@everyone", "#123", "GH-123", "http://evil.example/x", "https://evil.example", "www.evil.example",
    "mailto:a@evil.example", "a@evil.example", "<b id=x>", "<script>alert(1)</script>", "</script><b id=x>",
    "</title><b id=x>", '" onmouseover="x', "' onmouseover='x", "![x](http://evil.example/x)",
    "[x](javascript:alert(1))", "[x]: http://evil.example", "<http://evil.example>", "a|b", "a\\|b", "`x`", "``",
    "*x*", "__x__", "~~x~~", "- x", "1. x", "> x", "# x", "---", "===", "- [ ] x", "    x", "\\input{x}",
    "\\end{document}", "$x$", "x_1^2", "%x", "a&b", "{", "}", "~", "\\", "^^5cinput", "%0A::error::x", "::error::x",
    "\n::error::x", "::stop-commands::x", "##[error]x", "%25", "%0D%0A", ",file=x,line=1", "=1+1", "+1", "-1",
    "@SUM(1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", '"', "'", "a,b", "a;b", '"""', "'''", "\\\"\"\"", "\n",
    "\x1b[2J", "\x1b]0;x\x07", "\x9b2J", "\x07", "\x08", "\x7f", "\u202e", "\u2066", "\u200f", "\u2028", "\u2029",
    "\x85", "\ufeff", "\ud800", "\udcff", "e\u0301" * 30, "网" * 60, "\U0001f600", "\u200b", "\u00ad", "\ufffe",
    "\x00", "$(touch x)", "`touch x`", "; touch x", "%s%n", "%(x)s", "{0}", "{x.__class__}", "${{ x }}", "]]>", "-->",
    "<!--", "<![CDATA[", "&amp;", "&#64;x", "&lt;b id=x>", "__import__('os')", "os.system", "../../x", "/etc/passwd",
    "C:\\x", "~/x", "x" * 3000, "a b", "deadbeef" * 5, ":smile:", "user/repo#1", "javascript:x", "data:text/html,x",
    "file:///etc/passwd", "[31mx", "true", "null", "1e999", "nan", "-0",
)  # fmt: skip
PLACES, TEXTS = range(12), (5, 6, 7, 10, 11)
"""Where a name may stand, and where any text may."""


def names(random_: random.Random) -> Case:
    """A network with one to three hostile names, by any command."""
    hostile = iter(random_.sample(HOSTILE, 3))
    places = [random_.choice(PLACES), random_.choice(TEXTS)][: random_.choice((1, 1, 2))]

    def at(place: int, usual: str) -> str:
        """The usual name, or a hostile one, perhaps within another."""
        return random_.choice(("{}", "{}", "{} x", "y{}")).replace("{}", next(hostile)) if place in places else usual

    step, block, variable, variant, layer = at(0, "stem"), at(1, "unit"), at(2, "w"), at(3, "small"), at(4, "relu")
    document: dict[str, Any] = {
        "name": at(5, "net"),
        "description": at(6, "what it is"),
        "source": at(7, "somewhere"),
        "input": {at(8, "image"): [8]},
        "vars": {variable: 4},
        "variants": {variant: {variable: 2}},
        "blocks": {block: {"args": {"out": "required"}, "layers": [{"linear": "out", "name": at(9, "inside")}]}},
        "layers": [
            {"linear": variable, "name": step},
            layer,
            {block: 8},
            {"from": [step, "prev"], "concat": {"axis": 0}},
        ],
    }
    if random_.random() < 0.3:
        document["budget"] = {"max": {"params": random_.choice(("1", "5M"))}, "message": at(10, "too large")}
    name = (
        random_.choice(("net.yaml", "net.yaml", at(11, "net") + ".yaml"))
        .replace("\0", "")
        .replace("\ud800", "")
        .replace("/", "_")
    )
    name = name if 0 < len(name.encode("utf-8", "surrogateescape")) < 200 else "net.yaml"
    files = {name: as_text(document, random_.choice(("line", "quoted", "complex"))).encode("utf-8", "surrogatepass")}
    words_of = arguments(random_, files, name, document, step)
    return Case(files, [word.replace("\0", "").replace("\ud800", "") for word in words_of])


def arguments(
    random_: random.Random, files: dict[str, bytes], name: str, document: dict[str, Any], step: str
) -> list[str]:
    path = f"./{name}"
    kinds = "show show counts diff check check explain formula memory time draw".split()
    kind = random_.choice(kinds)
    form = random_.choice(list(FORMATS[{"show": "report", "draw": "picture"}.get(kind, kind)]))
    if kind == "counts":
        files["my.yaml"] = as_text(
            {"name": random_.choice(HOSTILE), "unit": random_.choice(HOSTILE), "operations": {"mac": 2}}, "line"
        ).encode("utf-8", "surrogatepass")
        return [
            "show",
            path,
            "--count",
            random_.choice(("all", "my.yaml", "my.yaml,mac")),
            *(["--format", form] if form != "latex" else []),
        ]
    if kind == "show":
        return ["show", path, "--format", form, *random_.choice(([], ["--columns", "+weights"], [path]))]
    if kind == "diff":
        files["other.yaml"] = b"name: net\ninput: [8]\nlayers: [{linear: 2, name: stem}]\n"
        return ["diff", *random_.sample((path, "other.yaml"), 2), "--format", form, "--all"]
    if kind == "check":
        entry = {"specs": random_.choice((name, "*.yaml")), "max": {"params": 1}, "message": random_.choice(HOSTILE)}
        entry |= random_.choice(
            (
                {},
                {"layers": {random_.choice((step, "**", random_.choice(HOSTILE))): {"params": 1}}},
                {"variants": list(document["variants"])},
            )
        )
        files["archcalc.yaml"] = as_text({"budgets": [entry]}, "line").encode("utf-8", "surrogatepass")
        return ["check", *random_.choice(([], [path])), "--format", form]
    if kind == "explain":
        return ["explain", path, *random_.choice(([], ["**"], [step])), "--format", form]
    if kind == "time":
        board = {"name": random_.choice(HOSTILE), "peaks": {"float32": "1T"}, "bandwidth": "1GB"}
        files["board.yaml"] = as_text(board, "line").encode("utf-8", "surrogatepass")
        device = random_.choice(("board.yaml", "h100", random_.choice(HOSTILE)))
        return ["time", path, "--device", device, "--format", form]
    if kind == "draw":
        return ["draw", path, "--format", form, *random_.choice(([], ["--depth", "1"], ["--style", "tensors"]))]
    if kind == "memory":
        banks = random_.choice(([], ["--map"], ["--banks", f"{random_.choice(HOSTILE)}=9kB"]))
        return ["memory", path, "--format", form, *banks]
    return ["formula", path, "--vars", next(iter(document["vars"])), "--format", form, "--layers"]
