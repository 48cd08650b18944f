"""What ``archcalc show`` may load: start-up is a feature, and one careless import can double it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORT_MODULES = "print(*sys.modules, file=sys.stderr)"

# A command that does nothing: click loads a module or two only when it runs.
FLOOR = f"""
import sys, click, yaml, json
nothing = click.Command("nothing", callback=lambda: click.echo())
click.Group(commands=[nothing]).main(["nothing"], standalone_mode=False)
{REPORT_MODULES}
"""
SHOW = f"""
import sys
from archcalc.cli import main
sys.argv = ["archcalc", "show", "resnet50", "--format", "json"]
try:
    status = main()
except SystemExit as ended:
    status = ended.code
{REPORT_MODULES}
sys.exit(status)
"""

# Of the package: whole rooms where all of a room is on the road, single modules where most of it is not.
ROOMS = ("cli", "sources", "language", "building", "graph", "report", "errors")
MODULES = {
    "__future__",
    "contextvars",
    "_contextvars",
    "math",  # built in; click loads it on most versions
    "archcalc",
    "archcalc.version",
    "archcalc.conventions",
    "archcalc.conventions.groups",
    "archcalc.conventions.mac",
    "archcalc.conventions.rule",
    "archcalc.api",
    "archcalc.dims",
    "archcalc.render",
    "archcalc.render.json",
    "archcalc.render.style",
    "archcalc.request",
    "archcalc.layers",
    *(f"archcalc.layers.{name}" for name in ("base", "arguments", "axes", "window", "agreement", "equation")),
    # the families that resnet50 is made of
    *(f"archcalc.layers.{name}" for name in ("convolution", "pooling", "dense", "normalization", "activation")),
    *(f"archcalc.layers.{name}" for name in ("shape", "merge")),
}
SLOW = {"rich", "numpy", "dataclasses", "pathlib", "importlib.metadata", "importlib.resources", "asyncio"}
SLOW |= {"tempfile", "decimal", "difflib", "fractions"}


def run(code: str) -> tuple[str, set[str]]:
    """Standard output of a fresh Python, and the modules that it ended with."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, set(done.stderr.split())


def allowed(module: str) -> bool:
    return module in MODULES or any(f"{module}.".startswith(f"archcalc.{room}.") for room in ROOMS)


def test_show_loads_click_yaml_json_and_itself() -> None:
    output, loaded = run(SHOW)
    _, floor = run(FLOOR)
    assert json.loads(output)["schema"] == "archcalc.report/1"
    assert sorted(module for module in loaded - floor if not allowed(module)) == []
    assert [module for module in loaded if module.startswith("archcalc.language.foreign.")] == []  # for errors alone


def test_the_floor_hides_nothing_slow() -> None:
    _, floor = run(FLOOR)
    assert sorted(floor & SLOW) == []
