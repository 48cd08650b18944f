"""Changes to a text: its lines, its characters, its bytes, how it is encoded."""

from __future__ import annotations

import random

PIECES = (
    "\t", " ", "  ", "\n", "\r", "\r\n", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ufeff",
    "\ud800", "é", "网", "\U0001f600", "e\u0301", "- ", ": ", ":", ",", "[", "]", "{", "}", "*", "&a ", "*a", "<<: *a",
    "!!python/object:os.system ", "!t ", "#", " #", "|", ">-", "---\n", "...\n", "%YAML 1.1\n", '"', "'", '"\\x1b[2J"',
    '"\\u202e"', '"\\ud800"', '"\\UFFFFFFFF"', "?", "? ", "@", "`", "1e999", "0o17", "12:30", "9" * 1005, "(" * 40,
    "[" * 250, "{a: " * 210, "- " * 220, "prev", "null", "<b id=x>", "</script>", "|cell|", "\\input{x}",
    "%0A::error::x",
)  # fmt: skip


def changed(text: str, random_: random.Random) -> str:
    """A text after one to three random changes."""
    for _ in range(random_.randint(1, 3)):
        at = random_.randint(0, len(text))
        kind = random_.randrange(8)
        if kind < 3:
            text = text[:at] + random_.choice(PIECES) + text[at:]
        elif kind == 3:
            text = text[:at] + text[at + random_.choice((1, 1, 3, 40)) :]
        elif kind == 4:
            end = at + random_.randint(1, 30)
            text = text[:end] + text[at:end] * random_.choice((1, 1, 2, 20)) + text[end:]
        elif kind == 5:
            text = (
                text[:at]
                + chr(random_.choice((random_.randrange(32, 127), random_.randrange(0x110000))))
                + text[at + 1 :]
            )
        elif kind == 6:
            lines = text.split("\n")
            line = random_.randrange(len(lines))
            lines[line] = " " * random_.choice((0, 1, 2, 4, 6)) + lines[line].lstrip()
            text = "\n".join(lines)
        else:
            lines = text.split("\n")
            other = random_.randrange(len(lines))
            lines.insert(random_.randrange(len(lines)), lines[other])
            text = "\n".join(lines)
    return text


def encoded(text: str, random_: random.Random) -> bytes:
    """A text as bytes: UTF-8, or, now and then, as another program would have saved it."""
    kind = random_.randrange(60)
    if kind == 0:
        return b"\xef\xbb\xbf" + text.encode("utf-8", "surrogatepass")
    if kind == 1:
        return text.encode("utf-16", "surrogatepass")
    if kind == 2:
        return text.encode("latin-1", "replace")
    if kind == 3:
        return text.replace("\n", random_.choice(("\r\n", "\r"))).encode("utf-8", "surrogatepass")
    data = text.encode("utf-8", "surrogatepass" if kind == 4 else "replace")
    if kind == 5 and data:
        at = random_.randrange(len(data))
        return data[:at] + bytes([random_.randrange(256)]) + data[at + 1 :]
    return data
