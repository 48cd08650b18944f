"""Signatures name the documents that they take and give: ``dict[str, Any]`` says nothing of its keys."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "archcalc"
ROOMS = ("report", "budget", "render", "api")
MOST = 62


def signatures(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The annotations of every function, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg]
            found = [node.returns, *(argument.annotation for argument in arguments if argument)]
            yield from ((node.lineno, ast.unparse(annotation)) for annotation in found if annotation)


def test_signatures_name_their_documents() -> None:
    vague = [
        f"{path.relative_to(PACKAGE)}:{line}: {annotation}"
        for room in ROOMS
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for line, annotation in signatures(ast.parse(path.read_text(encoding="utf-8")))
        if "dict[str, Any]" in annotation
    ]
    assert not vague, "\n".join(vague)


def test_vague_types_are_few() -> None:
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    assert sum(text.count("dict[str, Any]") for text in texts) <= MOST


def test_a_vague_signature_is_seen() -> None:
    text = "def f(a: int, *, b: list[dict[str, Any]]) -> None: ..."
    assert (1, "list[dict[str, Any]]") in signatures(ast.parse(text))
