"""Budgets drawn at random and edited at random: what the base's would fail and today's pass is always told."""

from __future__ import annotations

from random import Random

import pytest
from repository import Repository

from archcalc.api import check
from archcalc.errors import SpecError

SPEC = """\
name: {name}
input: [3, 8, 8]
vars: {{w: {width}}}
variants: {{wide: {{w: 8}}, narrow: {{w: 2}}}}
{own}layers:
  - conv: {{out: w, kernel: 3}}
    name: stem
  - batch_norm
  - residual: [{{conv: {{out: w, kernel: 3, padding: same}}}}]
    name: body
  - global_avg_pool
  - linear: 10
    name: head
"""
GLOBS = ["'nets/*.yaml'", "nets/a.yaml", "nets/b.yaml", "[nets/a.yaml, nets/b.yaml]", "'**/*.yaml'", "'nets/a*'"]
PATTERNS = ["stem", "'body/**'", "'**/conv*'", "'**'", "head"]
LIMITS = ["100", "200", "300", "1k", "2k", "5k", "20k"]
SETTINGS = {
    "batch": ["4"],
    "set": ["{w: 5}"],
    "count": ["torch", "fvcore"],
    "input": ["[3, 16, 16]"],
    "variants": ["wide", "[wide, narrow]"],
    "level": ["warn", "'off'"],
    "dtype": ["half"],
}


def entry(random: Random) -> str:
    """What an entry, or a ``budget:``, says beside its specs."""
    amount, metric = random.choice(LIMITS), random.choice(["params", "macs", "ops", "activations"])
    limits = [
        f"max: {{{metric}: {amount}}}",
        f"min: {{{metric}: {amount}}}",
        f"layers: {{{random.choice(PATTERNS)}: {{{metric}: {amount}}}}}",
        f"max: {{weights: '{amount}B @{random.choice(['int8', 'int4', 'float32'])}'}}",
    ]
    said = [f"{key}: {random.choice(values)}" for key, values in SETTINGS.items() if random.random() < 0.15]
    return ", ".join([random.choice(limits), *said])


def entries(random: Random) -> list[str]:
    return [f"specs: {random.choice(GLOBS)}, {entry(random)}" for _ in range(random.randint(1, 4))]


def edited(random: Random, before: list[str]) -> list[str]:
    after = list(before)
    for new in entries(random)[:3]:
        place = random.randrange(len(after))
        after[place : place + random.randint(0, 1)] = [new] if random.random() < 0.7 or len(after) == 1 else []
    return after


def put(repository: Repository, width: int, budgets: list[str], own: list[str]) -> None:
    repository.put("archcalc.yaml", "budgets:\n" + "".join(f"  - {{{one}}}\n" for one in budgets))
    for name, budget in zip("ab", own, strict=True):
        text = f"budget: {{{budget}}}\n" if budget else ""
        repository.put(f"nets/{name}.yaml", SPEC.format(name=name, width=width, own=text))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(120))
def test_what_the_bases_budgets_would_fail_is_told(repository: Repository, seed: int) -> None:
    random = Random(seed)
    width, before = random.choice([2, 4, 6, 9]), entries(random)
    own = [entry(random) if random.random() < 0.3 else "" for _ in "ab"]
    after, own_after = edited(random, before), [one if random.random() < 0.6 else "" for one in own]
    try:
        put(repository, width, before, own)
        failed = any(result.failed for result in check())
        repository.commit()
        put(repository, width, after, own_after)
        found = check(base="HEAD")
        assert any(result.failed for result in found) or found.loosened or not failed
        put(repository, width, [*before, *entries(random)], own)
        assert not check(base="HEAD").loosened  # more limits loosen none
    except SpecError:  # a pattern that matches nothing, say: no verdict
        pass
