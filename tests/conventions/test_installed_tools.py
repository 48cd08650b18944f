"""The recorded figures of single layers against the tools that are installed here, in the release that is recorded."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest

from archcalc.conventions import find_convention

HERE = Path(__file__).parent
PACKAGES = {
    "torch": "torch",
    "torchinfo": "torchinfo",
    "fvcore": "fvcore",
    "ptflops": "ptflops",
    "thop": "ultralytics-thop",
    "deepspeed": "deepspeed",
    "calflops": "calflops",
}


def is_installed(tool: str) -> bool:
    try:
        found = version(PACKAGES[tool])
    except PackageNotFoundError:
        return False
    return find_spec("torchvision") is not None and found.startswith(find_convention(tool).version)


@pytest.mark.slow
@pytest.mark.parametrize("tool", PACKAGES)
def test_the_tool_prints_what_is_recorded(tool: str, tmp_path: Path) -> None:
    if not is_installed(tool):
        pytest.skip(f"{PACKAGES[tool]} {find_convention(tool).version} and torchvision are not installed")
    for name in ("record_tools.py", "tools.py", "tools.csv"):
        shutil.copy(HERE / name, tmp_path)
    subprocess.run([sys.executable, "record_tools.py", tool], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "tools.csv").read_text(encoding="utf-8") == (HERE / "tools.csv").read_text(encoding="utf-8")
