"""``python -m tests.mutation``: the share of mutants killed by module, and those that survive unexplained."""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path

import yaml

from . import __doc__ as description
from .modules import MODULES, chosen
from .mutants import Key, Mutant, mutants_of, unchanged
from .run import prepare, run


def explained() -> dict[Key, str]:
    """The survivors that no test can tell from the module itself, each with its reason."""
    with (Path(__file__).parent / "explained.yaml").open(encoding="utf-8") as file:
        groups = yaml.safe_load(file) or []
    return {Key(**mutant): group["reason"] for group in groups for mutant in group["mutants"]}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as layers/pooling or analysis; default: all")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--results", type=Path, metavar="FILE", help="where the survivors are kept, as JSON")
    parser.add_argument("--again", action="store_true", help="only what survived in the file of --results")
    parser.add_argument("--list", action="store_true", help="print the mutants and run none")
    given = parser.parse_args()
    made = {name: mutants_of(name) for name in chosen(given.modules)}
    if given.list:
        for mutant in (mutant for mutants in made.values() for mutant in mutants):
            show(mutant.key())
        return
    if given.again:
        survived = {Key(*key) for key in json.loads(given.results.read_text(encoding="utf-8"))}
        made = {name: [mutant for mutant in mutants if mutant.key() in survived] for name, mutants in made.items()}
    prepare()
    started = time.monotonic()
    survivors = {name: survivors_of(name, mutants, given.workers) for name, mutants in made.items()}
    keys = [key for found in survivors.values() for key in found]
    if given.results:
        given.results.write_text(json.dumps(keys, indent=0, ensure_ascii=False), encoding="utf-8")
    reasons = explained()
    print(table({name: len(mutants) for name, mutants in made.items()}, survivors, reasons))
    print(f"{time.monotonic() - started:.0f} s")
    left = [key for key in keys if key not in reasons]
    for key in left:
        show(key)
    raise SystemExit(1 if left else 0)


def survivors_of(name: str, mutants: list[Mutant], workers: int) -> list[Key]:
    (_, passes) = next(run([(unchanged(name), MODULES[name])], 1))
    if not passes:
        raise SystemExit(f"the tests of {name} fail without any mutant")
    pairs = [(mutant, MODULES[name]) for mutant in mutants]
    return sorted(mutant.key() for mutant, survives in run(pairs, workers) if survives)


def table(made: dict[str, int], survivors: dict[str, list[Key]], reasons: dict[Key, str]) -> str:
    """Mutants, killed, explained and left by module; the share is that of the killed in all."""
    rows = Counter[str]()
    lines = [f"{'':24}{'mutants':>9}{'killed':>9}{'explained':>11}{'left':>6}{'share':>9}"]
    for name in [*made, "all"]:
        if name != "all":
            known = sum(key in reasons for key in survivors[name])
            counts = (made[name], made[name] - len(survivors[name]), known, len(survivors[name]) - known)
            rows.update(dict(zip(COLUMNS, counts, strict=True)))
        else:
            counts = tuple(rows[column] for column in COLUMNS)
        share = f"{100 * counts[1] / counts[0]:.1f} %" if counts[0] else ""
        lines.append(f"{name:24}{counts[0]:9}{counts[1]:9}{counts[2]:11}{counts[3]:6}{share:>9}")
    return "\n".join(lines)


COLUMNS = ("mutants", "killed", "explained", "left")


def show(key: Key) -> None:
    print(f"\n{key.file} {key.function}\n  - {key.before}\n  + {key.after}")


if __name__ == "__main__":
    main()
