"""archcalc from Python: what the commands call, one function a stage."""

from __future__ import annotations

from typing import Any

from archcalc.analysis.counting import find_convention
from archcalc.report.model import build_report
from archcalc.spec.load import MAX_LAYERS, load_network
from archcalc.spec.source import locate


def report(
    spec: str,
    *,
    variant: str | None = None,
    settings: dict[str, str] | None = None,
    inputs: dict[str | None, tuple[int, ...]] | None = None,
    batch: int = 1,
    dtype: str = "float32",
    count: str | None = None,
    max_layers: int = MAX_LAYERS,
    allow_import: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The report (archcalc.report/1) of a spec: a path, ``-`` or a shipped name. Raises SpecError."""
    network = load_network(
        locate(spec),
        variant=variant,
        settings=settings,
        inputs=inputs,
        max_layers=max_layers,
        allow_import=allow_import,
    )
    asked, span = (count, None) if count is not None else network.convention or ("mac", None)
    return build_report(network, find_convention(asked, span), batch=batch, dtype=dtype)
