"""No module of the package imports another that imports it: not at its head, not in a function, not for a type."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "archcalc"


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in PACKAGE.rglob("*.py")}


def imports(text: str, modules: set[str]) -> Iterator[str]:
    """The modules that a text imports anywhere; of ``from package import name`` the module that the name is, if any."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            named = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in modules else node.module for name in named)


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """The sets of modules that reach each other."""
    reached = {module: reach(graph, module) for module in graph}
    found = [{other for other in reached[module] if module in reached[other]} for module in graph]
    return [circle for circle, module in zip(found, graph, strict=True) if circle and module == min(circle)]


def reach(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [*graph[start]]
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += graph[module]
    return seen


def test_no_module_imports_in_a_circle() -> None:
    graph = {module: {*imports(path.read_text(encoding="utf-8"), {*MODULES})} for module, path in MODULES.items()}
    found = circles(graph)
    assert not found, "\n".join(", ".join(sorted(circle)) for circle in found)


def test_lazy_and_type_only_imports_are_seen() -> None:
    text = "import a.b\nif TYPE_CHECKING:\n    from a import c, x\ndef f():\n    from a.d import y, e\n"
    assert {*imports(text, {"a", "a.b", "a.c", "a.d"})} == {"a.b", "a.c", "a", "a.d"}


def test_every_circle_is_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"d"}, "e": {"a"}, "f": set()}
    assert circles(graph) == [{"a", "b", "c"}, {"d"}]
