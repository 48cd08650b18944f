"""Little memory, a small stack, few open files: told, with 2, or simply enough."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest
from process import PARAMS, archcalc, environment, told

NESTED = 60  # deeper than any spec of ours


@pytest.mark.sampled(2)
@pytest.mark.parametrize("files", [3, 4, 5, 6, 8, 16])
def test_few_open_files(folder, files: int) -> None:  # type: ignore[no-untyped-def]
    """Python needs one or two to start; a spec and its output one each."""
    done = archcalc(
        "show", "net.yaml", "--format", "json", "-o", "out",
        before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
    )  # fmt: skip
    if done.returncode == 0:
        assert json.loads((folder / "out").read_text())["totals"]["params"] == PARAMS
    else:
        assert files < 6
        assert not (folder / "out").exists()
    assert sorted(path.name for path in folder.iterdir() if path.name != "out") == ["net.yaml"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("kibibytes", [256, 512, 1024])
def test_a_small_stack(folder, kibibytes: int) -> None:  # type: ignore[no-untyped-def]
    """What nests is walked with a stack of our own, or to a depth that is a limit."""
    deep = "[" * NESTED + "relu" + "]" * NESTED
    (folder / "deep.yaml").write_text(f"name: deep\ninput: [3, 8, 8]\nlayers: {deep}\n", encoding="utf-8")
    size = kibibytes << 10
    for spec, status in (("resnet50", 0), ("net.yaml", 0), ("deep.yaml", 2)):
        done = archcalc("show", spec, before=lambda: resource.setrlimit(resource.RLIMIT_STACK, (size, size)))
        told(done, "", status)


# As much memory as the process has after start-up, and a little: one large allocation fails, at a known moment.
LIMITED = """\
import resource, sys
import archcalc.cli.show, archcalc.cli.check, archcalc.building.load, yaml
from archcalc.__main__ import main
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + {more}, used + {more}))
sys.argv = ["archcalc", *{arguments!r}]
main()
"""


@pytest.mark.sampled(2)
@pytest.mark.skipif(sys.platform != "linux", reason="how much is used is asked of /proc")
@pytest.mark.parametrize(
    "arguments", [["show", "large.yaml", "-o", "out"], ["check", "large.yaml", "--max", "params=1"]]
)
def test_memory_that_is_not_there(folder, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
    (folder / "large.yaml").write_text("# " + "x" * 9_000_000 + "\n", encoding="utf-8")
    code = LIMITED.format(more=4 << 20, arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    told(done, "error: not enough memory")
    assert done.stdout == ""
    assert not (folder / "out").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="how much is used is asked of /proc")
def test_memory_for_stacks_that_is_not_there(folder) -> None:  # type: ignore[no-untyped-def]
    """A spec that nests deep is read on several threads, and each needs its stack."""
    block = "{args: {n: required}, layers: [relu, {b: {n: n - 1}, when: n > 1}]}"
    (folder / "deep.yaml").write_text(f"name: deep\ninput: [8]\nblocks: {{b: {block}}}\nlayers: [{{b: 900}}]\n")
    code = LIMITED.format(more=48 << 20, arguments=["show", "deep.yaml"])
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    told(done, "error: not enough memory")
