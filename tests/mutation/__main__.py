"""``python -m tests.mutation``: the share of mutants killed by module, and those that survive unexplained."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import yaml

from . import __doc__ as description
from .modules import MODULES, chosen
from .mutants import Key, Mutant, mutants_of, unchanged
from .run import prepare, run

COLUMNS = ("mutants", "killed", "explained", "left", "share")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="layers/pooling or conventions; default: all")
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
        places = {(key.file, key.function) for key in survived}
        made = {
            name: [
                mutant for mutant in mutants if (mutant.file(), mutant.function) in places and mutant.key() in survived
            ]
            for name, mutants in made.items()
        }
    survivors = kill(made, given.workers)
    if given.results:
        given.results.write_text(json.dumps(survivors, indent=0, ensure_ascii=False), encoding="utf-8")
    left = [key for key in survivors if key not in explained()]
    for key in left:
        show(key)
    raise SystemExit(1 if left else 0)


def explained() -> dict[Key, str]:
    """The survivors that no test can tell from the module itself, each with its reason."""
    with (Path(__file__).parent / "explained.yaml").open(encoding="utf-8") as file:
        groups = yaml.safe_load(file)
    return {Key(**mutant): group["reason"] for group in groups for mutant in group["mutants"]}


def kill(made: dict[str, list[Mutant]], workers: int) -> list[Key]:
    """The survivors among the mutants of each module; prints a line a module as it ends."""
    started, reasons, survivors = time.monotonic(), explained(), list[Key]()
    prepare()
    print_row("", COLUMNS)
    total = [0, 0, 0]
    for name, mutants in made.items():
        found = survivors_of(name, mutants, workers)
        numbers = [len(mutants), len(mutants) - len(found), sum(key in reasons for key in found)]
        print_counts(name, numbers)
        total = [sum(pair) for pair in zip(total, numbers, strict=True)]
        survivors += found
    print_counts("all", total)
    print(f"{time.monotonic() - started:.0f} s")
    return survivors


def survivors_of(name: str, mutants: list[Mutant], workers: int) -> list[Key]:
    [(_, passes)] = run([(unchanged(name), MODULES[name])], 1)
    if not passes:
        raise SystemExit(f"the tests of {name} fail without any mutant")
    pairs = [(mutant, MODULES[name]) for mutant in mutants]
    return sorted(mutant.key() for mutant, survives in run(pairs, workers) if survives)


def print_counts(name: str, numbers: list[int]) -> None:
    """Mutants, killed and explained, then those that are left; the share is that of the killed in all."""
    made, killed, known = numbers
    print_row(name, (made, killed, known, made - killed - known, f"{100 * killed / made:.1f} %" if made else "-"))


def print_row(name: str, cells: tuple[object, ...]) -> None:
    print(f"{name:24}" + "".join(f"{cell!s:>11}" for cell in cells), flush=True)


def show(key: Key) -> None:
    print(f"\n{key.file} {key.function}\n  - {key.before}\n  + {key.after}")


if __name__ == "__main__":
    main()
