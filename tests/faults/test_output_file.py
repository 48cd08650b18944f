"""``-o FILE`` where it cannot be written: the old file stays byte for byte, and no part of a new one is left."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from process import archcalc, as_anybody, contents, start, told

OLD = b"what stood here before\n"
WRITERS = [
    ["show", "resnet50", "--format", "json"],
    ["show", "resnet50"],
    ["show", "resnet18", "resnet50", "--format", "html"],
    ["explain", "resnet50", "stage1/**", "--format", "markdown"],
    ["diff", "resnet50", "resnet101", "--format", "json", "--all"],
    ["check", "resnet50", "--max", "params=30M", "--format", "junit"],
    ["formula", "resnet18", "--vars", "H"],
]


def at_most(size: int) -> Callable[[], None]:
    """No file may grow beyond a size: the write that would fails (EFBIG), as on a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.sampled(7)
@pytest.mark.parametrize("size", [0, 100])
@pytest.mark.parametrize("arguments", WRITERS, ids=lambda arguments: " ".join(arguments[::3]))
def test_a_write_that_fails_half_way(folder: Path, arguments: list[str], size: int) -> None:
    (folder / "out").write_bytes(OLD)
    before = contents(folder)
    told(archcalc(*arguments, "-o", "out", before=at_most(size)), "cannot write 'out': File too large")
    assert contents(folder) == before


