"""The arithmetic of ``out: 4*width``: a text becomes a :class:`Formula` once, which a scope of names then evaluates."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from keyword import iskeyword
from threading import Lock
from typing import TYPE_CHECKING, Any, NoReturn

from archcalc import dims
from archcalc.errors import RuleError, Undecided, did_you_mean
from archcalc.language import functions
from archcalc.language.expression_errors import NESTING, REFUSED, Columns, ExpressionError, too_deep
from archcalc.language.functions import Fault, Mapping, Word, whole
from archcalc.layers.arguments import CHANNELS
from archcalc.meter import charge

__all__ = ["ExpressionError", "Formula", "LookupFailed", "Mapping", "Word", "parse", "whole"]

LENGTH = 1000  # characters of a text
CACHED = 4096  # texts
CHARACTER = 6
"""Units of work for each character of a text, for what is kept of it takes 400 bytes."""
SPACES = str.maketrans("\t\r\n", "   ")
PARSING = Lock()  # Python's list of warning filters is every thread's


class LookupFailed(Exception):
    """A scope has no value for a name."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.message, self.help = message, help


if TYPE_CHECKING:
    from typing import Protocol

    class Namespace(Protocol):
        """Where names get their values; both methods raise :class:`LookupFailed`."""

        def value(self, name: str) -> Any:
            """A number, a list, a word (also ``true``, ``false`` and ``none``), a mapping or a dim."""

        def indexed(self, name: str) -> Any:
            """What ``NAME[...]`` takes its entries from: a list, or the shape of a tensor as one."""

    Evaluator = Callable[[Namespace], Any]


class Formula:
    """An expression that was read: its text and the names that it mentions, in order, each once.

    Names of functions are not among them. ``operations``: how many parts it has that are evaluated.
    """

    __slots__ = ("text", "names", "operations", "_evaluator")

    def __init__(self, text: str, evaluator: Evaluator, names: Iterable[str] = (), operations: int = 1) -> None:
        self.text, self.names, self.operations, self._evaluator = text, tuple(names), operations, evaluator

    def evaluate(self, scope: Namespace) -> Any:
        """The value in a scope. Raises ExpressionError at the part at fault, from the dims' own error if any."""
        return self._evaluator(scope)


_formulas: dict[str, Formula] = {}


def parse(text: str) -> Formula:
    """The formula that a text states. Raises ExpressionError; equal texts give the same formula."""
    formula = _formulas.get(text)
    if formula is None:
        if len(_formulas) >= CACHED:
            _formulas.clear()
        formula = _formulas[text] = _read(text)
    return formula


def _read(text: str) -> Formula:
    if len(text) > LENGTH:
        raise ExpressionError(f"the expression has {len(text):,} characters, {LENGTH:,} are allowed", 0, len(text))
    if text.isidentifier() and not iskeyword(text):
        return Formula(text, _name(text, (0, len(text))), (text,))
    if text.isascii() and text.isdecimal() and (text[0] != "0" or text == "0"):
        return Formula(text, _constant(int(text)))
    charge(CHARACTER * len(text))
    tree, reader = _tree(text), _Reader(text)
    evaluator = reader.evaluator(tree, 1)
    return Formula(text, evaluator, reader.names, reader.operations)


def _tree(text: str) -> ast.expr:
    line = text.translate(SPACES).strip(" ")
    if not line:
        raise ExpressionError("the expression is empty", 0, len(text), "write a number, a word or arithmetic")
    if "#" in line or "\\" in line or not line.isprintable() or line.count("(") + line.count("[") > NESTING:
        _tell_syntax(text)  # Python would read past a comment, and gives up on brackets at a depth of its own
    try:
        with PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `1if x else 2` reads well enough
            return ast.parse(line, mode="eval").body
    except (SyntaxError, ValueError):
        _tell_syntax(text)
        raise ExpressionError("this cannot be read as an expression", 0, len(text)) from None
    except (RecursionError, MemoryError):
        raise too_deep(0, len(text)) from None


def _tell_syntax(text: str) -> None:
    from archcalc.language.expression_syntax import check_tokens  # only a wrong text needs it

    check_tokens(text)


def _name(name: str, place: Columns, indexed: bool = False) -> Evaluator:
    def evaluate(scope: Namespace) -> Any:
        try:
            return scope.indexed(name) if indexed else scope.value(name)
        except LookupFailed as failed:
            raise ExpressionError(failed.message, *place, failed.help) from None

    return evaluate


