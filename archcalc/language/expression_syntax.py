"""What is wrong with an expression that Python cannot parse, in words that are the same on every Python."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import NoReturn

from archcalc.language.expression_errors import (
    NESTING,
    NO_COMPREHENSION,
    REFUSED,
    Columns,
    ExpressionError,
    too_deep,
)

TOKENS = r"""(?P<space>[ \t\r\n]+)
|(?P<number>0[xXoObB]\w*|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?)
|(?P<name>[^\W\d²³][^\W²³]*)
|(?P<symbol>\*\*|//|[=!<>:]=|=[<>]|<>|<<|>>|&&|\|\||[-+*/%<>=()\[\]{},:.@&|^~!?])
|(?P<other>.)"""
FOREIGN = {  # how other languages, and papers, write it
    "=": "write == to compare",
    "=>": "write >=",
    "=<": "write <=",
    "<>": "write !=",
    "&&": "write and",
    "||": "write or",
    "!": "write not",
    "?": "write a if condition else b",
    **dict.fromkeys("“”„‘’", "words are written without quotes"),
    "×": "write *",
    "·": "write *",
    "÷": "write /",
    "−": "write -",
    "–": "write -",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "²": "write **2",
    "³": "write **3",
    "√": "write sqrt(...)",
    "#": "write the comment outside of the value",
    "\\": "write the expression on without it",
    "'": "words are written without quotes: relu",
    '"': "words are written without quotes: relu",
}
RENAME = "give what it names another name"
BINARY_WORDS = ("and", "or", "in", "is", "if", "else")
CLOSING = {"(": ")", "[": "]", "{": "}"}


def check_tokens(text: str) -> None:
    """Raise for the first token that cannot stand where it stands, in words that are the same on every Python."""
    tokens = Tokens()
    for match in re.finditer(TOKENS, text, re.VERBOSE | re.DOTALL):
        tokens.take(match.lastgroup or "", match.group(), match.span())
    tokens.end()


class Tokens:
    """Reads an expression as a row of values and operators, in brackets."""

    def __init__(self) -> None:
        self.open: list[tuple[str, Columns, str]] = []  # the brackets not yet closed: which, where, what they are for
        self.conditionals: list[list[Columns]] = [[]]  # in each of them, every `if` that waits for its `else`
        self.value_expected = True
        self.kind, self.token, self.place = "", "", (0, 0)  # of the token before

    def take(self, kind: str, token: str, place: Columns) -> None:
        if kind == "space":
            return
        if token == "=" and self.kind == "name" and self.open and self.open[-1][2] == "call":
            self.value_expected = True  # an argument by name
        elif kind == "other" or token in FOREIGN or (kind == "name" and not token.isidentifier()):
            shown = f"'{token}'" if token.isprintable() else f"the character U+{ord(token):04X}"
            raise ExpressionError(f"{shown} has no meaning here", *place, FOREIGN.get(token))
        elif token in CLOSING.values():
            self.close(token, place)
        elif self.value_expected:
            self.begin(kind, token, place)
        else:
            self.go_on(kind, token, place)
        self.kind, self.token, self.place = kind, token, place

    def begin(self, kind: str, token: str, place: Columns) -> None:
        """A token where a value is expected."""
        if kind == "number":
            check_number(token, place)
            self.value_expected = False
        elif token in CLOSING:
            self.push(token, place, "list" if token == "[" else "group")
        elif kind == "name" and token not in BINARY_WORDS:
            if iskeyword(token) and token not in ("not", "True", "False", "None"):
                raise ExpressionError(f"'{token}' is a keyword of Python, it stands for nothing here", *place, RENAME)
            self.value_expected = token == "not"
        elif token not in ("+", "-", "~") and not (token == ":" and self.open and self.open[-1][2] == "index"):
            self.miss_value(f"before '{token}'", place)

    def go_on(self, kind: str, token: str, place: Columns) -> None:
        """A token after a value."""
        inside = self.open[-1][2] if self.open else ""
        if self.token == "not" and token != "in":
            raise ExpressionError("'not' stands between two values", *self.place, "write not in, or !=")
        if token == "for":
            raise ExpressionError(NO_COMPREHENSION[0], *place, NO_COMPREHENSION[1])
        if token == "not":
            return
        if kind == "number" or token in ("{", "~") or (kind == "name" and token not in BINARY_WORDS):
            help = f"write {self.token}*{token}" if self.kind == "number" and kind == "name" else None
            at = self.place[0], place[1]
            raise ExpressionError(f"an operator is missing between '{self.token}' and '{token}'", *at, help)
        if token in ("(", "["):
            self.push(token, place, "call" if token == "(" else "index")
        elif token == ".":
            raise ExpressionError(REFUSED["Attribute"][0], *place, REFUSED["Attribute"][1])
        elif token == ":=":
            raise ExpressionError(REFUSED["NamedExpr"][0], *place, REFUSED["NamedExpr"][1])
        elif token == ":" and inside != "index":
            raise ExpressionError("':' stands only in a slice", *place, "a slice is NAME[1:]")
        elif token == "else" and not self.conditionals[-1]:
            raise ExpressionError("this 'else' has no 'if'", *place, "write a if condition else b")
        elif token in (",", ":"):
            self.check_conditionals()
        elif token == "if":
            self.conditionals[-1].append(place)
        elif token == "else":
            self.conditionals[-1].pop()
        self.value_expected = True

    def push(self, bracket: str, place: Columns, role: str) -> None:
        self.open.append((bracket, place, role))
        self.conditionals.append([])
        self.value_expected = True
        if len(self.open) > NESTING:
            raise too_deep(*place)

    def close(self, token: str, place: Columns) -> None:
        if not self.open:
            raise ExpressionError(f"'{token}' closes nothing", *place)
        bracket, opened, role = self.open.pop()
        if CLOSING[bracket] != token:
            raise ExpressionError(f"'{token}' cannot close '{bracket}'", *place, f"write '{CLOSING[bracket]}'")
        empty = self.token == bracket and self.place == opened
        if self.value_expected and not (self.token in (",", ":") or (empty and role in ("list", "call"))):
            self.miss_value(f"before '{token}'", place)
        self.check_conditionals()
        self.conditionals.pop()
        self.value_expected = False

    def end(self) -> None:
        """Raise unless the text may end here."""
        if self.open:
            bracket, place, _ = self.open[-1]
            raise ExpressionError(f"'{bracket}' is never closed", *place, f"write '{CLOSING[bracket]}'")
        if self.value_expected and self.token != ",":
            raise ExpressionError(f"a value is missing after '{self.token}'", *self.place)
        if self.token == "not":
            raise ExpressionError("a value is missing after 'not'", *self.place)
        self.check_conditionals()

    def miss_value(self, where: str, place: Columns) -> NoReturn:
        between = f"between '{self.token}' and {where.removeprefix('before ')}" if self.token else where
        raise ExpressionError(f"a value is missing {between}", *place)

    def check_conditionals(self) -> None:
        if self.conditionals[-1]:
            raise ExpressionError("this 'if' has no 'else'", *self.conditionals[-1][-1], "write a if condition else b")


def check_number(token: str, place: Columns) -> None:
    if token.isdecimal() and token[0] == "0" and token.strip("0"):
        raise ExpressionError(f"{token} begins with 0", *place, f"write {token.lstrip('0')}")
    try:
        float(int(token, 0)) if token[:2].lower() in ("0x", "0o", "0b") else float(token)
    except OverflowError:
        return  # too large is not for this check to say
    except ValueError:
        raise ExpressionError(f"{token} is not a number", *place) from None
