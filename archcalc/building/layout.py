"""Channels first or last: the engine computes on ``[C, ...spatial]``, a file may write ``[...spatial, C]``."""

from __future__ import annotations

from typing import Any

from archcalc.layers.axes import show_value


class ChannelsLast(tuple[Any, ...]):
    """A shape ``[C, ...spatial]`` that errors show as its file writes it: ``[...spatial, C]``."""

    __slots__ = ()

    def __str__(self) -> str:
        return show_value(printed(self, "HWC"))


def turned(axes: Any, layout: str) -> list[Any]:
    """Axes as written in a file of that layout, in the engine's order: channels first."""
    return [axes[-1], *axes[:-1]] if layout == "HWC" and len(axes) >= 3 else list(axes)


def printed(shape: Any, layout: str) -> list[Any]:
    """A shape of the engine as a file of that layout writes it."""
    return [*shape[1:], shape[0]] if layout == "HWC" and len(shape) >= 3 else list(shape)