def test_a_write_that_fails_late_leaves_no_new_file(folder: Path) -> None:
    before = contents(folder)
    done = archcalc("show", "resnet1202", "--format", "json", "-o", "out", before=at_most(1_000_000))
    told(done, "cannot write 'out': File too large")
    assert contents(folder) == before


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        refused = subprocess.run(mount, capture_output=True, check=False).returncode != 0
    except OSError:
        refused = True
    if refused:
        pytest.skip("mounting is for root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_full_disk(folder: Path, mounted: Path) -> None:
    out = mounted / "out"
    out.write_bytes(OLD)
    told(archcalc("show", "resnet152", "--format", "json", "-o", str(out)), "No space left on device")
    assert contents(mounted) == {"out": OLD}


def test_a_read_only_file_system(folder: Path, mounted: Path) -> None:
    out = mounted / "out"
    out.write_bytes(OLD)
    subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
    told(archcalc("show", "resnet18", "-o", str(out)), "Read-only file system")
    assert contents(mounted) == {"out": OLD}


def test_a_directory_that_may_not_be_written(folder: Path) -> None:
    (folder / "out").write_bytes(OLD)
    before = contents(folder)
    folder.chmod(0o555)
    try:
        told(archcalc("show", "net.yaml", "-o", "out", before=as_anybody), "cannot write 'out': Permission denied")
        told(archcalc("show", "net.yaml", "-o", "new", before=as_anybody), "cannot write 'new': Permission denied")
    finally:
        folder.chmod(0o755)
    assert contents(folder) == before


PLACES = [
    (".", "Is a directory"),
    ("nowhere/out", "No such file or directory"),
    ("net.yaml/out", "Not a directory"),
    ("", "No such file or directory"),
    ("x" * 300, "File name too long"),
    ("dangling/out", "No such file or directory"),
    ("/dev/full", "No space left on device"),
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("place, reason", PLACES, ids=[place[:9] or "empty" for place, _ in PLACES])
def test_a_place_that_is_none(folder: Path, place: str, reason: str) -> None:
    (folder / "dangling").symlink_to("gone")
    before = contents(folder)
    told(archcalc("show", "net.yaml", "-o", place), f"cannot write '{place}': {reason}")
    assert contents(folder) == before
    assert sorted(os.listdir()) == ["dangling", "net.yaml"]
    assert sorted(os.listdir("..")) == ["work"]


def test_a_link_keeps_leading_to_the_file(folder: Path) -> None:
    (folder / "real").write_bytes(OLD)
    (folder / "real").chmod(0o640)
    (folder / "link").symlink_to("real")
    (folder / "fresh").symlink_to("made")
    for name in ("link", "fresh"):
        assert archcalc("show", "net.yaml", "-o", name).returncode == 0
    assert (folder / "link").is_symlink()
    assert stat.S_IMODE((folder / "real").stat().st_mode) == 0o640
    assert (folder / "real").read_bytes() == (folder / "made").read_bytes() != OLD
    assert sorted(os.listdir()) == ["fresh", "link", "made", "net.yaml", "real"]


@pytest.mark.parametrize("link", ["out", "deep/out"])
def test_a_link_that_leads_out_of_the_working_directory_is_not_followed(folder: Path, link: str) -> None:
    """A checkout may bring one under the name that a job writes to."""
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "out").write_bytes(OLD)
    (folder / link.partition("/")[0]).symlink_to(outside if "/" in link else outside / "out")
    told(archcalc("show", "net.yaml", "-o", link), f"cannot write '{link}': a link leads out of the working directory")
    assert (outside / "out").read_bytes() == OLD
    assert archcalc("show", "net.yaml", "-o", str(outside / "out")).returncode == 0  # named as what it is
    assert os.listdir(outside) == ["out"]


def test_no_name_of_a_part_can_be_known_before(folder: Path) -> None:
    """A checkout cannot bring a link under the name of the part, even if it guesses the process number."""
    (folder.parent / "target").write_bytes(OLD)
    guess = lambda: os.symlink("../target", f"out.{os.getpid()}.part")  # noqa: E731
    assert archcalc("show", "net.yaml", "-o", "out", before=guess).returncode == 0
    assert [*folder.glob("out.*.part")]
    assert (folder.parent / "target").read_bytes() == OLD
    assert not (folder / "out").is_symlink()


def test_the_spec_itself_is_read_before_it_is_replaced(folder: Path) -> None:
    expected = archcalc("show", "net.yaml", "--format", "csv").stdout
    assert archcalc("show", "net.yaml", "--format", "csv", "-o", "net.yaml").returncode == 0
    assert contents(folder) == {"net.yaml": expected.encode()}


def test_devices_are_written_not_replaced(folder: Path) -> None:
    assert archcalc("show", "net.yaml", "-o", os.devnull).returncode == 0
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    to_standard_output = archcalc("show", "net.yaml", "-o", "/dev/stdout")
    assert to_standard_output.stdout == archcalc("show", "net.yaml").stdout


@pytest.mark.sampled(2)
@pytest.mark.parametrize("arguments, status", [(["show", "resnet152", "--format", "json"], 0), (["check"], 1)])
def test_a_named_pipe_whose_reader_goes_away(folder: Path, arguments: list[str], status: int) -> None:
    """Quiet, as a pipe of the shell is; a check still says by its status that it found too much."""
    lines = "".join(
        f"    - {{specs: net.yaml, set: {{width: {width}}}, max: {{params: 1}}}}\n" for width in range(1, 999)
    )
    (folder / "net.yaml").write_text(
        "name: net\ninput: [3, 8, 8]\nvars: {width: 8}\nlayers: [conv: {out: width, kernel: 3}]\n", encoding="utf-8"
    )
    (folder / "archcalc.yaml").write_text(f"budgets:\n{lines}", encoding="utf-8")
    os.mkfifo("pipe")

    def glance() -> None:
        with open("pipe", "rb") as pipe:
            pipe.read(10)

    reader = threading.Thread(target=glance)
    reader.start()
    done = archcalc(*arguments, "-o", "pipe")
    reader.join()
    assert (done.returncode, done.stderr) == (status, "")
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)


def test_two_runs_with_the_same_file(folder: Path) -> None:
    """Whichever ends last wins; never a mixture."""
    runs = [start("show", spec, "--format", "json", "-o", "out") for spec in ("resnet50", "vgg16") * 2]
    assert [run.communicate()[1] for run in runs] == [""] * 4
    assert [run.returncode for run in runs] == [0] * 4
    whole = {archcalc("show", spec, "--format", "json").stdout.encode() for spec in ("resnet50", "vgg16")}
    assert (folder / "out").read_bytes() in whole
    assert sorted(os.listdir()) == ["net.yaml", "out"]
