"""Hunt for differences: ``python -m tests.oracle --seed 7 --cases 1000 [--layer conv]`` prints them as specs."""

from __future__ import annotations

import argparse
from collections import Counter

from .archcalc_answers import archcalc_answer
from .compare import difference
from .generate import cases
from .pytorch import Inconsistent, pytorch_answer


def hunt(seed: int, number: int, layer: str | None = None) -> tuple[list[str], Counter[str], Counter[str]]:
    """The differences among so many cases, and how many there were and were refused of each layer type."""
    found: list[str] = []
    drawn: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for case in cases(seed, number, layer):
        ours = archcalc_answer(case)
        try:
            differs = difference(case, ours, pytorch_answer(case))
        except Inconsistent as error:
            differs = str(error)
        if differs is not None:
            found.append(differs)
        drawn[case.layer] += 1
        refused[case.layer] += isinstance(ours, str)
    return found, drawn, refused


def summary(seed: int, drawn: Counter[str], refused: Counter[str]) -> str:
    """The seed, and how many cases of each layer type there were."""
    head = f"seed {seed}: {drawn.total()} cases, {refused.total()} of them refused"
    return "\n".join([head, *(f"  {name:30}{drawn[name]:6}{refused[name]:6}" for name in sorted(drawn))])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--layer", help="cases of this layer type only")
    given = parser.parse_args()
    found, drawn, refused = hunt(given.seed, given.cases, given.layer)
    print(summary(given.seed, drawn, refused))
    for text in found:
        print(f"\n{text}")
    print(f"{len(found)} differences")
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
