"""Expressions, ordinary and monstrous."""

from __future__ import annotations

import random

NAMES = (
    "w", "n", "i", "C", "H", "prev", "prev[0]", "prev[-1]", "prev[1:]", "input[0]", "table", "relu", "none", "x",
    "true",
)  # fmt: skip
NUMBERS = ("0", "1", "2", "3", "-1", "0.5", "1e308", "1e-320", "10**18", "2**63", "0x10", "1_000", "007", "1.", ".5")
OPERATORS = (
    "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", ">=", "and", "or", "in", "not in", "<<", "|", "@", "is",
)  # fmt: skip
FUNCTIONS = (
    "min", "max", "abs", "ceil", "floor", "round", "sqrt", "len", "sum", "range", "divisible", "print", "open",
)  # fmt: skip
MONSTERS = (
    "9**9**9", "2**10000", "[0]*10**9", "range(10**9)", "sum(range(10**7))", "-1**0.5", "(-8)**(1/3)", "0**-1",
    "1e308*10", "round(1e300)", "round(0.5, 10**9)", "floor(1e308*1e308)", "sqrt(-1)", "sqrt(10**700)",
    "10**999*10**999", "1/3", "max([])", "sum([[1], [2]])", "len(prev)*10**30", "prev[10**20]", "[1, 2, 3][::0]",
    "[1][1:-1:2]", "divisible(5, 0)", "divisible(10**900, by=8)", "__import__('os').system('true')", "().__class__",
    "[x for x in prev]", "lambda: 1", "prev.__class__", "f'{w}'", "w := 3", "*prev", "**n", "a if b", "min()", "'",
    "\\", "(" * 150 + "w" + ")" * 150, "-" * 900 + "1", "1" * 999, "1" * 1001, "w+" * 300 + "w", "not " * 300 + "w",
    "[" * 120 + "]" * 120, "w if n else " * 120 + "w", "[range(9)]*9", "min(range(10**6))", "[[0]*1000]*1000",
    "[1, 2] < [1, 3]", "prev == prev", "1 in 10", "10**400/3", "10**400*0.1", "2**0.5**-2", "1 < 2 < 3 < w", "-0.0",
    "0x" + "f" * 900, "ceil(10**-400)", "range(0, 10, 0)", "range(3, -10**9, -1)",
)  # fmt: skip


def expression(random_: random.Random, depth: int = 3) -> str:
    """One expression: often one that could be meant, sometimes a monster, also inside another."""
    kind = random_.randrange(12)
    if kind == 0 and random_.random() < 0.5:
        return random_.choice(MONSTERS)
    if depth == 0 or kind < 3:
        return random_.choice(NAMES if random_.random() < 0.5 else NUMBERS)

    def part() -> str:
        return expression(random_, depth - 1)

    if kind < 7:
        return f"{part()} {random_.choice(OPERATORS)} {part()}"
    if kind == 7:
        return f"({part()})"
    if kind == 8:
        return f"{random_.choice(FUNCTIONS)}({', '.join(part() for _ in range(random_.randrange(4)))})"
    if kind == 9:
        return f"[{', '.join(part() for _ in range(random_.randrange(4)))}]"
    if kind == 10:
        return f"{part()}[{random_.choice(('{}', ':{}', '{}:', '-{}', '::{}')).format(part())}]"
    return f"{part()} if {part()} else {part()}"