def _constant(value: Any) -> Evaluator:
    return lambda scope: value


def _apply(operation: Callable[..., Any], operands: Sequence[Any], place: Columns, places: Sequence[Columns]) -> Any:
    """The result of an operation; what it raises gets the place of the operand at fault, else of the whole."""
    try:
        return operation(*operands)
    except Fault as fault:
        at = place if fault.operand is None else places[fault.operand]
        raise ExpressionError(str(fault), *at, fault.help) from None
    except (RuleError, Undecided) as error:
        raise ExpressionError(str(error), *place, getattr(error, "help", None)) from error
    except (TypeError, ArithmeticError) as error:  # of dims; those of plain numbers are Faults by now
        raise ExpressionError("this cannot be computed on sizes", *place, "sizes are whole numbers") from error


def _truth(value: Any, place: Columns) -> bool:
    return bool(_apply(functions.truth, [value], place, [place]))


def _operation(
    operation: Callable[..., Any], operands: list[Evaluator], place: Columns, places: Sequence[Columns]
) -> Evaluator:
    return lambda scope: _apply(operation, [operand(scope) for operand in operands], place, places)


SIGNATURE = {"divisible": "divisible(v, by=8)", "round": "round(x, digits)", "range": "range(start, stop, step)"}
BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: functions.add,
    ast.Sub: partial(functions.arithmetic, "-"),
    ast.Mult: functions.multiply,
    ast.Div: partial(functions.arithmetic, "/"),
    ast.FloorDiv: partial(functions.arithmetic, "//"),
    ast.Mod: partial(functions.arithmetic, "%"),
    ast.Pow: partial(functions.arithmetic, "**"),
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: partial(functions.signed, "-"),
    ast.UAdd: partial(functions.signed, "+"),
    ast.Not: lambda value: not functions.truth(value),
}
COMPARISON: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: functions.equal,
    ast.NotEq: functions.unequal,
    ast.Lt: partial(functions.ordered, "<"),
    ast.LtE: partial(functions.ordered, "<="),
    ast.Gt: partial(functions.ordered, ">"),
    ast.GtE: partial(functions.ordered, ">="),
    ast.In: functions.contained,
    ast.NotIn: lambda a, b: not functions.contained(a, b),
}
OF_QUOTIENT = {"floor": functions.floor_of_quotient, "ceil": functions.ceil_of_quotient}
NO_OPERATOR = {  # Python's operators that expressions do not have
    "BitXor": ("'^' is not an operator here", "write ** for a power"),
    "BitAnd": ("'&' is not an operator here", "write and"),
    "BitOr": ("'|' is not an operator here", "write or"),
    "LShift": ("'<<' is not an operator here", "write * 2**n"),
    "RShift": ("'>>' is not an operator here", "write // 2**n"),
    "MatMult": ("'@' is not an operator here", "write *"),
    "Invert": ("'~' is not an operator here", "write not"),
    "Is": ("'is' is not an operator here", "write =="),
    "IsNot": ("'is not' is not an operator here", "write !="),
}
INSTEAD = {"int": "write //, floor or ceil", "pow": "write a**b", "list": "write [a, b]", "bool": "compare with != 0"}


