"""Random rules of layers as Python text, and points to try them at."""

from __future__ import annotations

import random

from archcalc.dims import ceil_div, exact_div, gcd, maximum, minimum, scaled, where


def points(names, count):
    sizes = random.Random(7)
    return [{name: sizes.choice([1, 2, 3, 7, sizes.randint(1, 300)]) for name in names} for _ in range(count)]


def random_rule(source, depth):
    """A random rule of H, s and k as Python text, which ints and expressions both run."""
    if depth == 0:
        return source.choice(["H", "s", "k", "1", "2", "3"])
    a, b, n = random_rule(source, depth - 1), random_rule(source, depth - 1), source.randint(2, 6)
    forms = [
        f"({a} + {b})",
        f"({a} - {b})",
        f"({a} * {b})",
        f"(({a} + {b}) // {n})",
        f"(({a} - {b}) // s)",
        f"(({a} + {n} * {b} - k) // (s * {n}))",
        f"ceil_div({a} - {b}, {n})",
        f"(({a} - {b}) % {n})",
        f"(({n} * {a}) % k)",
        f"maximum({a}, {b})",
        f"minimum({a} - {n}, {b})",
        f"gcd({n} * {a}, {b})",
        f"({a} - {b}) ** 2",
        f"exact_div({n} * {a} * {b}, {n}, 'product', 'factor')",
        f"where({a} > {b}, {a}, {n})",
        f"scaled({a}, {n / 4})",
    ]
    return source.choice(forms)


WORDS = {
    "ceil_div": ceil_div,
    "exact_div": exact_div,
    "maximum": maximum,
    "minimum": minimum,
    "gcd": gcd,
    "where": where,
    "scaled": scaled,
}
