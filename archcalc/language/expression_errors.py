"""What can be wrong with an expression, and where; what is refused wherever it is found."""

from __future__ import annotations

NESTING = 50  # operations inside one another

Columns = tuple[int, int]
"""A piece of an expression's text: from 0, the second exclusive."""

NO_COMPREHENSION = ("an expression has no loops", "write the list out, or use range, sum, min and max")
REFUSED = {  # Python's syntax that is none of ours, by the class of its tree: the error and the help
    "Attribute": ("an expression has no attributes", "the size of a tensor's axis is NAME[0]"),
    "Lambda": ("an expression defines no functions", None),
    "ListComp": NO_COMPREHENSION,
    "SetComp": NO_COMPREHENSION,
    "DictComp": NO_COMPREHENSION,
    "GeneratorExp": NO_COMPREHENSION,
    "NamedExpr": ("an expression sets no names", "variables are set under vars:"),
    "Tuple": ("several values without brackets", "write a list: [a, b]"),
    "Starred": ("a value is missing before '*'", None),
    "Dict": ("an expression holds no mappings", "write the mapping under vars: and use its name"),
    "Set": ("an expression holds no sets", "write a list: [a, b]"),
    "JoinedStr": ("text in quotes is no value here", "words are written without quotes: relu"),
    "TemplateStr": ("text in quotes is no value here", "words are written without quotes: relu"),
    "Slice": ("':' stands only in a slice", "write NAME[1:]"),
}


class ExpressionError(Exception):
    """What is wrong with an expression, and where: columns of its text, from 0, ``stop`` exclusive."""

    def __init__(self, message: str, start: int, stop: int, help: str | None = None) -> None:
        super().__init__(message)
        self.message, self.start, self.stop, self.help = message, start, stop, help


def too_deep(start: int, stop: int) -> ExpressionError:
    return ExpressionError(f"the expression nests deeper than {NESTING}", start, stop, "give a part a name under vars:")
