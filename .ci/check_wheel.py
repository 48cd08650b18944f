"""Holds a wheel to the tree: the package, the specs and nothing else; the same from the source distribution.

Usage: python .ci/check_wheel.py WHEEL WHEEL_BUILT_FROM_SDIST
"""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent


def files_under(folder: str) -> list[str]:
    """The files of a folder of the repository, as paths from its root."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [path.relative_to(ROOT).as_posix() for path in found]


def members(wheel: str) -> dict[str, int]:
    """What a wheel holds: name -> checksum."""
    with ZipFile(wheel) as archive:
        return {info.filename: info.CRC for info in archive.infolist()}


def main(wheel: str, from_sdist: str) -> None:
    """Print what the wheel holds; exit with what is wrong."""
    held = {name for name in members(wheel) if ".dist-info/" not in name}
    print(*sorted(held), sep="\n")
    expected = {*files_under("archcalc"), *("archcalc/" + name for name in files_under("specs"))}
    wrong = [f"missing: {name}" for name in sorted(expected - held)]
    wrong += [f"not of the package: {name}" for name in sorted(held - expected)]
    if "archcalc/specs/exam-table.yaml" not in held:
        wrong.append("missing: archcalc/specs/exam-table.yaml")
    if members(from_sdist) != members(wheel):
        wrong.append("the source distribution builds another wheel")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main(*sys.argv[1:])
