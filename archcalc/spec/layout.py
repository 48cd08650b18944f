"""Channels first or last: the engine computes on ``[C, ...spatial]``, a file may write ``[...spatial, C]``."""

from __future__ import annotations

from typing import Any


def turned(axes: Any, layout: str) -> list[Any]:
    """Axes as written in a file of that layout, in the engine's order: channels first."""
    return [axes[-1], *axes[:-1]] if layout == "HWC" and len(axes) >= 3 else list(axes)


def printed(shape: Any, layout: str) -> list[Any]:
    """A shape of the engine as a file of that layout writes it."""
    return [*shape[1:], shape[0]] if layout == "HWC" and len(shape) >= 3 else list(shape)
