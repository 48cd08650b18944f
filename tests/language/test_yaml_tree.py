"""YAML text to nodes: every case runs on libyaml's parser, where there is one, and on PyYAML's own."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.errors import Diagnostic, Source, SpecError
from archcalc.language import yaml_tree
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read

LOADERS = [getattr(yaml, name) for name in ("CSafeLoader", "SafeLoader") if hasattr(yaml, name)]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_tree, "LOADER", request.param)


def plain(node: Node) -> Any:
    if node.is_mapping:
        return {key: plain(value) for key, (_, value) in node.value.items()}
    return [plain(item) for item in node.value] if node.is_list else node.value


def errors(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as raised:
        read(Source("net.yaml", text))
    return raised.value.diagnostics


VALUES = [
    ("a: [true, True, TRUE, false, False, FALSE]", {"a": [True, True, True, False, False, False]}),
    ("a: [null, Null, NULL, ~]\nb:\nc: ''", {"a": [None] * 4, "b": None, "c": ""}),
    ("[no, yes, on, off, y, 12:30, 2001-01-01, 1_000, '3', \"null\"]",
     ["no", "yes", "on", "off", "y", "12:30", "2001-01-01", "1_000", "3", "null"]),
    ("[010, 0x10, 0o17, -7, +7, 0]", [10, 16, 15, -7, 7, 0]),
    ("[1e6, 1E+2, .5, 1., -2.5e-3, 1.0]", [1e6, 100.0, 0.5, 1.0, -0.0025, 1.0]),
    ("[.inf, -.INF, +.Inf, 1e, e1, ., -, 0x, 0b1, 1.2.3]",
     [math.inf, -math.inf, math.inf, "1e", "e1", ".", "-", "0x", "0b1", "1.2.3"]),
    ("1: a\n010: b\ntrue: c", {"1": "a", "010": "b", "true": "c"}),
    ("- conv: {out: 64*2, kernel: (3 + 1)}\n- relu", [{"conv": {"out": "64*2", "kernel": "(3 + 1)"}}, "relu"]),
    ("- linear: 2 * w\n- add: [stack/*/to_skip, \"stack/*/to_skip\"]",
     [{"linear": "2 * w"}, {"add": ["stack/*/to_skip", "stack/*/to_skip"]}]),
    ("source: He et al. (2015), Table 1 [a {b", {"source": "He et al. (2015), Table 1 [a {b"}),
    ("source: arXiv:1512.03385", {"source": "arXiv:1512.03385"}),
    ("source:\n  arXiv:1512.03385", {"source": "arXiv:1512.03385"}),
    ("specs: [resnet:resnet50]\nimport:\n- main:net.yaml", {"specs": ["resnet:resnet50"], "import": ["main:net.yaml"]}),
    ("{a: 'min(a, b)', b: \"depths[0]\"}", {"a": "min(a, b)", "b": "depths[0]"}),
    ("vars: {\n  a: 1, # one\n  b: [2,\n 3] # two\n}\n", {"vars": {"a": 1, "b": [2, 3]}}),
    ("a: |\n  x\n   y\nb: >\n  c\n  d\n", {"a": "x\n y\n", "b": "c d\n"}),
    ("a: x\n  y", {"a": "x y"}),
    ("[a: 1, b]", [{"a": 1}, "b"]),
    ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
    ("\ufeffa: 1", {"a": 1}),
    ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
    ("a: 1\rb: 2\r", {"a": 1, "b": 2}),
    ("a: &x 64\nb: *x\n&k c: 1\nd: [*k]", {"a": 64, "b": 64, "c": 1, "d": ["c"]}),
    ("- &k c\n- {*k : 2}", ["c", {"c": 2}]),
    ("- &a 1\n- &a 2\n- *a", [1, 2, 2]),
    ("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}}),
    ("a: {y: 3, <<: {x: 1, y: 2}}", {"a": {"x": 1, "y": 3}}),
    ("a: {<<: [{x: 1}, {x: 2, y: 2}], z: 0}", {"a": {"x": 1, "y": 2, "z": 0}}),
    ("a: {<<: {<<: {x: 1}, y: 2}}", {"a": {"x": 1, "y": 2}}),
    ("{'<<': 1}", {"<<": 1}),
    ("9" * 1000, int("9" * 1000)),
]  # fmt: skip


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "expected"), VALUES, ids=lambda value: repr(value)[:50])
def test_values(text: str, expected: Any) -> None:
    value = plain(read(Source("net.yaml", text)))
    assert value == expected
    assert repr(value) == repr(expected)  # 1, 1.0 and True are equal; mappings keep their order


@pytest.mark.usefixtures("parser")
def test_not_a_number() -> None:
    assert all(math.isnan(node.value) for node in read(Source("", "[.nan, .NaN, .NAN]")).value)


ENDS = "YAML ends a value at `,` `[` `]` `{` `}` inside {...} and [...]"
QUOTE = "quote the expression: "
# text, then what stands in the marked characters: message, line and column from 1, marked text, label, help
ERRORS = [
    ("a: {repeat: depths[0]}", ENDS, 1, 13, "depths[0]", "", QUOTE + '"depths[0]"'),
    ("a: {out: min(a, b)}", ENDS, 1, 10, "min(a, b)", "", QUOTE + '"min(a, b)"'),
    ("a: [64*2, min(3, 4)]", ENDS, 1, 11, "min(3, 4)", "", QUOTE + '"min(3, 4)"'),
    ("a: {out: max(8, [1, w][0])}", ENDS, 1, 10, "max(8, [1, w][0])", "", QUOTE + '"max(8, [1, w][0])"'),
    ("a: {out: x [3], b: 1}", ENDS, 1, 10, "x [3]", "", QUOTE + '"x [3]"'),
    ("a: [x{3}]\nb: 2", ENDS, 1, 5, "x{3}", "", QUOTE + '"x{3}"'),
    ("a: {out: x #y}", ENDS, 1, 10, "x #y", "` #` begins a comment", QUOTE + '"x #y"'),
    ("- c: {out: x #y}\n  name: z", ENDS, 1, 12, "x #y", "` #` begins a comment", QUOTE + '"x #y"'),
    ("a: {when: f(\"x\", y)}", ENDS, 1, 11, 'f("x", y)', "", "quote the expression: 'f(\"x\", y)'"),
    ("a: [min(1,\n  2)]", ENDS, 1, 5, "min(1", "", "quote the expression"),
    ("a: [b)]", ENDS, 1, 5, "b)", "", QUOTE + '"b)"'),
    ("é: [😀, x[0]]", ENDS, 1, 8, "x[0]", "", QUOTE + '"x[0]"'),
    ("{out:64}", "a space after the colon is missing in 'out:64'", 1, 2, "out:64", "", "write `out: 64`"),
    ("out:64", "a space after the colon is missing in 'out:64'", 1, 1, "out:64", "", "write `out: 64`"),
    ("- c:\n    out:64", "a space after the colon is missing in 'out:64'", 2, 5, "out:64", "", "write `out: 64`"),
    ("- c:\n    out:64\n    k: 3", "a space after the colon is missing in 'out:64'", 2, 5, "out:64", "",
     "write `out: 64`"),
    ("a: 1\nout:64\nb: 2", "a space after the colon is missing in 'out:64'", 2, 1, "out:64", "", "write `out: 64`"),
    ("'a':1", "a space after the colon is missing", 1, 4, ":", "", "write `: `"),
    ("- linear: *w", "`*` begins a YAML alias, and no anchor 'w' comes before it", 1, 11, "*w", "",
     'a variable is written without it: w'),
    ("- &width 3\n- *widht", "`*` begins a YAML alias, and no anchor 'widht' comes before it", 2, 3, "*widht", "",
     "did you mean *width?"),
    ("- linear: * 3", "`*` begins a YAML alias", 1, 11, "*", "", "quote a text that begins with `*`"),
    ("- &w 3\n- linear: *w + 1", "`*` begins a YAML alias, and nothing may follow it", 2, 11, "*w", "",
     "quote a text that begins with `*`"),
    ("- &w 3\n- linear: *w*2", "`*` begins a YAML alias", 2, 11, "*", "", "quote a text that begins with `*`"),
    ("- a: & b", "`&` begins a YAML anchor", 1, 6, "&", "", "quote a text that begins with `&`"),
    ("a: {<<: *x}", "`*` begins a YAML alias, and no anchor 'x' comes before it", 1, 9, "*x", "",
     'write &x before the mapping that is meant'),
    ("a: &x [1, *x]", "the alias *x stands inside its own anchor", 1, 11, "*x", "", None),
    ("- dense\n  repeat: 3", "keys follow 'dense', which has no colon", 1, 3, "dense", "",
     "write `- dense:` when keys follow"),
    ("- dense # big\n\n  # why\n  repeat: 3", "keys follow 'dense', which has no colon", 1, 3, "dense", "",
     "write `- dense:` when keys follow"),
    ("a: x\n  b: 3", "'b' is indented deeper than the key above, which already has a value", 2, 3, "b", "",
     "line it up with the keys that it belongs to"),
    ("name\nb: 3", "a key needs a colon: 'name'", 1, 1, "name", "", "write `name:`"),
    ("a: 1\nb\nc: 2", "a key needs a colon: 'b'", 2, 1, "b", "", "write `b:`, or `- b` for an item"),
    ("key: value: more", "a second colon in one line", 1, 11, ":", "",
     "for a mapping write `key: {value: more}`, for a text `key: \"value: more\"`"),
    ("- conv: out: 64", "a second colon in one line", 1, 12, ":", "",
     "for a mapping write `conv: {out: 64}`, for a text `conv: \"out: 64\"`"),
    ("\ufeffa: b: c", "a second colon in one line", 1, 5, ":", "",
     "for a mapping write `a: {b: c}`, for a text `a: \"b: c\"`"),
    ("a: - b", "a `-` item must begin on a line of its own", 1, 4, "-", "",
     "write the list below its key, or as [...]"),
    ("a: @x", "'@' cannot begin a value in YAML", 1, 4, "@x", "", 'quote it: "@x"'),
    ("a: [`x, 1]", "'`' cannot begin a value in YAML", 1, 5, "`x", "", 'quote it: "`x"'),
    ("a: %x", "'%' cannot begin a value in YAML", 1, 4, "%x", "", 'quote it: "%x"'),
    ("a: ]", "`]` cannot begin a value", 1, 4, "]", "", "quote a text that begins with `]`"),
    ("a: > 3", "`>` begins a text of several lines, which starts on the next line", 1, 4, ">", "",
     "quote a text that begins with `>`"),
    ("- conv: {out: 64\n- relu", "this bracket is never closed: {", 1, 9, "{", "", "write `}` at its end"),
    ("- conv: {out: 64\n  name: stem\n- relu", "this bracket is never closed: {", 1, 9, "{", "",
     "write `}` at its end"),
    ("a: [1, [2, 3]\nb: 2", "this bracket is never closed: [", 1, 4, "[", "", "write `]` at its end"),
    ("a: [1, 2}", "`}` cannot close the `[` of line 1", 1, 9, "}", "", "close it by `]`"),
    ("a: {\n  b: 1\n  c: 2\n}", "expected `,` or `}` before 'c'", 3, 3, "c", "", None),
    ("a: [[1] [2]]", "expected `,` or `]` before '['", 1, 9, "[", "", None),
    ("a: [1,,2]", "a value is missing before `,`", 1, 7, ",", "", "quote a text that begins with `,`"),
    ("a: [- b]", "`-` items cannot stand inside brackets", 1, 5, "-", "", "separate the items of [...] by commas"),
    ("a: 'x\nb: 3", "this quote is never closed: '", 1, 4, "'", "", "write ' at the end of the text"),
    ('a: "x\nb: 3', 'this quote is never closed: "', 1, 4, '"', "", 'write " at the end of the text'),
    ('a: "b\\q"', "`\\q` is not an escape of YAML", 1, 6, "\\q", "", "in single quotes a backslash is a backslash"),
    ('a: "\\uD800"', "an escape in this text is not a character", 1, 4, '"', "",
     "in single quotes a backslash is a backslash"),
    ('a: "x" y', "'y' follows a value that is complete", 1, 8, "y", "", "quote the whole value"),
    ("- linear: [3][0]", "'[0]' follows a value that is complete", 1, 14, "[0]", "", "quote the whole value"),
    ("a:\n  b: 1\n c: 2", "wrong indentation: 1 space, where the lines that it could belong to have 0", 3, 2, "c", "",
     "line it up with the keys or dashes of its block"),
    ("  a: 1\nb: 2", "wrong indentation: 0 spaces, where the lines that it could belong to have 2", 2, 1, "b", "",
     "line it up with the keys or dashes of its block"),
    ("a: 1\n- b", "a `-` item among keys", 2, 1, "-", "", "indent it under its key"),
    ("- a\nb: 1", "a key among `-` items", 2, 1, "b", "", "indent it under its item, or begin it by `-`"),
    ("{a: 1}\nb: 2", "nothing may follow the value of the whole file", 2, 1, "b", "", None),
    ("a:\n\tb: 1", "a tab cannot indent", 2, 1, "\t", "", "YAML indents by spaces only"),
    ("a: b\n\tc: 1", "a tab cannot indent", 2, 1, "\t", "", "YAML indents by spaces only"),
    ("out: 1\nb: 2\n'out': 3", "duplicate key 'out'", 3, 1, "'out'", "first written in line 1", None),
    ("a: {<<: {b: 1}, <<: {c: 1}}", "duplicate key '<<'", 1, 17, "<<", "first written in line 1",
     "merge several mappings by a list: `<<: [*a, *b]`"),
    ("a: {<<: 3}", "`<<` takes a mapping or a list of mappings", 1, 9, "3", "", None),
    ("a: {[b]: c}", "a key must be a text, not a list", 1, 5, "[b]", "", "quote a text that begins with `[` or `{`"),
    ("a: {{b: 1}: c}", "a key must be a text, not a mapping", 1, 5, "{b: 1}", "",
     "quote a text that begins with `[` or `{`"),
    ("null: 1", "a key must be a text, not null", 1, 1, "null", "", "write the key before the colon, or quote it"),
    (": 1", "a key is missing before the colon", 1, 1, ":", "", None),
    ("a: !!python/object:x 3", "tags are not allowed: !!python/object:x", 1, 4, "!!python/object:x", "",
     "`!` begins a YAML tag: quote a text that begins with it"),
    ("- when: !flag", "tags are not allowed: !flag", 1, 9, "!flag", "",
     "`!` begins a YAML tag: quote a text that begins with it"),
    ("a: &b !!map {c: 1}", "tags are not allowed: !!map", 1, 7, "!!map", "",
     "`!` begins a YAML tag: quote a text that begins with it"),
    ("# c\n%TAG ! x\n---\na: 1", "the YAML directive %TAG is not allowed", 2, 1, "%TAG ! x", "",
     "specs are read as YAML 1.2: leave the line out"),
    ("%YAML 1.1\n---\na: 1", "the YAML directive %YAML is not allowed", 1, 1, "%YAML 1.1", "",
     "specs are read as YAML 1.2: leave the line out"),
    ("%FOO\n---\na: 1", "the YAML directive %FOO is not allowed", 1, 1, "%FOO", "",
     "specs are read as YAML 1.2: leave the line out"),
    ("a: 1\n---\nb: 2", "a second document begins here", 2, 1, "---", "", "one file, one spec"),
    ("a: 1\n...\nb: 2", "a second document begins here", 3, 1, "b", "", "one file, one spec"),
    ("", "the file is empty", 1, 1, "", "", "a spec needs input and layers"),
    ("---\n# nothing\n", "the file is empty", 1, 1, "", "", "a spec needs input and layers"),
    ("a: 1\nb: x\x00", "the character U+0000 is not allowed", 2, 5, "\x00", "", None),
    ("a: 1\r\nb: \x0bx", "the character U+000B is not allowed", 2, 4, "\x0b", "", None),
    ("a: \ud800", "the character U+D800 is not allowed", 1, 4, "\ud800", "", None),
    ("a: x\ufeff", "the character U+FEFF is not allowed", 1, 5, "\ufeff", "", None),
    ("a: -" + "9" * 1001, "a number has at most 1,000 digits", 1, 4, "-" + "9" * 1001, "", None),
    ("a: 0x" + "f" * 900, "a number has at most 1,000 digits", 1, 4, "0x" + "f" * 900, "", None),
    ("a: 1e999", "1e999 is too large for a number with a point", 1, 4, "1e999", "", None),
]  # fmt: skip


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "message", "line", "column", "marked", "label", "help"), ERRORS, ids=lambda value: repr(value)[:40]
)
def test_errors(text: str, message: str, line: int, column: int, marked: str, label: str, help: str | None) -> None:
    (found,) = errors(text)
    assert found.span is not None
    shown = found.span.source.line(found.span.line)[found.span.start : found.span.stop]
    assert (found.message, found.span.line + 1, found.span.start + 1, shown, found.label, found.help) == (
        message, line, column, marked, label, help,
    )  # fmt: skip


@pytest.mark.usefixtures("parser")
def test_all_errors_of_one_run_in_the_order_of_the_text() -> None:
    text = "a: {out: f(a, b), k: g(c, d)}\na: 1\nb: *x\nc: {out:64}\nd: !t 1\ne: [1\n"
    found = errors(text)
    assert [(one.span.line, one.span.start) for one in found if one.span] == [
        (0, 9), (0, 21), (1, 0), (2, 3), (3, 4), (4, 3), (5, 3),
    ]  # fmt: skip


SPANS = [  # text, then (line, start, stop) of each node from the root on, keys before values
    ("a: 64", [(0, 0, 1), (0, 0, 1), (0, 3, 5)]),
    ("a: 'it''s'", [(0, 0, 1), (0, 0, 1), (0, 3, 10)]),
    ("- - x\n- y", [(0, 4, 5), (0, 4, 5), (0, 4, 5), (1, 2, 3)]),
    ("a:\n- b: 1", [(0, 0, 1), (0, 0, 1), (1, 2, 3), (1, 2, 3), (1, 2, 3), (1, 5, 6)]),
    ("{a: [1, 2] }", [(0, 0, 12), (0, 1, 2), (0, 4, 10), (0, 5, 6), (0, 8, 9)]),
    ("a: [1,\n 2]", [(0, 0, 1), (0, 0, 1), (0, 3, 4), (0, 4, 5), (1, 1, 2)]),
    ("- [x]", [(0, 2, 5), (0, 2, 5), (0, 3, 4)]),
    ("[a: 1]", [(0, 0, 6), (0, 1, 2), (0, 1, 2), (0, 4, 5)]),
    ("a:\nb: ", [(0, 0, 1), (0, 0, 1), (0, 0, 1), (1, 0, 1), (1, 0, 1)]),
    ("-\n- x", [(0, 0, 1), (0, 0, 1), (1, 2, 3)]),
    ("{a: , b}", [(0, 0, 8), (0, 1, 2), (0, 1, 2), (0, 6, 7), (0, 6, 7)]),
    ("a: x y  \n  z", [(0, 0, 1), (0, 0, 1), (0, 3, 6)]),
    ("a: 'x\n  z'", [(0, 0, 1), (0, 0, 1), (0, 3, 5)]),
    ("a: |- # c\n  z", [(0, 0, 1), (0, 0, 1), (0, 3, 5)]),
    ("a: &x 64", [(0, 0, 1), (0, 0, 1), (0, 6, 8)]),
    ("a: &x # c\n  64", [(0, 0, 1), (0, 0, 1), (1, 2, 4)]),
    ("a: &x [1]", [(0, 0, 1), (0, 0, 1), (0, 6, 9), (0, 7, 8)]),
    ("a: &x\n  b: 1", [(0, 0, 1), (0, 0, 1), (1, 2, 3), (1, 2, 3), (1, 5, 6)]),
    ("- &x b\n- [*x]", [(0, 5, 6), (0, 5, 6), (1, 2, 6), (0, 5, 6)]),
    ("é😀: [é, '😀']", [(0, 0, 2), (0, 0, 2), (0, 4, 12), (0, 5, 6), (0, 8, 11)]),
    ("a: 1\r\nb: 2\rc: 3\x85d: 4", [(0, 0, 1), (0, 0, 1), (0, 3, 4), (1, 0, 1), (1, 3, 4), (2, 0, 1), (2, 3, 4),
                                       (3, 0, 1), (3, 3, 4)]),
    ("\ufeffa: 1", [(0, 0, 1), (0, 0, 1), (0, 3, 4)]),
]  # fmt: skip


def nodes(node: Node) -> list[Node]:
    if node.is_mapping:
        return [node] + [one for key, value in node.value.values() for one in [key, *nodes(value)]]
    return [node] + [one for item in node.value for one in nodes(item)] if node.is_list else [node]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "spans"), SPANS, ids=lambda value: repr(value)[:30])
def test_spans(text: str, spans: list[tuple[int, int, int]]) -> None:
    found = nodes(read(Source("net.yaml", text)))
    assert [(node.span.line, node.span.start, node.span.stop) for node in found] == spans


def test_lines_end_where_yaml_ends_them() -> None:
    source = Source("net.yaml", "\ufeffa\x0bb\x0c\x1cc\r\nd\re\x85f\u2028g\u2029h\n")
    assert [source.line(number) for number in range(9)] == ["a\x0bb\x0c\x1cc", "d", "e", "f", "g", "h", "", "", ""]


@pytest.mark.usefixtures("parser")
def test_place_after_a_line_separator() -> None:
    (found,) = errors("a: x\u2028b: c: d")
    assert found.span is not None
    assert (found.span.line, found.span.start, found.span.source.line(1)) == (1, 4, "b: c: d")


@pytest.mark.usefixtures("parser")
def test_text_and_plain() -> None:
    written = [(node.text, node.plain) for node in read(Source("", "[3, '3', 1e6, \"a\\tb\", [], ~]")).value]
    assert written == [("3", True), ("3", False), ("1e6", True), ("a\tb", False), ("", False), ("~", True)]


SIZES = [
    ("3", 1),
    ("[1, 2]", 3),
    ("{a: 1, b: [2]}", 4),
    ("- &a [1, 2]\n- *a\n- [*a, *a]", 14),
    ("- &a {x: 1, y: 2}\n- {<<: *a, z: 3}", 8),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "size"), SIZES)
def test_size_counts_values_and_aliases_each_time(text: str, size: int) -> None:
    assert read(Source("", text)).size == size


NESTED = "nested more than 200 levels deep"
EXPANDED = "this takes more than 3,000,000 units of work"
BOMB = "a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)
)
WIDE = "a: &a {" + ", ".join(f"k{i}: 1" for i in range(5000)) + "}\nb: "
LIMITS = [  # text, the last message, its line
    ("[" * 100_000, NESTED, 1),
    ("{" * 100_000, NESTED, 1),
    ("- " * 100_000, NESTED, 1),
    ("? " * 100_000, NESTED, 1),
    ("[a: " * 100_000, NESTED, 1),
    ("{? " * 100_000, NESTED, 1),
    ("\n".join(" " * i + "a:" for i in range(1000)), NESTED, 201),
    ("\n".join(" " * i + "-" for i in range(1000)), NESTED, 201),
    ("a: " * 100_000, "a second colon in one line", 1),
    ("! " * 100_000, "tags are not allowed: !", 1),
    ("---\n" * 100_000, "a second document begins here", 2),
    (BOMB, EXPANDED, 7),
    (WIDE + "[" + "{<<: *a}, " * 1000 + "]", EXPANDED, 2),
    (WIDE + "{<<: [" + "*a, " * 1000 + "]}", EXPANDED, 2),
    ("{<<: " * 190 + "{" + ", ".join(f"k{i}: 1" for i in range(9000)) + "}" * 191, EXPANDED, 1),
]


@pytest.mark.sampled(5)
@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "message", "line"), LIMITS, ids=lambda value: repr(value)[:12])
def test_limits(text: str, message: str, line: int) -> None:
    started = time.process_time()
    found = errors(text)
    assert found[-1].span is not None
    assert (found[-1].message, found[-1].span.line + 1) == (message, line)
    assert all(len(one.message) + len(one.help or "") < 500 for one in found)
    assert time.process_time() - started < 10  # PyYAML's own parser takes 2 s at most, libyaml's 0.5


@pytest.mark.usefixtures("parser")
def test_200_levels_are_allowed_and_100_errors_are_enough() -> None:
    assert read(Source("", "[" * 200 + "]" * 200)).size == 200
    assert [one.message for one in errors("[" * 201 + "]" * 201)] == [NESTED]
    assert len(errors("- *x\n" * 1000)) == 100


FRAGMENTS = [
    "a", "b: ", "- ", "? ", ": ", "[", "]", "{", "}", ", ", "(", ")", "\n", "\n  ", "\n ", "\t", "'", '"', "#",
    " #", "&a ", "*a", "*b ", "!", "!!str ", "!f!x", "%YAML 1.2\n", "%TAG", "---\n", "...\n", "|", ">", "|-\n",
    "<<: ", "1e6", "0x1f", "~", "\\", "\\q", "\\uD800", "\\UFFFFFFFF", "@", "`", "\r", "\r\n", "\x85", "\u2028",
    "é", "😀", "\ufeff", "\x00", "\ud800",
]  # fmt: skip


TEXTS = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
@settings(max_examples=150, derandomize=True, deadline=None)
@given(text=TEXTS)
def test_any_text_is_a_tree_or_a_spec_error_with_a_place(loader: Any, text: str) -> None:
    is_read_or_told(loader, text)


@pytest.mark.slow
@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
@settings(max_examples=600, deadline=None)
@given(text=TEXTS)
def test_many_texts_are_trees_or_spec_errors_with_a_place(loader: Any, text: str) -> None:
    is_read_or_told(loader, text)


def is_read_or_told(loader: Any, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_tree, "LOADER", loader)
        try:
            size, diagnostics = read(Source("", text)).size, ()
        except SpecError as error:
            size, diagnostics = 0, error.diagnostics
    assert (size > 0) != bool(diagnostics)
    assert all(one.span is not None and 0 <= one.span.start <= one.span.stop for one in diagnostics)
