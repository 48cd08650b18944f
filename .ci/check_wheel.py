"""Holds what is built to what is committed: the wheel to the package and the specs, the source distribution to all.

Usage: python .ci/check_wheel.py WHEEL WHEEL_BUILT_FROM_SDIST SDIST
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = (".py", "py.typed", ".json", ".csv")
"""How the names of the package's files end."""
SPECS = (".yaml", ".json")
METADATA = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")


def committed() -> set[str]:
    """The files that git knows of, as paths from the root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(listed.stdout.split("\0")) - {""}


def expected_in_wheel(files: set[str], metadata: str) -> set[str]:
    package = {name for name in files if name.startswith("archcalc/") and name.endswith(PACKAGE)}
    specs = {f"archcalc/{name}" for name in files if name.startswith("specs/") and name.endswith(SPECS)}
    return {*package, *specs, *(f"{metadata}/{name}" for name in METADATA)}


def wheel_members(wheel: str) -> dict[str, int]:
    """What a wheel holds: name -> checksum."""
    with ZipFile(wheel) as archive:
        return {info.filename: info.CRC for info in archive.infolist()}


def sdist_members(sdist: str, top: str) -> set[str]:
    """What a source distribution holds below its one folder; what lies elsewhere, or is no file, by its whole name."""
    with tarfile.open(sdist) as archive:
        return {
            member.name.removeprefix(f"{top}/") if member.isfile() else f"{member.name} (no file)"
            for member in archive.getmembers()
        }


def difference(where: str, held: set[str], expected: set[str]) -> list[str]:
    missing = [f"{where}: missing {name}" for name in sorted(expected - held)]
    return missing + [f"{where}: does not belong there: {name}" for name in sorted(held - expected)]


def faults(wheel: str, from_sdist: str, sdist: str, files: set[str]) -> list[str]:
    """What is wrong with them, where those files are committed."""
    held = wheel_members(wheel)
    release = "-".join(Path(wheel).name.split("-")[:2])
    wrong = difference("wheel", set(held), expected_in_wheel(files, f"{release}.dist-info"))
    wrong += difference("source distribution", sdist_members(sdist, release), files | {"PKG-INFO"})
    if wheel_members(from_sdist) != held:
        wrong.append("the source distribution builds another wheel")
    return wrong


def main(wheel: str, from_sdist: str, sdist: str) -> None:
    """Print what the wheel holds; exit with what is wrong."""
    print(*sorted(wheel_members(wheel)), sep="\n")
    wrong = faults(wheel, from_sdist, sdist, committed())
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main(*sys.argv[1:])
