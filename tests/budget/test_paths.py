"""Patterns of layer paths, against a plain recursive reading of the same rule."""

from __future__ import annotations

import time
from itertools import product

import pytest

from archcalc.budget.paths import advice, matches

CASES = [
    ("stem", "stem", True),
    ("stem", "stem/norm", False),
    ("stem/*", "stem/norm", True),
    ("stem/*", "stem", False),
    ("stem/*", "stem/a/b", False),
    ("head/**", "head/a/b", True),
    ("head/**", "head", True),
    ("head/**", "header", False),
    ("**", "a/b/c", True),
    ("**/norm", "norm", True),
    ("**/norm", "a/b/norm", True),
    ("**/norm", "a/normal", False),
    ("stage/*/conv*", "stage/0/conv12", True),
    ("stage/*/conv*", "stage/0/max_pool1", False),
    ("a/**/b/**/c", "a/x/b/y/z/c", True),
    ("a/**/b/**/c", "a/b/c", True),
    ("a/**/b/**/c", "a/x/c", False),
    ("*v*1", "conv1", True),
    ("aa*aa", "aaa", False),
]


@pytest.mark.parametrize("pattern, path, expected", CASES)
def test_match(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


def reading(pattern: list[str], path: list[str]) -> bool:
    """The rule as it is said, exponential and plain."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(reading(pattern[1:], path[count:]) for count in range(len(path) + 1))
    return bool(path) and within(pattern[0], path[0]) and reading(pattern[1:], path[1:])


def within(level: str, name: str) -> bool:
    if not level:
        return not name
    if level[0] == "*":
        return any(within(level[1:], name[count:]) for count in range(len(name) + 1))
    return bool(name) and level[0] == name[0] and within(level[1:], name[1:])


def test_every_small_pattern_as_it_is_said() -> None:
    levels = ["a", "*", "**", "a*", "*b"]
    names = ["a", "b", "ab"]
    patterns = [list(one) for size in (1, 2, 3) for one in product(levels, repeat=size)]
    paths = [list(one) for size in (1, 2, 3) for one in product(names, repeat=size)]
    for pattern, path in product(patterns, paths):
        assert matches("/".join(pattern), "/".join(path)) is reading(pattern, path), (pattern, path)


@pytest.mark.parametrize("pattern", ["**/a/" * 200 + "b", "*a" * 500 + "b", "**/" * 500 + "b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    begun = time.perf_counter()
    assert not matches(pattern, "/".join(["a" * 50] * 100))
    assert time.perf_counter() - begun < 1


def test_advice() -> None:
    rows = [{"path": "stem"}, {"path": "head/0/linear1"}, {"path": "head/1/linear1"}]
    assert advice("head", rows) == "'head' holds layers: write head/**"
    assert advice("stam", rows) == "did you mean 'stem'?"
    assert advice("x/**", rows) == "the steps at the top are stem, head"
