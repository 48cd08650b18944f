"""The rows of tables of tests, called without pytest: a mutant that one of them notices needs nothing slower."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from types import ModuleType
from typing import Any


def run_rows(families: tuple[str, ...]) -> None:
    """Raises where a row of these families, or with none of the conventions, does not hold."""
    if not families:
        run_all(import_module("conventions.test_tools"), lambda row: True)
        return
    layers = {name for family in families for name in import_module("archcalc.layers").CONTENTS[family].split()}
    for module in ("layers.test_cases", "layers.test_ops"):
        run_all(import_module(module), lambda row: row.get("layer") in layers)
    run_recorded(layers)


def run_recorded(layers: set[str]) -> None:
    from oracle.archcalc_answers import archcalc_answer
    from oracle.compare import difference
    from oracle.recorded import recorded

    for case, answer in recorded():
        if case.layer in layers:
            found = difference(case, archcalc_answer(case), answer)
            assert found is None, found


def run_all(module: ModuleType, wanted: Callable[[dict[str, Any]], bool]) -> None:
    """The tests of a module that take nothing but the values of their rows."""
    for test, marks in tests_of(module):
        tables = [mark.args for mark in marks if mark.name == "parametrize"]
        taken = {name for names, _ in tables for name in arguments(names)}
        if any(mark.name in ("torch", "slow") for mark in marks) or taken != set(inspect.signature(test).parameters):
            continue
        for rows in product(*(map(dict, row_values(*table)) for table in tables)):
            values = {name: value for row in rows for name, value in row.items()}
            if wanted(values):
                test(**values)


def tests_of(module: ModuleType) -> Iterator[tuple[Callable[..., None], list[Any]]]:
    """Each test with its marks and those of its class."""
    for name, value in vars(module).items():
        marks = getattr(value, "pytestmark", [])
        if name.startswith("test_"):
            yield value, marks
        elif name.startswith("Test"):
            for method in (word for word in vars(value) if word.startswith("test_")):
                test = getattr(value(), method)
                yield test, [*marks, *getattr(test, "pytestmark", [])]


def arguments(names: Any) -> list[str]:
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else [*names]


def row_values(names: Any, rows: Any) -> Iterator[list[tuple[str, Any]]]:
    """Each row of a table as pairs of an argument and its value."""
    taken = arguments(names)
    for row in rows:
        values = row.values if hasattr(row, "marks") else row if len(taken) > 1 else [row]
        yield [*zip(taken, values, strict=True)]
