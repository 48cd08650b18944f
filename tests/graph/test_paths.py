"""Patterns of layer paths, against a plain recursive reading of the same rule."""

from __future__ import annotations

import time
from itertools import product

import pytest

from archcalc.errors import SpecError
from archcalc.graph.paths import Paths, advice


def matches(pattern: str, path: str) -> bool:
    return Paths([path]).matched(pattern) == [0]


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
    ("a**b***", "acb", True),
    ("a**b", "acbc", False),
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
    tree = Paths("/".join(path) for path in paths)
    for pattern in patterns:
        expected = [place for place, path in enumerate(paths) if reading(pattern, path)]
        assert tree.matched("/".join(pattern)) == expected, pattern


@pytest.mark.parametrize("pattern", ["**/a/" * 200 + "b", "*a" * 500 + "b", "**/" * 500 + "b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    begun = time.perf_counter()
    assert not matches(pattern, "/".join(["a" * 50] * 100))
    assert time.perf_counter() - begun < 1


def test_advice() -> None:
    names = ["stem", "head/0/linear1", "head/1/linear1"]
    paths = Paths(names)
    assert advice("head", paths, names) == "'head' holds layers: write head/**"
    assert advice("stam", paths, names) == "did you mean 'stem'?"
    assert advice("x/**", paths, names) == "the steps at the top are stem, head"
    assert advice("haed/**", paths, names) == "did you mean 'head/**'?"
    assert advice("head/*/linaer*", paths, names) == "did you mean 'head/*/linear1'?"
    assert advice("**/lienar1", paths, names) == "did you mean '**/linear1'?"
    assert advice("head/7/*", paths, names) == "the steps at the top are stem, head"


def test_paths_that_are_equal_are_all_found() -> None:
    assert Paths(["a/b", "c", "a/b"]).matched("a/*") == [0, 2]


def test_a_pattern_without_stars_is_looked_up() -> None:
    paths = Paths(f"block{number}/conv" for number in range(5_000))
    for number in range(5_000):
        assert paths.matched(f"block{number}/**") == [number]


@pytest.mark.slow
def test_many_patterns_with_stars_are_refused_after_a_while() -> None:
    paths = Paths(f"b{number}" for number in range(100_000))
    for _ in range(9):
        paths.matched("a*")
    with pytest.raises(SpecError, match="more than 1,000,000 comparisons with names"):
        paths.matched("a*")


def test_a_long_name_counts_as_many() -> None:
    paths = Paths(["a" * 1_000_000])
    for _ in range(19):
        paths.matched("*b*")
    with pytest.raises(SpecError, match="more than 1,000,000 comparisons with names"):
        paths.matched("*b*")


def test_a_pattern_of_any_length_is_not_taken() -> None:
    with pytest.raises(SpecError, match="a pattern has at most 10,000 characters"):
        Paths(["a"]).matched("a" * 10_001)
