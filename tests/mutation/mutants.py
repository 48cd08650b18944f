"""The mutants of a module."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import libcst as cst
from libcst import matchers
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_if_exp, operator_string

ROOT = Path(__file__).parents[2]


def without_statement(node: cst.SimpleStatementLine) -> Iterable[cst.CSTNode]:
    """A call or a yield that stands alone is left out."""
    if matchers.matches(node, matchers.SimpleStatementLine([matchers.Expr(~matchers.SimpleString())])):
        yield node.with_changes(body=[cst.Pass()])


def other_arguments(node: cst.Call) -> Iterable[cst.CSTNode]:
    """An argument is left out, or None where it is the only one; the ``strict`` of a zip stays: see LEFT_OUT."""
    for changed in operator_arg_removal(node):
        fewer = len(changed.args) < len(node.args)
        if fewer == (len(node.args) > 1) and all(argument in changed.args for argument in strict(node)):
            yield changed


def strict(node: cst.Call) -> list[cst.Arg]:
    return [argument for argument in node.args if matchers.matches(argument, STRICT)]


def other_string(node: cst.BaseString) -> Iterable[cst.CSTNode]:
    """The first of mutmut's changes; the others are lower case and upper case."""
    return islice(operator_string(node), 1)


def other_words(node: cst.FormattedString) -> Iterable[cst.CSTNode]:
    """A message says something else."""
    yield node.with_changes(parts=[cst.FormattedStringText("XX"), *node.parts])


STRICT = matchers.Arg(keyword=matchers.Name("strict"))
OPERATORS = [
    *(pair for pair in mutation_operators if pair[1] not in (operator_arg_removal, operator_string)),
    (cst.Call, other_arguments),
    (cst.BaseString, other_string),
    (cst.SimpleStatementLine, without_statement),
    ((cst.If, cst.CompIf), operator_if_exp),
    (cst.FormattedString, other_words),
]

# A zip's ``strict`` guards against a defect elsewhere: without one the lengths are equal.
LEFT_OUT = (
    STRICT
    | matchers.Annotation()
    | matchers.Import()
    | matchers.ImportFrom()
    | matchers.Assign([matchers.AssignTarget(matchers.Name("__slots__"))])
    | matchers.Call(matchers.Name("len") | matchers.Name("isinstance"))
    | matchers.If(matchers.Name("TYPE_CHECKING"))
    | matchers.Raise(matchers.Name("NotImplementedError"))
)


class Mutant(NamedTuple):
    """A change of one place of a file: ``node``, in a statement of the module, is another."""

    path: Path
    function: str
    module: cst.Module
    statement: int
    node: cst.CSTNode
    changed: cst.CSTNode

    def source(self) -> str:
        """The whole file with the change."""
        body = [*self.module.body]
        body[self.statement] = self.changed_statement()  # type: ignore[call-overload]
        return self.module.with_changes(body=body).code

    def changed_statement(self) -> cst.CSTNode:
        statement = self.module.body[self.statement].deep_replace(self.node, self.changed)
        assert isinstance(statement, cst.CSTNode)
        return statement

    def key(self) -> Key:
        statements = self.module.body[self.statement], self.changed_statement()
        before, after = (self.module.code_for_node(statement).splitlines() for statement in statements)
        while before and after and before[0] == after[0]:
            del before[0], after[0]
        while before and after and before[-1] == after[-1]:
            del before[-1], after[-1]
        return Key(self.file(), self.function, joined(before), joined(after))

    def file(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


class Key(NamedTuple):
    """What a mutant is known by."""

    file: str
    function: str
    before: str
    after: str


def joined(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


class Visitor(cst.CSTVisitor):
    """Collects what every operator makes of every node of a statement of the module."""

    def __init__(self, path: Path, module: cst.Module, statement: int) -> None:
        super().__init__()
        self.path, self.module, self.statement = path, module, statement
        self.names: list[str] = []
        self.mutants: list[Mutant] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if matchers.matches(node, LEFT_OUT):
            return False
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self.names.append(node.name.value)
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                for changed in operator(node):
                    place = (self.path, ".".join(self.names), self.module, self.statement)
                    self.mutants.append(Mutant(*place, node, changed))
        return True

    def on_leave(self, node: cst.CSTNode) -> None:
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self.names.pop()


def mutants_of(name: str) -> list[Mutant]:
    """The mutants of a module, named as in modules.py."""
    path, module = read(name)
    found = []
    for number, statement in enumerate(module.body):
        visitor = Visitor(path, module, number)
        statement.visit(visitor)
        found += visitor.mutants
    return found


def unchanged(name: str) -> Mutant:
    """The module itself, which its tests must pass."""
    path, module = read(name)
    return Mutant(path, "", module, 0, module.body[0], module.body[0])


def read(name: str) -> tuple[Path, cst.Module]:
    path = ROOT / "archcalc" / f"{name}.py"
    return path, cst.parse_module(path.read_text(encoding="utf-8"))
