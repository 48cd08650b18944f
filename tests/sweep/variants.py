"""Random variants of shipped specs, each by itself as ``show``, ``memory`` and ``train`` have it."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import yaml

from archcalc.api.sweep import swept
from archcalc.errors import SpecError
from archcalc.report.figures import FIGURES, OF_TRAINING
from archcalc.report.generating import kv_cache
from archcalc.report.memory import arena_of, memory_of
from archcalc.report.moved import moved_of
from archcalc.report.receptive_field import fields_of
from archcalc.report.training import trained_figure
from archcalc.request import Request
from archcalc.sweep.rows import Rows

SPECS = Path(__file__).resolve().parents[2] / "specs"
FAST = [*FIGURES]
ALL = [*FIGURES, "peak_memory", *(figure.name for figure in OF_TRAINING)]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ONE_BY_ONE = ["params", "bytes", "kv_cache", "arena", "receptive_field"]


def paths() -> list[Path]:
    """The shipped specs that are networks in which something may vary."""
    return [path for path in sorted(SPECS.glob("*/*.yaml")) if varying(path, random.Random(0))]


def varying(path: Path, source: random.Random) -> list[str]:
    """What may vary in a spec: its whole numbers, an entry of each list, the axes of an image, its variants."""
    spec = yaml.load(path.read_text(encoding="utf-8"), LOADER)
    if "layers" not in spec:
        return []
    found = []
    for name, value in (spec.get("vars") or {}).items():
        if type(value) is int:
            found.append(f"{name}={max(value // 3, 0)}..{2 * value + 3}")
        elif isinstance(value, list) and value and all(type(one) is int for one in value):
            found.append(f"{name}[{source.randrange(len(value))}]=1..{2 * max(value)}")
    shape = spec["input"]
    if isinstance(shape, list) and len(shape) == 3 and all(type(size) is int for size in shape):
        axes = "HWC" if spec.get("layout") == "HWC" else "CHW"
        sizes = zip(axes, shape, strict=True)
        found += [f"{axis}={max(size // 2, 1)}..{size + 40}" for axis, size in sizes if axis != "C"]
    if spec.get("variants"):
        found.append("variant=*")
    return found


def drawn(path: Path, count: int, figures: list[str], seed: str = "") -> Rows:
    """So many variants of a spec."""
    source = random.Random(f"{path.name}{seed}")
    vary = varying(path, source)
    wanted = ",".join(figures)
    return swept(Request(path), vary=vary, samples=count, seed=source.randrange(10**6), columns=wanted, workers=1)


def rows_of(rows: Rows) -> list[dict[str, Any]]:
    figures, names = rows.figures, rows.names
    return [
        dict(zip(names, row, strict=True))
        for columns in rows.each(lambda chunk: chunk.cells(figures))
        for row in zip(*columns, strict=True)
    ]


def alone(path: Path, row: dict[str, Any], figures: list[str]) -> dict[str, Any]:
    """The row of a variant as a request with its settings has it."""
    spec = yaml.load(path.read_text(encoding="utf-8"), LOADER)
    settings: dict[str, str] = {}
    shape = list(spec["input"]) if isinstance(spec["input"], list) else []
    varied = {name: row[name] for name in row if name not in (*figures, "status")}
    variant = varied.pop("variant", None)
    axes = "HWC" if spec.get("layout") == "HWC" else "CHW"
    inputs = {}
    for name, value in varied.items():
        entry = re.fullmatch(r"(\w+)\[(\d+)\]", name)
        if entry:
            base = (spec["variants"][variant] if variant else {}).get(entry[1], spec["vars"][entry[1]])
            whole = list(base)
            if int(entry[2]) >= len(whole):
                return {**row, "status": None}  # nothing to set
            whole[int(entry[2])] = value
            settings[entry[1]] = str(whole).replace("'", "")
        elif name in spec.get("vars", {}):
            settings[name] = str(value)
        else:
            shape[axes.index(name)] = value
            inputs = {None: shape}
    try:
        found = figures_alone(Request(path, variant=variant, settings=settings, inputs=inputs), figures)
    except SpecError as error:
        first = error.diagnostics[0]
        place = f", {first.span.source.name}:{first.span.line + 1}" if first.span else ""
        return {**row, **dict.fromkeys(figures), "status": f"{first.message}{place}"}
    return {**row, **found, "status": "fits"}


def figures_alone(request: Request, figures: list[str]) -> dict[str, Any]:
    report = request.report()
    found: dict[str, Any] = {}
    for figure in figures:
        if figure in FIGURES:
            found[figure] = report["totals"][figure]
        elif figure == "peak_memory":
            found[figure] = memory_of(report, request.dtype).peak
        elif figure == "arena":
            found[figure] = arena_of(report, request.dtype)
        elif figure == "receptive_field":
            found[figure] = fields_of(report).whole()
        elif figure == "bytes":
            found[figure] = moved_of(report, request.dtype).bytes
        elif figure == "kv_cache":
            found[figure] = kv_cache(report)
        else:
            found[figure] = trained_figure(report, figure, request.dtype)
    return found