class _Reader:
    """Turns a syntax tree into evaluators and collects the names on its way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._indent = len(text) - len(text.translate(SPACES).lstrip(" "))
        self._bytes = None if text.isascii() else text.encode()
        self.names: dict[str, None] = {}
        self.operations = 0

    def place(self, tree: ast.AST) -> Columns:
        """The columns of a tree: Python counts bytes, from the first that is not a space."""
        start, stop = tree.col_offset + self._indent, tree.end_col_offset + self._indent  # type: ignore[attr-defined]
        if self._bytes is None:
            return start, stop
        return len(self._bytes[:start].decode()), len(self._bytes[:stop].decode())

    def written(self, tree: ast.AST) -> str:
        start, stop = self.place(tree)
        return self.text[start:stop]

    def refuse(self, tree: ast.AST, message: str, help: str | None = None) -> NoReturn:
        raise ExpressionError(message, *self.place(tree), help)

    def evaluator(self, tree: ast.AST, depth: int) -> Evaluator:
        """The evaluator of a tree that stands ``depth`` operations deep."""
        if depth > NESTING:
            raise too_deep(*self.place(tree))
        self.operations += 1
        match tree:
            case ast.Name():
                return self.name(tree)
            case ast.Constant():
                return self.constant(tree)
            case ast.BinOp():
                return self.binary(tree, depth)
            case ast.UnaryOp():
                operation = self.operator(UNARY, tree.op, tree)
                operand = self.evaluator(tree.operand, depth + 1)
                return _operation(operation, [operand], self.place(tree), [self.place(tree.operand)])
            case ast.Compare():
                return self.comparison(tree, depth)
            case ast.BoolOp():
                return self.boolean(tree, depth)
            case ast.IfExp():
                return self.conditional(tree, depth)
            case ast.Subscript():
                return self.subscript(tree, depth)
            case ast.Call():
                return self.call(tree, depth)
            case ast.List():
                return self.operation(functions.literal, tree.elts, tree, depth)
            case ast.Tuple(elts=[]):
                self.refuse(tree, "a value is missing between '(' and ')'")
        message, help = REFUSED.get(type(tree).__name__, ("this cannot stand in an expression", None))
        self.refuse(tree, message, help)

    def operation(
        self, operation: Callable[..., Any], operands: Sequence[ast.AST], tree: ast.AST, depth: int
    ) -> Evaluator:
        evaluators = [self.evaluator(operand, depth + 1) for operand in operands]
        return _operation(operation, evaluators, self.place(tree), [self.place(operand) for operand in operands])

    def name(self, tree: ast.Name, indexed: bool = False) -> Evaluator:
        name = self.written(tree)  # Python normalizes the letters of an identifier, YAML does not
        self.names[name] = None
        return _name(name, self.place(tree), indexed)

    def constant(self, tree: ast.Constant) -> Evaluator:
        value = tree.value
        if value is None or isinstance(value, bool):
            self.refuse(tree, f"{value} is not a word here", f"write {functions.show(value)}")
        if isinstance(value, (str, bytes)):
            self.refuse(tree, *REFUSED["JoinedStr"])
        if type(value) is int and value >= functions.TOO_LARGE:
            self.refuse(tree, f"the number has more than {functions.DIGITS:,} digits")
        if value == float("inf"):
            self.refuse(tree, f"{self.written(tree)} is too large for a number with a point")
        if type(value) not in (int, float):
            self.refuse(tree, f"{self.written(tree)} is not a number here")
        return _constant(value)

    def operator(self, table: dict[Any, Callable[..., Any]], operator: ast.AST, tree: ast.AST) -> Callable[..., Any]:
        if type(operator) not in table:
            self.refuse(tree, *NO_OPERATOR[type(operator).__name__])
        return table[type(operator)]

    def binary(self, tree: ast.BinOp, depth: int) -> Evaluator:
        """A chain ``a + b - c`` is one operation deep, however long it is."""
        chain: list[ast.BinOp] = []
        left: ast.expr = tree
        while isinstance(left, ast.BinOp):
            chain.append(left)
            left = left.left
        first = self.evaluator(left, depth + 1)
        steps = []
        for link in reversed(chain):
            operation, right = self.operator(BINARY, link.op, link), self.evaluator(link.right, depth + 1)
            steps.append((operation, right, self.place(link), (self.place(link.left), self.place(link.right))))
        self.operations += len(steps)
        if len(steps) == 1:
            operation, right, place, places = steps[0]
            return _operation(operation, [first, right], place, places)

        def evaluate(scope: Namespace) -> Any:
            value = first(scope)
            for operation, right, place, places in steps:
                value = _apply(operation, (value, right(scope)), place, places)
            return value

        return evaluate

    def comparison(self, tree: ast.Compare, depth: int) -> Evaluator:
        terms = [tree.left, *tree.comparators]
        operations = [self.operator(COMPARISON, operator, tree) for operator in tree.ops]
        evaluators = [self.evaluator(term, depth + 1) for term in terms]
        places = [self.place(term) for term in terms]
        pairs = [
            (operation, right, (places[at][0], places[at + 1][1]), places[at : at + 2])
            for at, (operation, right) in enumerate(zip(operations, evaluators[1:], strict=True))
        ]

        def evaluate(scope: Namespace) -> Any:
            left, holds = evaluators[0](scope), True
            for operation, term, place, both in pairs:
                if not _truth(holds, place):
                    return holds
                right = term(scope)
                holds = _apply(operation, (left, right), place, both)
                left = right
            return holds

        return evaluate

    def boolean(self, tree: ast.BoolOp, depth: int) -> Evaluator:
        """``and``, ``or``: as in Python the value that decided, but each value that is read must be a condition."""
        terms = [(self.evaluator(term, depth + 1), self.place(term)) for term in tree.values]
        decisive = isinstance(tree.op, ast.Or)

        def evaluate(scope: Namespace) -> Any:
            value = None
            for term, place in terms:
                value = term(scope)
                if _truth(value, place) is decisive:
                    break
            return value

        return evaluate

    def conditional(self, tree: ast.IfExp, depth: int) -> Evaluator:
        yes, condition, no = (self.evaluator(part, depth + 1) for part in (tree.body, tree.test, tree.orelse))
        place, whole_place = self.place(tree.test), self.place(tree)

        def evaluate(scope: Namespace) -> Any:
            holds = condition(scope)
            if functions.is_kind(holds) and dims.decided(holds) is None:  # it holds for some sizes only:
                values = [yes(scope), no(scope)]  # then the choice is arithmetic too
                if all(map(functions.is_number, values)):
                    return _apply(dims.where, [holds, *values], whole_place, [])
            return (yes if _truth(holds, place) else no)(scope)

        return evaluate

    def subscript(self, tree: ast.Subscript, depth: int) -> Evaluator:
        if isinstance(tree.value, ast.Name):
            values = self.name(tree.value, indexed=True)
        else:
            values = self.evaluator(tree.value, depth + 1)
        name = self.written(tree.value)
        if len(name) > 40:
            name = "the list"
        if isinstance(tree.slice, ast.Slice):
            bounds = [tree.slice.lower, tree.slice.upper, tree.slice.step]
            written = [slot for slot, bound in enumerate(bounds) if bound]
            evaluators = [values, *(self.evaluator(bound, depth + 1) for bound in bounds if bound)]
            places = [self.place(operand) for operand in (tree.value, *bounds) if operand]
            return _operation(partial(functions.part, name, written), evaluators, self.place(tree), places)
        if isinstance(tree.slice, ast.Tuple):
            self.refuse(tree.slice, "an index is one number", "write NAME[1][2] for a list in a list")
        places = [self.place(tree.value), self.place(tree.slice)]
        index = self.evaluator(tree.slice, depth + 1)
        named = isinstance(tree.slice, ast.Name) and tree.slice.id == CHANNELS
        operation = functions.entry_of_channels if named else functions.entry
        return _operation(partial(operation, name), [values, index], self.place(tree), places)

    def call(self, tree: ast.Call, depth: int) -> Evaluator:
        name, arguments = self.function(tree.func), list[ast.AST](tree.args)
        operation, least, most = functions.FUNCTIONS[name]
        for named in tree.keywords:
            if (name, named.arg) != ("divisible", "by") or not arguments:
                self.refuse(named, f"{name} takes no argument by name here", SIGNATURE.get(name))
            arguments.append(named.value)
        if len(arguments) < least or (most is not None and len(arguments) > most):
            takes = f"at least {least}" if most is None else f"{least}" if least == most else f"{least} to {most}"
            noun = "argument" if takes.endswith("1") else "arguments"
            self.refuse(tree, f"{name} takes {takes} {noun}, {len(arguments)} given", SIGNATURE.get(name))
        argument = arguments[0]
        if name in OF_QUOTIENT and isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Div):
            return self.operation(OF_QUOTIENT[name], [argument.left, argument.right], argument, depth + 1)
        return self.operation(operation, arguments, tree, depth)

    def function(self, tree: ast.expr) -> str:
        """The name of the function that is called."""
        names = functions.FUNCTIONS
        if isinstance(tree, ast.Attribute) and tree.attr in names:
            self.refuse(tree, REFUSED["Attribute"][0] or "", f"write {tree.attr}(...)")
        if not isinstance(tree, ast.Name):
            self.refuse(tree, "this is not a function", "write * between two values that are multiplied")
        if tree.id not in names:
            help = INSTEAD.get(tree.id) or did_you_mean(tree.id, names) or f"the functions are {', '.join(names)}"
            self.refuse(tree, f"{self.written(tree)} is not a function here", help)
        return tree.id
