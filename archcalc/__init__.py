"""archcalc: an architecture calculator for neural networks.

>>> import archcalc
>>> net = archcalc.load("resnet50", width=32)
>>> net.params, net.macs
(12381864, 1822031872)
>>> net.layers[3].type, net.layers[3].output
('max_pool', (64, 56, 56))
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from archcalc.version import __version__ as __version__

if TYPE_CHECKING:
    from archcalc.api import check as check
    from archcalc.api import devices as devices
    from archcalc.api import diff as diff
    from archcalc.api import draw as draw
    from archcalc.api import explain as explain
    from archcalc.api import formula as formula
    from archcalc.api import generate as generate
    from archcalc.api import memory as memory
    from archcalc.api import report as report
    from archcalc.api import time as time
    from archcalc.api import train as train
    from archcalc.api.conversion import convert as convert
    from archcalc.api.fit import fit as fit
    from archcalc.api.network import Layer as Layer
    from archcalc.api.network import Network as Network
    from archcalc.api.network import load as load
    from archcalc.api.spec import Spec as Spec
    from archcalc.api.spec import step as step
    from archcalc.api.sweep import sweep as sweep
    from archcalc.errors import SpecError as SpecError

_HOMES = {
    **dict.fromkeys(
        ("check", "diff", "draw", "explain", "formula", "generate", "memory", "report", "train", "time", "devices"),
        "archcalc.api",
    ),
    **dict.fromkeys(("load", "Network", "Layer"), "archcalc.api.network"),
    **dict.fromkeys(("Spec", "step"), "archcalc.api.spec"),
    "convert": "archcalc.api.conversion",
    "sweep": "archcalc.api.sweep",
    "fit": "archcalc.api.fit",
    "SpecError": "archcalc.errors",
}
__all__ = [
    *["load", "Network", "Layer", "Spec", "step"],
    *[
        "report",
        "draw",
        "diff",
        "explain",
        "formula",
        "memory",
        "train",
        "generate",
        "time",
        "devices",
        "check",
        "sweep",
        "fit",
        "convert",
        "SpecError",
    ],
]


class Face(ModuleType):
    """The package as Python sees it: its API, imported when a name of it is asked for.

    An import of ``archcalc.report``, the package, would set ``report`` here; the name stays the function's, and what
    the package holds is found below it: ``archcalc.report.model``.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'archcalc' has no attribute '{name}'")
        found = getattr(import_module(_HOMES[name]), name)
        package = sys.modules.get(f"{__name__}.{name}")
        if package is not None:
            found.__dict__ = vars(package)
        setattr(self, name, found)
        return found

    def __dir__(self) -> list[str]:
        return [*{**vars(self), **_HOMES}]


sys.modules[__name__].__class__ = Face
