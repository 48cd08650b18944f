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
COMMAND = f"""
import sys
from archcalc.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as ended:
    status = ended.code
{REPORT_MODULES}
sys.exit(status)
"""

# What sizes resnet50 and writes it as JSON, by room. A module more is some 0.2 ms for everybody: is it needed here?
ROAD = {
    "": "version errors meter request dims conventions.rule conventions.groups conventions.mac",
    "cli": "commands options output show",
    "sources": "file project shipped source text",
    "language": (
        "document expression_errors expressions foreign functions imports keys mentions names parts problems steps"
        " values words yaml_nodes yaml_reader yaml_scalars yaml_traps yaml_tree"
    ),
    "building": (
        "calls containers expansion inputs load nodes notes origin scope sharing tensors unused variables work"
    ),
    "layers": (
        "base arguments axes window agreement equation kept cached"
        " convolution pooling dense normalization activation merge"  # the families that resnet50 is made of
    ),
    "graph": "features inference layout network repetition wires",
    "report": "figures model rows widths",
    "render": "json style",
}
MODULES = {
    "__future__",
    "contextvars",
    "_contextvars",
    "math",  # built in; click loads it on most versions
    "archcalc",
    "archcalc.conventions",
    *(f"archcalc.{room}" for room in ROAD if room),
    *(".".join(filter(None, ["archcalc", room, name])) for room, names in ROAD.items() for name in names.split()),
}
# To a check of one spec without a base, and its table.
CHECK = {
    "archcalc.cli.check",
    "archcalc.budget",
    *(f"archcalc.budget.{name}" for name in "baseline budgets check costs files judging keys limits outcome".split()),
    *(f"archcalc.budget.{name}" for name in "planned result settings sizing units".split()),
    "archcalc.graph.paths",
    "archcalc.layers.amounts",
    *(f"archcalc.render.{name}" for name in "check check.table check.words grid text".split()),
}
SLOW = {"rich", "numpy", "dataclasses", "pathlib", "importlib.metadata", "importlib.resources", "asyncio"}
SLOW |= {"tempfile", "decimal", "difflib", "fractions"}


def run(code: str, *arguments: str) -> tuple[str, set[str]]:
    """Standard output of a fresh Python, and the modules that it ended with."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, set(done.stderr.split())


def test_show_loads_click_yaml_json_and_the_modules_of_its_road() -> None:
    output, loaded = run(COMMAND, "show", "resnet50", "--format", "json")
    _, floor = run(FLOOR)
    assert json.loads(output)["schema"] == "archcalc.report/1"
    assert sorted(loaded - floor - MODULES) == []
    assert (
        sorted(name for name in MODULES - loaded if name.startswith("archcalc")) == []
    )  # the list is no longer than it


def test_check_loads_what_show_does_and_budgets(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text("name: net\ninput: [8]\nlayers: [linear: 4, relu]\nbudget: {max: {params: 1k}}\n", "utf-8")
    _, loaded = run(COMMAND, "check", str(spec))
    _, floor = run(FLOOR)
    assert sorted(loaded - floor - MODULES - CHECK) == []


def test_the_floor_hides_nothing_slow() -> None:
    _, floor = run(FLOOR)
    assert sorted(floor & SLOW) == []
